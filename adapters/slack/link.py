"""One Socket Mode connection: envelopes in, acknowledgements out, and a watch over its silence."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType

log = logging.getLogger(__name__)

Envelope: TypeAlias = dict[str, Any]
Answer: TypeAlias = dict[str, Any]
Handle: TypeAlias = Callable[[Envelope], Awaitable[Answer | None]]  # None: no acknowledgement, Slack sends it again

MOST_IN_WORK = 500  # envelopes; then reading waits, and Slack with it
OVER = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. A connection is deaf when nothing has come for ``deaf_after_s``, not even an answer to our pings.
    Where Slack has not said hello in time another is opened. An old connection may ``linger_s`` deliver what it has
    when a new one stands."""

    ping_every_s: float = 5.0
    deaf_after_s: float = 20.0
    hello_within_s: float = 30.0
    linger_s: float = 15.0


class Link:
    """A connection. ``leaving`` is set when another one should be opened: at its end, or when its end is announced."""

    def __init__(self, socket: ClientWebSocketResponse, handle: Handle, pace: Pace) -> None:
        self.leaving = asyncio.Event()
        self._socket = socket
        self._handle = handle
        self._pace = pace
        self._now = asyncio.get_running_loop().time
        self._opened = self._heard = self._now()
        self._close_at: float | None = None
        self._greeted = False
        self._room = asyncio.Semaphore(MOST_IN_WORK)
        self._answers: set[asyncio.Task[None]] = set()
        self._own: list[asyncio.Task[None]] = []

    def start(self, links: "set[Link]") -> None:
        """Listen and watch; the link takes itself out of ``links`` when it is over."""
        links.add(self)
        loop = asyncio.get_running_loop()
        self._own = [loop.create_task(self._listen(links)), loop.create_task(self._watch())]

    async def finish(self, within_s: float) -> None:
        """Hear nothing more, answer what has been heard, close."""
        for task in self._own:
            task.cancel()
        if self._answers:
            await asyncio.wait(set(self._answers), timeout=within_s)
        await self._socket.close()
        await asyncio.gather(*self._own, return_exceptions=True)

    async def _listen(self, links: "set[Link]") -> None:
        try:
            while (frame := await self._socket.receive()).type not in OVER:
                self._heard = self._now()
                if frame.type is WSMsgType.TEXT:
                    await self._room.acquire()
                    self._heard = self._now()
                    self._take(frame.data)
                elif frame.type is WSMsgType.PING:
                    await self._socket.pong(frame.data)
        except (ClientError, ConnectionError) as error:
            log.info("connection to Slack lost: %s", type(error).__name__)
        finally:
            self.leaving.set()
            links.discard(self)
        await self._socket.close()

    def _take(self, text: str) -> None:
        """Start on a frame. Tasks begin in the order in which frames came."""
        task = asyncio.get_running_loop().create_task(self._read(text))
        self._answers.add(task)
        task.add_done_callback(self._taken)

    def _taken(self, task: "asyncio.Task[None]") -> None:
        self._answers.discard(task)
        self._room.release()
        if not task.cancelled() and task.exception() is not None:
            log.error("a frame from Slack was not understood: %s", type(task.exception()).__name__)

    async def _read(self, text: str) -> None:
        frame: Envelope = json.loads(text)
        kind = frame.get("type")
        if kind == "hello":
            self._greeted = True
        elif kind == "disconnect":
            self._leave(str(frame.get("reason")))
        elif "envelope_id" in frame:
            answer = await self._handle(frame)
            if answer is not None:
                # Where the connection is gone Slack delivers again; the repeat is recognised and acknowledged.
                with suppress(ClientError, ConnectionError):
                    await self._socket.send_str(json.dumps({"envelope_id": frame["envelope_id"], **answer}))

    def _leave(self, reason: str) -> None:
        if reason == "link_disabled":
            log.error("Socket Mode is switched off for this app")
        linger_s = 0.0 if reason == "too_many_websockets" else self._pace.linger_s
        self._close_at = self._now() + linger_s
        self.leaving.set()

    async def _watch(self) -> None:
        """Ping; close the connection when it is deaf, or old and relieved."""
        while not self._socket.closed:
            await asyncio.sleep(self._pace.ping_every_s)
            now = self._now()
            # Where reading waits for work to be done the silence is our own.
            if now - self._heard > self._pace.deaf_after_s and not self._room.locked():
                log.warning("the connection to Slack has gone silent: opening another")
                self.leaving.set()
                break
            if self._close_at is not None and now >= self._close_at:
                break
            if self._close_at is None and not self._greeted and now - self._opened > self._pace.hello_within_s:
                self._leave("no hello")
            with suppress(ClientError, ConnectionError, asyncio.TimeoutError):
                await asyncio.wait_for(self._socket.ping(), self._pace.ping_every_s)
        await self._socket.close()
