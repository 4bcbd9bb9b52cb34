"""The bot as a process of its own, for tests that kill it.

Run as a program it becomes a nursery: it loads everything once and then forks a worker for each line on its standard
input, so that a test can afford many. A worker is the real bot and sender over the real database; only its platform is
made up. That platform is one connection to the test, lines of JSON in both directions: messages come in and are
acknowledged on it, answers go out on it and are acknowledged in turn.
"""

import asyncio
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from adapters.base import (
    Inbound,
    Limits,
    NotStored,
    Outbound,
    OutcomeUnknown,
    Platform,
    Receive,
    RetryLater,
    Undeliverable,
)
from bot.app import open_bot
from bot.dialogs.model import Values
from bot.dialogs.reply import Saved
from bot.flows.registry import FLOWS, FORMS, Form
from bot.intake import Intake
from bot.logs import set_up_logging
from bot.messages.sender import Sender
from bot.scheduler import keep_time
from bot.world import World
from config.settings import load_settings
from tests.faults.stumbling import stumble

log = logging.getLogger("bot.worker")
Do: TypeAlias = Callable[[dict[str, Any]], Awaitable[Any]]


class Loopback:
    """A platform that is one line of JSON after the other."""

    platform: Platform = "loopback"
    limits = Limits()

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, do: Do) -> None:
        self._reader = reader
        self._writer = writer
        self._do = do
        self._sends: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def routes(self, receive: Receive) -> Sequence[Any]:
        return ()

    def write(self, **line: Any) -> None:
        self._writer.write(json.dumps(line).encode() + b"\n")

    async def run(self, receive: Receive) -> None:
        while raw := await self._reader.readline():
            line = json.loads(raw)
            if "sent" in line:
                self._sends.pop(line["sent"]).set_result(line)
            else:
                task = asyncio.create_task(self._obey(line) if "do" in line else self._take(receive, line))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _obey(self, line: dict[str, Any]) -> None:
        self.write(done=await self._do(line))

    async def _take(self, receive: Receive, line: dict[str, Any]) -> None:
        data = line["inbound"]
        try:
            await receive(Inbound(**{**data, "sent_at": datetime.fromisoformat(data["sent_at"])}))
        except NotStored:
            self.write(refused=line["n"])
        else:
            self.write(ack=line["n"])

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        """This platform cannot."""

    async def send(self, message: Outbound) -> str:
        number = len(self._sends) + 1
        while number in self._sends:
            number += 1
        answer = self._sends[number] = asyncio.get_running_loop().create_future()
        fields = asdict(message)
        fields.pop("picture")
        self.write(send=number, message=fields)
        result = await answer
        match result["as"]:
            case "later":
                raise RetryLater(result["after_s"])
            case "gone":
                raise Undeliverable("gone")
            case "unknown":
                raise OutcomeUnknown
            case "failed":
                raise ConnectionError
        return str(result["as"])


async def work(port: int) -> None:
    """A worker's life: open the bot, settle what an earlier life left, then serve until told to stop."""
    bot = open_bot(load_settings())
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=16_000_000)
    loopback = Loopback(reader, writer, lambda line: _do(sender, line))
    sender = Sender(bot.database, {loopback.platform: loopback}, bot.clock)
    bot.listen(
        lambda receipt: loop.call_soon_threadsafe(sender.wake, receipt.chat_key, receipt.in_hand), [loopback.platform]
    )
    loop = asyncio.get_running_loop()
    intake = Intake(bot, sender.wake)
    if os.environ.get("ONLY_FIRST_TURNS"):
        bot._later.stop()  # a moment that is else too short to be hit: the message is stored, and nobody has come back
    else:
        bot.watch()
    watching = asyncio.create_task(sender.watch())
    works = [watching]
    if os.environ.get("CLOCK"):
        works.append(asyncio.create_task(keep_time(bot, sender.wake)))
    loopback.write(hello=os.getpid())
    serving = asyncio.create_task(loopback.run(intake.receive_soon))
    loop.add_signal_handler(signal.SIGTERM, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving
    for task in works:
        task.cancel()
    await asyncio.gather(*works, return_exceptions=True)
    await intake.close(10.0)
    await sender.stop()
    bot.close()
    writer.close()


async def _do(sender: Sender, line: dict[str, Any]) -> Any:
    """What a test asks of the process itself."""
    match line["do"]:
        case "limit":  # no file may grow beyond this: the disk is full
            _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (line["bytes"] if line["bytes"] is not None else hard, hard))
            return True
        case "memory":  # the most that was ever in use, in KiB
            most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            return most // 1024 if sys.platform == "darwin" else most
        case "recover":  # as at a start
            return await sender.recover()
        case "stumble":  # in every way in which a process can write down what it was told
            return await stumble(line["words"])
    raise ValueError(line["do"])


def _break(world: World, values: Values) -> Saved:
    """A save that raises as long as the file that the test names is there."""
    if Path(os.environ["TROUBLE"]).exists():
        raise RuntimeError(f"trouble with {values}")
    return FLOWS["customer"].save(world, values)


FRAGILE = replace(FLOWS["customer"], save=_break)


def main() -> None:
    """Fork a worker for each line of standard input: {"port": …, "environment": {…}, "log": path}."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    _warm_up()
    for raw in sys.stdin:
        order = json.loads(raw)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = 1
            try:
                _be_born(order)
                asyncio.run(work(order["port"]), debug=False)
                code = 0
            except BaseException as error:
                log.critical("worker died", exc_info=error)
            finally:
                logging.shutdown()
                os._exit(code)


def _be_born(order: dict[str, Any]) -> None:
    os.close(0)
    os.open(os.devnull, os.O_RDONLY)
    out = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(order["environment"])
    set_up_logging(load_settings())


def _warm_up() -> None:
    """Load what a worker will need, so that it is there from its first moment."""
    from datetime import UTC

    import apscheduler.schedulers.asyncio  # noqa: F401
    from sqlalchemy.orm import configure_mappers

    import storage.session  # noqa: F401
    from nlu.understand import understand
    from storage import records

    records.all_records()
    configure_mappers()
    list(FLOWS.values())
    FORMS["fragile"] = Form("fragile", __name__, openings=())
    understand("met Sarah Lin at Northwind, call her on Friday", now=datetime(2026, 11, 23, tzinfo=UTC))


if __name__ == "__main__":
    main()
