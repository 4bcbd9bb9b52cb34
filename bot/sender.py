"""Sends what stands in the outbox: one chat at a time, in order."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from adapters.base import Adapter, OutcomeUnknown, RetryLater, Undeliverable
from bot import outbox
from bot.clock import Clock
from storage.database import Database, Tx

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 600.0


class Sender:
    """Delivers the outbox through the adapters. ``wake`` tells it that a chat has something; ``drain`` sends it now."""

    def __init__(self, database: Database, adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._chats: dict[str, asyncio.Task[None]] = {}

    def wake(self, chat: str) -> None:
        """Start sending to the chat, unless that is going on."""
        if chat not in self._chats and chat.partition("|")[0] in self._adapters:
            task = asyncio.get_running_loop().create_task(self.drain(chat))
            self._chats[chat] = task
            task.add_done_callback(lambda _task: self._chats.pop(chat, None))

    async def recover(self) -> None:
        """After a start: settle what was being sent when the last process ended, and send what waits."""
        platforms = list(self._adapters)
        count = await self._write(lambda tx: outbox.recover(tx.connection, platforms, self._clock()))
        if count:
            log.info("%d messages were being sent when the last process ended", count)
        for chat in await self._write(lambda tx: outbox.open_chats(tx.connection)):
            self.wake(chat)

    async def drain(self, chat: str) -> None:
        """Send what the chat has, oldest first, until nothing is left or the next may not be tried yet."""
        row = await self._write(lambda tx: self._take(tx, chat, None))
        while row is not None:
            sent = await self._deliver(row)
            row = await self._write(lambda tx, sent=sent: self._take(tx, chat, sent))  # type: ignore[misc]

    def _take(self, tx: Tx, chat: str, settle: "Callable[[Tx], None] | None") -> "outbox.Row | None":
        """Settle the last message and claim the next, in one transaction."""
        if settle is not None:
            settle(tx)
        row = outbox.next_of(tx.connection, chat, self._clock())
        return row if row is not None and outbox.claim(tx.connection, row.id) else None

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
        return lambda tx: outbox.settle(tx.connection, row.id, now=self._clock(), platform_message_id=sent_as)

    def _again(self, row: outbox.Row, *, after_s: float, error: str, counts: bool) -> Callable[[Tx], None]:
        asyncio.get_running_loop().call_later(after_s, self.wake, row.chat_key)
        now: datetime = self._clock()
        return lambda tx: outbox.postpone(tx.connection, row, now=now, after_s=after_s, error=error, counts=counts)

    async def _write(self, job: Callable[[Tx], T]) -> T:
        return await asyncio.wrap_future(self._database.submit(job))


def _backoff(attempts: int) -> float:
    """Exponential with full jitter, 2 s to 10 min: many rows that failed together must not come back together."""
    return random.uniform(FIRST_WAIT_S / 2, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempts))  # noqa: S311
