"""`crmbot run`: all platforms that have credentials, one HTTP server for all, the sender, and an orderly end."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeAlias

import uvicorn
from starlette.responses import Response
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import Server

from adapters.base import Adapter
from bot import health
from bot.app import Bot
from bot.beat import to_next
from bot.exchange import api
from bot.holding import hold
from bot.intake import Intake
from bot.logs import bare
from bot.messages.sender import Sender
from bot.rehearsal import rehearse
from bot.stored import Receipt
from bot.surveys import page as survey_page
from config.settings import Settings

log = logging.getLogger(__name__)

# Not by way of the package, which brings its command line and its supervisors; its own parts look for this there.
uvicorn.Config = Config  # type: ignore[misc]

# Something that goes on for as long as the bot runs (the clock of reminders, …). It gets the way to wake a chat.
Service: TypeAlias = Callable[[Bot, Callable[[str], None]], Awaitable[None]]

GIVE_WAY_S = 0.001  # turns are long pieces of Python: who acknowledges messages beside them does not wait for 5 ms
TURNS_S, SENDS_S = 10.0, 5.0  # what an orderly end may take
BACKLOG = 1024
DATE_S = 1.0


def listening_socket(settings: Settings) -> socket.socket:
    """The place where platforms call us. Raises OSError where it is taken."""
    family = socket.AF_INET6 if ":" in settings.http_host else socket.AF_INET
    return socket.create_server((settings.http_host, settings.http_port), family=family, backlog=BACKLOG)


async def serve(
    bot: Bot, adapters: Mapping[str, Adapter], place: socket.socket, *, services: Sequence[Service] = ()
) -> None:
    """Run until SIGTERM or SIGINT, then end within 15 seconds without losing anything."""
    sys.setswitchinterval(GIVE_WAY_S)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    sender = Sender(bot.database, adapters, bot.clock)
    intake = Intake(bot, sender.wake)
    bot.listen(_waking(loop, sender), adapters)
    server = _server(bot, adapters, intake)
    works = _begin(bot, adapters, intake, sender, services)
    answering = asyncio.create_task(server.serve(sockets=[place]))
    log.info("running: %s; HTTP on port %d", ", ".join(adapters), place.getsockname()[1])
    await _until_stopped(stop, answering)
    log.info("stopping")
    for work in works:
        work.cancel()
    server.end()
    await asyncio.gather(intake.close(TURNS_S), *works, return_exceptions=True)
    with suppress(TimeoutError):
        await asyncio.wait_for(answering, TURNS_S)
    await sender.stop(SENDS_S)
    log.info("stopped")


def _waking(loop: asyncio.AbstractEventLoop, sender: Sender) -> Callable[[Receipt], None]:
    """For turns that some other thread has done."""

    def hear(receipt: Receipt) -> None:
        with suppress(RuntimeError):  # the loop has ended: the next process sends it
            loop.call_soon_threadsafe(sender.wake, receipt.chat_key, receipt.in_hand)
            if receipt.other_chat is not None:
                loop.call_soon_threadsafe(sender.wake, receipt.other_chat)

    return hear


async def _until_stopped(stop: asyncio.Event, answering: "asyncio.Task[None]") -> None:
    """Wait for the signal; a server that ends by itself ends everything."""
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, answering], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if answering.done() and not stop.is_set():
        answering.result()


def _begin(
    bot: Bot, adapters: Mapping[str, Adapter], intake: Intake, sender: Sender, services: Sequence[Service]
) -> "list[asyncio.Task[None]]":
    """Start everything that goes on by itself."""
    bot.put_off(partial(rehearse, bot.settings, bot.crm))
    bot.watch()
    works = [_task("sender", _sending(sender))]
    for platform, adapter in adapters.items():
        name = f"connection/{platform}"
        run = _connection(adapter, intake)
        works.append(_task(platform, hold(bot.database, name, run)))
    works += [_task("service", _as_coroutine(service(bot, sender.wake))) for service in services]
    return works


async def _sending(sender: Sender) -> None:
    await sender.recover()
    await sender.watch()


def _connection(adapter: Adapter, intake: Intake) -> Callable[[], Awaitable[None]]:
    return lambda: adapter.run(intake.receive)


async def _as_coroutine(work: Awaitable[None]) -> None:
    await work


def _task(name: str, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """A task whose failure is written down when it happens."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_failure)
    return task


def _tell_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("%s stopped by an error", task.get_name(), exc_info=bare(error))


def _server(bot: Bot, adapters: Mapping[str, Adapter], intake: Intake) -> "_Server":
    routes = [route for adapter in adapters.values() for route in adapter.routes(intake.receive_soon)]

    own = [*health.routes(bot, intake), *survey_page.routes(bot), *api.routes(bot)]
    config = Config(
        _refusing(Router([*routes, *own])),
        http="h11",
        ws="none",
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=int(TURNS_S),
    )
    return _Server(config)


def _refusing(router: Router) -> ASGIApp:
    """Whoever calls is told to come again where a mistake of ours keeps them from an answer."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await router(scope, receive, send)
        except Exception as error:
            log.error("a request failed", exc_info=bare(error))
            await Response(status_code=503)(scope, receive, send)

    return answer


class _Server(Server):
    """The server leaves signals to us: what ends is more than the server. Nor does it look ten times a second whether
    it is to end: it is told."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()

    def end(self) -> None:
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):  # which renews the date that answers bear
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), to_next(DATE_S))

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
