"""Slack as a chat platform: events in by HTTP or Socket Mode, messages out by the Web API."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt.response import BoltResponse
from starlette.routing import BaseRoute

from adapters.base import Limits, Outbound, Platform, Rate, Receive
from adapters.slack import door
from adapters.slack.api import Web, call
from adapters.slack.files import fetch
from adapters.slack.inbound import PLATFORM
from adapters.slack.intake import Intake
from adapters.slack.link import Answer, Envelope, Pace
from adapters.slack.people import People
from adapters.slack.post import Post
from adapters.slack.rooms import Rooms
from adapters.slack.socket_mode import SocketMode
from adapters.slack.us import Us
from config.settings import Settings

log = logging.getLogger(__name__)

FIRST_CHECK_S, LAST_CHECK_S = 1.0, 300.0


class Slack:
    """One workspace. With an app-level token events come by Socket Mode, else by HTTP with a signing secret."""

    platform: Platform = PLATFORM
    # A workspace bears several hundred messages a minute, and at least 50 changes of messages.
    limits = Limits(chat=(Rate(1, 1.0),), group=(Rate(1, 1.0),), redraws=(Rate(40, 60.0),))

    def __init__(self, settings: Settings, *, shows_home: bool = False, pace: Pace | None = None) -> None:
        self._shows_home = shows_home
        self._language = settings.language
        self._app_token = settings.slack_app_token
        self._signing_secret = settings.slack_signing_secret
        self._pace = pace
        self._web = Web(settings.slack_bot_token, settings.slack_base_url)
        self._us = Us(lambda: call(self._web.client.auth_test()))
        self._people = People(self._profile)
        self._rooms = Rooms(self._open_direct, self._parent)
        self._post = Post(self._web, self._rooms)

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        if self._app_token:
            return ()
        intake: list[Intake] = []

        async def dispatch(payload: dict[str, Any]) -> BoltResponse:
            async with self._web.in_use():
                if not intake:
                    intake.append(self._intake(receive))  # here, where a loop runs
                return await intake[0].dispatch(payload)

        return (door.route(self._signing_secret.reveal(), dispatch),)

    async def run(self, receive: Receive) -> None:
        """Socket Mode: keep connected until cancelled. HTTP: Slack calls by itself."""
        async with self._web.in_use():
            introduction = asyncio.get_running_loop().create_task(self._introduce_ourselves())
            try:
                if self._app_token:
                    await self._socket_mode(receive).run()
                else:
                    await asyncio.Event().wait()
            finally:
                introduction.cancel()

    async def send(self, message: Outbound) -> str:
        async with self._web.in_use():
            return await self._post.send(message)

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        async with self._web.in_use():
            await self._post.redraw(message, sent_as)

    async def fetch(self, file_id: str, *, account: str = "", most: int) -> bytes:
        async with self._web.in_use():
            return await fetch(self._web, file_id, most=most)

    def _intake(self, receive: Receive) -> Intake:
        return Intake(
            self._web.client,
            self._us,
            self._people,
            self._rooms,
            receive,
            shows_home=self._shows_home,
            language=self._language,
        )

    def _socket_mode(self, receive: Receive) -> SocketMode:
        intake = self._intake(receive)

        async def handle(envelope: Envelope) -> Answer | None:
            answer = await intake.dispatch(dict(envelope.get("payload") or {}))
            if answer.status not in (200, 400):  # 400: will be no better when it comes again
                return None
            return {"payload": json.loads(answer.body)} if answer.body else {}

        async def address() -> str:
            answer = await call(self._web.client.apps_connections_open(app_token=self._app_token.reveal()))
            return str(answer["url"])

        return SocketMode(self._web.session, address, handle, self._pace)

    async def _introduce_ourselves(self) -> None:
        """Learn who we are; a token that does not work is said in the log, and tried again."""
        wait_s = FIRST_CHECK_S
        while True:
            try:
                await self._us.learn()
            except Exception as error:
                log.warning("Slack does not tell who we are (%s), again in %.0f s", type(error).__name__, wait_s)
                await asyncio.sleep(wait_s)
                wait_s = min(LAST_CHECK_S, wait_s * 2)
            else:
                return

    async def _profile(self, user: str) -> Mapping[str, Any]:
        answer = await call(self._web.client.users_info(user=user, include_locale=True))
        return dict(answer["user"])

    async def _open_direct(self, user: str) -> str:
        answer = await call(self._web.client.conversations_open(users=user))
        return str(answer["channel"]["id"])

    async def _parent(self, channel: str, thread: str) -> Mapping[str, Any]:
        answer = await call(self._web.client.conversations_replies(channel=channel, ts=thread, limit=1))
        return dict(next(iter(answer["messages"] or ()), {}))
