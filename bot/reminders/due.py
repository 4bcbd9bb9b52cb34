"""The duty of reminders: what is due is marked as sent and put into the outbox, in one transaction.

The row is the truth and is claimed by its lock and version; the message bears the key of its occurrence. So any number
of processes may look, and whatever happens to one of them, nothing is lost or comes twice.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.sql import column, literal_column, table

from bot.duty import Done
from bot.house import House
from storage.database import Tx
from storage.prepared import Prepared, always
from storage.types import UtcDateTime

PIECE = 50  # in one transaction: live turns wait no longer than that takes

# A light stand-in for the mapped class: most looks find nothing. The status is written out, not given as a parameter:
# only then does SQLite see that its partial index is meant.
_rows = table("reminders", column("id"), column("remind_at", UtcDateTime), column("status"), column("deleted_at"))
_PENDING = (_rows.c.status == literal_column("'pending'")) & _rows.c.deleted_at.is_(None)
_DUE = Prepared(
    always(
        select(_rows.c.id)
        .where(_PENDING, _rows.c.remind_at <= bindparam("now", type_=UtcDateTime()))
        .order_by(_rows.c.remind_at)
        .limit(PIECE)
        .with_for_update(skip_locked=True)
    )
)


def unsent(before: datetime) -> Select[int]:
    """How many reminders were due by a moment and are not sent: none, if the clock ticks."""
    return select(func.count()).select_from(_rows).where(_PENDING, _rows.c.remind_at <= before)


def are_to_come(tx: Tx, after: datetime) -> bool:
    """Whether any reminder is pending for later."""
    return (
        tx.connection.execute(select(_rows.c.id).where(_PENDING, _rows.c.remind_at > after).limit(1)).first()
        is not None
    )


def fire(house: House, tx: Tx, now: datetime) -> Done:
    """Send what is due, at most `PIECE` reminders of it."""
    ids: Sequence[Any] = [row.id for row in _DUE.rows(tx.connection, {"now": now})]
    if not ids:
        return Done()
    from bot.reminders.sending import send  # the records are loaded when there is something to send

    return Done(send(house, tx, ids, now), has_more=len(ids) == PIECE)
