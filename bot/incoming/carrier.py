"""What is done for the tables that people sent, beside the turns: fetched from the platform, looked at, brought in.

The network and the reading of files stand here, never in a turn; each step ends in one transaction with what is said
of it. Long files come in piece by piece, so that others write in between, and all pieces are one step to undo.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from adapters.base import Adapter, RetryLater, TooBig, Undeliverable
from bot.app import Bot
from bot.dialogs.reply import Reply
from bot.errors import CrmError, InvalidValue
from bot.exchange.importing import bring_some
from bot.exchange.refused import cells_of, reason_of
from bot.incoming import saying, waiting
from bot.incoming.reading import Gone, Opened, added, importer_of, opened, rehearsed
from bot.incoming.waiting import Sent
from bot.landing import landed
from bot.logs import bare
from bot.messages.address import chat_key
from bot.messages.reach import post
from config.catalog import catalog
from storage.author import Author
from storage.database import Tx
from storage.errors import DatabaseUnavailable
from storage.tables import steps

log = logging.getLogger(__name__)
T = TypeVar("T")

EVERY_S = 0.5
MAX_BYTES = 20_000_000
MAX_TRIES, FIRST_WAIT_S, LONGEST_WAIT_S = 5, 2.0, 300.0
FETCH_S = 150.0
PIECES = 10  # until the other files have their turn again


class Carrier:
    """Works on the files of all chats of these platforms. One for each process; it holds what is half read."""

    def __init__(self, bot: Bot, adapters: Mapping[str, Adapter], wake: Callable[[str], None]) -> None:
        self._bot, self._adapters, self._wake = bot, adapters, wake
        self._open: dict[int, Opened] = {}

    async def run(self) -> None:
        """Go on until cancelled."""
        try:
            while True:
                try:
                    has_more = await self.look()
                except DatabaseUnavailable:
                    has_more = False
                await asyncio.sleep(0 if has_more else EVERY_S)
        finally:
            for item in self._open.values():
                item.close()

    async def look(self) -> bool:
        """Do the next step of each file; False when there is none to be done now."""
        now = self._bot.clock()
        files = await self._write(lambda tx: waiting.claim(tx, now))
        await asyncio.gather(*map(self._step, files))
        return bool(files)

    async def _step(self, sent: Sent) -> None:
        steps_of = {"wanted": self._fetch, "here": self._show, "agreed": self._bring_in}
        try:
            await steps_of[sent.status](sent)
        except RetryLater as error:
            await self._again(sent, error.after_s, sent.attempts)
        except DatabaseUnavailable:
            raise
        except Gone:
            await self._write(lambda tx: waiting.close(tx, sent, "cancelled"))
        except CrmError as error:
            await self._give_up(sent, error.sentence, error.params)
        except TooBig:
            await self._give_up(sent, "import.too_big", {"max": MAX_BYTES // 1_000_000})
        except Undeliverable as error:
            log.warning("a file that was sent cannot be had: %s", error.reason)
            await self._give_up(sent, "incoming.gone", {})
        except Exception as error:
            log.warning("a step for a file that was sent failed", exc_info=bare(error))
            wait_s = random.uniform(1.0, min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**sent.attempts))  # noqa: S311
            await self._again(sent, wait_s, sent.attempts + 1)

    async def _again(self, sent: Sent, after_s: float, attempts: int) -> None:
        self._forget(sent)
        if attempts >= MAX_TRIES:
            await self._give_up(sent, "incoming.failed", {})
            return
        try_at = self._bot.clock() + timedelta(seconds=after_s)
        await self._write(lambda tx: waiting.go_on(tx, sent, attempts=attempts, try_at=try_at))

    async def _give_up(self, sent: Sent, key: str, params: Mapping[str, Any]) -> None:
        """Say why it goes no further. What is in already stays, and can be taken back."""
        self._forget(sent)

        def work(tx: Tx) -> None:
            if waiting.close(tx, sent, "failed"):
                self._say(tx, sent, lambda words: saying.failed(sent, words, words.say(key, **params)), "failed")

        await self._write(work)
        self._wake(chat_key(sent.address))

    async def _fetch(self, sent: Sent) -> None:
        """Get the bytes from the platform."""
        adapter = self._adapters.get(sent.address.platform)
        if adapter is None:
            await self._again(sent, 30.0, sent.attempts)  # a process that has the platform will do it
            return
        async with asyncio.timeout(FETCH_S):
            content = await adapter.fetch(sent.file_id, account=sent.address.account, most=MAX_BYTES)
        now = self._bot.clock()
        await self._write(lambda tx: waiting.go_on(tx, sent, status="here", content=content, attempts=0, try_at=now))

    async def _show(self, sent: Sent) -> None:
        """Say what is in the file and what would become of it."""
        try:
            item = await asyncio.to_thread(self._opened, sent)
        except InvalidValue as error:
            if error.sentence != "import.no_kind":
                raise
            await self._ask_kind(sent, str(error.params["columns"]))
            return
        try:
            report = await asyncio.to_thread(rehearsed, item, self._bot.database)
        finally:
            await asyncio.to_thread(item.close)
        seen = saying.seen_in(item, report, looks=sent.seen.get("looks", 0) + 1)
        now = self._bot.clock()

        def work(tx: Tx) -> None:
            if waiting.go_on(tx, sent, status="shown", seen=seen, try_at=now, claimed_by=None, attempts=0):
                self._say(tx, sent, lambda _words: saying.preview(item, report), f"shown:{seen['looks']}")

        await self._write(work)
        self._wake(chat_key(sent.address))

    async def _ask_kind(self, sent: Sent, columns: str) -> None:
        now, looks = self._bot.clock(), sent.seen.get("looks", 0) + 1

        def work(tx: Tx) -> None:
            values = {"status": "shown", "seen": {"looks": looks}, "try_at": now, "claimed_by": None}
            if waiting.go_on(tx, sent, **values):
                self._say(tx, sent, lambda words: saying.which_kind(sent, words, columns), f"shown:{looks}")

        await self._write(work)
        self._wake(chat_key(sent.address))

    async def _bring_in(self, sent: Sent) -> None:
        """Some pieces; at the end what became of all."""
        item = self._half_read(sent)
        if item is None:
            item = await asyncio.to_thread(self._opened, sent)
        item.sent = sent
        for _number in range(PIECES):
            rows = await asyncio.to_thread(item.piece)
            if not rows:
                await asyncio.to_thread(item.close)
                await self._finish(item)
                return
            after = await self._write(partial(self._piece, item=item, rows=rows))
            if after is None:
                await asyncio.to_thread(item.close)
                return
            item.sent = after
        self._open[sent.id] = item
        self._wake(chat_key(sent.address))

    def _half_read(self, sent: Sent) -> Opened | None:
        """The file as an earlier step left it; None where another process has gone on with it since."""
        item = self._open.pop(sent.id, None)
        if item is not None and item.sent.done != sent.done:
            item.close()
            return None
        return item

    def _piece(self, tx: Tx, *, item: Opened, rows: list[Any]) -> Sent | None:
        """Write one piece; None where it must not be: its step was undone meanwhile, or another process goes on."""
        sent = item.sent
        if not _stands(tx, sent.step_id):
            waiting.close(tx, sent, "cancelled")
            return None
        author = tx.author = item.author()
        report = bring_some(tx, item.file, item.importer, rows)
        tx.flush()
        done = sent.done + len(rows)
        after = {"done": done, "counts": added(sent.counts, report), "step_id": author.step_id}
        reasons = ((row.number, reason_of(error, item.words), cells_of(row.raw)) for row, error in report.refused)
        waiting.refuse(tx, sent, list(reasons))
        if not waiting.go_on(tx, sent, **after, attempts=0):
            raise _Elsewhere
        quarter = saying.quarter_passed(sent.done, done, item.file.count)
        if quarter:
            self._say(tx, sent, lambda _words: saying.progress(item, done), f"quarter:{quarter}")
        return Sent(**{**{name: getattr(sent, name) for name in Sent.__dataclass_fields__}, **after})

    async def _finish(self, item: Opened) -> None:
        sent = item.sent

        def work(tx: Tx) -> None:
            rows = waiting.refused(tx, sent)
            if waiting.close(tx, sent, "done"):
                self._say(tx, sent, lambda _words: saying.summary(item, rows), "done")

        await self._write(work)
        self._wake(chat_key(sent.address))

    def _opened(self, sent: Sent) -> Opened:
        """Read the file anew. Raises InvalidValue, Gone."""
        with self._bot.database.read() as tx:
            importer = importer_of(tx, self._bot.house, sent, self._bot.clock())
            content = waiting.content_of(tx, sent)
        words = catalog(importer.actor.language)
        return opened(self._bot.house, sent, importer, words, content, self._bot.database)

    def _say(self, tx: Tx, sent: Sent, compose: Callable[[Any], Reply], occasion: str) -> None:
        now = self._bot.clock()
        tx.author = tx.author or Author(user_id=sent.user_id, at=now, what={"incoming": sent.id})
        actor_words = catalog(self._language(tx, sent))
        post(tx, sent.address, compose(actor_words), key=f"incoming:{sent.id}:{occasion}", lane="reply")

    def _language(self, tx: Tx, sent: Sent) -> Any:
        try:
            return importer_of(tx, self._bot.house, sent, self._bot.clock()).actor.language
        except Gone:
            return self._bot.settings.language

    def _forget(self, sent: Sent) -> None:
        item = self._open.pop(sent.id, None)
        if item is not None:
            item.close()

    async def _write(self, job: Callable[[Tx], T]) -> T:
        return await landed(self._bot.database.submit(job))


class _Elsewhere(Exception):
    """Another process has gone on with the file: what this one was about to write is taken back."""


def _stands(tx: Tx, step_id: int | None) -> bool:
    """False where the step has been undone."""
    if step_id is None:
        return True
    query = steps.select().with_only_columns(steps.c.undone_by_step_id).where(steps.c.id == step_id)
    return tx.connection.execute(query).scalar_one_or_none() is None
