"""Backups: one file that holds everything at one moment, checked before it gets its name; and the way back.

A SQLite database is copied as a database, a PostgreSQL one is written as JSON lines. Either can be restored into either
engine, which is also how one moves from SQLite to PostgreSQL.
"""

import errno
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table, func, insert, select, text, update

from storage import records, schema
from storage.change import from_plain, to_plain
from storage.database import Database, Tx
from storage.errors import BackupDiffers, Damaged, NotABackup, NotEmpty, SchemaTooNew, SchemaTooOld
from storage.sequences import catch_up
from storage.tables import metadata, outbox
from storage.tables import settings as facts

PIECE = 500
_SQLITE_HEAD = b"SQLite format 3\x00"
_FORMAT = 1
_LAST = "backup.last"

# Of every table how many rows, and the sums of its amounts: what is compared before a copy counts as one.
Totals: TypeAlias = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore brought back. ``held`` messages wait for a person; ``unsure`` ones may have been delivered."""

    rows: int
    held: int
    unsure: int


def backup(database: Database, path: Path) -> int:
    """Write a backup; gives its number of rows. Raises `BackupDiffers`, and what opening a file raises."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)  # all of the CRM is in it: for its owner's eyes only
    try:
        rows = _copy_sqlite(database, draft) if database.is_sqlite else _write_lines(database, draft)
        _sync(draft)
        draft.replace(path)
        _sync(path.parent)
    finally:
        for ending in ("", "-journal"):
            Path(f"{draft}{ending}").unlink(missing_ok=True)
    return rows


def remember(database: Database, at: datetime) -> None:
    """Note in the database when it was last backed up."""

    def job(tx: Tx) -> None:
        mine = facts.c.key == _LAST
        if tx.connection.execute(update(facts).where(mine).values(value=at.isoformat())).rowcount == 0:
            tx.connection.execute(insert(facts).values(key=_LAST, value=at.isoformat()))

    database.write(job)


def last_backup(tx: Tx) -> datetime | None:
    """When the database was last backed up; None where it never was."""
    noted = tx.connection.execute(select(facts.c.value).where(facts.c.key == _LAST)).scalar_one_or_none()
    return datetime.fromisoformat(noted) if noted is not None else None


def restore(database: Database, path: Path) -> Restored:
    """Bring a backup into an empty database; messages that were not sent are held back.

    Raises `NotEmpty`, `NotABackup`, `BackupDiffers`, and `SchemaTooOld` or `SchemaTooNew` for JSON lines of another
    version (an older SQLite file is brought up on the way).
    """
    schema.ensure(database)
    with database.read() as tx:
        if any(row[0] for row in totals(tx.connection).values()):
            raise NotEmpty
    with path.open("rb") as stream:
        head = stream.read(len(_SQLITE_HEAD))
    if head == _SQLITE_HEAD:
        return _restore_sqlite(database, path)
    if head.startswith(b'{"crmbot_backup'):
        return _restore_lines(database, path)
    raise NotABackup(path.name)


def totals(connection: Connection) -> Totals:
    """What is in the database, in numbers."""
    found: Totals = {}
    for table in _tables():
        sums = [func.coalesce(func.sum(column), 0) for column in table.c if column.name.endswith("_minor")]
        row = connection.execute(select(func.count(), *sums).select_from(table)).one()
        found[table.name] = [int(value) for value in row]
    return found


def _tables() -> list[Table]:
    """All tables, those first that others refer to."""
    records.all_records()  # declares their tables
    return metadata.sorted_tables


def _copy_sqlite(database: Database, draft: Path) -> int:
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("VACUUM INTO ?", (str(draft),))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(draft.parent)) from error
            raise BackupDiffers(str(error)) from error
    copy = Database(f"sqlite:///{draft}")
    try:
        with copy.read() as tx:
            answer = tx.connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
            if answer != "ok":
                raise BackupDiffers("quick_check")
            copied = totals(tx.connection)
    finally:
        copy.close()
        for ending in ("-wal", "-shm"):
            Path(f"{draft}{ending}").unlink(missing_ok=True)
    with database.read() as tx:
        now = totals(tx.connection)
    # Records and their history only grow: the copy can have no more of them than there are by now.
    for name in ("audit", "steps", *(cls.__tablename__ for cls in records.all_records())):
        if copied[name][0] > now[name][0]:
            raise BackupDiffers(name)
    return sum(row[0] for row in copied.values())


