"""Of when a report is: the period that a message says, or that is usual, put into the question."""

from dataclasses import replace
from datetime import date, timedelta

from bot.reports.found import Found
from bot.reports.query import OF_PEOPLE, OVER_TIME, By, Query, What, current, shifted, year_earlier
from bot.reports.traits import TRAITS
from bot.talk.periods import days_of, whole
from bot.world import World
from config.types import Period
from nlu.types import Grain, Reading, Value

# The period that is meant where nobody says one.
USUAL: dict[What, str] = {
    "won": "month", "lost": "month", "activity": "month", "feedback": "month", "opened": "month", "newcomers": "month",
    "rate": "year", "cycle": "year", "resolving": "year", "slipped": "quarter", "moved_up": "quarter",
    "moved_back": "quarter",
}  # fmt: skip
# Split by these, a month holds too little to tell anything.
OF_A_YEAR: frozenset[By] = frozenset({*OVER_TIME, "reason", "rival", "customer", "product", "buyers", *TRAITS})
PARTS = (1, 11, 21)  # the days on which the beginning, the middle and the end of a month begin


def timed(world: World, query: Query, found: Found) -> Query:
    """The question with its time; 「去年同期」 is a year before it."""
    today = world.now.date()
    if found.when.value is not None and (
        found.when.beside == "now" or (query.what == "changes" and found.when.value.open == "end")
    ):
        query = _beside(world, query, found.when.value)
    elif found.when.value is not None:
        query = _against(_within(world, query, found.when.value), found.when.other)
    elif found.when.is_before:
        query = query if found.shape.is_compared else query.shifted(-1)
    elif found.when.grain:
        query = query.within(current(found.when.grain, today), found.when.grain)
    elif query.start is None and query.what in USUAL and not query.times:
        is_long = (
            query.by in OF_A_YEAR
            or query.is_to_rival
            or found.when.is_year_ago
            or found.when.to_year
            or found.shape.is_average
            or bool(found.which.buyers or found.which.rival or found.which.reason)
        )
        grain = "year" if is_long else "quarter" if found.whom.is_versus else USUAL[query.what]
        query = query.within(current(grain, today), grain)
    query = _since(query, today) if query.what == "changes" else query
    if query.what == "pipeline" and (found.when.to_year or found.when.is_year_ago):
        return _a_year_ago(query, today, is_compared=found.when.to_year)
    return replace(query.year_before(today), to_year=True) if found.when.is_year_ago else query


def _a_year_ago(query: Query, today: date, *, is_compared: bool) -> Query:
    """What is open has no sum of a year: how it stood on that day, or what has changed since."""
    then = replace(query.within(None), as_of=year_earlier(today), rows="", first=0, to_year=False)
    return replace(then, what="changes", by="", stage="") if is_compared else then


def _since(query: Query, today: date) -> Query:
    """Of days that are no month, quarter or year, not what is to close in them changed, but everything since."""
    if query.start is None or query.start > today or query.grain in ("month", "quarter", "half", "year"):
        return query
    return replace(query.within(None), as_of=query.start - timedelta(days=1))


def _beside(world: World, query: Query, value: Value) -> Query:
    """The question set beside a time that is gone: of what is open the changes since; of what has an end the period
    after that one, which is told with the one before."""
    reading = value.past
    if reading is None:
        return query
    days, grain = reading.days, str(value.grain or "")
    is_whole = value.kind == "range" and value.open is None and current(grain, days.start) == days
    if is_whole and query.what not in ("pipeline", "changes"):
        return query.within(shifted(days, grain, 1), grain)
    is_then = value.open is None and (is_whole or value.kind == "date")
    day = min(days.end if is_then else days.start - timedelta(days=1), world.now.date() - timedelta(days=1))
    asked = replace(query, what="changes", by="", rows="", first=0, stage="", to_year=False)
    return replace(asked if query.what == "pipeline" else replace(asked, start=None, end=None), as_of=day)


def _against(query: Query, other: Value | None) -> Query:
    """The question set beside the other period that was said: "q1 vs q2"."""
    reading = other.past if other is not None else None
    if reading is None or query.start is None or reading.days == query.period:
        return query
    return replace(query, other_start=reading.days.start, other_end=reading.days.end)


def _within(world: World, query: Query, value: Value) -> Query:
    """The question within a period; of what is open, a single past day means how it stood then."""
    today = world.now.date()
    reading = _meant(query, value, today)
    if reading is None or (query.what == "watch" and value.grain in (Grain.WEEK, Grain.DAY)):
        return query  # 「这周我该盯哪几单」: when they are looked at, not when they are to close
    days = days_of(value, reading)
    if value.open == "end" and query.what not in ("pipeline", *OF_PEOPLE) and days.start <= today:
        return query.within(Period(days.start, today))  # 「8月以来」: until now
    is_part = days.start.day in PARTS and 7 <= (days.end - days.start).days <= 10
    if query.what == "pipeline" and is_part and value.open is None and days.end < today:
        day = days.start if days.start.day == 1 else days.end  # 「十月初的管道」, 「九月底的管道」
        return replace(query.within(None), as_of=day, rows="", first=0)
    if query.what in OF_PEOPLE and (value.open is not None or days.start == days.end):
        return query.within(whole(reading.days))
    if query.what == "pipeline" and value.open == "start" and days.end >= today:  # 「月底前能签的」: from now on
        return query.within(Period(today, days.end))
    if query.what in ("pipeline", "changes") and days.start == days.end < today:
        return replace(query, as_of=days.start, rows="", first=0)
    return query.within(days, str(value.grain or ""))


def _meant(query: Query, value: Value, today: date) -> Reading | None:
    """What is open closes in days to come, unless those that are gone are nearer by far: 「十月的管道」 in November."""
    past, future = value.past, value.future
    if query.what == "forecast":
        return future or past
    if query.what != "pipeline" or past is None or future is None or (value.kind == "date" and value.open is None):
        return past or future
    return past if (future.days.start - today) > 3 * abs(today - past.days.end) else future
