"""The composition root: the one place where the parts of the bot meet."""

import logging
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from functools import partial

from adapters.base import Inbound
from bot import inbox
from bot.clock import Clock, system_clock
from bot.errors import Unavailable
from bot.identity import identify, zone_of
from bot.known import DatabaseNames, PrefixCache
from bot.naming import forms_of
from bot.rules.access import Actor
from bot.turn import Arrival, House, Receipt, count_failure, first_turns, later_turn, store_failed
from config.crm import Crm, load_crm
from config.settings import Settings
from nlu.folding import clean
from nlu.types import NoNames, Understanding
from nlu.understand import understand
from storage.database import Database, Synchronous
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

ACTOR_FOR_S = 5.0  # how long understanding may use what it knows of a person; rights are read anew in every turn
RETRY_S = 0.05  # doubled with each attempt: five attempts take about a second and a half


class Bot:
    """Takes messages in; answers stand in the outbox once a receipt is there."""

    def __init__(self, database: Database, settings: Settings, crm: Crm, *, clock: Clock = system_clock) -> None:
        self.database = database
        self.settings = settings
        self.crm = crm
        self.clock = clock
        self._house = House(settings, crm, database.read, PrefixCache())
        self._actors: dict[tuple[str, str, str], tuple[float, Actor | None]] = {}
        self._lock = threading.Lock()
        self._first_turns = partial(first_turns, self._house)

    def receive(self, inbound: Inbound) -> "Future[Receipt]":
        """Store a message and do its turn. The receipt is there when all is durable, and may then be acknowledged.

        Raises (in the future) `Unavailable` when nothing could be stored: the platform must deliver it again.
        """
        inbound = self._tidy(inbound)
        arrival = Arrival(inbound, self._understand(inbound), self.clock())
        receipt: Future[Receipt] = Future()
        turn = self.database.submit_together(self._first_turns, arrival, key=inbox.conversation_key(inbound))
        turn.add_done_callback(lambda done: self._settle(done, inbound, receipt))
        return receipt

    def recover(self) -> list[Receipt]:
        """Do the turns that an earlier process left undone, oldest first."""
        with self.database.read() as tx:
            keys = inbox.waiting_conversations(tx.connection, limit=10_000)
        return [receipt for key in keys for receipt in self._work(key)]

    def close(self) -> None:
        self.database.close()

    def _settle(self, done: "Future[Receipt]", inbound: Inbound, receipt: "Future[Receipt]") -> None:
        """Pass on what a first turn led to; a failed one is stored and tried again in a thread of its own."""
        error = done.exception()
        if error is None:
            receipt.set_result(done.result())
        elif isinstance(error, DatabaseUnavailable):
            receipt.set_exception(Unavailable())
        else:
            log.error("turn failed", exc_info=_without_values(error))
            threading.Thread(target=self._retry, args=(inbound, type(error).__name__, receipt), daemon=True).start()

    def _retry(self, inbound: Inbound, error: str, receipt: "Future[Receipt]") -> None:
        now = self.clock()
        try:
            is_new = self.database.write(lambda tx: store_failed(tx, inbound, error, now))
            done = self._work(inbox.conversation_key(inbound)) if is_new else []
        except Exception as trouble:
            receipt.set_exception(Unavailable() if isinstance(trouble, DatabaseUnavailable) else trouble)
            return
        receipt.set_result(done[-1] if done else Receipt(inbox.chat_key(inbound), is_repeat=not is_new))

    def _work(self, conversation: str) -> list[Receipt]:
        """Do the waiting turns of a conversation in order; one that keeps failing is given up after five attempts."""
        receipts: list[Receipt] = []
        while True:
            with self.database.read() as tx:
                waiting = inbox.oldest_waiting(tx.connection, conversation)
            if waiting is None:
                return receipts
            receipt = self._attempt(waiting)
            if receipt is not None:
                receipts.append(receipt)

    def _attempt(self, waiting: inbox.Waiting) -> Receipt | None:
        arrival = Arrival(waiting.inbound, self._understand(waiting.inbound), self.clock())
        try:
            return self.database.write(lambda tx: later_turn(self._house, tx, waiting.id, arrival))
        except DatabaseUnavailable:
            raise
        except Exception as error:
            log.error("turn of inbox row %d failed", waiting.id, exc_info=_without_values(error))
            name = type(error).__name__
            receipt = self.database.write(lambda tx: count_failure(self._house, tx, waiting, name, arrival.at))
            if receipt is None:
                time.sleep(RETRY_S * 2**waiting.attempts)
            return receipt

    def _tidy(self, inbound: Inbound) -> Inbound:
        """The message without what no database takes (NUL, lone surrogates) and no longer than one may be."""
        text = clean(inbound.text[: self.crm.limits.max_message + 1])
        return inbound if text == inbound.text else replace(inbound, text=text)

    def _understand(self, inbound: Inbound) -> Understanding:
        """What the message says, in the person's zone. Outside of any transaction."""
        actor = self._actor(inbound)
        zone = actor.zone if actor else zone_of(inbound.timezone or self.settings.timezone, self.settings.timezone)
        now = self.clock().astimezone(zone)
        if actor is None or not inbound.text or len(inbound.text) > self.crm.limits.max_message:
            return Understanding("", self.settings.language, now)
        names = DatabaseNames(self.database.read, actor, self.crm, self._house.prefixes) if actor else NoNames()
        return understand(inbound.text, now=now, known=names)

    def _actor(self, inbound: Inbound) -> Actor | None:
        key = (inbound.platform, inbound.account, inbound.sender_id)
        known = self._actors.get(key)
        if known is not None and time.monotonic() - known[0] < ACTOR_FOR_S:
            return known[1]
        try:
            with self.database.read() as tx:
                actor = identify(tx, inbound, self.settings)
                if actor is not None:
                    _ = actor.teams  # looked up while there is a connection to do it with
        except DatabaseUnavailable:
            return known[1] if known else None
        with self._lock:
            if len(self._actors) > 100_000:
                self._actors.clear()
            self._actors[key] = (time.monotonic(), actor)
        return actor


def open_bot(settings: Settings, *, clock: Clock = system_clock, synchronous: Synchronous = "FULL") -> Bot:
    """The bot over the database that the settings name. Raises what opening a database or reading crm.toml raises."""
    database = Database(settings.database_url, synchronous=synchronous, namer=forms_of)
    return Bot(database, settings, load_crm(settings.config), clock=clock)


def _without_values(error: BaseException) -> BaseException:
    """The error with its place in the code but without the values that it carries: they may be somebody's words."""
    return type(error).__new__(type(error)).with_traceback(error.__traceback__)
