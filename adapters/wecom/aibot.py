"""The 智能机器人 on a long connection: no public address, no encryption, and it may speak first.

Everything goes out by ``aibot_send_msg``. ``aibot_respond_msg`` is bound to the connection and the frame of the
question, so it could answer neither after a restart nor from the outbox; the proactive form reaches the same chat, as
often as needed, as long as somebody there has once written to the robot.
"""

import asyncio
import base64
import hashlib
import logging
import random
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aiohttp

from adapters.base import Inbound, NotStored, Outbound, Rate, Receive, Undeliverable, Upload, uploads
from adapters.wecom.aibot_messages import card_press, to_inbound, to_payloads
from adapters.wecom.callback import Errands
from adapters.wecom.connection import Connection, Frame, Rejected, TakenOver, req_id_of
from adapters.wecom.errors import ApiError, error_of
from adapters.wecom.pace import MAX_CHATS, Pace
from adapters.wecom.parts import Parts, Payload
from adapters.wecom.shown import Shown

log = logging.getLogger(__name__)

PER_CHAT = (Rate(28, 60.0), Rate(950, 3600.0))
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
REJECTED_FIRST_S, REJECTED_WAIT_S = 2.0, 300.0  # wrong credentials do not get better by being tried
TAKEN_OVER_WAIT_S = 15.0  # to take it back at once would only end the other's
CHUNK = 512 * 1024
STORE_TRIES = 8  # the platform does not send a frame twice: a message that cannot be stored at once is held for a while


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Aibot:
    """Holds the connection while ``run`` runs, and sends through it. One process per robot may run it."""

    def __init__(self, connection: Connection, errands: Errands, *, now: Callable[[], datetime] = _utc_now) -> None:
        self._connection = connection
        self._errands = errands
        self._now = now
        self._pace = Pace(*PER_CHAT)
        self._parts = Parts()
        self._shown = Shown()
        self._asked: OrderedDict[str, str] = OrderedDict()  # by chat, the frame of its last question
        self._last: dict[str, asyncio.Task[None]] = {}

    async def run(self, receive: Receive) -> None:
        """Stay connected until cancelled; tries to connect are spread out."""
        failures = 0

        def opened() -> None:
            nonlocal failures
            failures = 0
            log.info("wecom robot connected")

        while True:
            failures += 1
            wait_s = random.uniform(0.1, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 10) / 2))  # noqa: S311
            try:
                await self._connection.serve(lambda frame: self._take(frame, receive), opened)
            except TakenOver:
                log.warning("wecom robot: another connection has taken over")
                wait_s = TAKEN_OVER_WAIT_S
            except Rejected as error:
                log.error("wecom robot: CRMBOT_WECOM_AIBOT_ID or _SECRET refused: errcode %s", error.args[0])
                wait_s = min(REJECTED_WAIT_S, REJECTED_FIRST_S * 2 ** min(failures, 10))
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.info("wecom robot not connected: %s", type(error).__name__)
            await asyncio.sleep(wait_s)

    def _take(self, frame: Frame, receive: Receive) -> None:
        """One callback. Those of one person are stored in the order in which they came."""
        body = frame.get("body")
        inbound = to_inbound(body, now=self._now()) if isinstance(body, dict) else None
        if inbound is None or not isinstance(body, dict):
            return
        self._asked[inbound.chat_id] = req_id_of(frame)
        self._asked.move_to_end(inbound.chat_id)
        if len(self._asked) > MAX_CHATS:
            self._asked.popitem(last=False)
        key = f"{inbound.chat_id}|{inbound.sender_id}"
        task = asyncio.get_running_loop().create_task(self._store(inbound, receive, after=self._last.get(key)))
        self._last[key] = task
        task.add_done_callback(lambda done: self._stored(key, done, frame, body))

    def _stored(self, key: str, task: "asyncio.Task[None]", frame: Frame, body: Mapping[str, Any]) -> None:
        if self._last.get(key) is task:
            del self._last[key]
        if task.cancelled() or task.exception() is not None:
            log.error("wecom robot: a message could not be stored and is lost")
            return
        change = self._shown.pressed(card_press(body))
        if change is not None:
            redraw = self._connection.ask("aibot_respond_update_msg", change, req_id=req_id_of(frame))
            self._errands.start(redraw)

    async def _store(self, inbound: Inbound, receive: Receive, *, after: "asyncio.Task[None] | None") -> None:
        if after is not None:
            await asyncio.wait([after])
        for attempt in range(STORE_TRIES):
            try:
                return await receive(inbound)
            except NotStored:
                await asyncio.sleep(min(30.0, 0.5 * 2**attempt))
        await receive(inbound)

    async def send(self, message: Outbound) -> str:
        payloads = to_payloads(message, task_id=uuid4().hex)
        media = [
            {"msgtype": item.kind, item.kind: {"media_id": await self._upload(item)}}
            for item in uploads(message)
            if item.content
        ]
        payloads = [*media, *payloads]
        return await self._parts.deliver(
            message, payloads, lambda payload: self._send_one({"chatid": message.chat_id, **payload}, message.asker)
        )

    async def _send_one(self, payload: Payload, asker: str) -> str:
        self._pace.step(payload["chatid"])
        try:
            await self._ask("aibot_send_msg", payload)
        except (ApiError, Undeliverable):
            if not await self._respond(payload):
                raise
        card = payload.get("template_card")
        if card is not None:
            self._shown.add(card, asker)
        return uuid4().hex

    async def _respond(self, payload: Payload) -> bool:
        """Say it as the answer to the last question of the chat, where the robot may not speak by itself. False: there
        is no such question."""
        req_id, kind = self._asked.get(payload["chatid"]), payload["msgtype"]
        if req_id is None or kind not in ("markdown", "template_card"):
            return False
        stream = {"id": uuid4().hex, "finish": True, "content": payload.get("markdown", {}).get("content", "")}
        body = {"msgtype": kind, kind: payload[kind]} if kind != "markdown" else {"msgtype": "stream", "stream": stream}
        await self._ask("aibot_respond_msg", body, req_id=req_id)
        return True

    async def _upload(self, item: Upload) -> str:
        content = item.content
        chunks = [content[start : start + CHUNK] for start in range(0, len(content), CHUNK)]
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        about = {"type": item.kind, "filename": item.name, "total_size": len(content), "total_chunks": len(chunks)}
        begun = await self._ask("aibot_upload_media_init", {**about, "md5": checksum})
        upload_id = _of_body(begun, "upload_id")
        for index, chunk in enumerate(chunks):
            data = base64.b64encode(chunk).decode()
            body = {"upload_id": upload_id, "chunk_index": index, "base64_data": data}
            await self._ask("aibot_upload_media_chunk", body)
        return _of_body(await self._ask("aibot_upload_media_finish", {"upload_id": upload_id}), "media_id")

    async def _ask(self, command: str, body: Mapping[str, Any], *, req_id: str = "") -> Frame:
        answer = await self._connection.ask(command, body, req_id=req_id)
        code = answer.get("errcode", 0)
        if isinstance(code, int) and code:
            log.warning("wecom robot refused %s: errcode %d", command, code)
            raise error_of(code)
        return answer


def _of_body(frame: Frame, name: str) -> str:
    body = frame.get("body")
    return str(body.get(name, "")) if isinstance(body, dict) else ""
