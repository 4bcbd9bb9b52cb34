"""What a conversation remembers between two messages, as versioned JSON: open dialogs, and what it is about."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import conversations

VERSION = 1
MAX_DIALOGS = 3  # an aside within an aside within an aside: more is forgotten, oldest first


class LostConversation(Exception):
    """Somebody else has written this conversation since it was read: the turn must be run again."""


@dataclass(slots=True)
class Memory:
    """``dialogs``: states of open dialogs, the current one last. ``focus``: record ids the talk is about, by kind.
    ``listing``: what "more" continues."""

    dialogs: list[dict[str, Any]] = field(default_factory=list)
    focus: dict[str, Any] = field(default_factory=dict)
    listing: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {"v": VERSION, "dialogs": self.dialogs[-MAX_DIALOGS:], "focus": self.focus, "listing": self.listing}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Memory":
        """The memory; of a version that is not known only an empty one: better to ask again than to misread."""
        if data.get("v") != VERSION:
            return cls()
        return cls(data.get("dialogs", []), data.get("focus", {}), data.get("listing", {}))


@dataclass(slots=True)
class Conversation:
    """A conversation, locked for the length of the turn. ``version`` None: it is new."""

    key: str
    memory: Memory
    version: int | None
    last_outbox_id: int | None
    waiting: int

    def save(self, connection: Connection, *, now: datetime) -> None:
        """Write it back. Raises `LostConversation` where it is not as it was read."""
        row = {
            "state": self.memory.to_json(),
            "last_outbox_id": self.last_outbox_id,
            "updated_at": now,
            "waiting": self.waiting,
        }
        if self.version is None:
            build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            statement = build(conversations).on_conflict_do_nothing().returning(conversations.c.id)
            written = connection.execute(statement, {**row, "key": self.key, "version": 1}).first() is not None
        else:
            result = connection.execute(
                _UPDATE, {**row, "b_key": self.key, "b_version": self.version, "version": self.version + 1}
            )
            written = result.rowcount == 1
        if not written:
            raise LostConversation(self.key)


def lock(connection: Connection, key: str) -> Conversation:
    """The conversation, locked against every other turn until this transaction ends; then its state is read."""
    row = connection.execute(_LOCK, {"b_key": key}).first()
    if row is None:
        return Conversation(key, Memory(), None, None, 0)
    return Conversation(key, Memory.from_json(row.state), row.version, row.last_outbox_id, row.waiting)


_LOCK = (
    select(conversations.c.state, conversations.c.version, conversations.c.last_outbox_id, conversations.c.waiting)
    .where(conversations.c.key == bindparam("b_key"))
    .with_for_update()
)
_UPDATE = update(conversations).where(
    conversations.c.key == bindparam("b_key"), conversations.c.version == bindparam("b_version")
)
