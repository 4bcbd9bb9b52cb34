"""When a person may be disturbed by what they did not ask for at a certain minute, and which days are for work."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from bot.rules.access import Actor
from config.crm import Crm
from storage import records
from storage.database import Tx

if TYPE_CHECKING:
    from bot.world import World

Span: TypeAlias = tuple[time, time]
LOOK_AHEAD_DAYS = 30  # no holidays are longer


def is_working_day(day: date, crm: Crm, zone: str) -> bool:
    """Monday to Friday (or as configured), but for public holidays; a shifted working day counts."""
    ways = crm.attention
    if day in ways.days_off:
        return False
    calendar = _calendar(ways.country(zone), day.year)
    if calendar is None:
        return day.weekday() in ways.work_days
    if day in calendar:
        return False
    return day.weekday() in ways.work_days or bool(day.weekday() >= 5 and calendar.is_working_day(day))


def holiday_name(day: date, crm: Crm, zone: str, language: str) -> str:
    """What a public holiday is called; "" for any other day."""
    country = crm.attention.country(zone)
    calendar = _calendar(country, day.year)
    if calendar is None or day not in calendar:
        return ""
    from holidays import country_holidays

    named = next((one for one in calendar.supported_languages if one.startswith(language)), None)
    code, _dash, part = country.partition("-")
    found = country_holidays(code, subdiv=part or None, years=day.year, language=named)
    return str(found.get(day) or "")


def next_working_day(day: date, crm: Crm, zone: str) -> date:
    """The first working day after a day."""
    ahead = (day + timedelta(days=n) for n in range(1, LOOK_AHEAD_DAYS))
    return next((found for found in ahead if is_working_day(found, crm, zone)), day + timedelta(days=1))


def is_quiet(at: time, quiet: Span) -> bool:
    """Whether a time of day lies in hours that may go past midnight; none where both are the same."""
    begin, end = quiet
    return begin <= at < end if begin <= end else at >= begin or at < end


def own_quiet_hours(tx: Tx, actor: Actor) -> list[Span]:
    """The hours in which the person said they are not to be disturbed: at night, and in the day besides."""
    user = tx.session.get(records.User, actor.user_id)
    ways = (user.attention or {}) if user else {}
    said = [*filter(None, [ways.get("quiet")]), *(ways.get("breaks") or ())]
    return [(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in said]


def quiet_hours(tx: Tx, crm: Crm, actor: Actor) -> list[Span]:
    """When the person is not to be disturbed: their own nights, else those of the organisation; and their breaks."""
    own, usual = own_quiet_hours(tx, actor), (crm.attention.quiet_from, crm.attention.quiet_to)
    return own if any(_is_night(span, usual) for span in own) else [usual, *own]


def set_quiet_hours(world: "World", hours: list[str] | None) -> None:
    """Keep the actor's own hours ("21:00", "08:00"); None: those of the organisation. Hours within the day, which the
    nights do not touch, are kept beside them: a lunch break gives nobody's nights away."""
    user = world.session.get_one(records.User, world.actor.user_id)
    ways = dict(user.attention or {})
    if hours is None:
        user.attention = {**ways, "quiet": None, "breaks": []}
        return
    new = (time.fromisoformat(hours[0]), time.fromisoformat(hours[1]))
    own = ways.get("quiet")
    standing = (
        (time.fromisoformat(own[0]), time.fromisoformat(own[1]))
        if own
        else (world.crm.attention.quiet_from, world.crm.attention.quiet_to)
    )
    breaks = ways.get("breaks") or []
    if _is_night(new, standing):
        user.attention = {**ways, "quiet": hours}
        return
    kept = [pair for pair in breaks if not _touch(new, (time.fromisoformat(pair[0]), time.fromisoformat(pair[1])))]
    user.attention = {**ways, "breaks": [*kept, hours]}


def _is_night(span: Span, standing: Span) -> bool:
    """Are these hours instead of the standing ones? They go past midnight, or touch them."""
    return span[0] >= span[1] or _touch(span, standing)


def _touch(one: Span, other: Span) -> bool:
    return is_quiet(one[0], other) or is_quiet(other[0], one)


def free_moment(tx: Tx, crm: Crm, actor: Actor, now: datetime) -> datetime | None:
    """When the person may next be disturbed, in their zone; None: now."""
    local = now.astimezone(actor.zone)
    spans = quiet_hours(tx, crm, actor)
    if is_working_day(local.date(), crm, actor.zone_name):
        ends = _end(local, spans)
        if ends == local:
            return None
        if ends.date() == local.date():
            return ends
    nights = [end for begin, end in spans if begin > end]
    day = next_working_day(local.date(), crm, actor.zone_name)
    return _end(datetime.combine(day, max([crm.hours.morning, *nights]), actor.zone), spans)


def end_of_own_quiet(tx: Tx, actor: Actor, now: datetime) -> datetime | None:
    """When the hours end in which the person said they are not to be disturbed; None: it is not in them."""
    local = now.astimezone(actor.zone)
    ends = _end(local, own_quiet_hours(tx, actor))
    return ends if ends != local else None


def _end(local: datetime, spans: Sequence[Span]) -> datetime:
    """The first moment from then on that is in none of the hours."""
    for _ in spans:  # one may end within another
        for begin, end in spans:
            if is_quiet(local.time(), (begin, end)):
                day = local.date() + timedelta(days=1 if local.time() >= end else 0)
                local = datetime.combine(day, end, local.tzinfo)
    return local


@lru_cache(maxsize=100)
def _calendar(country: str, year: int) -> Any:
    """The public holidays of a country in a year; None where none are kept."""
    if not country:
        return None
    from holidays import country_holidays  # half a second: only who plans needs it

    try:
        code, _dash, part = country.partition("-")
        return country_holidays(code, subdiv=part or None, years=year)
    except NotImplementedError:
        return None
