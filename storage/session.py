"""The session through which records are written: it stamps, audits and indexes whatever changes; nobody can forget.

An `Author` says who changes and when. A write without one is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from storage import search
from storage.audit import Change, record_changes, standing_step, to_plain
from storage.insertion import insert_record
from storage.records.base import Record, Tracked

# Columns that say nothing a person would want to know or undo.
_SILENT = frozenset({"version", "created_at", "updated_at"})
_UNSAID = _SILENT | {"id"}
R = TypeVar("R", bound=Tracked)

Namer = Callable[[Tracked], "search.Forms | None"]


@dataclass(slots=True)
class Author:
    """Who makes the changes of a session, from where, when. ``step_id`` is set when the first is recorded."""

    user_id: int | None
    at: datetime
    team_id: int | None = None
    inbox_id: int | None = None
    chat_key: str | None = None
    what: dict[str, Any] = field(default_factory=dict)
    undoes_step_id: int | None = None
    step_id: int | None = None


class RecordSession(Session):
    """A session on a connection whose transaction belongs to somebody else.

    It works in a savepoint of its own: a write that fails must not take back what others did in the same transaction.
    """

    def __init__(self, connection: Connection, namer: Namer | None = None) -> None:
        super().__init__(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        self.namer = namer
        self.author: Author | None = None
        self.has_rolled_back = False

    def create(self, record: R) -> R:
        """Write a new record at once and give it its id: what ``add`` and a flush do, at a fifth of the cost.

        Its references must be ids, not objects. Raises RuntimeError without an author, IntegrityError for a duplicate.
        """
        if self.author is None:
            raise RuntimeError("records were created in a session without an author")
        if isinstance(record, Record):
            _stamp_new(record, self.author)
        insert_record(self.connection(), record)
        make_transient_to_detached(record)
        self.add(record)
        self.note([(_creation(record), record)])
        return record

    def note(self, changes: "Sequence[tuple[Change, Tracked]]") -> None:
        """Write the audit rows of changes and bring the search index up to date."""
        author = self.author
        if not changes or author is None:
            return
        connection = self.connection()
        if self.has_rolled_back and author.step_id is not None:
            author.step_id = standing_step(connection, author.step_id)
            self.has_rolled_back = False
        record_changes(connection, author, [change for change, _item in changes])
        if self.namer is not None:
            for change, item in changes:
                _index(connection, self.namer, change, item)


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
        if not isinstance(item, Record) or not session.is_modified(item, include_collections=False):
            continue
        item.updated_at = author.at
        if item in session.new:
            _stamp_new(item, author)


def _stamp_new(item: Record, author: Author) -> None:
    """Whose a new record is, and since when."""
    item.updated_at = author.at
    item.created_at = item.created_at or author.at
    item.created_by_id = item.created_by_id or author.user_id
    if item.owner_id is None and item.kind not in _OWNERLESS:
        item.owner_id, item.team_id = author.user_id, item.team_id or author.team_id


_OWNERLESS = frozenset({"team", "user", "identity", "exchange_rate", "channel_binding", "link_code"})


@event.listens_for(RecordSession, "after_flush")
def _note(session: RecordSession, _context: object) -> None:
    """Write the audit rows and bring the search index up to date, in the same transaction."""
    if session.deleted:
        raise RuntimeError("records are put into the bin (deleted_at), never deleted")
    session.note(list(_changes(session)))


def _changes(session: RecordSession) -> Iterable[tuple[Change, Tracked]]:
    for item in session.new:
        if isinstance(item, Tracked):
            yield _creation(item), item
    for item in session.dirty:
        if isinstance(item, Tracked):
            altered = _altered(item)
            if altered:
                yield Change(item.kind, item.id, _action(altered), altered), item


def _creation(item: Tracked) -> Change:
    values = {attribute.key: to_plain(getattr(item, attribute.key)) for attribute in inspect(item).mapper.column_attrs}
    created = {key: [None, value] for key, value in values.items() if value is not None and key not in _UNSAID}
    return Change(item.kind, item.id, "create", created)


def _altered(item: Tracked) -> dict[str, list[Any]]:
    """{column: [old, new]} of what the flush has just written."""
    state = inspect(item)
    altered = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in _SILENT or not history.has_changes():
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


def _index(connection: Connection, namer: Namer, change: Change, item: Tracked) -> None:
    forms = namer(item) if item.deleted_at is None else search.Forms()
    if forms is not None:
        search.index(connection, item.kind, item.id, forms, is_new=change.action == "create")
