"""The audit trail: who changed what from what to what, and the way back along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Date

from storage import records
from storage.author import Author
from storage.errors import Occupied
from storage.prepared import Prepared, always
from storage.tables import audit, steps
from storage.types import ExactDecimal, UtcDateTime

if TYPE_CHECKING:
    from storage.session import RecordSession


@dataclass(frozen=True, slots=True)
class Change:
    """One record changed. action: create, update, delete, restore. changes: {column: [old, new]}, JSON values."""

    kind: str
    record_id: int
    action: str
    changes: dict[str, list[Any]]


def to_plain(value: Any) -> Any:
    """A column's value as JSON holds it."""
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


def record_changes(connection: Connection, author: Author, changes: Sequence[Change]) -> None:
    """Append the changes to the trail, under the author's step, which is opened by the first of them."""
    step_id = _open_step(connection, author)
    _APPEND.many(
        connection,
        [
            {
                "step_id": step_id,
                "user_id": author.user_id,
                "kind": change.kind,
                "record_id": change.record_id,
                "action": change.action,
                "changes": change.changes,
                "at": author.at,
            }
            for change in changes
        ],
    )


def _open_step(connection: Connection, author: Author) -> int:
    """The id of the author's step, which is begun if it was not."""
    if author.step_id is None:
        row = {
            "user_id": author.user_id,
            "inbox_id": author.inbox_id,
            "chat_key": author.chat_key,
            "what": author.what,
            "at": author.at,
            "undoes_step_id": author.undoes_step_id,
        }
        author.step_id = _BEGIN.insert(connection, row)
    assert author.step_id is not None  # noqa: S101 — nothing of a step can be there already
    return author.step_id


_APPEND = Prepared(always(insert(audit)), ("step_id", "user_id", "kind", "record_id", "action", "changes", "at"))
_BEGIN = Prepared(
    always(insert(steps)),
    ("user_id", "inbox_id", "chat_key", "what", "at", "undoes_step_id"),
)


def standing_step(connection: Connection, step_id: int) -> int | None:
    """The step's id, or None when it was rolled back."""
    return connection.execute(select(steps.c.id).where(steps.c.id == step_id)).scalar_one_or_none()


def last_step(connection: Connection, user_id: int) -> int | None:
    """The id of the user's newest step that still stands, or None."""
    return connection.execute(
        select(steps.c.id)
        .where(steps.c.user_id == user_id, steps.c.undone_by_step_id.is_(None), steps.c.undoes_step_id.is_(None))
        .order_by(steps.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def changes_of(connection: Connection, step_id: int) -> list[Change]:
    """What a step changed, in order."""
    rows = connection.execute(select(audit).where(audit.c.step_id == step_id).order_by(audit.c.id))
    return [Change(row.kind, row.record_id, row.action, row.changes) for row in rows]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why a step cannot be taken back: who touched which record since. ``user_id`` None: it was not a person."""

    kind: str
    record_id: int
    user_id: int | None
    at: datetime


def conflict(connection: Connection, step_id: int) -> Conflict | None:
    """The first later change that stands in the way of undoing a step, or None.

    In the way is a standing change to a record that the step touched, or another record's reference to one that the
    step created. Changes that were undone themselves do not count.
    """
    done = changes_of(connection, step_id)
    touched = {(change.kind, change.record_id) for change in done}
    later = (
        select(audit.c.kind, audit.c.record_id, audit.c.user_id, audit.c.at)
        .join(steps, steps.c.id == audit.c.step_id)
        .where(audit.c.step_id > step_id, steps.c.undone_by_step_id.is_(None), steps.c.undoes_step_id.is_(None))
        .order_by(audit.c.id)
    )
    for kind, record_id in touched:
        row = connection.execute(later.where(audit.c.kind == kind, audit.c.record_id == record_id)).first()
        if row is not None:
            return Conflict(row.kind, row.record_id, row.user_id, row.at)
    for change in done:
        if change.action == "create":
            found = _reference_from_outside(connection, change, touched)
            if found is not None:
                return found
    return None


def _reference_from_outside(connection: Connection, created: Change, touched: set[tuple[str, int]]) -> Conflict | None:
    """A live record, not of the same step, that points at a record the step created."""
    target = records.tracked_class(created.kind).__table__
    for cls in records.all_records():
        for column in cls.__table__.columns:
            if not any(key.column.table is target for key in column.foreign_keys):
                continue
            query = select(cls.__table__.c.id, cls.__table__.c.created_by_id, cls.__table__.c.updated_at).where(
                column == created.record_id, cls.__table__.c.deleted_at.is_(None)
            )
            for row in connection.execute(query):
                if (cls.kind, row.id) not in touched:
                    return Conflict(cls.kind, row.id, row.created_by_id, row.updated_at)
    return None


def revert(session: "RecordSession", step_id: int) -> list[Change]:
    """Take a step back, newest change first; gives what the step had changed.

    The session's author must carry ``undoes_step_id``. Creations go to the bin; what was altered gets its old values.
    Raises `Occupied` when another record has taken a name or number that would come back.
    """
    author = session.author
    if author is None or author.undoes_step_id != step_id:
        raise ValueError("undo needs an author that says what it undoes")
    done = changes_of(session.connection(), step_id)
    for change in reversed(done):
        record = session.get(records.tracked_class(change.kind), change.record_id)
        if record is None:
            continue
        if change.action == "create":
            record.deleted_at = author.at
            continue
        columns = inspect(type(record)).columns
        for key, (old, _new) in change.changes.items():
            setattr(record, key, from_plain(columns[key].type, old))
    try:
        session.flush()
    except IntegrityError as error:
        raise Occupied(*dict.fromkeys(change.kind for change in done)) from error
    undone_by = _open_step(session.connection(), author)
    session.connection().execute(update(steps).where(steps.c.id == step_id).values(undone_by_step_id=undone_by))
    return done
