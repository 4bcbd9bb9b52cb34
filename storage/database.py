"""One database, SQLite or PostgreSQL, behind the same two doors: ``read`` and ``submit``.

A write is a plain synchronous function of a `Tx`. On SQLite one thread owns the write connection and takes up to 64
waiting jobs into one commit, each in a savepoint of its own: measured six times the rate of an async engine, with the
same durability. On PostgreSQL a few such threads run the same functions side by side.
"""

import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from storage.failures import translate
from storage.inspecting import stand_in
from storage.jobs import Rescue, Together
from storage.tx import Tx
from storage.types import to_json
from storage.unit import Namer
from storage.writer import Writer

__all__ = ["Database", "Synchronous", "Tx"]

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
Synchronous = Literal["FULL", "NORMAL"]

SQLITE_BATCH = 64  # turns in one commit; more adds waiting without adding speed
WORK_MEM = "32MB"  # a report's groups are added up in memory; PostgreSQL's 4 MB send fifty thousand rows to the disk
MAX_READERS = 4  # connections that stay at hand
POSTGRESQL_BATCH = 20
POSTGRESQL_WRITERS = 4
stand_in()  # whoever opens a database may have threads
_JSON: dict[str, Any] = {"json_serializer": to_json, "json_deserializer": orjson.loads}


class Database:
    """The open database. ``url`` is SQLAlchemy's: ``sqlite:///path`` or ``postgresql+psycopg://…``.

    ``namer`` says under which forms a record can be found; without one, the search index is left alone.
    """

    def __init__(self, url: str, *, synchronous: Synchronous = "FULL", namer: Namer | None = None) -> None:
        self._namer = namer
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._synchronous = synchronous
        self.engine = self._sqlite_engine() if self.is_sqlite else _postgresql_engine(url)
        self._readers: list[Connection] = []
        self._writers: tuple[Writer, ...] = ()
        self._lock = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view for reading. Nothing written through it stays."""
        with _translated(), self._reader() as connection:
            tx = Tx(connection, self._namer)
            yield tx
            tx.abandon()

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        """A connection to read with. On SQLite a few stay at hand: to take one out of SQLAlchemy's pool and to give it
        back costs more than what a message reads."""
        if not self.is_sqlite:
            with self.engine.connect() as connection:
                yield connection
            return
        if self._writers and self._writers[0].may_read():
            with self._writers[0].reading() as connection:
                yield connection
            return
        try:
            connection = self._readers.pop()
        except IndexError:
            connection = self.engine.connect()
        try:
            yield connection
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        if len(self._readers) < MAX_READERS:
            self._readers.append(connection)
        else:
            connection.close()

    def submit(self, job: Callable[[Tx], T], *, key: str = "", rescue: "Rescue[T] | None" = None) -> "Future[T]":
        """Run a job in a transaction; the future is done when it is durable, or carries what it raised.

        Jobs with the same key run in the order in which they were submitted. When a job raises, what it wrote is taken
        back, and ``rescue`` runs in its place, before the next job; not so when the database itself is away. A job may
        be run again after it came to nothing, so it must not change anything but the store.
        """
        return self._writer(key).submit(None, job, rescue)

    def submit_together(
        self,
        run: "Together[A, T]",
        prepare: Callable[[B], A],
        given: B,
        *,
        key: str = "",
        rescue: "Rescue[T] | None" = None,
    ) -> "Future[T]":
        """Like `submit`, for work that is cheaper in company: ``run`` gets the arguments that wait at the same time.

        They are made of what was ``given`` in the thread that writes, before its transaction: whatever may be found out
        there should be, since nobody else can write in one. What fails there goes to ``rescue``, too.
        """
        return self._writer(key).submit(run, given, rescue, prepare)

    def write(self, job: Callable[[Tx], T], *, key: str = "", rescue: "Rescue[T] | None" = None) -> T:
        """`submit`, and wait."""
        return self.submit(job, key=key, rescue=rescue).result()

    def busy_s(self, key: str) -> float:
        """For how long those who write under this key have been at the work before; 0: they are free."""
        return self._writer(key).busy_s()

    def ahead_s(self, key: str) -> float:
        """About how long those who write under this key will be at the work that waits."""
        return self._writer(key).ahead_s()

    def close(self) -> None:
        """Finish what was submitted, then let go of all connections."""
        for writer in self._writers:
            writer.close()
        self._writers = ()
        while self._readers:
            self._readers.pop().close()
        self.engine.dispose()

    def _writer(self, key: str) -> Writer:
        if not self._writers:
            with self._lock:
                self._writers = self._writers or self._start()
        return self._writers[zlib.crc32(key.encode("utf-8", "replace")) % len(self._writers)]

    def _start(self) -> tuple[Writer, ...]:
        if self.is_sqlite:
            engine = self._sqlite_engine(is_writer=True)
            return (Writer(engine, batch=SQLITE_BATCH, mixed=True, namer=self._namer),)
        return tuple(
            Writer(self.engine, batch=POSTGRESQL_BATCH, mixed=False, namer=self._namer)
            for _ in range(POSTGRESQL_WRITERS)
        )

    def _sqlite_engine(self, *, is_writer: bool = False) -> Engine:
        """An engine with the driver's own transaction handling off: its default silently loses updates.

        The writer begins its transactions itself (`Writer`), IMMEDIATE: deferred ones that turn into writing ones are
        refused at once when another process writes. Only the writer makes the file a WAL one: a file
        that turns out to be somebody else's stays as it was.
        """
        engine = create_engine(
            self.url,
            poolclass=QueuePool,
            hide_parameters=True,  # they are somebody's words, and errors are written to the log
            **_JSON,
            connect_args={"check_same_thread": False, "timeout": 5},
        )
        pragmas = ["busy_timeout=5000", f"synchronous={self._synchronous}", "foreign_keys=ON", "temp_store=MEMORY"]
        # Reports jump about in a large file: mapped, its pages cost no call of the system each.
        pragmas.append(f"mmap_size={1 << 30}")
        if is_writer:
            # Pages that every turn writes are carried into the file once for some hundred turns.
            pragmas += ["journal_mode=WAL", "wal_autocheckpoint=4000", "cache_size=-32000"]

        @event.listens_for(engine, "connect")
        def _prepare(dbapi_connection: Any, _record: object) -> None:
            dbapi_connection.isolation_level = None
            for pragma in pragmas:
                dbapi_connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            if not is_writer:
                connection.exec_driver_sql("BEGIN")

        return engine


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=POSTGRESQL_WRITERS + 6,
        hide_parameters=True,
        **_JSON,
        pool_pre_ping=True,  # a restarted server must not cost the next message
        connect_args={"connect_timeout": 2},
    )

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.execute(f"SET work_mem = '{WORK_MEM}'")
        dbapi_connection.commit()

    return engine


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's troubles into ours."""
    try:
        yield
    except DBAPIError as error:
        raise translate(error) from error
