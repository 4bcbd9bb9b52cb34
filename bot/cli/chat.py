"""`crmbot chat`: talk to the bot in a terminal, on the embedded database, without any account."""

import asyncio
import getpass
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from adapters.base import Inbound
from adapters.console import Console, to_inbound
from bot.address import chat_key, conversation_key
from bot.app import Bot, open_bot
from bot.clock import Clock
from bot.errors import Unavailable
from bot.identity import identify
from bot.logs import set_up_logging
from bot.memory import lock
from bot.sender import Sender
from config.catalog import Catalog, catalog
from config.settings import Settings
from config.types import Language
from storage.schema import ensure

SPINNER_AFTER_S = 0.5
STORE_WITHIN_S = 5.0  # how long to wait for a store that does not take what is to be written
MAX_LINE = 4_000_000  # bytes of one line that are read at all
LOG_FILE = "crmbot.log"


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
            asyncio.run(_talk(bot, words, who))
    finally:
        bot.close()


async def _talk(bot: Bot, words: Catalog, who: str) -> None:
    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    sender = Sender(bot.database, {"console": Console(_print)}, bot.clock)
    await asyncio.to_thread(bot.recover)
    await sender.recover()
    chat = chat_key(to_inbound("", sender=who, sent_at=bot.clock()))
    await sender.drain(chat)
    if is_terminal:
        _print(words.say("chat.greeting", name=who))
        await _continue(bot, sender, words, who)
    lines = _typed(words, bot.settings.data_dir) if is_terminal else _piped(lambda: _print(words.say("error.encoding")))
    for line in lines:
        try:
            await _say(bot, sender, to_inbound(line, sender=who, sent_at=bot.clock()), is_terminal=is_terminal)
        except (Unavailable, TimeoutError):
            _print(words.say("error.unavailable"))
    await sender.stop()


async def _say(bot: Bot, sender: Sender, inbound: Inbound, *, is_terminal: bool) -> None:
    """One message and its answer."""
    stop = threading.Event()
    spinner = threading.Thread(target=_spin, args=(stop,), daemon=True) if is_terminal else None
    if spinner is not None:
        spinner.start()
    try:
        receipt = await asyncio.wrap_future(bot.receive(inbound))
    finally:
        stop.set()
        if spinner is not None:
            spinner.join()
    if receipt.is_waiting:
        await asyncio.to_thread(bot.recover)  # its turn failed, or comes after one that did
    await asyncio.wait_for(sender.drain(receipt.chat_key), STORE_WITHIN_S)


async def _continue(bot: Bot, sender: Sender, words: Catalog, who: str) -> None:
    """A dialog that was open when the last session ended goes on where it was."""
    inbound = to_inbound(words.words("chat.resume")[0], sender=who, sent_at=bot.clock())
    key = conversation_key(inbound)
    with bot.database.read() as tx:
        has_dialog = bool(lock(tx.connection, [key])[key].memory.dialogs)
    if has_dialog:
        await _say(bot, sender, inbound, is_terminal=True)


def _introduce(bot: Bot, inbound: Inbound, name: str, role: str | None, language: Language | None) -> None:
    """Make sure that the person exists; on first use they become a user of the default team."""
    with bot.database.read() as tx:
        actor = identify(tx, inbound, bot.settings)
    if actor is not None and role in (None, actor.role) and language in (None, actor.language):
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


def _typed(words: Catalog, data_dir: Path) -> Iterator[str]:
    """Lines typed at a prompt, with a history that outlives the session."""
    import readline  # only a terminal needs it

    history = data_dir / "history"
    with suppress(OSError):
        readline.read_history_file(history)
    readline.set_history_length(1000)
    try:
        while True:
            try:
                yield input(words.say("chat.prompt"))
            except EOFError:
                _print(words.say("chat.goodbye"))
                return
            except KeyboardInterrupt:
                _print(words.say("chat.goodbye"))
                return
            except UnicodeDecodeError:
                _print(words.say("error.encoding"))
    finally:
        with suppress(OSError):
            readline.write_history_file(history)


def _piped(refuse: Callable[[], None]) -> Iterator[str]:
    """Lines of a pipe; one that is not UTF-8 is refused with a sentence, and the next one is read."""
    stream = sys.stdin.buffer
    while raw := stream.readline(MAX_LINE):
        try:
            yield raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            refuse()


def _stop(_number: int, _frame: object) -> None:
    """An orderly end: the turn in hand is stored, its answer is given at the next start."""
    raise SystemExit(0)


def _interrupt(_number: int, _frame: object) -> None:
    """At once, wherever we are. Asyncio's own way would wait for the line that is being typed."""
    raise KeyboardInterrupt


def _spin(stop: threading.Event) -> None:
    """A sign of life on stderr when an answer takes longer than half a second."""
    if stop.wait(SPINNER_AFTER_S):
        return
    while not stop.wait(0.1):
        for sign in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏":
            sys.stderr.write(f"\r{sign} ")
            sys.stderr.flush()
            if stop.wait(0.1):
                break
    sys.stderr.write("\r  \r")
    sys.stderr.flush()


def _print(text: str) -> None:
    """To stdout at once; a terminal that cannot show a character gets a mark for it instead of an error."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
