"""Writing new rows of mapped classes, and what goes with every change: its audit row and its place in the index."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import insert, inspect

from storage import filing, search
from storage.audit import record_changes
from storage.author import Author
from storage.change import Change, to_plain
from storage.prepared import Prepared, always
from storage.records.base import Record, Tracked
from storage.unit import Unit

R = TypeVar("R", bound=Tracked)

# Columns that say nothing a person would want to know or undo.
SILENT = frozenset({"version", "created_at", "updated_at"})
_UNSAID = SILENT | {"id"}
OWNERLESS = frozenset(
    {
        "team",
        "user",
        "identity",
        "exchange_rate",
        "channel_binding",
        "link_code",
        "custom_field",
        "access_token",
        "webhook",
    }
)


def create(unit: Unit, record: R) -> R:
    """Insert the record with its columns' defaults; afterwards it has its id and its first version."""
    if unit.author is None:
        raise RuntimeError("records were created without an author")
    if isinstance(record, Record):
        stamp_new(record, unit.author)
    values = record.__dict__
    for key, default in columns_of(type(record)):
        if values.get(key) is None:
            values[key] = default() if default is not None else None
    values["version"] = 1
    values["id"] = _insert_into(type(record)).insert(unit.connection, values)
    note(unit, [(creation(record), record)])
    return record


def stamp_new(item: Record, author: Author) -> None:
    """Whose a new record is, and since when. What is new has no history that setting its attributes would keep."""
    values = item.__dict__
    values["updated_at"] = author.at
    values["created_at"] = values.get("created_at") or author.at
    values["created_by_id"] = values.get("created_by_id") or author.user_id
    if values.get("owner_id") is None and item.kind not in OWNERLESS:
        values["owner_id"], values["team_id"] = author.user_id, values.get("team_id") or author.team_id


def creation(item: Tracked) -> Change:
    """The audit row of a record that has just been written."""
    values = item.__dict__
    given = {key: values.get(key) for key in audited(type(item))}
    told = {key: [None, to_plain(value)] for key, value in given.items() if value is not None}
    return Change(item.kind, item.id, "create", told)


def note(unit: Unit, changes: Sequence[tuple[Change, Tracked]]) -> None:
    """Write the audit rows of changes and bring the search index up to date."""
    if not changes or unit.author is None:
        return
    record_changes(unit.connection, unit.author, [change for change, _item in changes])
    if unit.namer is None:
        return
    for change, item in changes:
        forms = unit.namer(item) if item.deleted_at is None else search.Forms()
        if forms is not None:
            filing.index(unit.connection, item.kind, item.id, forms, is_new=change.action == "create")


@cache
def audited(cls: type[Tracked]) -> tuple[str, ...]:
    """The columns that the trail tells of."""
    return tuple(attribute.key for attribute in inspect(cls).column_attrs if attribute.key not in _UNSAID)


@cache
def columns_of(cls: type[Tracked]) -> tuple[tuple[str, Any], ...]:
    """The columns of a class but for its id, each with what makes its default, or None."""
    table: Any = inspect(cls).local_table
    return tuple((column.key, _maker(column)) for column in table.columns if column.key != "id")


@cache
def _insert_into(cls: type[Tracked]) -> Prepared:
    table: Any = inspect(cls).local_table
    return Prepared(always(insert(table)), tuple(key for key, _default in columns_of(cls)))


def _maker(column: Any) -> Any:
    """What makes the default of a column, or None where it has none."""
    default = column.default
    if default is None:
        return None
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg
