"""The duty of digests: write the ones that are due, and begin those that crm.toml plans."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.sql import column, literal_column, table

from bot.duty import Done
from bot.house import House
from storage.database import Tx
from storage.prepared import Prepared, always
from storage.types import UtcDateTime

PIECE = 10  # a digest reads a week: live turns wait no longer than that takes

# A light stand-in for the mapped class: most looks find nothing. The status is written out for SQLite's partial index.
_rows = table("digests", column("id"), column("next_at", UtcDateTime), column("status"), column("deleted_at"))
_DUE = Prepared(
    always(
        select(_rows.c.id)
        .where(
            _rows.c.status == literal_column("'active'"),
            _rows.c.deleted_at.is_(None),
            _rows.c.next_at <= bindparam("now", type_=UtcDateTime()),
        )
        .order_by(_rows.c.next_at)
        .limit(PIECE)
        .with_for_update(skip_locked=True)
    )
)


def write(house: House, tx: Tx, now: datetime) -> Done:
    """Write the digests that are due, and put those into the outbox that have something new to say."""
    ids = [row.id for row in _DUE.rows(tx.connection, {"now": now})]
    if not ids:
        return Done()
    from bot.digests.writing import send  # the records are loaded when there is something to write

    chats = [chat for digest_id in ids if (chat := send(house, tx, digest_id, now)) is not None]
    return Done(tuple(chats), has_more=len(ids) == PIECE)


def plan(house: House, tx: Tx, now: datetime) -> Done:
    """Begin the digests of crm.toml for whoever has none yet."""
    if house.crm.digests:
        from bot.digests.planning import begin

        begin(house, tx, now)
    return Done()
