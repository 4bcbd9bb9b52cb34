"""What came in: every accepted message, once, until its turn is done."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, literal_column, select, update

from adapters.base import Attachment, Inbound
from bot.messages.address import chat_key, conversation_key
from storage.prepared import Prepared, always, insert_new
from storage.tables import inbox

MAX_ATTEMPTS = 5
KEEP_FOR = timedelta(days=30)  # no platform delivers a message again after that
PIECE = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose turn is not done."""

    id: int
    inbound: Inbound
    attempts: int


def event_key(inbound: Inbound) -> str:
    """The name under which a repeat of the same message is recognised."""
    return f"{inbound.platform}|{inbound.account}|{inbound.event_id}"[:500]


def accept(
    connection: Connection,
    messages: Sequence[Inbound],
    *,
    now: datetime,
    status: str,
    attempts: int = 0,
    error: str | None = None,
) -> list[int | None]:
    """Store the messages; the inbox id of each, None for a repeat."""
    ids: list[int | None] = []
    for inbound in messages:
        row = {
            "event_key": event_key(inbound),
            "conversation_key": conversation_key(inbound),
            "payload": to_json(inbound),
            "status": status,
            "attempts": attempts,
            "error": error,
            "received_at": now,
            "done_at": now if status == "done" else None,
        }
        ids.append(_ACCEPT.insert(connection, row))
    return ids


_COLUMNS = ("event_key", "conversation_key", "payload", "status", "attempts", "error", "received_at", "done_at")
_ACCEPT = Prepared(insert_new(inbox), _COLUMNS)


def oldest_waiting(connection: Connection, conversation: str) -> Waiting | None:
    """The message of the conversation whose turn is next."""
    rows = _OLDEST.rows(connection, {"b_conversation": conversation})
    return Waiting(rows[0].id, from_json(rows[0].payload), rows[0].attempts) if rows else None


_OLDEST = Prepared(
    always(
        select(inbox.c.id, inbox.c.payload, inbox.c.attempts)
        .where(inbox.c.conversation_key == bindparam("b_conversation"), inbox.c.status == "waiting")
        .order_by(inbox.c.id)
        .limit(1)
    )
)


def waiting_conversations(connection: Connection, limit: int) -> dict[str, tuple[int, int]]:
    """Conversations with messages whose turn is not done, those that wait longest first; with the id of each one's next
    message and how often it was tried."""
    query = select(inbox.c.conversation_key, inbox.c.id, inbox.c.attempts).where(inbox.c.status == "waiting")
    found: dict[str, tuple[int, int]] = {}
    for row in connection.execute(query.order_by(inbox.c.id).limit(limit)):
        found.setdefault(row.conversation_key, (row.id, row.attempts))
    return found


def mark(connection: Connection, inbox_id: int, *, status: str, now: datetime) -> None:
    _MARK.many(connection, [{"b_id": inbox_id, "status": status, "done_at": now}])


_MARK = Prepared(
    always(
        update(inbox)
        .where(inbox.c.id == bindparam("b_id"))
        .values(status=bindparam("status"), done_at=bindparam("done_at"))
    )
)


def note_failure(connection: Connection, waiting: Waiting, error: str) -> int | None:
    """Count a failed attempt; gives how many there were. At `MAX_ATTEMPTS` the message is dead.

    None where the message is not as it was when it was tried: another process has done it, or counted already.
    """
    attempts = waiting.attempts + 1
    status = "dead" if attempts >= MAX_ATTEMPTS else "waiting"
    condition = (inbox.c.id == waiting.id, inbox.c.status == "waiting", inbox.c.attempts == waiting.attempts)
    values = {"status": status, "attempts": attempts, "error": error[:2000]}
    result = connection.execute(update(inbox).where(*condition).values(values))
    return attempts if result.rowcount == 1 else None


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that was given up: what an administrator may know of it, which is not what it says."""

    id: int
    chat_key: str
    error: str
    received_at: datetime


def dead(connection: Connection, limit: int = 100) -> list[Dead]:
    """The messages that were given up, newest first."""
    query = select(inbox.c.id, inbox.c.payload, inbox.c.error, inbox.c.received_at).where(inbox.c.status == "dead")
    rows = connection.execute(query.order_by(inbox.c.id.desc()).limit(limit))
    return [Dead(row.id, chat_key(from_json(row.payload)), row.error or "", row.received_at) for row in rows]


def dead_conversation(connection: Connection, inbox_id: int) -> str | None:
    """The conversation of a message that was given up; None where there is none such."""
    query = select(inbox.c.conversation_key).where(inbox.c.id == inbox_id, inbox.c.status == "dead")
    return connection.execute(query).scalar_one_or_none()


def revive(connection: Connection, inbox_id: int) -> bool:
    """Let a dead message wait again; False where it is not dead any more."""
    condition = (inbox.c.id == inbox_id, inbox.c.status == "dead")
    return connection.execute(update(inbox).where(*condition).values(status="waiting", attempts=0)).rowcount == 1


def forget(connection: Connection, before: datetime) -> bool:
    """Drop the oldest of the messages that came before a moment and are settled; whether there may be more.

    The newest stays, however old: SQLite would give its number to the next one, and numbers are in the keys of answers.
    """
    oldest = select(inbox.c.id).order_by(inbox.c.id).limit(PIECE)
    newest = select(func.max(inbox.c.id)).scalar_subquery()
    old = (inbox.c.received_at < before, inbox.c.status != literal_column("'waiting'"), inbox.c.id < newest)
    return connection.execute(delete(inbox).where(inbox.c.id.in_(oldest), *old)).rowcount > 0


_NAMES = tuple(Inbound.__slots__)
_values_of = attrgetter(*_NAMES)
_DEFAULTS = tuple(each.default for each in fields(Inbound))


def to_json(inbound: Inbound) -> dict[str, Any]:
    """The message as it is stored: only what is not the default."""
    values = zip(_NAMES, _values_of(inbound), _DEFAULTS, strict=True)
    data = {name: value for name, value, default in values if value != default}
    data["sent_at"] = inbound.sent_at.isoformat()
    if inbound.attachments:
        data["attachments"] = [asdict(item) for item in inbound.attachments]
    return data


def from_json(data: dict[str, Any]) -> Inbound:
    """The message as it came; whoever waited with a form has gone since."""
    data = {name: value for name, value in data.items() if name != "is_form_open"}
    attachments = tuple(Attachment(**item) for item in data.get("attachments", ()))
    return Inbound(**{**data, "sent_at": datetime.fromisoformat(data["sent_at"]), "attachments": attachments})
