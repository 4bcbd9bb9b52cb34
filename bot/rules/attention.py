"""When a person may be disturbed by what they did not ask for at a certain minute, and which days are for work."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from bot.rules.access import Actor
from bot.world import World
from config.crm import Crm
from storage import records
from storage.database import Tx

LOOK_AHEAD_DAYS = 30  # no holidays are longer


def is_working_day(day: date, crm: Crm, zone: str) -> bool:
    """Monday to Friday (or as configured), but for public holidays; a shifted working day counts."""
    ways = crm.attention
    calendar = _calendar(ways.country(zone), day.year)
    if calendar is None:
        return day.weekday() in ways.work_days
    if day in calendar:
        return False
    return day.weekday() in ways.work_days or bool(day.weekday() >= 5 and calendar.is_working_day(day))


def next_working_day(day: date, crm: Crm, zone: str) -> date:
    """The first working day after a day."""
    ahead = (day + timedelta(days=n) for n in range(1, LOOK_AHEAD_DAYS))
    return next((found for found in ahead if is_working_day(found, crm, zone)), day + timedelta(days=1))


def is_quiet(at: time, quiet: tuple[time, time]) -> bool:
    """Whether a time of day lies in hours that may go past midnight; none where both are the same."""
    begin, end = quiet
    return begin <= at < end if begin <= end else at >= begin or at < end


def own_quiet_hours(tx: Tx, actor: Actor) -> tuple[time, time] | None:
    """The hours in which the person said they are not to be disturbed."""
    user = tx.session.get(records.User, actor.user_id)
    own = (user.attention or {}).get("quiet") if user else None
    return (time.fromisoformat(own[0]), time.fromisoformat(own[1])) if own else None


def set_quiet_hours(world: World, hours: list[str] | None) -> None:
    """Keep the actor's own hours ("21:00", "08:00"); None: those of the organisation."""
    user = world.session.get_one(records.User, world.actor.user_id)
    user.attention = {**(user.attention or {}), "quiet": hours}


def free_moment(tx: Tx, crm: Crm, actor: Actor, now: datetime) -> datetime | None:
    """When the person may next be disturbed, in their zone; None: now."""
    local = now.astimezone(actor.zone)
    quiet = own_quiet_hours(tx, actor) or (crm.attention.quiet_from, crm.attention.quiet_to)
    if is_working_day(local.date(), crm, actor.zone_name):
        if not is_quiet(local.time(), quiet):
            return None
        if local.time() < quiet[1]:
            return datetime.combine(local.date(), quiet[1], actor.zone)
    morning = max(crm.hours.morning, quiet[1]) if quiet[0] > quiet[1] else crm.hours.morning
    return datetime.combine(next_working_day(local.date(), crm, actor.zone_name), morning, actor.zone)


def end_of_own_quiet(tx: Tx, actor: Actor, now: datetime) -> datetime | None:
    """When the hours end in which the person said they are not to be disturbed; None: it is not in them."""
    local = now.astimezone(actor.zone)
    quiet = own_quiet_hours(tx, actor)
    if quiet is None or not is_quiet(local.time(), quiet):
        return None
    day = local.date() + timedelta(days=1 if local.time() >= quiet[1] else 0)
    return datetime.combine(day, quiet[1], actor.zone)


@lru_cache(maxsize=100)
def _calendar(country: str, year: int) -> Any:
    """The public holidays of a country in a year; None where none are kept."""
    if not country:
        return None
    from holidays import country_holidays  # half a second: only who plans needs it

    try:
        return country_holidays(country, years=year)
    except NotImplementedError:
        return None
