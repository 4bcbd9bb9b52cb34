"""Messages out: which method, which channel, and what else to try when Slack does not take one as it is."""

import asyncio
import logging
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeAlias

from aiohttp import ClientError

from adapters.base import Form, Outbound, Undeliverable, Upload, number_buttons, uploads
from adapters.slack.api import NOT_DRAWN, SlackError, Web, call, code_of
from adapters.slack.forms import to_view
from adapters.slack.inbound import corner_of, slack_user
from adapters.slack.outbound import split, to_home, to_payload, to_update
from adapters.slack.rooms import Rooms
from adapters.slack.text import escape, quiet

log = logging.getLogger(__name__)

BETWEEN_PARTS_S = 1.0  # a channel takes a message a second

Payload: TypeAlias = dict[str, Any]


class Post:
    """Delivers `Outbound`."""

    def __init__(self, web: Web, rooms: Rooms) -> None:
        self._web = web
        self._rooms = rooms
        self._half_sent: dict[Outbound, int] = {}

    async def send(self, message: Outbound) -> str:
        """Deliver; the id of the (last) message. Raises RetryLater, Undeliverable, OutcomeUnknown, `SlackError`."""
        if message.surface == "home":
            return str((await call(self._web.client.views_publish(**to_home(message)))).get("view", {}).get("id") or "")
        if message.form is not None and message.trigger:
            opened = await self._open(message, message.form)
            if opened:
                return opened
        sent_as = ""
        parts = split(message)
        done = self._half_sent.pop(message, 0)  # what was sent before an attempt failed is not sent again
        for n, part in enumerate(parts[done:], done):
            if n > done:
                await asyncio.sleep(BETWEEN_PARTS_S)
            try:
                sent_as = await self._send_part(part)
            except Exception:
                if n:
                    self._half_sent[message] = n
                raise
        return sent_as

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        payload = to_update(message, sent_as)
        if payload is not None:
            payload["channel"] = await self._channel(payload["channel"])
            await call(self._web.client.chat_update(**payload))

    async def _open(self, message: Outbound, form: Form) -> str:
        """Open a form; "" where that is not possible, mostly because three seconds have passed since the press."""
        view = to_view(form, chat_id=message.chat_id, thread_id=message.thread_id)
        try:
            answer = await call(self._web.client.views_open(trigger_id=message.trigger, view=view))
        except Exception as error:
            log.warning("no form opened: %s", code_of(error) or type(error).__name__)
            return ""
        return str(answer["view"]["id"])

    async def _send_part(self, message: Outbound) -> str:
        *before, under = uploads(message) or (None,)
        if under is not None and under.handle:
            message, under = await self._linked(message, under), None
        for upload in before:
            await self._share(replace(message, text=""), upload)
        if under is not None:
            shared = await self._share(message, under)
            if not message.buttons:
                return shared
        payload = to_payload(message)
        payload["channel"] = await self._channel(payload["channel"])
        try:
            return await self._call(payload)
        except (Undeliverable, SlackError) as error:
            is_absent = isinstance(error, Undeliverable) and code_of(error) not in NOT_DRAWN
            if is_absent and await self._answer_in_corner(message.chat_id, payload):
                return ""
            payload = await self._otherwise(message, payload, error)
        return await self._call(payload)

    async def _answer_in_corner(self, chat: str, payload: Payload) -> bool:
        """Answer where a command was typed though the bot is not in that channel; whether Slack took it. The address
        is a secret."""
        url = self._rooms.corner(chat)
        if not url:
            return False
        said = {"response_type": "ephemeral", "replace_original": False}
        said |= {key: payload[key] for key in ("text", "blocks")}
        try:
            async with self._web.session.post(url, json=said) as answer:
                return answer.status == HTTPStatus.OK
        except (TimeoutError, ClientError, OSError):
            return False

    async def _otherwise(self, message: Outbound, payload: Payload, error: Exception) -> Payload:
        """Another way for a message that Slack does not take as it is. Raises the error where there is none."""
        code = code_of(error)
        if code in NOT_DRAWN:
            log.error("Slack does not draw a message of ours: %s", code)
            plain = to_payload(replace(message, text=number_buttons(message), buttons=()))
            return {
                **plain,
                "text": quiet(plain["text"]),
                "channel": payload["channel"],
                "blocks": None,
            }
        if "user" in payload and isinstance(error, Undeliverable):
            # The bot is not in the channel, or the person is not: then in private. Not even there: never.
            return {
                "channel": await self._channel(payload["user"]),
                "text": payload["text"],
                "blocks": payload["blocks"],
            }
        raise error

    async def _call(self, payload: Payload) -> str:
        client = self._web.client
        method = client.chat_postEphemeral if "user" in payload else client.chat_postMessage
        answer = await call(method(**payload))
        if payload.get("thread_ts"):
            self._rooms.note_thread(payload["channel"], payload["thread_ts"])
        return str(answer.get("ts") or answer.get("message_ts") or "")

    async def _share(self, message: Outbound, upload: Upload) -> str:
        """Show a picture or a file: with the text, unless buttons have to stand below that. Gives the file's id."""
        corner = corner_of(message.chat_id)
        alone = corner[1] if corner else message.only_for  # in a channel a file cannot be shown to one person only
        place: dict[str, Any] = {"channel_id": await self._channel(alone or message.chat_id)}
        if message.thread_id and not alone:
            place["thread_ts"] = message.thread_id
        if message.text.strip() and not message.buttons:
            place["initial_comment"] = quiet(escape(message.text.strip()))
        alt = {"alt_txt": upload.alt[:1000]} if upload.alt else {}
        client = self._web.client
        place_of = client.files_getUploadURLExternal(filename=upload.name, length=len(upload.content), **alt)
        begun = await call(place_of)
        await self._upload(str(begun["upload_url"]), upload.content)
        file: dict[str, str | None] = {"id": str(begun["file_id"]), "title": upload.alt[:200] or upload.name}
        await call(client.files_completeUploadExternal(files=[file], **place))
        return str(begun["file_id"])

    async def _linked(self, message: Outbound, upload: Upload) -> Outbound:
        """The message with a link to a file that Slack has already; who may not see the file sees only the link."""
        found = await call(self._web.client.files_info(file=upload.handle))
        return replace(message, text=f"{message.text}\n{found['file']['permalink']}".strip(), file=None)

    async def _upload(self, url: str, content: bytes) -> None:
        """Nobody sees it until the upload is completed: a failure may always be repeated. The address is a secret."""
        try:
            async with self._web.session.post(url, data=content) as answer:
                answer.raise_for_status()
        except (TimeoutError, ClientError, OSError):
            raise SlackError("upload_failed") from None

    async def _channel(self, chat: str) -> str:
        """Slack's channel for a chat: private ones are named by the person."""
        user = slack_user(chat)
        if not user.startswith(("U", "W")):
            return chat
        try:
            return await self._rooms.direct(user)
        except Undeliverable:
            raise
        except Exception as error:
            # Without the scope im:write, or while Slack fails: a message can be sent to the person all the same.
            log.warning("no private chat opened: %s", type(error).__name__)
            return user
