"""What a conversation remembers between two messages, as versioned JSON: open dialogs, and what it is about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import conversations as table

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
    version: int | None = None
    last_outbox_id: int | None = None
    waiting: int = 0


def lock(connection: Connection, keys: Iterable[str]) -> dict[str, Conversation]:
    """The conversations, locked against every other turn until this transaction ends; then their states are read."""
    wanted = sorted(set(keys))  # in one order, so that two transactions never wait for each other crosswise
    found = {
        row.key: Conversation(row.key, Memory.from_json(row.state), row.version, row.last_outbox_id, row.waiting)
        for row in connection.execute(_LOCK, {"keys": wanted})
    }
    return {key: found.get(key) or Conversation(key, Memory()) for key in wanted}


def save(connection: Connection, conversations: Collection[Conversation], *, now: datetime) -> None:
    """Write them back. Raises `LostConversation` where one is not as it was read."""
    new = [_row(item, now) | {"key": item.key, "version": 1} for item in conversations if item.version is None]
    old = [
        _row(item, now) | {"b_key": item.key, "b_version": item.version, "version": item.version + 1}
        for item in conversations
        if item.version is not None
    ]
    written = 0
    if new:
        build: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        written += connection.execute(build(table).on_conflict_do_nothing(), new).rowcount
    if old:
        written += connection.execute(_UPDATE, old).rowcount
    if written != len(conversations):
        raise LostConversation


def _row(item: Conversation, now: datetime) -> dict[str, Any]:
    return {
        "state": item.memory.to_json(),
        "last_outbox_id": item.last_outbox_id,
        "updated_at": now,
        "waiting": item.waiting,
    }


_LOCK = (
    select(table.c.key, table.c.state, table.c.version, table.c.last_outbox_id, table.c.waiting)
    .where(table.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(table.c.key)
    .with_for_update()
)
_UPDATE = update(table).where(table.c.key == bindparam("b_key"), table.c.version == bindparam("b_version"))
