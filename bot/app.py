"""The composition root: the one place where the parts of the bot meet."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.base import Inbound
from bot.clock import Clock, system_clock
from bot.duty import Done, Duty
from bot.house import House
from bot.lazy import Lazy
from bot.logs import bare
from bot.messages import inbox
from bot.messages.address import conversation_key
from bot.messages.later import Later
from bot.people.identity import language_of
from bot.people.naming import forms_of
from bot.people.prefixes import PrefixCache
from bot.stored import Receipt, store
from bot.talk.along import coarse, in_words
from config.catalog import catalog
from config.crm import Crm, load_crm
from config.loading import keep
from config.settings import Settings
from nlu.folding import clean
from storage.database import Database, Synchronous, Tx
from storage.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from bot.hearing import Hearing
    from bot.messages.inbox import Waiting
    from bot.turn import Arrival

log = logging.getLogger(__name__)

# What a turn needs is loaded with the first one: to store a message takes none of it.
HEARING: "Lazy[[House, Clock], Hearing]" = Lazy("bot.hearing:Hearing")
FIRST_TURNS: "Lazy[[House, Tx, Sequence[Arrival]], list[Receipt]]" = Lazy("bot.turn:first_turns")
LATER_TURN: "Lazy[[House, Tx, int, Arrival], Receipt | None]" = Lazy("bot.turn:later_turn")
COUNT_FAILURE: "Lazy[[House, Tx, Exception, Waiting, datetime], Receipt | None]" = Lazy("bot.turn:count_failure")
CHECK_STEPS = Lazy[[Crm, Path | None], None]("bot.custom.steps:check")

AHEAD_S = 0.5  # a message that finds so much work waiting likewise: many come at once
BUSY_S = 0.03  # a message that finds earlier ones so long in hand is stored at once, and its turn follows
RETRY_S = 0.05  # doubled with each attempt: five attempts take about a second and a half


class Bot:
    """Takes messages in; answers stand in the outbox once a receipt is there."""

    def __init__(self, database: Database, settings: Settings, crm: Crm, *, clock: Clock = system_clock) -> None:
        self.database = database
        self.settings = settings
        self.crm = crm
        self.clock = clock
        self.house = House(settings, crm, database.read, PrefixCache())
        self._puts_off = False
        self._rehearse: Callable[[], None] | None = None
        self._first_turns = partial(FIRST_TURNS, self.house)
        self._hear: Callable[[Receipt], None] = lambda _receipt: None
        self._later = Later(self._come_back, self._undone)

    def receive(self, inbound: Inbound) -> "Future[Receipt]":
        """Store a message and do its turn. The receipt is there when all is durable, and may then be acknowledged.

        A message whose turn failed or is put off, or that comes after one such, is stored only (``is_waiting``): its
        turn follows. Raises (in the future) what kept it from being stored: the platform must deliver it again, see
        `bot.intake`.
        """
        inbound = self._tidy(inbound)
        key = conversation_key(inbound)
        # Who has filled in a sheet looks at it until it closes, and is told there what does not fit.
        is_put_off = not inbound.is_form_open and self._is_put_off(key)
        if is_put_off:
            turn = self.database.submit(lambda tx: store(tx, inbound, self.clock()), key=key)
        else:
            turn = self.database.submit_together(
                self._first_turns,
                self._arrival,
                inbound,
                key=key,
                rescue=lambda tx, error: store(tx, inbound, self.clock(), error),
            )
        turn.add_done_callback(partial(self._look_after, key, 0.0 if is_put_off else RETRY_S))
        return turn

    def attend(self, duty: Duty, name: str) -> "Future[Done]":
        """Do a piece of what falls due by itself, in a transaction of its own."""
        now = self.clock()
        return self.database.submit(lambda tx: duty(self.house, tx, now), key=name)

    def listen(self, hear: Callable[[Receipt], None], sends: Iterable[str] = ()) -> None:
        """Have ``hear`` called, in some thread, with the receipt of each turn that was done after its message.
        ``sends``: where answers are in hand already when their receipt is there (`Receipt.in_hand`): whoever gets it
        sends them."""
        self._hear = hear
        self.house = replace(self.house, sends=frozenset(sends))
        self._first_turns = partial(FIRST_TURNS, self.house)

    def put_off(self, rehearse: Callable[[], None]) -> None:
        """From now on whoever delivers a message does not wait for much work: the turn is put off where earlier ones
        take long, and until what a turn needs is loaded, by a rehearsal that the first message leads to."""
        self._puts_off = True
        self._rehearse = rehearse

    def watch(self) -> None:
        """Do the turns that were left undone, by earlier processes or by others that end while this one runs."""
        self._later.watch()

    def recover(self) -> list[Receipt]:
        """Do all turns that are left undone, and come back when that is over."""
        receipts: list[Receipt] = []
        for key in self._undone():
            while (wait := self._attempt(key, receipts.append)) is not None:
                time.sleep(wait)
        return receipts

    def close(self) -> None:
        self._later.stop()
        self.database.close()

    @cached_property
    def _hearing(self) -> "Hearing":
        return HEARING(self.house, self.clock)

    def _arrival(self, inbound: Inbound) -> "Arrival":
        return self._hearing.arrival(inbound)

    def _is_put_off(self, key: str) -> bool:
        if not self._puts_off:
            return False
        is_long = self.database.busy_s(key) > BUSY_S or self.database.ahead_s(key) > AHEAD_S
        return self._rehearse is not None or is_long

    def _look_after(self, conversation: str, after_s: float, turn: "Future[Receipt]") -> None:
        """Have a turn done that is to follow, or that failed; nobody would hear of a message that our own mistake
        keeps out."""
        error = turn.exception()
        if error is not None and not isinstance(error, DatabaseUnavailable):
            log.error("a message could not be stored", exc_info=bare(error))
        elif error is None and turn.result().is_waiting:
            self._later.add(conversation, after_s)

    def _undone(self) -> dict[str, tuple[int, int]]:
        with self.database.read() as tx:
            return inbox.waiting_conversations(tx.connection, limit=10_000)

    def _come_back(self, conversation: str) -> float | None:
        if self._rehearse is not None:
            self._rehearse()
            self._rehearse = None
        return self._attempt(conversation, self._hear)

    def _attempt(self, conversation: str, hear: Callable[[Receipt], None]) -> float | None:
        """Try the next waiting turn of a conversation; after how many seconds to come back, None when all are done.

        One that keeps failing is given up after five attempts, and the conversation goes on.
        """
        with self.database.read() as tx:
            waiting = inbox.oldest_waiting(tx.connection, conversation)
        if waiting is None:
            return None
        now = self.clock()
        failed = False

        def note(tx: Tx, error: Exception) -> Receipt | None:
            nonlocal failed
            failed = True
            return COUNT_FAILURE(self.house, tx, error, waiting, now)

        def turn(tx: Tx) -> Receipt | None:
            return LATER_TURN(self.house, tx, waiting.id, arrival)

        try:
            arrival = self._arrival(waiting.inbound)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            reason = error  # the name of an except clause is gone when the clause is
            receipt = self.database.write(lambda tx: note(tx, reason), key=conversation)
        else:
            receipt = self.database.write(turn, key=conversation, rescue=note)
        if receipt is not None:
            hear(receipt)
        elif failed:
            return float(RETRY_S * 2**waiting.attempts)
        return 0.0

    def _tidy(self, inbound: Inbound) -> Inbound:
        """The message without what no database takes (NUL, lone surrogates) and no longer than one may be."""
        said = inbound.text
        if not said:
            said = in_words(inbound, catalog(language_of(inbound.language, self.settings.language)))
        text = clean(said[: self.crm.limits.max_message + 1])
        inbound = coarse(inbound)
        return inbound if text == inbound.text else replace(inbound, text=text)


def open_bot(settings: Settings, *, clock: Clock = system_clock, synchronous: Synchronous = "FULL") -> Bot:
    """The bot over the database that the settings name. Raises what opening a database or reading crm.toml raises."""
    crm = load_crm(settings.config)
    if crm.dialogs:
        CHECK_STEPS(crm, settings.config)
    database = Database(settings.database_url, synchronous=synchronous, namer=forms_of)
    keep()  # the house; what is loaded later is kept by who loads it
    return Bot(database, settings, crm, clock=clock)