def _write_lines(database: Database, draft: Path) -> int:
    with database.read() as tx, draft.open("w", encoding="utf-8") as stream:
        tx.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = totals(tx.connection)
        stream.write(_line({"crmbot_backup": _FORMAT, "schema": schema.versions()[-1]}))
        written = dict.fromkeys(found, 0)
        for table in _tables():
            for row in _rows(tx.connection, table):
                stream.write(_line([table.name, {key: to_plain(value) for key, value in row.items()}]))
                written[table.name] += 1
        stream.write(_line({"totals": found}))
    for name, count in written.items():
        if count != found[name][0]:
            raise BackupDiffers(name)
    return sum(written.values())


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """All rows of a table, a piece at a time."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=PIECE)
    for row in connection.execute(query):
        yield dict(row._mapping)


def _line(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def _restore_sqlite(database: Database, path: Path) -> Restored:
    with tempfile.TemporaryDirectory(prefix="crmbot-restore-") as folder:
        copied = Path(folder) / "copy.db"
        shutil.copyfile(path, copied)
        source = Database(f"sqlite:///{copied}")
        try:
            schema.ensure(source, may_upgrade=True)
            with source.read() as tx:
                rows = ((table, row) for table in _tables() for row in _rows(tx.connection, table))
                return _fill(database, rows, lambda: totals(tx.connection))
        except Damaged as error:  # the copy is: it was cut on its way, or its disk failed
            raise NotABackup(path.name) from error
        finally:
            source.close()


def _restore_lines(database: Database, path: Path) -> Restored:
    tables = {table.name: table for table in _tables()}
    end: Totals = {}

    def rows() -> Iterator[tuple[Table, dict[str, Any]]]:
        with path.open(encoding="utf-8") as stream:
            try:
                _check_version(json.loads(next(stream)))
                for line in stream:
                    data = json.loads(line)
                    if isinstance(data, dict):
                        end.update(data["totals"])
                    else:
                        table = tables[data[0]]
                        yield table, {key: from_plain(table.c[key].type, value) for key, value in data[1].items()}
            except (ValueError, KeyError, StopIteration, TypeError) as error:
                raise NotABackup(path.name) from error

    return _fill(database, rows(), lambda: end)


def _check_version(head: dict[str, Any]) -> None:
    version, newest = head["schema"], schema.versions()[-1]
    if head["crmbot_backup"] != _FORMAT or version not in schema.versions():
        raise SchemaTooNew(version)
    if version != newest:
        raise SchemaTooOld(version)


def _fill(database: Database, rows: Iterator[tuple[Table, dict[str, Any]]], expected: Any) -> Restored:
    """Insert all rows in one transaction, and compare before it is committed."""
    with database.engine.connect() as connection, _references_at_the_end(connection):
        table: Table | None = None
        piece: list[dict[str, Any]] = []
        for target, row in rows:
            if piece and (target is not table or len(piece) == PIECE):
                connection.execute(insert(table), piece)  # type: ignore[arg-type]
                piece = []
            table = target
            piece.append(row)
        if table is not None and piece:
            connection.execute(insert(table), piece)
        found, wanted = totals(connection), expected()
        if not wanted:
            raise NotABackup("no totals")
        for name, numbers in found.items():
            if numbers != wanted.get(name):
                raise BackupDiffers(name)
        held, unsure = _hold_back(connection)
        return Restored(sum(numbers[0] for numbers in found.values()), held, unsure)


@contextmanager
def _references_at_the_end(connection: Connection) -> Iterator[None]:
    """A transaction in which references are checked at its end: teams and users refer to each other."""
    is_sqlite = connection.dialect.name == "sqlite"
    driver: Any = connection.connection.driver_connection
    if is_sqlite:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            keys = [] if is_sqlite else _defer(connection)
            yield
            if is_sqlite:
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise BackupDiffers("foreign_key_check")
            else:
                catch_up(connection, _tables())
                connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # checks them
                for table, name in keys:
                    connection.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" NOT DEFERRABLE'))
    finally:
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=ON")


def _defer(connection: Connection) -> list[tuple[str, str]]:
    """Put off the check of all foreign keys; gives them as (table, name)."""
    keys = [(table.name, str(key.name)) for table in _tables() for key in table.foreign_key_constraints]
    for table, name in keys:
        connection.execute(text(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" DEFERRABLE INITIALLY DEFERRED'))
    return keys


def _hold_back(connection: Connection) -> tuple[int, int]:
    """A restored copy must not send what the lost one may have sent since."""
    held = connection.execute(update(outbox).where(outbox.c.status == "waiting").values(status="held")).rowcount
    unsure = connection.execute(update(outbox).where(outbox.c.status == "sending").values(status="unsure")).rowcount
    return held, unsure


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
