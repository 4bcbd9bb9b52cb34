"""What is kept only for a time goes when it is over, as ``[retention]`` in crm.toml has it.

A piece at a time, so that nobody's answer waits. What leaves a record leaves its history too; the seals over the trail
are renewed, and the access log says what went.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, func, insert, select, update

from bot.duty import Done
from bot.house import House
from bot.upkeep.emptying import empty
from storage.database import Tx
from storage.tables import access_log, audit, conversations, inbox, outbox
from storage.trail import forget

PIECE = 200
SETTLED = ("sent", "dead")


def keep(house: House, tx: Tx, now: datetime) -> Done:
    """Let go a piece of what has been kept long enough."""
    rules = house.crm.retention
    ways: tuple[tuple[str, timedelta | None, Callable[[Tx, datetime], int]], ...] = (
        ("messages", rules.messages, _messages),
        ("verbatim", rules.verbatim, _verbatim),
        ("places", rules.places, _places),
        ("attachments", rules.attachments, _attachments),
        ("bin", rules.bin, _bin),
    )
    gone = {name: let_go(tx, now - span) for name, span, let_go in ways if span is not None}
    gone = {name: number for name, number in gone.items() if number}
    if not gone:
        return Done()
    row = {"user_id": None, "chat_key": "clock", "action": "retention", "what": gone, "at": now}
    tx.connection.execute(insert(access_log), row)
    return Done(has_more=any(number >= PIECE for number in gone.values()))


def _messages(tx: Tx, before: datetime) -> int:
    """Words that came in and went out. The rows stay a while: their keys tell a repeat, and their ids a button."""
    run = tx.connection.execute
    old_in = select(inbox.c.id).where(inbox.c.received_at < before, inbox.c.status == "done", _is_full(inbox.c.payload))
    incoming = list(run(old_in.order_by(inbox.c.id).limit(PIECE)).scalars())
    run(update(inbox).where(inbox.c.id.in_(incoming)).values(payload={}))
    outgoing = _sent(tx, before)
    return max(len(incoming), outgoing, _drafts(tx, before))


def _sent(tx: Tx, before: datetime) -> int:
    """Answers that went out. The newest row stays, emptied: SQLite would give its number to the next message."""
    run, c = tx.connection.execute, outbox.c
    newest = run(select(func.max(c.id))).scalar()
    old = select(c.id, c.payload).where(c.created_at < before, c.status.in_(SETTLED), _is_full(c.payload))
    rows = run(old.order_by(c.id).limit(PIECE)).all()
    run(delete(outbox).where(c.id.in_([row.id for row in rows if row.id != newest])))
    for row in rows:
        if row.id == newest and row.payload.get("text"):
            left = {**row.payload, "text": "", "buttons": []}
            run(update(outbox).where(c.id == row.id).values(payload=left, picture=None, file=None))
    return len([row for row in rows if row.id != newest])


def _drafts(tx: Tx, before: datetime) -> int:
    """What conversations hold that nobody has gone on with."""
    c = conversations.c
    old = (c.updated_at < before, _is_full(c.state))
    ids = list(tx.connection.execute(select(c.id).where(*old).limit(PIECE)).scalars())
    tx.connection.execute(update(conversations).where(c.id.in_(ids), *old).values(state={}))
    return len(ids)


def _is_full(column: Any) -> Any:
    """Whether the words are still there: what was emptied is ``{}``."""
    return func.length(cast(column, Text)) > 2


def _verbatim(tx: Tx, before: datetime) -> int:
    """Messages as they were typed; what was understood of them stays in the note."""
    from storage import records

    notes: Any = records.FollowUp.__table__
    old = select(notes.c.id).where(notes.c.occurred_at < before, notes.c.verbatim.is_not(None))
    ids = list(tx.connection.execute(old.limit(PIECE)).scalars())
    tx.connection.execute(update(notes).where(notes.c.id.in_(ids)).values(verbatim=None))
    forget(tx.connection, "follow_up", ids, ("verbatim",))
    return len(ids)


def _places(tx: Tx, before: datetime) -> int:
    """Where customers were visited."""
    from storage import records

    return _drop(tx, records.Place, before)


def _attachments(tx: Tx, before: datetime) -> int:
    """The platforms' handles of files that came with notes."""
    from storage import records

    return _drop(tx, records.Enclosure, before)


def _bin(tx: Tx, before: datetime) -> int:
    """What was thrown away."""
    return empty(tx, before, PIECE)


def _drop(tx: Tx, cls: Any, before: datetime) -> int:
    """Rows of a kind that has no date of its own, by the day on which the trail says that they were made."""
    made = select(audit.c.record_id).where(audit.c.kind == cls.kind, audit.c.action == "create", audit.c.at < before)
    table: Any = cls.__table__
    ids = list(tx.connection.execute(select(table.c.id).where(table.c.id.in_(made)).limit(PIECE)).scalars())
    tx.connection.execute(delete(table).where(table.c.id.in_(ids)))
    forget(tx.connection, cls.kind, ids)
    return len(ids)
