"""What a conversation remembers between two messages, as versioned JSON: open dialogs, and what it is about."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import NoneType
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from storage.prepared import Prepared, always, insert_new
from storage.tables import conversations as table

VERSION = 1
_RARE = ("deaths", "locale", "report", "practice", "dropped", "spoken", "aside")  # stored only where there is something
_OF_RECORDS = ("customer", "contact", "opportunity", "follow_up")  # what the talk is about, by its number
MAX_DIALOGS = 6  # drafts that wait for a word; more are forgotten, the oldest first


class LostConversation(Exception):
    """Somebody else has written this conversation since it was read: the turn must be run again."""


@dataclass(slots=True)
class Memory:
    """``dialogs``: states of open dialogs, the current one last. ``focus``: record ids the talk is about, by kind.
    ``listing``: what "more" continues. ``deaths``: how many messages in a row could not be answered. ``locale``: the
    language and the zone in which it is held, where they are not the organisation's. ``report``: the last question
    about the numbers, which a short one may change. ``practice``: until when nothing counts, and what waits till then.
    ``dropped``: the draft that the last message cancelled. ``spoken``: the language in which the person writes, where
    nobody has chosen one. ``aside``: drafts whose question was asked in vain, until somebody says to go on.
    """

    dialogs: list[dict[str, Any]] = field(default_factory=list)
    focus: dict[str, Any] = field(default_factory=dict)
    listing: dict[str, Any] = field(default_factory=dict)
    deaths: int = 0
    locale: list[str] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    practice: dict[str, Any] = field(default_factory=dict)
    dropped: dict[str, Any] = field(default_factory=dict)
    spoken: str = ""
    aside: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        data = {"v": VERSION, "dialogs": self.dialogs[-MAX_DIALOGS:], "focus": self.focus, "listing": self.listing}
        return data | {key: getattr(self, key) for key in _RARE if getattr(self, key)}

    @classmethod
    def from_json(cls, data: Any) -> "Memory":
        """The memory; of what is not known to be one only an empty one: better to ask again than to misread."""
        if not isinstance(data, dict) or data.get("v") != VERSION:
            return cls()
        kept = {name: value for name, value in data.items() if name in _SHAPES}
        if not all(isinstance(value, _SHAPES[name]) for name, value in kept.items()):
            return cls()
        memory = cls(**kept)
        are_dialogs = all(isinstance(item, dict) for item in (*memory.dialogs, *memory.aside))
        are_numbers = all(isinstance(memory.focus.get(kind), _NUMBER) for kind in _OF_RECORDS)
        return memory if are_dialogs and are_numbers else cls()


_SHAPES: dict[str, type] = {
    **dict.fromkeys(("dialogs", "locale", "aside"), list),
    **dict.fromkeys(("focus", "listing", "report", "practice", "dropped"), dict),
    "deaths": int,
    "spoken": str,
}
_NUMBER = (int, NoneType)


@dataclass(slots=True)
class Conversation:
    """A conversation, locked for the length of the turn. ``version`` None: it is new.

    ``user_id`` or ``contact_id``: whose private chat it is; both None in a group and for a stranger. ``owner``: the two
    as they are stored. ``answered``: the earlier message of ours that the person replies to, by its outbox id.
    """

    key: str
    memory: Memory
    version: int | None = None
    last_outbox_id: int | None = None
    waiting: int = 0
    user_id: int | None = None
    contact_id: int | None = None
    owner: tuple[int | None, int | None] = (None, None)
    answered: int | None = None

    @property
    def below(self) -> int | None:
        """The message, by its outbox id, below which the person speaks."""
        return self.answered if self.answered is not None else self.last_outbox_id


def lock(connection: Connection, keys: Iterable[str]) -> dict[str, Conversation]:
    """The conversations, locked against every other turn until this transaction ends; then their states are read."""
    found = {}
    for key in sorted(set(keys)):  # in one order, so that two transactions never wait for each other crosswise
        rows = _LOCK.rows(connection, {"b_key": key})
        if not rows and connection.dialect.name == "postgresql":
            # A row that is not there cannot be locked: of two first messages at once, the second waits here.
            connection.execute(_RESERVE, {"b_key": key})
            rows = _LOCK.rows(connection, {"b_key": key})
        if rows:
            row = rows[0]
            memory = Memory.from_json(row.state)
            owner = (row.user_id, row.contact_id)
            found[key] = Conversation(key, memory, row.version, row.last_outbox_id, row.waiting, *owner, owner)
        else:
            found[key] = Conversation(key, Memory())
    return found


def save(connection: Connection, conversations: Collection[Conversation], *, now: datetime) -> None:
    """Write them back. Raises `LostConversation` where one is not as it was read."""
    new = [_row(item, now) | _owner(item) | {"version": 1} for item in conversations if item.version is None]
    old = [_row(item, now) for item in conversations if item.version is not None]
    written = (_INSERT.many(connection, new) if new else 0) + (_UPDATE.many(connection, old) if old else 0)
    if written != len(conversations):
        raise LostConversation
    # Whose a conversation is hardly ever changes, and is in two indexes that a turn need not touch.
    handed_over = [
        _owner(item) for item in conversations if item.version and (item.user_id, item.contact_id) != item.owner
    ]
    if handed_over:
        _HAND_OVER.many(connection, handed_over)
    for item in conversations:
        item.version = (item.version or 0) + 1
        item.owner = (item.user_id, item.contact_id)


def _row(item: Conversation, now: datetime) -> dict[str, Any]:
    return {
        "key": item.key,
        "b_key": item.key,
        "b_version": item.version,
        "state": item.memory.to_json(),
        "last_outbox_id": item.last_outbox_id,
        "updated_at": now,
        "waiting": item.waiting,
        "version": (item.version or 0) + 1,
    }


def _owner(item: Conversation) -> dict[str, Any]:
    return {"b_key": item.key, "user_id": item.user_id, "contact_id": item.contact_id}


_RESERVE = text("SELECT pg_advisory_xact_lock(hashtextextended(:b_key, 0))")
_STATE = ("state", "last_outbox_id", "updated_at", "waiting", "version")
_OWNER = ("user_id", "contact_id")
_HERE = table.c.key == bindparam("b_key")
_READ = ("state", "last_outbox_id", "waiting", "version", *_OWNER)
_LOCK = Prepared(always(select(*(table.c[name] for name in _READ)).where(_HERE).with_for_update()))
_INSERT = Prepared(insert_new(table), ("key", *_STATE, *_OWNER))


def _setting(names: Collection[str], *where: Any) -> Prepared:
    return Prepared(always(update(table).where(*where).values({name: bindparam(name) for name in names})))


_UPDATE = _setting(_STATE, _HERE, table.c.version == bindparam("b_version"))
_HAND_OVER = _setting(_OWNER, _HERE)


def spoken_of(focus: Mapping[str, Any]) -> list[Any]:
    """Whom and which deal the talk is about: as long as they are the same, nothing else was spoken of."""
    return [focus.get("customer"), focus.get("opportunity")]
