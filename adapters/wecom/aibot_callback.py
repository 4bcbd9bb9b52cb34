"""The 智能机器人 in callback mode.

Answers come out of the outbox, seconds or a restart later, and must be known to have arrived. So each message's
``response_url`` is kept before the message is acknowledged, and the answer is posted there. A stream in the callback's
own response would have to be held in memory until the platform asks for it again, by whichever process it then asks,
and nobody would learn whether it was shown. The address works once and for an hour: what has none left goes to the
person through the self-built app, and to a group not at all.
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
from adapters.wecom.aibot_messages import card_press, to_inbound, to_payloads
from adapters.wecom.api import post
from adapters.wecom.callback import callback_route
from adapters.wecom.crypto import Forged, Seal
from adapters.wecom.errors import error_of
from adapters.wecom.parts import Payload
from adapters.wecom.shown import Shown
from adapters.wecom.store import Store

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

    def routes(self, receive: Receive) -> list[Route]:
        async def handle(message: bytes) -> str:
            body = _json(message.decode("utf-8", "replace"))
            inbound = to_inbound(body, now=datetime.fromtimestamp(self._clock(), UTC))
            if inbound is None:
                return ""
            await self._keep_url(inbound.chat_id, body)
            await receive(inbound)
            return self._redrawn(body) if inbound.action is not None else ""

        return [callback_route(PATH, self._seal, _encrypted, handle)]

    async def _keep_url(self, chat: str, body: Mapping[str, Any]) -> None:
        url = body.get("response_url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            return
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

    def _redrawn(self, body: Mapping[str, Any]) -> str:
        """The answer to a press: the card without its buttons."""
        press = card_press(body)
        change = self._shown.pressed(press["task_id"], press["event_key"])
        if change is None:
            return ""
        timestamp, nonce = str(int(self._clock())), uuid4().hex[:16]
        encrypted, signature = self._seal.close(json.dumps(change).encode(), timestamp=timestamp, nonce=nonce)
        sealed = {"encrypt": encrypted, "msgsignature": signature, "timestamp": int(timestamp), "nonce": nonce}
        return json.dumps(sealed)

    async def send(self, message: Outbound) -> str:
        """Answer in the chat. Pictures and files cannot be answered with, so their description stands in for them."""
        if message.file is not None and self._otherwise is not None:
            return await self._otherwise.send(replace(message, thread_id=""))
        text = message.text or message.picture_alt or (message.file.name if message.file else "")
        payloads = to_payloads(replace(message, text=text), task_id=uuid4().hex)
        for count, payload in enumerate(payloads):
            if not await self._answer(message.chat_id, payload):
                if count:
                    log.warning("wecom robot: %d of %d parts found no address", len(payloads) - count, len(payloads))
                    break
                if self._otherwise is None:
                    raise Undeliverable("no_response_url")
                return await self._otherwise.send(replace(message, thread_id=""))
            if payload["msgtype"] == "template_card":
                self._shown.add(payload["template_card"])
        return uuid4().hex

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
