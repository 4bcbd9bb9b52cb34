"""What crm.toml plans, for each person of a role and each bound group that has never had it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.house import House
from bot.people.acting import sign
from bot.people.identity import actor_of
from bot.rules.digests import active
from bot.rules.wall_time import instant_of, next_wall
from config.digests import PlannedDigest
from storage import records
from storage.database import Tx


def begin(house: House, tx: Tx, now: datetime) -> None:
    """Begin every planned digest that is missing."""
    sign(tx, now, "digests")
    for planned in house.crm.digests:
        users = select(records.User.id).where(
            records.User.role.in_(planned.roles), records.User.active, records.User.deleted_at.is_(None)
        )
        for user_id in tx.session.scalars(users).all():
            actor = actor_of(tx, user_id, house.settings)
            if actor is not None and not active(tx, planned.name, user_id=user_id):
                _add(tx, planned, str(actor.zone), now, user_id=user_id)
        bindings = select(records.ChannelBinding.id).where(records.ChannelBinding.deleted_at.is_(None))
        for binding_id in tx.session.scalars(bindings).all() if planned.in_groups else ():
            if not active(tx, planned.name, binding_id=binding_id):
                _add(tx, planned, house.settings.timezone, now, binding_id=binding_id)


def _add(tx: Tx, planned: PlannedDigest, zone: str, now: datetime, **whose: int) -> None:
    local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    wall = next_wall(planned.rule, datetime.combine(local.date(), planned.at), local)
    if wall is None:
        return
    tx.create(
        records.Digest(
            name=planned.name,
            **whose,
            rule=planned.rule,
            wall_time=wall.isoformat(timespec="seconds"),
            zone=zone,
            next_at=instant_of(wall, ZoneInfo(zone)),
            status="active",
        )
    )
