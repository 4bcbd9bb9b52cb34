"""The session through which records are written: it stamps, audits and indexes whatever changes; nobody can forget.

An `Author` says who changes and when. A write without one is refused.
"""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from storage.audit import standing_step
from storage.author import Author
from storage.change import Change, to_plain
from storage.creation import SILENT, creation, note, stamp_new
from storage.records.base import Record, Tracked
from storage.unit import Unit
from storage.veil import WHOLE, check_writable, covered_keys, nothing, veil_on


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


@event.listens_for(Tracked, "load", propagate=True)
def _cover(item: Tracked, context: Any) -> None:
    """What is read for somebody from whom columns are hidden comes without them."""
    veil = veil_on(context.session.unit.connection) if isinstance(context.session, RecordSession) else None
    for key, cover in covered_keys(type(item), veil):
        value = item.__dict__.get(key)
        if value is not None:
            set_committed_value(item, key, cover(value) if cover is not nothing else _empty(value))


@event.listens_for(Tracked, "refresh", propagate=True)
def _cover_again(item: Tracked, context: Any, _attributes: Any) -> None:
    _cover(item, context)


def _empty(value: Any) -> Any:
    return [] if isinstance(value, list) else None


class _Altered:
    """The attributes of a record that have changed, looked up only where somebody asks."""

    def __init__(self, item: Tracked) -> None:
        self._attributes = inspect(item).attrs

    def __contains__(self, key: object) -> bool:
        return bool(self._attributes[str(key)].history.has_changes())


def _whole(session: RecordSession, item: Tracked) -> Any:
    """The record with all its columns, for the index, which must not forget what its writer may not see."""
    if not covered_keys(type(item), veil_on(session.unit.connection)):
        return item
    table = inspect(type(item)).local_table
    row = session.unit.connection.execute(select(table).where(table.c.id == item.id), execution_options=WHOLE).one()
    return SimpleNamespace(kind=item.kind, **row._mapping)


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
        if item not in session.new:
            check_writable(session.unit.connection, type(item), _Altered(item))
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
    note(session.unit, [(change, _whole(session, item)) for change, item in changes])


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
