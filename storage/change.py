"""One change of a record, in values that JSON holds: what the trail keeps and undo goes back along."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.types import Date

from storage.types import ExactDecimal, UtcDateTime


@dataclass(frozen=True, slots=True)
class Change:
    """One record changed. action: create, update, delete, restore. changes: {column: [old, new]}, JSON values."""

    kind: str
    record_id: int
    action: str
    changes: dict[str, list[Any]]


_PLAIN = frozenset({str, int, bool, dict, list, type(None)})  # most values are


def to_plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def from_plain(column_type: Any, value: Any) -> Any:
    """The inverse of `to_plain` for a column of this type."""
    if value is None:
        return None
    if isinstance(column_type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column_type, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(column_type, ExactDecimal) else value
