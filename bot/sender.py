"""Sends what stands in the outbox: one chat at a time, in order."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TypeVar
from weakref import WeakValueDictionary

from adapters.base import Adapter, OutcomeUnknown, RetryLater, Undeliverable
from bot import outbox
from bot.clock import Clock
from bot.logs import bare
from storage import leases
from storage.database import Database, Tx
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 600.0
LOOK_S = 1.0  # how often to look for what nobody told us of
STORE_WAIT_S = 0.1, 5.0  # while the database is away: first and longest


class Sender:
    """Delivers the outbox through the adapters. ``wake`` tells it that a chat has something; ``drain`` sends it now.

    While it sends, its process holds a lease named after itself: a message in the hands of a process without one is
    taken over by another.
    """

    def __init__(self, database: Database, adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._is_open = True
        self._woken: set[str] = set()
        self._chats: dict[str, asyncio.Task[None]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._renew_at = 0.0
        self._take_over_at = 0.0

    def wake(self, chat: str) -> None:
        """See to it that the chat gets what stands in the outbox now."""
        if not self._is_open or chat.partition("|")[0] not in self._adapters:
            return
        self._woken.add(chat)
        if chat not in self._chats:
            self._chats[chat] = asyncio.get_running_loop().create_task(self._serve(chat))

    async def recover(self) -> None:
        """After a start: take over what was being sent when another process ended, and send what waits."""
        count = await self._write(self._take_over)
        if count:
            log.info("%d messages were being sent when another process ended", count)
        for chat in await asyncio.to_thread(self._waiting):
            self.wake(chat)

    async def watch(self) -> None:
        """Do for as long as this runs what `recover` does at its start: other processes end, and others still decide
        what is to be sent."""
        while self._is_open:
            with suppress(DatabaseUnavailable):
                if time.monotonic() >= self._take_over_at:
                    self._take_over_at = time.monotonic() + leases.RENEW_S
                    await self.recover()
                else:
                    for chat in await asyncio.to_thread(self._waiting):
                        self.wake(chat)
            await asyncio.sleep(LOOK_S)

    async def stop(self, within_s: float = 5.0) -> None:
        """Begin nothing new, let what is being sent arrive, and let go of the lease."""
        self._is_open = False
        if self._chats:
            _done, late = await asyncio.wait(self._chats.values(), timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(DatabaseUnavailable):
            await asyncio.wrap_future(
                self._database.submit(lambda tx: leases.release(tx.connection, leases.this_process()))
            )

    async def drain(self, chat: str) -> None:
        """Send what the chat has, oldest first, until nothing is left or the next may not be tried yet."""
        async with self._locks.setdefault(chat, asyncio.Lock()):
            row = await self._write(lambda tx: self._take(tx, chat, None))
            while row is not None:
                sent = await self._deliver(row)
                row = await self._write(lambda tx, sent=sent: self._take(tx, chat, sent))  # type: ignore[misc]

    async def _serve(self, chat: str) -> None:
        try:
            while chat in self._woken:
                self._woken.discard(chat)
                await self.drain(chat)
        except Exception as error:
            log.error("sending to a chat was given up", exc_info=bare(error))
        finally:
            del self._chats[chat]

    def _take(self, tx: Tx, chat: str, settle: "Callable[[Tx], None] | None") -> "outbox.Row | None":
        """Settle the last message and claim the next, in one transaction."""
        if settle is not None:
            settle(tx)
        if not self._is_open:
            return None
        row = outbox.next_of(tx.connection, chat, self._clock())
        return row if row is not None and outbox.claim(tx.connection, row.id) else None

    def _take_over(self, tx: Tx) -> int:
        return outbox.take_over(tx.connection, list(self._adapters), self._clock())

    def _waiting(self) -> list[str]:
        with self._database.read() as tx:
            return outbox.open_chats(tx.connection, self._clock())

    async def _deliver(self, row: outbox.Row) -> Callable[[Tx], None]:
        """Call the platform; gives what is to be noted about it."""
        message = outbox.outbound(row)
        try:
            sent_as = await self._adapters[message.platform].send(message)
        except Undeliverable as error:
            reason = error.reason
            return lambda tx: outbox.bury(tx.connection, row.id, reason)
        except RetryLater as error:
            return self._again(row, after_s=error.after_s, error="rate limit", counts=False)
        except OutcomeUnknown:
            if row.lane == "reply":
                return self._again(row, after_s=_backoff(row.attempts), error="outcome unknown", counts=True)
            return lambda tx: outbox.doubt(tx.connection, row.id)
        except Exception as error:
            log.warning("outbox row %d not sent: %s", row.id, type(error).__name__)
            return self._again(row, after_s=_backoff(row.attempts), error=type(error).__name__, counts=True)
        now = self._clock()
        return lambda tx: outbox.settle(tx.connection, row.id, now=now, platform_message_id=sent_as)

    def _again(self, row: outbox.Row, *, after_s: float, error: str, counts: bool) -> Callable[[Tx], None]:
        asyncio.get_running_loop().call_later(after_s, self.wake, row.chat_key)
        now: datetime = self._clock()
        return lambda tx: outbox.postpone(tx.connection, row, now=now, after_s=after_s, error=error, counts=counts)

    async def _write(self, job: Callable[[Tx], T]) -> T:
        """Write, however long the database is away: what was sent must not be forgotten. Keeps the lease alive."""
        wait_s, longest_s = STORE_WAIT_S
        while True:
            is_due = time.monotonic() >= self._renew_at
            try:
                result = await asyncio.wrap_future(self._database.submit(_holding(job) if is_due else job))
            except DatabaseUnavailable:
                log.warning("the database is away; what was sent is noted when it is back")
            else:
                if is_due:
                    self._renew_at = time.monotonic() + leases.RENEW_S
                return result
            await asyncio.sleep(wait_s)
            wait_s = min(longest_s, wait_s * 2)


def _holding(job: Callable[[Tx], T]) -> Callable[[Tx], T]:
    """The job, after taking or keeping the lease of this process."""

    def run(tx: Tx) -> T:
        me = leases.this_process()
        leases.acquire(tx.connection, leases.PROCESS + me, me)
        return job(tx)

    return run


def _backoff(attempts: int) -> float:
    """Exponential with full jitter, 2 s to 10 min: many rows that failed together must not come back together."""
    return random.uniform(FIRST_WAIT_S / 2, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempts))  # noqa: S311
