"""Buttons that are of no more use, because a later message has taken their place: taken off what was sent, as far as
the platform lets us, when the chat has been quiet for a moment. Pressed before, they are answered kindly all the same;
so what is not done when the process ends stays undone."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from adapters.base import Adapter, RetryLater
from bot.messages import outbox
from bot.messages.message import Row, outbound
from bot.messages.pace import Pace
from storage.database import Database
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

QUIET_S = 3.0  # who is still talking sees nothing change meanwhile, and waits for nothing
MOST_CHATS, MOST_OF_CHAT = 5000, 10


@dataclass
class _Chat:
    quiet_at: float = 0.0
    rows: list[int] = field(default_factory=list)


class Ended:
    """Notes which messages have ended, and takes their buttons off."""

    def __init__(
        self,
        database: Database,
        adapters: Mapping[str, Adapter],
        pace: Mapping[str, Pace],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._adapters = adapters
        self._pace = pace
        self._now = monotonic
        self._chats: dict[str, _Chat] = {}
        self._work: asyncio.Task[None] | None = None

    def note(self, row: Row) -> None:
        """A message has arrived that may end an earlier one."""
        if "ends" not in row.payload or (len(self._chats) >= MOST_CHATS and row.chat_key not in self._chats):
            return
        chat = self._chats.setdefault(row.chat_key, _Chat())
        chat.quiet_at = self._now() + QUIET_S
        chat.rows = [*chat.rows, row.payload["ends"]][-MOST_OF_CHAT:]

    def look(self) -> None:
        """See to the chats that are quiet, beside everything else."""
        if self._chats and (self._work is None or self._work.done()):
            self._work = asyncio.get_running_loop().create_task(self.tidy())

    def stop(self) -> None:
        if self._work is not None:
            self._work.cancel()

    async def tidy(self) -> None:
        now = self._now()
        for key in [key for key, chat in self._chats.items() if chat.quiet_at <= now]:
            for row_id in self._chats.pop(key).rows:
                with suppress(DatabaseUnavailable):
                    await self._take_off(row_id)

    async def _take_off(self, row_id: int) -> None:
        found = await asyncio.to_thread(self._sent, row_id)
        if found is None:
            return
        row, sent_as = found
        message, platform = outbound(row, is_ended=True), row.chat_key.partition("|")[0]
        if len(message.buttons) == len(row.payload["buttons"]):
            return
        if self._pace[platform].take_to_redraw(row.chat_key, is_group=row.is_group):
            try:
                await self._adapters[platform].redraw(message, sent_as)
            except RetryLater as error:
                if error.everywhere:
                    self._pace[platform].close_for(error.after_s)
            except Exception as error:
                log.info("the buttons of outbox row %d stay: %s", row.id, type(error).__name__)

    def _sent(self, row_id: int) -> tuple[Row, str] | None:
        with self._database.read() as tx:
            return outbox.sent(tx.connection, row_id)
