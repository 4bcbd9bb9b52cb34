"""The audit trail: who changed what from what to what."""

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from storage import history, kept
from storage.author import Author
from storage.change import Change
from storage.prepared import Prepared, always
from storage.tables import audit, steps


def record_changes(connection: Connection, author: Author, changes: Sequence[Change]) -> None:
    """Append the changes to the trail, under the author's step, which is opened by the first of them; what is kept of
    the past and of sums follows, and what is kept between turns ends."""
    step_id = open_step(connection, author)
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
    history.follow(connection, changes, author.at)
    for kind in {change.kind for change in changes}:
        kept.changed(connection, kind)


def open_step(connection: Connection, author: Author) -> int:
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


def last_undo(connection: Connection, user_id: int) -> int | None:
    """The id of the user's newest undo that still stands and after which they saved nothing, or None."""
    undone = steps.alias("undone")
    query = select(steps.c.id).join(undone, undone.c.undone_by_step_id == steps.c.id)
    is_undo = undone.c.undoes_step_id.is_(None)  # and not what took an undo back
    query = query.where(steps.c.user_id == user_id, steps.c.undone_by_step_id.is_(None), is_undo)
    found = connection.execute(query.order_by(steps.c.id.desc()).limit(1)).scalar_one_or_none()
    return found if found is not None and found > (last_step(connection, user_id) or 0) else None


def changes_of(connection: Connection, step_id: int) -> list[Change]:
    """What a step changed, in order."""
    rows = connection.execute(select(audit).where(audit.c.step_id == step_id).order_by(audit.c.id))
    return [Change(row.kind, row.record_id, row.action, row.changes) for row in rows]
