"""The duty of alarms: on a working morning each person hears, once, what is new about the deals that are theirs.

A rep hears of own deals that went quiet, past their date or have no next step, and of what others changed in them; a
manager of big changes in the team's. Nobody hears of what they did themselves.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, column, insert, or_, select, table, update

from bot.duty import Done
from bot.house import House
from bot.people.acting import sign, world_for
from bot.people.identity import actor_of
from bot.rules.attention import free_moment
from storage.database import Tx
from storage.prepared import Prepared, always
from storage.tables import alarm_rounds
from storage.types import UtcDateTime

AGAIN = timedelta(hours=20)
YOUNG = timedelta(days=6)  # a deal that is no older alarms nobody
PIECE = 2  # people at one look: nobody's answer waits for it
CANDIDATES = 20
# Light stand-ins for the mapped classes: most looks find nothing.
_users = table("users", *map(column, ("id", "role", "active", "deleted_at")))
_deals = table(
    "opportunities", column("id"), column("created_at", UtcDateTime), column("closed_on"), column("deleted_at")
)


def look(house: House, tx: Tx, now: datetime) -> Done:
    """See after the next people whose turn it is."""
    if not _is_any_old_deal(tx, now):
        return Done()
    from bot.alarms.telling import tell  # what judges deals is loaded where there are some

    chats: list[str] = []
    seen = 0
    for user_id in _due(tx, now):
        actor = actor_of(tx, user_id, house.settings)
        if actor is None or free_moment(tx, house.crm, actor, now) is not None:
            continue
        if now.astimezone(actor.zone).time() < house.crm.hours.morning:
            continue
        _mark(tx, user_id, now)
        sign(tx, now, "alarms")
        chat = tell(world_for(house, tx, actor, now))
        chats += [chat] if chat else []
        seen += 1
        if seen == PIECE:
            break
    return Done(tuple(chats))


_OLD = Prepared(
    always(
        select(_deals.c.id)
        .where(_deals.c.deleted_at.is_(None), _deals.c.closed_on.is_(None), _deals.c.created_at < bindparam("b_day"))
        .limit(1)
    )
)


def _is_any_old_deal(tx: Tx, now: datetime) -> bool:
    return bool(_OLD.rows(tx.connection, {"b_day": now - YOUNG}))


def _due(tx: Tx, now: datetime) -> list[int]:
    """The reps and managers who were not looked after for most of a day."""
    rounds = alarm_rounds.c
    query = (
        select(_users.c.id)
        .outerjoin(alarm_rounds, rounds.user_id == _users.c.id)
        .where(_users.c.deleted_at.is_(None), _users.c.active, or_(_users.c.role == "rep", _users.c.role == "manager"))
        .where(or_(rounds.looked_at.is_(None), rounds.looked_at < now - AGAIN))
        .order_by(rounds.looked_at, _users.c.id)
        .limit(CANDIDATES)
    )
    return list(tx.connection.execute(query).scalars())


def _mark(tx: Tx, user_id: int, now: datetime) -> None:
    found = tx.connection.execute(
        update(alarm_rounds).where(alarm_rounds.c.user_id == user_id).values(looked_at=now)
    ).rowcount
    if not found:
        tx.connection.execute(insert(alarm_rounds).values(user_id=user_id, looked_at=now))
