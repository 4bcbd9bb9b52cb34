"""The threads that write: each owns a connection and takes what waits for it into one commit.

SQLite has one writer, since a file has one; PostgreSQL has several, and jobs with the same key always go to the same
one, so that they keep their order.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from math import inf
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction

from storage import kept
from storage.failures import is_away, is_lost, is_store, may_run_again, translate
from storage.jobs import Item, Job, Rescue, Together
from storage.prepared import control, on_driver
from storage.tx import Tx
from storage.unit import Namer

log = logging.getLogger(__name__)
T = TypeVar("T")

RERUNS = 5
BATCH_S = 0.05  # what is in a batch waits for all of it: a message may be acknowledged only then
FORGETS = 0.7  # of what the slowest items took, so much is believed after the next batch


class Writer:
    """One thread and its connection. What a failed job wrote is taken back; its companions in the commit stay.

    ``mixed`` False, where there are other writers: different kinds of work get transactions of their own. Each kind
    takes its locks in an order that all agree on; two kinds after one another would not.
    """

    def __init__(self, engine: Engine, *, batch: int, mixed: bool, namer: Namer | None = None) -> None:
        self._engine = engine
        self._batch = batch
        self._mixed = mixed
        self._namer = namer
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self._long: RootTransaction | None = None
        self._is_busy = False  # a transaction is open
        self._began = inf  # the batch in hand
        self._each_s = 0.0  # what an item has lately taken, at the most
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(
        self,
        together: "Together[Any, Any] | None",
        argument: Any,
        rescue: "Rescue[Any] | None" = None,
        prepare: "Callable[[Any], Any] | None" = None,
    ) -> "Future[Any]":
        item = Item(together, argument, rescue, Future(), prepare)
        self._items.put(item)
        return item.future

    def busy_s(self) -> float:
        """How long it has been at what it does now; 0: it waits for something to do."""
        return max(0.0, time.monotonic() - self._began)

    def ahead_s(self) -> float:
        """About how long it will be at what waits, going by what an item has lately taken."""
        return self._items.qsize() * self._each_s

    def may_read(self) -> bool:
        """Is it the writer itself that asks, outside of its transactions? See `reading`."""
        is_free = self._connection is not None and not self._is_busy
        return is_free and threading.current_thread() is self._thread

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for the writer's own thread on SQLite, on its own connection: of any other, all pages that
        were at hand are read anew after each commit, which costs ten times what is looked up."""
        with self._on_sqlite("BEGIN", "ROLLBACK") as connection:
            yield connection

    def close(self) -> None:
        """Finish what was submitted."""
        self._items.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            self._began = inf
            batch, is_open = self._next_batch()
            self._began = time.monotonic()
            for part in self._parts([item for item in batch if item.is_ready()]):
                self._commit(part)
            if batch:
                each_s = (time.monotonic() - self._began) / len(batch)
                self._each_s = max(each_s, self._each_s * FORGETS)
        self._disconnect()

    def _next_batch(self) -> tuple[list[Item], bool]:
        """Wait for an item, then take what else waits, up to a batch; False at the end of the work."""
        batch: list[Item] = []
        item = self._items.get()
        while item is not None:
            if item.future.set_running_or_notify_cancel():
                batch.append(item)
            is_full = len(batch) == self._batch or len(batch) * self._each_s >= BATCH_S
            if is_full or self._items.empty():
                return batch, True
            item = self._items.get()
        return batch, False

    def _parts(self, batch: list[Item]) -> list[list[Item]]:
        """What is to be committed together."""
        if self._mixed:
            return [batch] if batch else []
        parts: list[list[Item]] = []
        for item in batch:
            if parts and item.together is not None and parts[-1][0].together is item.together:
                parts[-1].append(item)
            else:
                parts.append([item])
        return parts

    def _commit(self, batch: list[Item]) -> None:
        """Do a batch in one transaction and settle its futures.

        It is begun anew when the connection turns out to have been lost before, and (each item alone: the fewer locks,
        the better) when the server gave it up for the sake of another one.
        """
        for attempt in range(RERUNS):
            is_fresh = self._connection is None
            try:
                self._transact(batch)
                break
            except Exception as error:
                self._disconnect()
                if len(batch) > 1 and may_run_again(error):
                    for item in batch:
                        self._commit([item])
                    return
                if attempt < RERUNS - 1 and (may_run_again(error) or (is_lost(error) and not is_fresh)):
                    continue
                # Nothing of the batch is stored, and everyone in it must know.
                log.warning("batch of %d not stored: %s", len(batch), type(error).__name__)
                for item in batch:
                    item.future.set_exception(translate(error))
                return
        for item in batch:
            if item.error is None:
                item.future.set_result(item.result)
            else:
                item.future.set_exception(translate(item.error))

    def _transact(self, batch: list[Item]) -> None:
        """Do the batch in one transaction. Where all of it is one piece of work, no savepoint is needed: if that fails,
        the transaction is rolled back as a whole and each item is done alone in a second one."""
        for item in batch:
            item.result = item.error = None
        together = batch[0].together
        if together is not None and all(item.together is together for item in batch):
            try:
                with self._transaction() as connection:
                    tx = Tx(connection, self._namer)
                    results = together(tx, [item.argument for item in batch])
                    tx.finish()
            except Exception as error:
                if is_store(error):
                    raise
            else:
                for item, result in zip(batch, results, strict=True):
                    item.result = result
                return
        with self._transaction():
            for together, items in groupby(batch, key=lambda item: item.together):
                self._do(together, list(items))

    def _transaction(self) -> AbstractContextManager[Connection]:
        """One transaction."""
        if self._connected().dialect.name == "sqlite":
            return self._on_sqlite("BEGIN IMMEDIATE", "COMMIT")
        return self._on_server()

    @contextmanager
    def _on_server(self) -> Iterator[Connection]:
        connection = self._connected()
        with connection.begin():
            yield connection
        kept.committed(connection)

    @contextmanager
    def _on_sqlite(self, begin: str, end: str) -> Iterator[Connection]:
        """The driver is told of a transaction directly, which saves a tenth of a turn: SQLAlchemy is left to believe in
        one long transaction, and hears of it only when something fails."""
        connection = self._connected()
        self._long = self._long or connection.begin()
        on_driver(connection, begin)
        self._is_busy = True
        try:
            kept.begin(connection)
            yield connection
            on_driver(connection, end)
            kept.committed(connection)
        except BaseException:
            self._long.rollback()
            self._long = None
            raise
        finally:
            self._is_busy = False

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _do(self, together: "Together[Any, Any] | None", items: list[Item]) -> None:
        """Do like items at once; where that fails, each alone, so that only the guilty one fails."""
        if together is not None and len(items) > 1:
            try:
                results = self._in_savepoint(lambda tx: together(tx, [item.argument for item in items]))
            except Exception as error:
                if is_away(error):
                    raise
            else:
                for item, result in zip(items, results, strict=True):
                    item.result = result
                return
        for item in items:
            self._do_one(item)

    def _do_one(self, item: Item) -> None:
        together, argument, rescue = item.together, item.argument, item.rescue
        try:
            try:
                if together is None:
                    item.result = self._in_savepoint(argument)
                else:
                    item.result = self._in_savepoint(lambda tx: together(tx, [argument])[0])
            except Exception as error:
                if rescue is None or is_away(error):
                    raise
                reason = error  # the name of an except clause is gone when the clause is
                item.result = self._in_savepoint(lambda tx: rescue(tx, reason))
        except Exception as error:
            if is_away(error):
                raise
            item.error = error

    def _in_savepoint(self, job: Job[T]) -> T:
        assert self._connection is not None  # noqa: S101 — set by the caller
        connection = self._connection
        tx = Tx(connection, self._namer)
        control(connection, "SAVEPOINT job")
        try:
            result = job(tx)
            tx.finish()
        except Exception as error:
            if not is_away(error):
                tx.abandon()
                control(connection, "ROLLBACK TO SAVEPOINT job")
                control(connection, "RELEASE SAVEPOINT job")
            raise
        control(connection, "RELEASE SAVEPOINT job")
        return result

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = self._long = None
