"""The long connection of a 智能机器人: frames ``{cmd, headers: {req_id}, body}`` over one WebSocket (document path
101463). Callbacks come in; what we ask is answered by a frame that bears the same ``req_id``."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias
from uuid import uuid4

import aiohttp

from adapters.base import OutcomeUnknown, RetryLater

log = logging.getLogger(__name__)

Frame: TypeAlias = Mapping[str, Any]
OnFrame: TypeAlias = Callable[[Frame], None]

CONNECT_S = 10.0
ANSWER_S = 10.0
PING_S = 30.0
MISSED_PINGS = 2
CLOSE_S = 2.0
CALLBACKS = ("aibot_msg_callback", "aibot_event_callback")
MAX_FRAME = 4 * 1024 * 1024


class Rejected(Exception):
    """The robot's id or secret is wrong."""


class TakenOver(Exception):
    """Another connection of the same robot has ended this one."""


class Connection:
    """One connection at a time; ``serve`` lasts as long as it does."""

    def __init__(self, url: str, robot_id: str, secret: str, *, ping_s: float = PING_S) -> None:
        self._url = url
        self._robot_id = robot_id
        self._secret = secret
        self._ping_s = ping_s
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._waiting: dict[str, asyncio.Future[Frame]] = {}

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    async def serve(self, on_frame: OnFrame, on_open: Callable[[], None]) -> None:
        """Connect, subscribe, and hand over callbacks until the connection ends.

        Raises Rejected, TakenOver, and aiohttp's errors and TimeoutError where there is no connection.
        """
        async with aiohttp.ClientSession(trust_env=True) as session:
            async with asyncio.timeout(CONNECT_S):
                socket = await session.ws_connect(
                    self._url, max_msg_size=MAX_FRAME, timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S)
                )
            try:
                # The reader must run before anything is asked.
                async with asyncio.TaskGroup() as group:
                    reader = group.create_task(self._read(socket, on_frame))
                    pinger = group.create_task(self._subscribe_and_ping(socket, on_open))
                    await _first_of(reader, pinger)
            except ExceptionGroup as group:
                _raise_what_matters(group)
            finally:
                self._socket = None
                self._give_up_waiting()
                with suppress(Exception):
                    await socket.close()

    async def ask(self, command: str, body: Frame, *, req_id: str = "") -> Frame:
        """Send a frame; its answer. Raises RetryLater where nothing was sent, OutcomeUnknown where no answer came."""
        if self._socket is None:
            raise RetryLater(1.0)
        return await self._ask(self._socket, command, body, req_id)

    async def _ask(
        self, socket: aiohttp.ClientWebSocketResponse, command: str, body: Frame | None, req_id: str = ""
    ) -> Frame:
        req_id = req_id or f"{command}_{uuid4().hex}"
        frame = {"cmd": command, "headers": {"req_id": req_id}} | ({"body": body} if body is not None else {})
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting[req_id] = answer
        try:
            await socket.send_str(json.dumps(frame, ensure_ascii=False))
            async with asyncio.timeout(ANSWER_S):
                return await answer
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            raise OutcomeUnknown(type(error).__name__) from None
        finally:
            self._waiting.pop(req_id, None)

    async def _subscribe_and_ping(self, socket: aiohttp.ClientWebSocketResponse, on_open: Callable[[], None]) -> None:
        body = {"bot_id": self._robot_id, "secret": self._secret}
        answer = await self._ask(socket, "aibot_subscribe", body)
        if answer.get("errcode", 0) != 0:
            raise Rejected(answer.get("errcode"))
        self._socket = socket
        on_open()
        missed = 0
        while missed < MISSED_PINGS:
            await asyncio.sleep(self._ping_s)
            try:
                await self._ask(socket, "ping", None)
                missed = 0
            except OutcomeUnknown:
                missed += 1

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, on_frame: OnFrame) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            frame = _frame(message.data)
            if frame.get("cmd") in CALLBACKS:
                if _event_type(frame) == "disconnected_event":
                    raise TakenOver
                on_frame(frame)
            elif (waiting := self._waiting.get(req_id_of(frame))) is not None and not waiting.done():
                waiting.set_result(frame)

    def _give_up_waiting(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(OutcomeUnknown("connection ended"))


def _raise_what_matters(group: ExceptionGroup[Exception]) -> None:
    """That the connection is gone needs no error: the next one is opened. Why it may not be opened does."""
    for kind in (TakenOver, Rejected):
        found = group.subgroup(kind)
        if found is not None:
            raise found.exceptions[0]
    log.info("wecom robot: the connection has failed: %s", type(group.exceptions[0]).__name__)


async def _first_of(*tasks: "asyncio.Task[None]") -> None:
    """Wait until one of them ends, and end the others."""
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _frame(text: str) -> dict[str, Any]:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return frame if isinstance(frame, dict) else {}


def req_id_of(frame: Frame) -> str:
    headers = frame.get("headers")
    return str(headers.get("req_id", "")) if isinstance(headers, dict) else ""


def _event_type(frame: Frame) -> str:
    body = frame.get("body")
    event = body.get("event") if isinstance(body, dict) else None
    return str(event.get("eventtype", "")) if isinstance(event, dict) else ""
