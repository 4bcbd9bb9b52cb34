"""Many records of a kind at once: created, changed or put into the bin, with the same audit, stamps and index as one by
one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy import insert, inspect, select, update

from storage import filing, kept
from storage.audit import record_changes
from storage.author import Author
from storage.bulk import index_all
from storage.change import Change, to_plain
from storage.creation import OWNERLESS, audited, columns_of
from storage.prepared import Prepared, always
from storage.records.base import Record, Tracked
from storage.sequences import catch_up, reserve
from storage.unit import Unit
from storage.veil import WHOLE

T = TypeVar("T")
PIECE = 500  # ids in one statement


def create_all(unit: Unit, cls: type[Tracked], rows: Sequence[dict[str, Any]]) -> None:
    """Insert new records of a class, given by their columns; the rows get what they lack: id, stamps, defaults.

    Where they have ids already (all or none), those are kept. Rows and not objects: mapped objects would cost more than
    the inserting. Raises RuntimeError without an author, IntegrityError for a duplicate.
    """
    author = unit.author
    if author is None:
        raise RuntimeError("records were created without an author")
    if not rows:
        return
    kept.changed(unit.connection, cls.kind)
    with_ids = "id" in rows[0]
    table: Any = inspect(cls).local_table
    numbers = iter(() if with_ids else reserve(unit.connection, table, len(rows)))
    for row in rows:
        _complete(cls, row, author)
        if not with_ids:
            row["id"] = next(numbers)
    _insert_with_id(cls).many(unit.connection, rows)
    if with_ids:
        catch_up(unit.connection, [table])
    record_changes(unit.connection, author, [_creation(cls, row) for row in rows])
    if unit.namer is not None:
        forms = ((row["id"], unit.namer(SimpleNamespace(kind=cls.kind, **row))) for row in rows)
        index_all(unit.connection, [(cls.kind, number, found) for number, found in forms if found is not None])


def _complete(cls: type[Tracked], row: dict[str, Any], author: Author) -> None:
    """Whose a new record is and since when, and the defaults of its columns."""
    if issubclass(cls, Record):
        row["updated_at"] = row.get("updated_at") or author.at
        row["created_at"] = row.get("created_at") or author.at
        row["created_by_id"] = row.get("created_by_id") or author.user_id
        if row.get("owner_id") is None and cls.kind not in OWNERLESS:
            row["owner_id"], row["team_id"] = author.user_id, row.get("team_id") or author.team_id
    row["version"] = 1
    every, defaults = _columns(cls)
    for key, default in defaults:
        if row.get(key) is None:
            row[key] = default()
    for key in every - row.keys():
        row[key] = None


@cache
def _columns(cls: type[Tracked]) -> tuple[frozenset[str], tuple[tuple[str, Any], ...]]:
    """The columns of a class, and what makes the defaults of those that have one."""
    columns = columns_of(cls)
    return frozenset(key for key, _default in columns), tuple(item for item in columns if item[1] is not None)


def _creation(cls: type[Tracked], row: Mapping[str, Any]) -> Change:
    changes = {
        key: [None, value if type(value) is str else to_plain(value)]
        for key in audited(cls)
        if (value := row[key]) is not None
    }
    return Change(cls.kind, row["id"], "create", changes)


def bin_all(unit: Unit, cls: type[Tracked], ids: Collection[int]) -> None:
    """Put records into the bin; those that are there already stay as they are."""
    author = unit.author
    if author is None:
        raise RuntimeError("records were deleted without an author")
    kept.changed(unit.connection, cls.kind)
    table: Any = inspect(cls).local_table
    values = {"deleted_at": author.at, "version": table.c.version + 1}
    if "updated_at" in table.c:
        values["updated_at"] = author.at
    at = author.at.isoformat()
    for piece in pieces_of(sorted(ids)):
        alive = select(table.c.id).where(table.c.id.in_(piece), table.c.deleted_at.is_(None)).with_for_update()
        found = list(unit.connection.execute(alive).scalars())
        if not found:
            continue
        unit.connection.execute(update(table).where(table.c.id.in_(found)).values(values))
        record_changes(
            unit.connection, author, [Change(cls.kind, key, "delete", {"deleted_at": [None, at]}) for key in found]
        )
        if unit.namer is not None:
            filing.forget(unit.connection, cls.kind, found)


def set_all(unit: Unit, cls: type[Tracked], ids: Collection[int], values: Mapping[str, Any]) -> None:
    """Set columns of many records; those that have the values already stay as they are. None of the columns is one by
    which records are found. What a session holds of the records is old afterwards."""
    author = unit.author
    if author is None:
        raise RuntimeError("records were changed without an author")
    kept.changed(unit.connection, cls.kind)
    table: Any = inspect(cls).local_table
    new = {**values, "version": table.c.version + 1}
    if "updated_at" in table.c:
        new["updated_at"] = author.at
    for piece in pieces_of(sorted(ids)):
        before = select(table.c.id, *(table.c[key] for key in values)).where(table.c.id.in_(piece)).with_for_update()
        changes = []
        for row in unit.connection.execute(before.order_by(table.c.id), execution_options=WHOLE):
            old = {key: row._mapping[key] for key in values}
            told = {key: [to_plain(old[key]), to_plain(value)] for key, value in values.items() if old[key] != value}
            changes += [Change(cls.kind, row.id, "update", told)] if told else []
        if changes:
            touched = table.c.id.in_([change.record_id for change in changes])
            unit.connection.execute(update(table).where(touched).values(new))
            record_changes(unit.connection, author, changes)


def settle(unit: Unit, cls: type[Tracked], record_id: int, column: str, value: Any) -> None:
    """Set a column that was not known yet when the record was created, in the same unit."""
    if unit.author is None:
        raise RuntimeError("records were changed without an author")
    table: Any = inspect(cls).local_table
    before = select(table.c[column]).where(table.c.id == record_id)
    old = unit.connection.execute(before, execution_options=WHOLE).scalar_one()
    if old != value:
        values = {column: value, "version": table.c.version + 1}
        unit.connection.execute(update(table).where(table.c.id == record_id).values(values))
        record_changes(unit.connection, unit.author, [Change(cls.kind, record_id, "update", {column: [old, value]})])


def pieces_of(items: Collection[T], size: int = PIECE) -> Iterator[list[T]]:
    """The items in lists of at most this size."""
    left = iter(items)
    while piece := list(islice(left, size)):
        yield piece


@cache
def _insert_with_id(cls: type[Tracked]) -> Prepared:
    table: Any = inspect(cls).local_table
    return Prepared(always(insert(table)), tuple(column.key for column in table.columns))
