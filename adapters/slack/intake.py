"""From a delivery of Slack's to the bot, and back to the acknowledgement."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeAlias

from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import Inbound, NotStored, Receive, Unfit
from adapters.slack.door import Dispatch
from adapters.slack.forms import still_open
from adapters.slack.inbound import Payload, Scene, corner_of, direct_channel, slack_user, thread_to_check, to_inbound
from adapters.slack.people import NOBODY, People
from adapters.slack.rooms import Rooms
from adapters.slack.text import mentioned
from adapters.slack.us import Us
from config.catalog import catalog
from config.loading import load
from config.types import LANGUAGES, Language

log = logging.getLogger(__name__)

Next: TypeAlias = Any
MOST_NAMES = 5
FORM_S = 2.0  # Slack waits 3 s for what becomes of a form, and says nothing kind when they are over


class Intake:
    """Takes what Slack delivers by either way, and says what to answer."""

    def __init__(
        self,
        client: AsyncWebClient,
        us: Us,
        people: People,
        rooms: Rooms,
        receive: Receive,
        *,
        shows_home: bool = False,
        language: Language = "zh",
    ) -> None:
        self._shows_home = shows_home
        self._language: Language = language
        self._us = us
        self._people = people
        self._rooms = rooms
        self._receive = receive
        self._client = client

    @cached_property
    def _through_bolt(self) -> Dispatch:
        dispatch: Dispatch = load("adapters.slack.bolt").through_bolt(self._client, self._take)
        return dispatch

    async def dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        """The answer to a delivery. 200: stored, or not for us; anything else: it is to come again."""
        try:
            answer = await self._through_bolt(payload)
        except Exception as error:
            return _nonsense(payload, type(error).__name__)
        # 500 never comes from us: Bolt itself has failed on what it was given.
        return _nonsense(payload, "Bolt failed") if answer.status == 500 else answer

    async def _take(self, body: dict[str, Any], next: Next) -> BoltResponse:
        if body.get("type") == "url_verification":
            return await next()  # type: ignore[no-any-return]
        is_form = body.get("type") == "view_submission"
        try:
            await asyncio.wait_for(self._hand_over(body), FORM_S if is_form else None)
        except Unfit as error:
            return BoltResponse(status=200, body=still_open(body["view"], error.problems))
        except (NotStored, TimeoutError):
            return self._not_now(body) if is_form else BoltResponse(status=503)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            return _nonsense(body, type(error).__name__)
        except Exception as error:
            log.error("%s of Slack's not stored: %s", _kind(body), type(error).__name__)
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    def _not_now(self, body: Payload) -> BoltResponse:
        """A form is not delivered again: it stays open, and says so."""
        spoken = (self._people.language_of(str(body["user"]["id"])) or "")[:2]
        language = next((one for one in LANGUAGES if one == spoken), self._language)
        return BoltResponse(status=200, body=still_open(body["view"], {"": catalog(language).say("slack.not_now")}))

    async def _hand_over(self, payload: Payload) -> None:
        scene = await self._scene(payload)
        inbound = to_inbound(payload, scene)
        if inbound is None or (inbound.surface == "home" and not self._shows_home):
            log.debug("not for us: %s", _kind(payload))
            return
        private = direct_channel(payload)
        if private is not None:
            self._rooms.note_direct(*private)
        elif inbound.thread_id and not inbound.is_private:
            self._rooms.note_thread(inbound.chat_id, inbound.thread_id)
        if corner_of(inbound.chat_id) and payload.get("response_url"):
            self._rooms.note_corner(inbound.chat_id, str(payload["response_url"]))
        await self._receive(await self._introduce(inbound))

    async def _scene(self, payload: Payload) -> Scene:
        """What has to be known to understand the payload. Raises `NotStored` when Slack cannot tell it now."""
        team, user = await self._us.seen_in(payload)
        scene = Scene(team=team, user=user, received_at=datetime.now(UTC))
        thread = thread_to_check(payload, scene)
        if thread is not None:
            scene = replace(scene, in_thread=await self._rooms.takes_part(*thread, user))
        text = (payload.get("event") or payload).get("text")
        others = [one for one in dict.fromkeys(mentioned(str(text or ""))) if one != user]
        return replace(scene, names=await self._names(others)) if others else scene

    async def _names(self, others: Sequence[str]) -> Mapping[str, str]:
        people = await asyncio.gather(*map(self._people.about, others[:MOST_NAMES]))
        return {user: person.name for user, person in zip(others, people, strict=False)}

    async def _introduce(self, inbound: Inbound) -> Inbound:
        """The message with what Slack knows of its sender."""
        person = await self._people.about(slack_user(inbound.sender_id))
        if person is NOBODY:
            return inbound
        is_stranger = ":" in inbound.sender_id
        return replace(
            inbound,
            sender_name=person.name or inbound.sender_name,
            language=person.language,
            timezone=person.timezone,
            sender_email="" if is_stranger else person.email,
            is_outside=is_stranger or person.is_outside,
        )


def _nonsense(payload: Payload, reason: str) -> BoltResponse:
    """The answer to what makes no sense: it will make no more when it comes again."""
    log.error("%s of Slack's not understood: %s", _kind(payload), reason)
    return BoltResponse(status=400, headers={"x-slack-no-retry": "1"})


def _kind(payload: Payload) -> str:
    """What a payload is, for the log: types, never content."""
    event = payload.get("event")
    kind = event.get("type") if isinstance(event, dict) else None
    return str(kind or payload.get("type") or ("command" if "command" in payload else "delivery"))[:50]
