"""One database, SQLite or PostgreSQL, behind the same two doors: ``read`` and ``submit``.

A write is a plain synchronous function of a `Tx`. On SQLite one thread owns the write connection and takes up to 64
waiting jobs into one commit, each in a savepoint of its own: measured six times the rate of an async engine, with the
same durability. On PostgreSQL the same functions run in a pool of threads, a transaction each.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from storage.errors import DatabaseUnavailable, NotADatabase

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.session import Namer

log = logging.getLogger(__name__)
T = TypeVar("T")
Synchronous = Literal["FULL", "NORMAL"]

BATCH = 64  # turns in one commit; more adds waiting without adding speed
POSTGRESQL_THREADS = 8


@dataclass(slots=True)
class Tx:
    """One unit of writing (or reading): a Core connection, and a session on it for those who need records."""

    connection: Connection
    namer: "Namer | None" = None
    _session: "Session | None" = field(default=None)

    @property
    def session(self) -> "Session":
        """The session of this unit. It flushes; it never commits: the unit's owner does."""
        if self._session is None:
            from storage.session import RecordSession  # the ORM is loaded when the first record is touched

            self._session = RecordSession(self.connection, self.namer)
        return self._session

    def finish(self) -> None:
        """Bring what the session still holds to the connection."""
        if self._session is not None:
            self._session.commit()  # of its own savepoint; the transaction is the owner's
            self._session.close()

    def abandon(self) -> None:
        """Forget what the session holds; the owner rolls the connection back."""
        if self._session is not None:
            self._session.close()


class Writer(Protocol):
    """Runs jobs and settles their futures once they are durable."""

    def submit(self, job: Callable[[Tx], T]) -> "Future[T]": ...

    def close(self) -> None: ...


class Database:
    """The open database. ``url`` is SQLAlchemy's: ``sqlite:///path`` or ``postgresql+psycopg://…``.

    ``namer`` says under which forms a record can be found; without one, the search index is left alone.
    """

    def __init__(self, url: str, *, synchronous: Synchronous = "FULL", namer: "Namer | None" = None) -> None:
        self._namer = namer
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._synchronous = synchronous
        self.engine = self._sqlite_engine("BEGIN") if self.is_sqlite else _postgresql_engine(url)
        self._writer: Writer | None = None
        self._lock = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view for reading. Nothing written through it stays."""
        with _translated(), self.engine.connect() as connection:
            tx = Tx(connection, self._namer)
            yield tx
            tx.abandon()

    def submit(self, job: Callable[[Tx], T]) -> "Future[T]":
        """Run a job in a transaction; the future is done when it is durable, or carries what it raised."""
        return self._open_writer().submit(job)

    def write(self, job: Callable[[Tx], T]) -> T:
        """`submit`, and wait."""
        return self.submit(job).result()

    def close(self) -> None:
        """Finish what was submitted, then let go of all connections."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.engine.dispose()

    def _open_writer(self) -> Writer:
        with self._lock:
            if self._writer is None:
                self._writer = (
                    GroupCommitWriter(self._sqlite_engine("BEGIN IMMEDIATE"), self._namer)
                    if self.is_sqlite
                    else PooledWriter(self.engine, self._namer)
                )
            return self._writer

    def _sqlite_engine(self, begin: str) -> Engine:
        """An engine whose transactions start with ``begin``, the driver's own transaction handling being off.

        Deferred transactions that turn into writing ones are refused at once when another process writes; the driver's
        default silently loses updates. Hence IMMEDIATE for the writer.
        """
        engine = create_engine(self.url, poolclass=QueuePool, connect_args={"check_same_thread": False, "timeout": 5})
        synchronous = self._synchronous

        @event.listens_for(engine, "connect")
        def _prepare(dbapi_connection: Any, _record: object) -> None:
            dbapi_connection.isolation_level = None
            for pragma in (
                "busy_timeout=5000",
                "journal_mode=WAL",
                f"synchronous={synchronous}",
                "foreign_keys=ON",
                "temp_store=MEMORY",
            ):
                dbapi_connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

        return engine


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        url,
        pool_size=POSTGRESQL_THREADS + 2,
        pool_pre_ping=True,  # a restarted server must not cost the next message
        connect_args={"connect_timeout": 2},
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's troubles into ours."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error) from error


def translate(error: DBAPIError) -> Exception:
    """Our error for a driver's, or the error itself where it is not about the store's being there."""
    if "file is not a database" in str(error.orig) or "file is encrypted" in str(error.orig):
        return NotADatabase()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return DatabaseUnavailable(type(error.orig).__name__, str(error.orig).splitlines()[0])
    return error


class GroupCommitWriter:
    """The one thread that writes to a SQLite file."""

    def __init__(self, engine: Engine, namer: "Namer | None" = None) -> None:
        self._engine = engine
        self._namer = namer
        self._jobs: queue.SimpleQueue[tuple[Callable[[Tx], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Tx], T]) -> "Future[T]":
        future: Future[T] = Future()
        self._jobs.put((job, future))
        return future

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        connection: Connection | None = None
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            try:
                connection = connection or self._engine.connect()
                self._commit_together(connection, batch)
            except Exception as error:
                # The commit itself failed: nothing of the batch is stored, and everyone in it must know.
                log.warning("batch of %d not stored: %s", len(batch), type(error).__name__)
                reason = translate(error) if isinstance(error, DBAPIError) else error
                for _job, future in batch:
                    if not future.done():
                        future.set_exception(reason)
                if connection is not None:
                    connection.invalidate()
                    connection.close()
                    connection = None
        if connection is not None:
            connection.close()

    def _next_batch(self) -> tuple[list[tuple[Callable[[Tx], Any], Future[Any]]], bool]:
        """Wait for a job, then take what else waits, up to `BATCH`; False at the end of the work."""
        first = self._jobs.get()
        batch = [] if first is None else [first]
        while first is not None and len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, False
            batch.append(job)
        return batch, first is not None

    def _commit_together(self, connection: Connection, batch: list[tuple[Callable[[Tx], Any], Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any, BaseException | None]] = []
        with connection.begin():
            for job, future in batch:
                if not future.set_running_or_notify_cancel():
                    continue
                result, error = _in_savepoint(connection, job, self._namer)
                done.append((future, result, error))
        for future, result, error in done:
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)


def _in_savepoint(
    connection: Connection, job: Callable[[Tx], Any], namer: "Namer | None"
) -> tuple[Any, BaseException | None]:
    """Run a job so that its failure takes back only its own part of the batch."""
    tx = Tx(connection, namer)
    connection.exec_driver_sql("SAVEPOINT job")
    try:
        result = job(tx)
        tx.finish()
    except Exception as error:
        tx.abandon()
        connection.exec_driver_sql("ROLLBACK TO job")
        connection.exec_driver_sql("RELEASE job")
        return None, translate(error) if isinstance(error, DBAPIError) else error
    connection.exec_driver_sql("RELEASE job")
    return result, None


class PooledWriter:
    """A pool of threads on PostgreSQL, one transaction a job."""

    def __init__(self, engine: Engine, namer: "Namer | None" = None) -> None:
        self._engine = engine
        self._namer = namer
        self._pool = ThreadPoolExecutor(POSTGRESQL_THREADS, thread_name_prefix="writer")

    def submit(self, job: Callable[[Tx], T]) -> "Future[T]":
        return self._pool.submit(self._run, job)

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _run(self, job: Callable[[Tx], T]) -> T:
        with _translated(), self._engine.begin() as connection:
            tx = Tx(connection, self._namer)
            result = job(tx)
            tx.finish()
            return result
