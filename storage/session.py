"""The session through which records are written: it stamps, audits and indexes whatever changes; nobody can forget.

An `Author` says who changes and when. A write without one is refused.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from storage.audit import standing_step
from storage.author import Author
from storage.change import Change, to_plain
from storage.creation import SILENT, creation, note, stamp_new
from storage.records.base import Record, Tracked
from storage.unit import Unit


class RecordSession(Session):
    """A session on a connection whose transaction belongs to somebody else.

    It works in a savepoint of its own: a write that fails must not take back what others did in the same transaction.
    """

    def __init__(self, unit: Unit) -> None:
        super().__init__(bind=unit.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.unit = unit
        self.has_rolled_back = False

    @property
    def author(self) -> Author | None:
        """In whose name it writes."""
        return self.unit.author

    @author.setter
    def author(self, author: Author | None) -> None:
        self.unit.author = author


@event.listens_for(Tracked, "attribute_instrument", propagate=True)
def _remember(_cls: type, _key: str, attribute: Any) -> None:
    """Have the old value of a column looked up where it is not at hand: undo needs it."""
    if hasattr(attribute.property, "columns"):
        event.listen(attribute, "set", lambda *_args: None, active_history=True)


@event.listens_for(RecordSession, "after_soft_rollback")
def _doubt_step(session: RecordSession, _previous: object) -> None:
    """A savepoint was rolled back; the step may have been opened within it."""
    session.has_rolled_back = True


@event.listens_for(RecordSession, "before_flush")
def _stamp(session: RecordSession, _context: object, _instances: object) -> None:
    """Set who and when on whatever is about to be written."""
    changed = [item for item in (*session.new, *session.dirty) if isinstance(item, Tracked)]
    if not changed:
        return
    author = session.author
    if author is None:
        raise RuntimeError("records were changed in a session without an author")
    for item in changed:
        if not isinstance(item, Record):
            continue
        if item in session.new:
            stamp_new(item, author)
        elif session.is_modified(item, include_collections=False):
            item.updated_at = author.at


@event.listens_for(RecordSession, "after_flush")
def _note(session: RecordSession, _context: object) -> None:
    """Write the audit rows and bring the search index up to date, in the same transaction."""
    if session.deleted:
        raise RuntimeError("records are put into the bin (deleted_at), never deleted")
    changes = list(_changes(session))
    author = session.author
    if session.has_rolled_back and author is not None and author.step_id is not None:
        author.step_id = standing_step(session.connection(), author.step_id)
        session.has_rolled_back = False
    note(session.unit, changes)


def _changes(session: RecordSession) -> Iterable[tuple[Change, Tracked]]:
    for item in session.new:
        if isinstance(item, Tracked):
            yield creation(item), item
    for item in session.dirty:
        if isinstance(item, Tracked):
            altered = _altered(item)
            if altered:
                yield Change(item.kind, item.id, _action(altered), altered), item


def _altered(item: Tracked) -> dict[str, list[Any]]:
    """{column: [old, new]} of what the flush has just written."""
    state = inspect(item)
    altered = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in SILENT or not history.has_changes():
            continue
        old = to_plain(history.deleted[0]) if history.deleted else None
        new = to_plain(history.added[0]) if history.added else None
        if old != new:
            altered[attribute.key] = [old, new]
    return altered


def _action(altered: dict[str, list[Any]]) -> str:
    if "deleted_at" in altered:
        return "restore" if altered["deleted_at"][1] is None else "delete"
    return "update"
