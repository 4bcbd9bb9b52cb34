"""Sends what stands in the outbox: one chat at a time, in order."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar
from weakref import WeakValueDictionary

from adapters.base import Adapter, Moved, Outbound, OutcomeUnknown, RetryLater, Undeliverable
from bot.beat import rest
from bot.clock import Clock
from bot.landing import landed
from bot.logs import bare
from bot.messages import moves, outbox
from bot.messages.ended import Ended
from bot.messages.message import Lane, Row, outbound
from bot.messages.pace import Pace, backoff
from storage import leases
from storage.database import Database, Tx
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")
Note: TypeAlias = Callable[[Tx], None]

LOOK_S = 1.0  # how often to look for what nobody told us of
STORE_WAIT_S = 0.1, 5.0  # while the database is away: first and longest
REMEMBERED_S = 60.0  # how far back what an earlier process sent counts for the limits
PICTURE_TRIES = 2  # then the words go without their picture
AT_ONCE = 50  # calls of one platform that may be under way


class Sender:
    """Delivers the outbox through the adapters. ``wake`` tells it that a chat has something; ``drain`` sends it now.

    While it sends, its process holds a lease named after itself: a message in the hands of a process without one is
    taken over by another. ``only``: the one chat that it looks after, where others belong to other processes.
    """

    def __init__(
        self, database: Database, adapters: Mapping[str, Adapter], clock: Clock, *, only: str | None = None
    ) -> None:
        self._only = only
        self._running = 1  # processes that send, as of the last look
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._is_open = True
        self._pace = {platform: Pace(adapter.limits) for platform, adapter in adapters.items()}
        self._ended = Ended(database, adapters, self._pace)
        self._room = {platform: asyncio.Semaphore(AT_ONCE) for platform in adapters}
        self._busy: set[str] = set()  # chats whose message is being claimed, sent or noted
        self._woken: set[str] = set()  # those that get something while they are being served
        self._chats: dict[str, asyncio.Task[None]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._take_each = self._take_all  # one object: what waits at the same time is done together
        self._renew_at = 0.0
        self._take_over_at = 0.0

    def wake(self, chat: str, row: "Row | None" = None, lane: Lane | None = None) -> None:
        """See to it that the chat gets what stands in the outbox now. ``row``: what this process has claimed for it;
        ``lane``: how urgent it is, where that is known."""
        if not self._is_open or chat.partition("|")[0] not in self._adapters or self._only not in (None, chat):
            return
        if chat not in self._chats:
            self._chats[chat] = asyncio.get_running_loop().create_task(self._serve(chat, row, lane))
        else:
            self._woken.add(chat)

    async def recover(self) -> None:
        """After a start: take over what was being sent when another process ended, and send what waits."""
        await self._remember()
        await self._look_after()

    async def _remember(self) -> None:
        """Count what was sent just now by an earlier process: its limits are ours."""
        now = self._clock()
        since = now - timedelta(seconds=REMEMBERED_S)
        for chat, is_group, sent_at in await asyncio.to_thread(self._recently_sent, since):
            pace = self._pace.get(chat.partition("|")[0])
            if pace is not None:
                pace.went(chat, is_group=is_group, ago_s=max(0.001, (now - sent_at).total_seconds()))

    async def _look_after(self) -> None:
        count = await self._write(self._take_over)
        if count:
            log.info("%d messages were being sent when another process ended", count)
        self._running = max(1, len(await self._write(lambda tx: leases.processes(tx.connection))))
        for pace in self._pace.values():
            pace.share_with(self._running)
        await self._wake_waiting()

    async def watch(self) -> None:
        """Do for as long as this runs what `recover` does at its start: other processes end, and others still decide
        what is to be sent."""
        while self._is_open:
            with suppress(DatabaseUnavailable):
                if time.monotonic() >= self._take_over_at:
                    self._take_over_at = time.monotonic() + leases.RENEW_S
                    await self._look_after()
                else:
                    await self._wake_waiting()
            self._ended.look()
            await rest(LOOK_S)

    async def stop(self, within_s: float = 5.0) -> None:
        """Begin nothing new, let what is being sent arrive, and let go of the lease."""
        self._is_open = False
        self._ended.stop()
        for chat in self._chats.keys() - self._busy:
            self._chats[chat].cancel()  # it only waits for its turn
        if self._chats:
            _done, late = await asyncio.wait(self._chats.values(), timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(DatabaseUnavailable):
            await landed(self._database.submit(lambda tx: leases.release(tx.connection, leases.this_process())))

    async def drain(self, chat: str, row: "Row | None" = None, lane: Lane | None = None) -> None:
        """Send what the chat has, oldest first, until nothing is left or the next may not be tried yet. ``row``: the
        first of it, where this process has it in hand already; ``lane``: its lane, where that is known."""
        pace = self._pace[chat.partition("|")[0]]
        async with self._locks.setdefault(chat, asyncio.Lock()):
            note: Note | None = None
            lane = row.lane if row is not None else lane
            try:
                while True:
                    is_free = pace.take_now(chat)
                    if lane is not None and not is_free:
                        await pace.take(chat, lane)
                        is_free = True
                    self._busy.add(chat)
                    if row is None:
                        row = await self._next(_Ask(chat, note, may_claim=is_free))
                    if row is None:
                        if is_free:
                            pace.give_back()
                        return
                    lane = note = None
                    if is_free:
                        await pace.begin(chat, is_group=row.is_group)
                        note = await self._deliver(row)
                    else:
                        lane = row.lane
                        self._busy.discard(chat)  # it only waits for its turn
                    row = None
            finally:
                self._busy.discard(chat)

    async def _next(self, ask: "_Ask") -> "Row | None":
        submit = self._database.submit_together
        return await self._stored(lambda: submit(self._take_each, lambda it: it, ask, key=ask.chat))

    async def _serve(self, chat: str, row: "Row | None", lane: Lane | None) -> None:
        try:
            await self.drain(chat, row, lane)
            while chat in self._woken:
                self._woken.discard(chat)
                await self.drain(chat)
        except Exception as error:
            log.error("sending to a chat was given up", exc_info=bare(error))
        finally:
            self._woken.discard(chat)
            del self._chats[chat]

    def _take_all(self, tx: Tx, asks: "Sequence[_Ask]") -> "list[Row | None]":
        return [self._take(tx, ask) for ask in asks]

    def _take(self, tx: Tx, ask: "_Ask") -> "Row | None":
        """Note what became of the last message, and claim the next (or only look at it), in one transaction."""
        if ask.note is not None:
            ask.note(tx)
        if not self._is_open:
            return None
        row = outbox.next_of(tx.connection, ask.chat, self._clock())
        if row is None or not ask.may_claim:
            return row
        if self._running > 1 and row.lane != "reply" and outbox.is_others(tx.connection, row, self._clock()):
            return None  # whoever sent last goes on; this process looks again in a while
        return row if outbox.claim(tx.connection, row.id) else None

    def _take_over(self, tx: Tx) -> int:
        outbox.hurry(tx.connection, self._clock())
        return outbox.take_over(tx.connection, list(self._adapters), self._clock())

    async def _wake_waiting(self) -> None:
        for chat, lane in await asyncio.to_thread(self._waiting):
            self.wake(chat, lane=lane)

    def _waiting(self) -> list[tuple[str, Lane]]:
        with self._database.read() as tx:
            return outbox.open_chats(tx.connection, self._clock(), list(self._adapters))

    def _recently_sent(self, since: datetime) -> list[tuple[str, bool, datetime]]:
        with self._database.read() as tx:
            return outbox.recently_sent(tx.connection, since)

    async def _deliver(self, row: Row) -> Note:
        """Call the platform; gives what is to be noted about it."""
        message = outbound(row)
        try:
            async with self._room[message.platform]:
                sent_as = await self._send(message, row.attempts)
        except Undeliverable as error:
            reason = error.reason
            log.warning("outbox row %d is undeliverable: %s", row.id, reason)
            return lambda tx: outbox.bury(tx.connection, row.id, reason)
        except RetryLater as error:
            if error.everywhere:
                self._pace[message.platform].close_for(error.after_s)
            return self._again(row, after_s=error.after_s, error="rate limit", counts=False)
        except Moved as error:
            return self._follow(row, error.chat_id)
        except OutcomeUnknown:
            if row.lane == "reply":
                return self._again(row, after_s=backoff(row.attempts), error="outcome unknown", counts=True)
            return lambda tx: outbox.doubt(tx.connection, row.id)
        except Exception as error:
            log.warning("outbox row %d not sent: %s", row.id, type(error).__name__)
            return self._again(row, after_s=backoff(row.attempts), error=type(error).__name__, counts=True)
        self._ended.note(row)
        now = self._clock()
        return lambda tx: outbox.settle(tx.connection, row.id, now=now, platform_message_id=sent_as)

    async def _send(self, message: Outbound, attempts: int) -> str:
        """Deliver. A picture that does not get through holds nothing up: the words say the same without it."""
        adapter = self._adapters[message.platform]
        plain = message if message.picture is None else replace(message, picture=None)
        if plain is message or attempts >= PICTURE_TRIES:
            return await adapter.send(plain)
        try:
            return await adapter.send(message)
        except Undeliverable:
            log.warning("a picture is not taken by %s", message.platform)
            return await adapter.send(plain)

    def _again(self, row: Row, *, after_s: float, error: str, counts: bool) -> Note:
        asyncio.get_running_loop().call_later(after_s + 0.01, self.wake, row.chat_key)
        now: datetime = self._clock()
        return lambda tx: outbox.postpone(tx.connection, row, now=now, after_s=after_s, error=error, counts=counts)

    def _follow(self, row: Row, chat_id: str) -> Note:
        """The chat has another id: what was to go there goes after it."""
        now: datetime = self._clock()

        def note(tx: Tx) -> None:
            outbox.postpone(tx.connection, row, now=now, after_s=0, error="moved", counts=True)
            moves.move(tx, row.chat_key, chat_id, now=now)

        asyncio.get_running_loop().call_later(LOOK_S / 2, self.wake, moves.moved_key(row.chat_key, chat_id))
        return note

    async def _write(self, job: Callable[[Tx], T]) -> T:
        return await self._stored(lambda: self._database.submit(job))

    async def _stored(self, submit: "Callable[[], Future[T]]") -> T:
        """Write, however long the database is away: what was sent must not be forgotten. Keeps the lease alive.

        What concerns one chat is written under its key: it does not wait for the many that were woken with it.
        """
        wait_s, longest_s = STORE_WAIT_S
        while True:
            try:
                await self._keep_lease()
                return await landed(submit())
            except DatabaseUnavailable:
                log.warning("the database is away; what was sent is noted when it is back")
            await asyncio.sleep(wait_s)
            wait_s = min(longest_s, wait_s * 2)

    async def _keep_lease(self) -> None:
        """Take the lease of this process, or keep it, when that is due."""
        due, me = self._renew_at, leases.this_process()
        if time.monotonic() < due:
            return
        self._renew_at = time.monotonic() + leases.RENEW_S
        try:
            await landed(self._database.submit(lambda tx: leases.acquire(tx.connection, leases.PROCESS + me, me)))
        except DatabaseUnavailable:
            self._renew_at = due
            raise


@dataclass(frozen=True, slots=True)
class _Ask:
    """What became of a chat's last message, to be noted, and whether its next may be claimed."""

    chat: str
    note: Note | None
    may_claim: bool
