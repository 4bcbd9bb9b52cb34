"""The tables that people sent, from the first word about each to the last: one row each, and who works on it.

A step of the work is claimed by a process and written down in one transaction with what it did, so that after a crash
another goes on where it stood, and no piece is brought in twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import bindparam, delete, insert, or_, select, update

from bot.messages.address import Address, Addressed
from storage import leases
from storage.database import Tx
from storage.prepared import Prepared, always
from storage.tables import incoming_files, refused_rows

Status: TypeAlias = Literal["wanted", "here", "shown", "agreed", "done", "failed", "cancelled"]
OPEN = ("wanted", "here", "agreed")
MANY = 4  # files that one process works on side by side
KEEP_FOR = timedelta(days=1)  # how long a file waits for a word
FORGET_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sent:
    """A table that somebody sent. ``done``: how many of its rows are through; ``step_id``: the step that they make."""

    id: int
    user_id: int
    address: Address
    file_id: str
    name: str
    status: Status
    wish: Mapping[str, Any]
    seen: Mapping[str, Any]
    done: int
    counts: Mapping[str, Any]
    step_id: int | None
    attempts: int


_COLUMNS = [column for column in incoming_files.c if column.name in Sent.__dataclass_fields__]


def add(tx: Tx, user_id: int, to: Addressed, file: Mapping[str, str], now: datetime) -> None:
    """Note a file that is wanted: its ``file_id`` and its ``name``."""
    tx.connection.execute(
        insert(incoming_files),
        {
            "user_id": user_id,
            "address": [to.platform, to.account, to.chat_id, to.thread_id, to.sender_id],
            "file_id": file["file_id"],
            "name": file["name"][-200:],
            "status": "wanted",
            "wish": {},
            "seen": {},
            "counts": {},
            "try_at": now,
            "created_at": now,
        },
    )


def is_one_due(tx: Tx, now: datetime) -> bool:
    """Whether there is a file that something is to be done for."""
    return bool(_ONE_DUE.rows(tx.connection, {"b_now": now}))


_IS_DUE = incoming_files.c.status.in_(OPEN), incoming_files.c.try_at <= bindparam("b_now")
_ONE_DUE = Prepared(always(select(incoming_files.c.id).where(*_IS_DUE).limit(1)))


def claim(tx: Tx, now: datetime) -> list[Sent]:
    """Files that something is to be done for, which are this process's from now on."""
    if not is_one_due(tx, now):
        return []
    table, me = incoming_files.c, leases.this_process()
    leases.acquire(tx.connection, leases.PROCESS + me, me)
    others = leases.processes(tx.connection) - {me}
    is_free = or_(table.claimed_by.is_(None), table.claimed_by.not_in(others))
    query = select(*_COLUMNS).where(*_IS_DUE, is_free).order_by(table.id).limit(MANY)
    rows = tx.connection.execute(query.with_for_update(skip_locked=True), {"b_now": now}).all()
    if rows:
        mine = update(incoming_files).where(table.id.in_([row.id for row in rows]))
        tx.connection.execute(mine.values(claimed_by=me))
    return [_sent(row) for row in rows]


def _sent(row: Any) -> Sent:
    platform, account, chat_id, thread_id, sender_id = row.address
    to = Address(platform=platform, account=account, chat_id=chat_id, thread_id=thread_id, sender_id=sender_id)
    return Sent(**{**row._mapping, "address": to})


def content_of(tx: Tx, sent: Sent) -> bytes:
    return bytes(tx.connection.execute(_one(sent).with_only_columns(incoming_files.c.content)).scalar_one() or b"")


def go_on(tx: Tx, sent: Sent, **values: Any) -> bool:
    """Note what a step did; False where the file is no longer where the step found it, and nothing may be done."""
    table = incoming_files.c
    is_mine = (
        table.id == sent.id,
        table.status == sent.status,
        table.done == sent.done,
        table.claimed_by == leases.this_process(),
    )
    return tx.connection.execute(update(incoming_files).where(*is_mine).values(**values)).rowcount == 1


def close(tx: Tx, sent: Sent, status: Status, **values: Any) -> bool:
    """It is over: what is left of the file is only what it was called and what became of it."""
    tx.connection.execute(delete(refused_rows).where(refused_rows.c.file_id == sent.id))
    return go_on(tx, sent, status=status, content=None, claimed_by=None, **values)


def refuse(tx: Tx, sent: Sent, rows: Sequence[tuple[int, str, Sequence[str]]]) -> None:
    """Keep rows that were refused until the file is through."""
    if rows:
        values = [{"file_id": sent.id, "row": row, "reason": why, "cells": list(cells)} for row, why, cells in rows]
        tx.connection.execute(insert(refused_rows), values)


def refused(tx: Tx, sent: Sent) -> list[tuple[int, str, list[str]]]:
    table = refused_rows.c
    query = select(table.row, table.reason, table.cells).where(table.file_id == sent.id).order_by(table.id)
    return [(row.row, row.reason, row.cells) for row in tx.connection.execute(query)]


def _one(sent: Sent) -> Any:
    return select(*_COLUMNS).where(incoming_files.c.id == sent.id)


def latest(tx: Tx, user_id: int, statuses: Sequence[Status], file: int | None = None) -> Sent | None:
    """The person's newest file in one of these states, or (``file``) that very one."""
    table = incoming_files.c
    query = select(*_COLUMNS).where(table.user_id == user_id, table.status.in_(statuses))
    query = query.where(table.id == file) if file is not None else query
    row = tx.connection.execute(query.order_by(table.id.desc()).limit(1)).first()
    return _sent(row) if row is not None else None


def decide(tx: Tx, sent: Sent, status: Status, now: datetime, **values: Any) -> bool:
    """What a person wants done with a file that was shown; False where that was decided already."""
    table = incoming_files.c
    unchanged = update(incoming_files).where(table.id == sent.id, table.status == sent.status)
    if status == "cancelled":
        values["content"] = None
    values |= {"status": status, "try_at": now, "claimed_by": None, "attempts": 0}
    return tx.connection.execute(unchanged.values(**values)).rowcount == 1


def forget(tx: Tx, now: datetime) -> None:
    """Put aside what nobody gave a word for, and drop what is long over."""
    table = incoming_files.c
    stale = update(incoming_files).where(table.status == "shown", table.try_at < now - KEEP_FOR)
    tx.connection.execute(stale.values(status="cancelled", content=None))
    over = table.status.in_(("done", "failed", "cancelled")), table.try_at < now - FORGET_AFTER
    tx.connection.execute(delete(incoming_files).where(*over))
