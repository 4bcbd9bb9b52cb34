"""What came in: every accepted message, once, until its turn is done."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from adapters.base import Attachment, Inbound
from storage.prepared import Prepared, insert_new
from storage.tables import inbox

MAX_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message whose turn is not done."""

    id: int
    inbound: Inbound
    attempts: int


def event_key(inbound: Inbound) -> str:
    """The name under which a repeat of the same message is recognised."""
    return f"{inbound.platform}|{inbound.account}|{inbound.event_id}"[:500]


def conversation_key(inbound: Inbound) -> str:
    """Platform + account + chat + thread + person: in a channel two people have two drafts."""
    parts = (inbound.platform, inbound.account, inbound.chat_id, inbound.thread_id, inbound.sender_id)
    return "|".join(parts)[:500]


def chat_key(inbound: Inbound) -> str:
    """Where answers go, in order: platform, account and chat."""
    return "|".join((inbound.platform, inbound.account, inbound.chat_id))[:500]


def accept(
    connection: Connection, messages: Sequence[Inbound], *, now: datetime, status: str, attempts: int = 0
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
            "received_at": now,
            "done_at": now if status == "done" else None,
        }
        added = _ACCEPT.rows(connection, row)
        ids.append(added[0].id if added else None)
    return ids


_COLUMNS = ("event_key", "conversation_key", "payload", "status", "attempts", "received_at", "done_at")
_ACCEPT = Prepared(insert_new(inbox, inbox.c.id), _COLUMNS)


def oldest_waiting(connection: Connection, conversation: str) -> Waiting | None:
    """The message of the conversation whose turn is next."""
    query = (
        select(inbox.c.id, inbox.c.payload, inbox.c.attempts)
        .where(inbox.c.conversation_key == conversation, inbox.c.status == "waiting")
        .order_by(inbox.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return Waiting(row.id, from_json(row.payload), row.attempts) if row else None


def waiting_conversations(connection: Connection, limit: int) -> list[str]:
    """Conversations with messages whose turn is not done, those that wait longest first."""
    query = select(inbox.c.conversation_key, inbox.c.id).where(inbox.c.status == "waiting").order_by(inbox.c.id)
    keys = connection.execute(query.limit(limit)).scalars()
    return list(dict.fromkeys(keys))


def mark(connection: Connection, inbox_id: int, *, status: str, now: datetime) -> None:
    connection.execute(_BY_ID, {"b_id": inbox_id, "status": status, "done_at": now})


def note_failure(connection: Connection, inbox_id: int, error: str) -> int:
    """Count a failed attempt; gives how many there were. At `MAX_ATTEMPTS` the message is dead."""
    connection.execute(
        update(inbox).where(inbox.c.id == inbox_id).values(attempts=inbox.c.attempts + 1, error=error[:2000])
    )
    attempts = connection.execute(select(inbox.c.attempts).where(inbox.c.id == inbox_id)).scalar_one()
    if attempts >= MAX_ATTEMPTS:
        connection.execute(update(inbox).where(inbox.c.id == inbox_id).values(status="dead"))
    return int(attempts)


_BY_ID = update(inbox).where(inbox.c.id == bindparam("b_id"))


def to_json(inbound: Inbound) -> dict[str, Any]:
    """The message as it is stored: only what is not the default."""
    data = {name: getattr(inbound, name) for name in Inbound.__slots__}
    data["sent_at"] = inbound.sent_at.isoformat()
    data["attachments"] = [asdict(item) for item in inbound.attachments]
    return {key: value for key, value in data.items() if value not in ("", None, [])}


def from_json(data: dict[str, Any]) -> Inbound:
    attachments = tuple(Attachment(**item) for item in data.get("attachments", ()))
    return Inbound(**{**data, "sent_at": datetime.fromisoformat(data["sent_at"]), "attachments": attachments})
