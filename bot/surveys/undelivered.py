"""A survey that the platform did not take, as 微信客服 does after five messages without an answer: another road is
tried, and where there is none, whoever knows the customer is told."""

from datetime import datetime, timedelta

from sqlalchemy import select

from bot.duty import Done
from bot.house import House
from bot.surveys.duty import SURVEYS, send_link
from storage.database import Tx
from storage.tables import outbox

LOOKED_AT_FOR = timedelta(days=2)  # a message is sent by then, or dead
PIECE = 200


def turn_to_link(house: House, tx: Tx, now: datetime) -> Done:
    """Send a link, as to somebody whom no chat reaches, for each survey whose message is dead."""
    recent = (
        select(SURVEYS.c.id, SURVEYS.c.wave)
        .where(SURVEYS.c.status == "sent", SURVEYS.c.sent_at > now - LOOKED_AT_FOR)
        .where(SURVEYS.c.token_sha256.is_(None), SURVEYS.c.deleted_at.is_(None))
    )
    keys = {f"survey:{row.id}:{row.wave}": row.id for row in tx.connection.execute(recent.limit(PIECE))}
    if not keys:
        return Done()
    dead = select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.in_(keys), outbox.c.status == "dead")
    lost = [keys[key] for key in tx.connection.execute(dead).scalars()]
    if not lost:
        return Done()
    from bot.people.acting import sign  # the records are loaded when there is something to do
    from storage import records

    sign(tx, now, "survey")
    chats = [send_link(house, tx, tx.session.get_one(records.Survey, each), now) for each in lost]
    tx.flush()
    return Done(tuple(chat for chat in chats if chat is not None))
