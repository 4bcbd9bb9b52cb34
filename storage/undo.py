"""The way back along the audit trail: what a step did is taken back as one, however much it was.

Questions about a step are asked of all its records at once: an import of a hundred thousand rows is one step.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, and_, exists, inspect, select, update
from sqlalchemy.exc import IntegrityError

from storage import records
from storage.audit import changes_of, open_step
from storage.change import Change, from_plain
from storage.errors import Occupied
from storage.tables import audit, steps

if TYPE_CHECKING:
    from storage.session import RecordSession


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
    return _later_change(connection, step_id) or _reference_from_outside(connection, step_id)


def _later_change(connection: Connection, step_id: int) -> Conflict | None:
    own, later = audit.alias("own"), audit.alias("later")
    same = and_(later.c.kind == own.c.kind, later.c.record_id == own.c.record_id, later.c.step_id > step_id)
    row = connection.execute(
        select(later.c.kind, later.c.record_id, later.c.user_id, later.c.at)
        .select_from(own.join(later, same).join(steps, steps.c.id == later.c.step_id))
        .where(own.c.step_id == step_id, steps.c.undone_by_step_id.is_(None), steps.c.undoes_step_id.is_(None))
        .order_by(later.c.id)
        .limit(1)
    ).first()
    return Conflict(*row) if row is not None else None


def _reference_from_outside(connection: Connection, step_id: int) -> Conflict | None:
    """A live record, not of the same step, that points at a record the step created."""
    made = select(audit.c.record_id).where(audit.c.step_id == step_id, audit.c.action == "create")
    kinds = connection.execute(made.with_only_columns(audit.c.kind).distinct()).scalars()
    targets = {inspect(records.tracked_class(kind)).local_table: kind for kind in kinds}
    for cls in records.all_records():
        table: Any = cls.__table__
        of_step = exists().where(audit.c.step_id == step_id, audit.c.kind == cls.kind, audit.c.record_id == table.c.id)
        for column in table.columns:
            for kind in (targets[key.column.table] for key in column.foreign_keys if key.column.table in targets):
                query = select(table.c.id, table.c.created_by_id, table.c.updated_at).where(
                    column.in_(made.where(audit.c.kind == kind)), table.c.deleted_at.is_(None), ~of_step
                )
                row = connection.execute(query.limit(1)).first()
                if row is not None:
                    return Conflict(cls.kind, *row)
    return None


def revert(session: "RecordSession", step_id: int) -> list[Change]:
    """Take a step back, newest change first; gives what the step had changed.

    The session's author must carry ``undoes_step_id``. Creations go to the bin; what was altered gets its old values.
    Raises `Occupied` when another record has taken a name or number that would come back.
    """
    from storage.many import bin_all  # maps the records, which the first answer does without

    author = session.author
    if author is None or author.undoes_step_id != step_id:
        raise ValueError("undo needs an author that says what it undoes")
    done = changes_of(session.connection(), step_id)
    session.flush()
    made: dict[str, set[int]] = {}
    for change in done:
        if change.action == "create":
            made.setdefault(change.kind, set()).add(change.record_id)
    for kind, ids in made.items():
        bin_all(session.unit, records.tracked_class(kind), ids)
    session.expire_all()
    _restore(session, (item for item in reversed(done) if item.record_id not in made.get(item.kind, ())))
    try:
        session.flush()
    except IntegrityError as error:
        raise Occupied(*dict.fromkeys(change.kind for change in done)) from error
    undone_by = open_step(session.connection(), author)
    session.connection().execute(update(steps).where(steps.c.id == step_id).values(undone_by_step_id=undone_by))
    return done


def stands_again(connection: Connection, undo_id: int) -> None:
    """The step that was undone by another stands once more: that one was taken back itself."""
    connection.execute(update(steps).where(steps.c.undone_by_step_id == undo_id).values(undone_by_step_id=None))


def _restore(session: "RecordSession", changes: Iterable[Change]) -> None:
    """Give the records their old values again."""
    for change in changes:
        record = session.get(records.tracked_class(change.kind), change.record_id)
        if record is None:
            continue
        columns = inspect(type(record)).columns
        for key, (old, _new) in change.changes.items():
            setattr(record, key, from_plain(columns[key].type, old))
