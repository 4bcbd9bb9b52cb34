"""`crmbot chat`: talk to the bot in a terminal, on the embedded database, without any account."""

import asyncio
import getpass
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.base import Inbound
from adapters.console import Console, to_inbound
from bot.app import Bot, open_bot
from bot.cli.screen import Screen
from bot.clock import Clock
from bot.errors import Unavailable
from bot.intake import stored
from bot.logs import set_up_logging
from bot.messages.address import chat_key, conversation_key
from bot.messages.sender import Sender
from bot.people.identity import OUTSIDE, identify
from bot.scheduler import keep_time, look_once
from bot.talk.memory import lock
from config.catalog import Catalog, catalog
from config.settings import Settings
from config.types import Language
from storage.schema import ensure

if TYPE_CHECKING:
    from bot.incoming.carrier import Carrier

STORE_WITHIN_S = 5.0  # how long to wait for a store that does not take what is to be written
CLOCK_AFTER_S = 2.0  # when the clock is loaded: the first answer has its 0.4 s of the processor for itself
LOG_FILE = "crmbot.log"
T = TypeVar("T")


def run_chat(
    settings: Settings, *, name: str | None, role: str | None, language: Language | None, clock: Clock
) -> None:
    """Talk until the end of input. With a terminal: greeting, history, a prompt; from a pipe: replies only."""
    set_up_logging(settings, to=settings.data_dir / LOG_FILE)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _interrupt)
    bot = open_bot(settings, clock=clock)
    try:
        ensure(bot.database, may_upgrade=True)
        bot.database.write(lambda tx: None)  # a store that takes nothing is to say so now
        who = name or getpass.getuser()
        hello = to_inbound("", sender=who, sent_at=clock())
        _introduce(bot, hello, who, role, language)
        words = _words(bot, hello)
        with suppress(KeyboardInterrupt):  # what was said is safe; what was not answered yet is answered next time
            _talk(bot, Screen(words, bot.settings.data_dir), words, who)
    finally:
        bot.close()


class Aside:
    """The loop in which the bot lives, beside the thread that waits for what is typed: it may speak up meanwhile."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bot", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this in the loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this in the loop for as long as there is one."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """Give up what is still going on."""
        asyncio.run_coroutine_threadsafe(_give_up(), self._loop).result(STORE_WITHIN_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STORE_WITHIN_S)
        self._loop.close()


async def _give_up() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def _aside() -> Iterator[Aside]:
    aside = Aside()
    try:
        yield aside
    finally:
        with suppress(TimeoutError):
            aside.close()


def _talk(bot: Bot, screen: Screen, words: Catalog, who: str) -> None:
    chat = chat_key(to_inbound("", sender=who, sent_at=bot.clock()))
    console = Console(screen.show, screen.keep)
    sender = Sender(bot.database, {"console": console}, bot.clock, only=chat)
    files = Files(bot, console, sender)
    with _aside() as aside:
        aside.run(_greet(bot, sender, chat))
        if screen.is_terminal:
            screen.show(words.say("chat.greeting", name=who))
            _continue(bot, sender, screen, aside, words, who)
        aside.run(_overdue(bot, sender, chat))
        screen.require_shown()
        aside.begin(_tick(bot, sender))
        for line in screen.lines():
            inbound = to_inbound(line, sender=who, sent_at=bot.clock())
            try:
                with screen.waiting():
                    aside.run(_say(bot, sender, inbound))
                    aside.run(files.follow(inbound, chat))
            except (Unavailable, TimeoutError):
                screen.show(words.say("error.unavailable"))
            screen.require_shown()
        aside.run(sender.stop())


class Files:
    """Sees to the tables that are sent here, from the first one on."""

    def __init__(self, bot: Bot, console: Console, sender: Sender) -> None:
        self._bot, self._console, self._sender = bot, console, sender
        self._carrier: Carrier | None = None

    async def follow(self, inbound: Inbound, chat: str) -> None:
        """Do what a message has brought about for them, before the next one is read."""
        if self._carrier is None and inbound.attachments:
            from bot.incoming.carrier import Carrier  # with it come the readers of files

            self._carrier = Carrier(self._bot, {"console": self._console}, self._sender.wake)
        if self._carrier is None:
            return
        while await self._carrier.look():
            await self._sender.drain(chat)


async def _greet(bot: Bot, sender: Sender, chat: str) -> None:
    """First what an earlier session left undone."""
    await asyncio.to_thread(bot.recover)
    await sender.recover()
    await sender.drain(chat)


async def _overdue(bot: Bot, sender: Sender, chat: str) -> None:
    """What fell due while nobody was there."""
    await look_once(bot, sender.wake)
    await sender.drain(chat)


async def _tick(bot: Bot, sender: Sender) -> None:
    await asyncio.sleep(CLOCK_AFTER_S)
    await keep_time(bot, sender.wake)


async def _say(bot: Bot, sender: Sender, inbound: Inbound) -> None:
    """One message and its answer."""
    receipt = await stored(bot, inbound)
    if receipt.is_waiting:
        await asyncio.to_thread(bot.recover)  # its turn failed, or comes after one that did
    await asyncio.wait_for(sender.drain(receipt.chat_key), STORE_WITHIN_S)


def _continue(bot: Bot, sender: Sender, screen: Screen, aside: Aside, words: Catalog, who: str) -> None:
    """A dialog that was open when the last session ended goes on where it was."""
    inbound = to_inbound(words.words("chat.resume")[0], sender=who, sent_at=bot.clock())
    key = conversation_key(inbound)
    with bot.database.read() as tx:
        has_dialog = bool(lock(tx.connection, [key])[key].memory.dialogs)
    if has_dialog:
        with screen.waiting():
            aside.run(_say(bot, sender, inbound))


def _introduce(bot: Bot, inbound: Inbound, name: str, role: str | None, language: Language | None) -> None:
    """Make sure that the person exists; on first use they become a user of the default team."""
    with bot.database.read() as tx:
        actor = identify(tx, inbound, bot.settings)
    if actor is not None and role in (None, actor.role) and language in (None, actor.language):
        return
    if role == OUTSIDE or (role is None and actor is not None and actor.contact_id is not None):
        from bot.rules.guests import add_console_guest

        bot.database.write(lambda tx: add_console_guest(tx, name=name, language=language, now=bot.clock()))
        return
    from bot.rules.people import add_console_user  # records are loaded only when somebody is to be written

    team = catalog(language or bot.settings.language).say("chat.team")
    now = bot.clock()
    bot.database.write(
        lambda tx: add_console_user(tx, name=name, role=role, language=language, team_name=team, now=now)
    )


def _words(bot: Bot, inbound: Inbound) -> Catalog:
    with bot.database.read() as tx:
        actor = identify(tx, inbound, bot.settings)
    return catalog(actor.language if actor else bot.settings.language)


def _stop(_number: int, _frame: object) -> None:
    """An orderly end: the turn in hand is stored, its answer is given at the next start."""
    raise SystemExit(0)


def _interrupt(_number: int, _frame: object) -> None:
    """At once, wherever we are. Asyncio's own way would wait for the line that is being typed."""
    raise KeyboardInterrupt
