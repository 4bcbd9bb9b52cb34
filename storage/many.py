"""Many records of a kind at once: created or put into the bin, with the same audit, stamps and index as one by one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, inspect, select, text, update

from storage import search
from storage.audit import Change, record_changes, to_plain
from storage.author import Author
from storage.bulk import index_all
from storage.creation import OWNERLESS, audited, columns_of
from storage.prepared import Prepared, always
from storage.records.base import Record, Tracked
from storage.writer import Tx

T = TypeVar("T")
PIECE = 500  # ids in one statement


def create_all(tx: Tx, cls: type[Tracked], rows: Sequence[dict[str, Any]]) -> None:
    """Insert new records of a class, given by their columns; the rows get what they lack: id, stamps, defaults.

    Where they have ids already (all or none), those are kept. Rows and not objects: mapped objects would cost more than
    the inserting. Raises RuntimeError without an author, IntegrityError for a duplicate.
    """
    author = tx.author
    if author is None:
        raise RuntimeError("records were created without an author")
    if not rows:
        return
    with_ids = "id" in rows[0]
    numbers = iter(() if with_ids else _reserve(tx.connection, cls, len(rows)))
    for row in rows:
        _complete(cls, row, author)
        if not with_ids:
            row["id"] = next(numbers)
    _insert_with_id(cls).many(tx.connection, rows)
    if with_ids:
        _catch_up(tx.connection, cls)
    record_changes(tx.connection, author, [_creation(cls, row) for row in rows])
    if tx.namer is not None:
        forms = ((row["id"], tx.namer(SimpleNamespace(kind=cls.kind, **row))) for row in rows)
        index_all(tx.connection, [(cls.kind, number, found) for number, found in forms if found is not None])


def _complete(cls: type[Tracked], row: dict[str, Any], author: Author) -> None:
    """Whose a new record is and since when, and the defaults of its columns."""
    if issubclass(cls, Record):
        row["updated_at"] = row.get("updated_at") or author.at
        row["created_at"] = row.get("created_at") or author.at
        row["created_by_id"] = row.get("created_by_id") or author.user_id
        if row.get("owner_id") is None and cls.kind not in OWNERLESS:
            row["owner_id"], row["team_id"] = author.user_id, row.get("team_id") or author.team_id
    row["version"] = 1
    for key, default in columns_of(cls):
        if row.get(key) is None:
            row[key] = default() if default is not None else None


def _creation(cls: type[Tracked], row: Mapping[str, Any]) -> Change:
    changes = {key: [None, to_plain(row[key])] for key in audited(cls) if row[key] is not None}
    return Change(cls.kind, row["id"], "create", changes)


def bin_all(tx: Tx, cls: type[Tracked], ids: Collection[int]) -> None:
    """Put records into the bin; those that are there already stay as they are."""
    author = tx.author
    if author is None:
        raise RuntimeError("records were deleted without an author")
    table: Any = inspect(cls).local_table
    values = {"deleted_at": author.at, "version": table.c.version + 1}
    if "updated_at" in table.c:
        values["updated_at"] = author.at
    at = author.at.isoformat()
    for piece in pieces_of(sorted(ids)):
        alive = select(table.c.id).where(table.c.id.in_(piece), table.c.deleted_at.is_(None)).with_for_update()
        found = list(tx.connection.execute(alive).scalars())
        if not found:
            continue
        tx.connection.execute(update(table).where(table.c.id.in_(found)).values(values))
        record_changes(
            tx.connection, author, [Change(cls.kind, key, "delete", {"deleted_at": [None, at]}) for key in found]
        )
        if tx.namer is not None:
            search.forget(tx.connection, cls.kind, found)


def settle(tx: Tx, cls: type[Tracked], record_id: int, column: str, value: Any) -> None:
    """Set a column that was not known yet when the record was created, in the same unit."""
    if tx.author is None:
        raise RuntimeError("records were changed without an author")
    table: Any = inspect(cls).local_table
    old = tx.connection.execute(select(table.c[column]).where(table.c.id == record_id)).scalar_one()
    if old != value:
        values = {column: value, "version": table.c.version + 1}
        tx.connection.execute(update(table).where(table.c.id == record_id).values(values))
        record_changes(tx.connection, tx.author, [Change(cls.kind, record_id, "update", {column: [old, value]})])


def pieces_of(items: Collection[T], size: int = PIECE) -> Iterator[list[T]]:
    """The items in lists of at most this size."""
    left = iter(items)
    while piece := list(islice(left, size)):
        yield piece


def _reserve(connection: Connection, cls: type[Tracked], count: int) -> Sequence[int]:
    """So many ids that nobody else will get. On SQLite the transaction holds the only right to write."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.execute(query, {"name": cls.__tablename__, "count": count}).scalars())
    first = (connection.scalar(select(func.max(inspect(cls).local_table.c.id))) or 0) + 1
    return range(first, first + count)


def _catch_up(connection: Connection, cls: type[Tracked]) -> None:
    """After ids were given by hand: the next one that the database gives lies beyond them."""
    if connection.dialect.name == "postgresql":
        name = cls.__tablename__
        query = f"SELECT setval(pg_get_serial_sequence(:name, 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608 — ours
        connection.execute(text(query), {"name": name})


@cache
def _insert_with_id(cls: type[Tracked]) -> Prepared:
    table: Any = inspect(cls).local_table
    return Prepared(always(insert(table)), tuple(column.key for column in table.columns))
