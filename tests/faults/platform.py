"""A chat platform that is made up: it delivers messages to workers and remembers all that they send.

It is as demanding as a real one: what is not acknowledged is delivered again, under the same id.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

WITHIN_S = 60.0
TRIES = 5
SYLLABLES, FAR_APART = 6, 3_163_536_529  # of the names of `marker`; a step that changes most syllables
SENT_AT = "2026-11-23T08:00:00+00:00"
ACKED, REFUSED, LOST = "acked", "refused", "lost"


@dataclass(frozen=True)
class Sent:
    """A message that a worker sent."""

    worker: int
    chat: str
    text: str
    buttons: tuple[str, ...]


class Worker:
    """A worker's end of the connection, and its process."""

    def __init__(self, pid: int, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.gone = asyncio.Event()
        self._writer = writer
        self._numbers = count(1)
        self._deliveries: dict[int, asyncio.Future[str]] = {}
        self._answers: list[asyncio.Future[Any]] = []

    def write(self, **line: Any) -> None:
        with suppress(ConnectionError):
            self._writer.write(json.dumps(line).encode() + b"\n")

    async def deliver(self, message: dict[str, Any]) -> str:
        """Hand a message over: acked, refused, or lost when the process ended first."""
        if self.gone.is_set():
            return LOST
        number = next(self._numbers)
        self._deliveries[number] = result = asyncio.get_running_loop().create_future()
        self.write(n=number, inbound=message)
        return await asyncio.wait_for(result, WITHIN_S)

    async def do(self, what: str, **arguments: Any) -> Any:
        """Ask something of the process itself."""
        result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers.append(result)
        self.write(do=what, **arguments)
        return await asyncio.wait_for(result, WITHIN_S)

    async def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the process; comes back when it is gone."""
        os.kill(self.pid, how)
        await asyncio.wait_for(self.gone.wait(), WITHIN_S)

    def hear(self, line: dict[str, Any]) -> None:
        if "ack" in line:
            self._deliveries.pop(line["ack"]).set_result(ACKED)
        elif "refused" in line:
            self._deliveries.pop(line["refused"]).set_result(REFUSED)
        elif "done" in line:
            self._answers.pop(0).set_result(line["done"])

    def end(self) -> None:
        self.gone.set()
        for delivery in self._deliveries.values():
            if not delivery.done():
                delivery.set_result(LOST)
        self._writer.close()


@dataclass
class Platform:
    """The platform. ``answer`` says what becomes of a message that is sent: an id, an error, or None for no answer."""

    answer: Callable[[Sent], dict[str, Any] | None] = lambda sent: {"as": "1"}
    sent: list[Sent] = field(default_factory=list)
    workers: dict[int, Worker] = field(default_factory=dict)
    port: int = 0

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=16_000_000)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Kill what still runs."""
        for worker in list(self.workers.values()):
            with suppress(ProcessLookupError):
                await worker.kill()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.gather(*self._connections)

    async def until(self, condition: Callable[[], bool], within_s: float = WITHIN_S) -> None:
        """Wait until a condition on what was sent, or on the workers, holds."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), within_s)

    def texts(self, chat: str) -> list[str]:
        """What a chat was sent, in order; the same thing sent again at once counts as one."""
        texts = [sent.text for sent in self.sent if sent.chat == chat]
        return [text for n, text in enumerate(texts) if n == 0 or texts[n - 1] != text]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        hello = json.loads(await reader.readline())
        worker = self.workers[hello["hello"]] = Worker(hello["hello"], writer)
        await self._tell()
        with suppress(ConnectionError):
            while raw := await reader.readline():
                line = json.loads(raw)
                if "send" in line:
                    await self._take(worker, line)
                else:
                    worker.hear(line)
        del self.workers[worker.pid]
        worker.end()
        await self._tell()
        self._connections.discard(task)

    async def _take(self, worker: Worker, line: dict[str, Any]) -> None:
        message = line["message"]
        buttons = tuple(button["id"] for button in message["buttons"])
        sent = Sent(worker.pid, message["chat_id"], message["text"], buttons)
        self.sent.append(sent)
        answer = self.answer(sent)
        if answer is not None:
            worker.write(sent=line["send"], **answer)
        await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class Person:
    """Somebody who writes to the bot, one message after the other, and never gives up on one."""

    _ids = count(1)

    def __init__(self, platform: Platform, name: str, chat: str | None = None) -> None:
        self.platform = platform
        self.name = name
        self.chat = chat or name
        self.results: dict[str, str] = {}  # event id → what became of it in the end

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        return {
            "platform": "loopback",
            "event_id": f"{self.name}-{next(self._ids)}",
            "chat_id": self.chat,
            "sender_id": self.name,
            "text": text,
            "sent_at": SENT_AT,
            **more,
        }

    async def say(self, text: str, **more: Any) -> None:
        """Have a message delivered, again and again until it is acknowledged."""
        message = self.message(text, **more)
        while True:
            await self.platform.until(lambda: bool(self.platform.workers))
            worker = next(iter(self.platform.workers.values()))
            result = self.results[message["event_id"]] = await worker.deliver(message)
            if result == ACKED:
                return

    async def tell(self, worker: Worker, text: str, **more: Any) -> str:
        """Have a message delivered to this worker, again where it has no time for it just now."""
        message = self.message(text, **more)
        result = REFUSED
        for _ in range(TRIES):
            if result == REFUSED:
                result = self.results[message["event_id"]] = await worker.deliver(message)
        return result

    async def try_once(self, worker: Worker, text: str, **more: Any) -> str:
        """Have a message delivered once, whatever becomes of it."""
        message = self.message(text, **more)
        result = self.results[message["event_id"]] = await worker.deliver(message)
        return result


def marker(number: int) -> str:
    """A name that nothing else has or is near to, and in which nobody sees a number or a date."""
    letters = "bdfglmnprstvz"
    syllables = []
    number = number * FAR_APART % (len(letters) * 5) ** SYLLABLES
    for _ in range(SYLLABLES):
        number, rest = divmod(number, len(letters) * 5)
        syllables.append(letters[rest // 5] + "aeiou"[rest % 5])
    return "Q" + "".join(syllables)
