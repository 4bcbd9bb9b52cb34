"""Signs of misuse: one person looks up very many people, exports again and again, is refused often, works at night.

Every administrator is told once a day for each person and sign, with counts and nothing else. What is normal is for
``[watch]`` in crm.toml to say; who looked at what stands in the access log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, func, select, table

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day
from bot.duty import Done
from bot.house import House
from bot.messages.notices import tell_user
from bot.people.acting import sign
from bot.people.identity import zone_of
from bot.rules.attention import is_quiet
from bot.upkeep.hearing import require_admin
from config.catalog import Catalog
from config.crm import Crm
from config.settings import Settings
from storage import records
from storage.database import Tx
from storage.prepared import Prepared, insert_new
from storage.tables import access_log, alarms_told

if TYPE_CHECKING:
    from bot.world import World

READS, EXPORTS = ("read",), ("export", "api_list", "export_person")
HOUR, DAY, DAYS = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
_users = table("users", *map(column, ("id", "name", "role", "timezone", "active", "deleted_at")))
_TOLD = Prepared(insert_new(alarms_told), ("key", "told_at"))


@dataclass(frozen=True, slots=True)
class Sign:
    """What was noticed of whom: the name of the sign, and how many times."""

    user_id: int
    sign: str
    count: int


def look(house: House, tx: Tx, now: datetime) -> Done:
    """Tell the administrators what has newly been noticed."""
    fresh = [found for found in _signs(house.crm, house.settings, tx, now) if _is_new(tx, found, now)]
    if not fresh:
        return Done()
    sign(tx, now, "watch")
    admins = select(_users.c.id).where(_users.c.role == "admin", _users.c.active, _users.c.deleted_at.is_(None))
    for found in fresh:
        name = tx.connection.execute(select(_users.c.name).where(_users.c.id == found.user_id)).scalar() or "-"
        key = f"watch:{found.sign}:U{found.user_id}:{now:%Y-%m-%d}"
        for admin in tx.connection.execute(admins.where(_users.c.id != found.user_id)).scalars().all():
            tell_user(tx, house.settings, admin, partial(_said, found, name), key=key, lane="digest")
    return Done()


def _said(found: Sign, name: str, words: Catalog) -> Reply:
    return Reply(words.say(f"watch.{found.sign}", name=name, count=found.count))


def _is_new(tx: Tx, found: Sign, now: datetime) -> bool:
    key = f"watch:{found.sign}:U{found.user_id}:{now:%Y-%m-%d}"
    return bool(_TOLD.many(tx.connection, [{"key": key, "told_at": now}]))


def noticed(world: "World") -> Reply:
    """「有没有滥用的迹象」: what was noticed in the last days, and of whom. Raises NotAllowed."""
    require_admin(world)
    words, c = world.words, alarms_told.c
    query = select(c.key).where(c.key.like("watch:%"), c.told_at >= world.now - DAYS).order_by(c.told_at.desc())
    found = [tuple(key.split(":")[1:]) for key in world.tx.connection.execute(query).scalars()]
    today = f"{world.now.astimezone(UTC):%Y-%m-%d}"
    found += [(one.sign, f"U{one.user_id}", today) for one in _signs(world.crm, world.settings, world.tx, world.now)]
    lines = []
    for name, user, day in dict.fromkeys(found):
        who = world.session.get(records.User, int(user[1:]))
        shown = show_day(date.fromisoformat(day), words, today=world.now.date())
        lines.append(
            words.say("watch.row", day=shown, name=who.name if who else "-", what=words.say(f"watch.short.{name}"))
        )
    return Reply("\n".join([words.say("watch.noticed"), *lines]) if lines else words.say("watch.nothing"))


def _signs(crm: Crm, settings: Settings, tx: Tx, now: datetime) -> Iterator[Sign]:
    rules = crm.watch
    limits = (
        ("lookups", READS, HOUR, rules.lookups_an_hour),
        ("exports", EXPORTS, DAY, rules.exports_a_day),
        ("refused", ("refused",), DAY, rules.refused_a_day),
    )
    for name, actions, span, most in limits:
        yield from (Sign(user, name, count) for user, count in _counted(tx, actions, now - span, most))
    for user, count in _counted(tx, (*READS, *EXPORTS), now - HOUR, rules.night_lookups):
        zone = tx.connection.execute(select(_users.c.timezone).where(_users.c.id == user)).scalar()
        local = now.astimezone(zone_of(zone or settings.timezone, settings.timezone))
        if is_quiet(local.time(), (rules.night_from, rules.night_to)):
            yield Sign(user, "night", count)


def _counted(tx: Tx, actions: tuple[str, ...], since: datetime, most: int) -> list[tuple[int, int]]:
    """Who did so at least ``most`` times since then."""
    if not most:
        return []
    c, number = access_log.c, func.count()
    query: Any = select(c.user_id, number).where(c.at > since, c.action.in_(actions), c.user_id.is_not(None))
    return [(user, int(n)) for user, n in tx.connection.execute(query.group_by(c.user_id).having(number >= most))]
