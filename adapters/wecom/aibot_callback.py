"""The 智能机器人 in callback mode.

Answers come out of the outbox, seconds or a restart later, and must be known to have arrived. So each message's
``response_url`` is kept before the message is acknowledged, and the answer is posted there. Nobody would learn whether
a stream in the callback's own response was shown: that is for callbacks without an address (`streams`). The address
works once and for an hour: what has none left goes to the person through the self-built app, and to a group not at
all.
"""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import httpx
from starlette.routing import Route

from adapters.base import NotStored, Outbound, Receive, RetryLater, Undeliverable
from adapters.wecom.aibot_messages import card_press, in_markdown, to_inbound, to_payloads
from adapters.wecom.api import post
from adapters.wecom.callback import callback_route
from adapters.wecom.crypto import Forged, Seal
from adapters.wecom.errors import error_of
from adapters.wecom.parts import Payload
from adapters.wecom.shown import Shown
from adapters.wecom.store import Store
from adapters.wecom.streams import Streams

log = logging.getLogger(__name__)

PATH = "/wecom/aibot"
URL_LASTS_S = 3500.0
STORE_S = 1.5  # the platform waits 5 s for all
MAX_URLS = 20  # kept for one chat; only a bot that stays silent uses them up


class CanSend(Protocol):
    async def send(self, message: Outbound) -> str: ...


class AibotCallback:
    """Encrypted JSON in, one answer for each message out."""

    def __init__(
        self,
        seal: Seal,
        store: Store,
        http: httpx.AsyncClient,
        *,
        otherwise: CanSend | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._seal = seal
        self._store = store
        self._http = http
        self._otherwise = otherwise
        self._clock = clock
        self._shown = Shown()
        self._streams = Streams(store, clock=clock)

    def routes(self, receive: Receive) -> list[Route]:
        async def handle(message: bytes) -> str:
            body = _json(message.decode("utf-8", "replace"))
            if body.get("msgtype") == "stream":
                return self._closed(await self._asked(body))
            inbound = to_inbound(body, now=datetime.fromtimestamp(self._clock(), UTC))
            if inbound is None:
                return ""
            has_url = await self._keep_url(inbound.chat_id, body)
            stream = None if has_url else await self._begin_stream(inbound.chat_id, inbound.event_id)
            await receive(inbound)
            change = self._redrawn(body) if inbound.action is not None else None
            answer = change or stream
            return self._closed(answer) if answer else ""

        return [callback_route(PATH, self._seal, _encrypted, handle)]

    async def _asked(self, body: Mapping[str, Any]) -> Payload:
        """The platform asks how a stream goes on."""
        asker = to_inbound({**body, "msgtype": "text", "text": {}}, now=datetime.fromtimestamp(self._clock(), UTC))
        part = body.get("stream")
        stream_id = str(part.get("id", "")) if isinstance(part, dict) else ""
        return await self._streams.asked(asker.chat_id if asker else "", stream_id)

    async def _begin_stream(self, chat: str, event_id: str) -> Payload:
        try:
            async with asyncio.timeout(STORE_S):
                return await self._streams.begin(chat, event_id)
        except Exception as error:
            raise NotStored from error

    async def _keep_url(self, chat: str, body: Mapping[str, Any]) -> bool:
        """Keep the address to answer to; False where the callback brings none. Raises `NotStored`."""
        url = body.get("response_url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            return False
        prefix = _prefix(chat)
        told_apart = hashlib.sha256(str(body.get("msgid", url)).encode("utf-8", "replace")).hexdigest()[:12]
        try:
            async with asyncio.timeout(STORE_S):
                kept = await self._store.keys(prefix)
                if not any(key.endswith(told_apart) for key in kept):  # a repeat brings the same address
                    await self._store.put(f"{prefix}{int(self._clock() * 1000):014d}.{told_apart}", url)
                for key in kept[: max(0, len(kept) + 1 - MAX_URLS)]:
                    await self._store.drop(key)
        except Exception as error:
            log.warning("wecom robot: an answer's address could not be kept: %s", type(error).__name__)
            raise NotStored from error
        return True

    def _redrawn(self, body: Mapping[str, Any]) -> Payload | None:
        """The answer to a press: the card without its buttons."""
        return self._shown.pressed(card_press(body))

    def _closed(self, answer: Payload) -> str:
        """An answer, encrypted."""
        timestamp, nonce = str(int(self._clock())), uuid4().hex[:16]
        encrypted, signature = self._seal.close(json.dumps(answer).encode(), timestamp=timestamp, nonce=nonce)
        sealed = {"encrypt": encrypted, "msgsignature": signature, "timestamp": int(timestamp), "nonce": nonce}
        return json.dumps(sealed)

    async def send(self, message: Outbound) -> str:
        """Answer in the chat. Pictures and files cannot be answered with, so their description stands in for them; a
        file goes through the app, in a group to who asked for it."""
        if message.file is not None and self._otherwise is not None:
            alone = replace(message, thread_id="", chat_id=message.asker or message.chat_id)
            if not message.asker:
                return await self._otherwise.send(alone)
            await self._hand_over(replace(alone, picture=None, buttons=()), self._otherwise)
        text = message.text or message.picture_alt or (message.file.name if message.file else "")
        payloads = to_payloads(replace(message, text=text), task_id=uuid4().hex)
        for count, payload in enumerate(payloads):
            if not await self._answer(message.chat_id, payload):
                if count:
                    log.warning("wecom robot: %d of %d parts found no address", len(payloads) - count, len(payloads))
                    break
                if await self._streams.say(message.chat_id, in_markdown(message)[0]):
                    return uuid4().hex
                if self._otherwise is None:
                    raise Undeliverable("no_response_url")
                return await self._otherwise.send(replace(message, thread_id=""))
            if payload["msgtype"] == "template_card":
                self._shown.add(payload["template_card"], message.asker)
        return uuid4().hex

    async def _hand_over(self, message: Outbound, app: CanSend) -> None:
        try:
            await app.send(message)
        except Undeliverable as error:
            log.warning("wecom robot: a file asked for in a group could not be handed over: %s", error.reason)

    async def _answer(self, chat: str, payload: Payload) -> bool:
        """Post to the oldest address of the chat that still takes something; False: there is none.

        An address is forgotten once it has answered. When nobody knows whether it did, it is tried again: one that
        was used up refuses.
        """
        for key in await self._store.keys(_prefix(chat)):
            url = await self._store.get(key)
            if not url or self._clock() - _kept_at(key) > URL_LASTS_S:
                await self._store.drop(key)
                continue
            answer = await post(self._http, url, json=payload)
            code = answer.get("errcode", 0)
            error = error_of(code) if isinstance(code, int) and code else None
            if isinstance(error, RetryLater):
                raise error
            await self._store.drop(key)
            if error is None:
                return True
            log.info("wecom robot: an answer's address was refused: errcode %d", code)
        return False


def _prefix(chat: str) -> str:
    return f"wecom.url.{hashlib.sha256(chat.encode('utf-8', 'replace')).hexdigest()[:24]}."


def _kept_at(key: str) -> float:
    milliseconds = key.split(".")[3]
    return int(milliseconds) / 1000 if milliseconds.isdigit() else 0.0


def _encrypted(body: str) -> str:
    encrypted = _json(body).get("encrypt")
    if not isinstance(encrypted, str) or not encrypted:
        raise Forged("encrypt")
    return encrypted


def _json(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Forged("JSON") from error
    if not isinstance(body, dict):
        raise Forged("JSON")
    return body
