"""Hours behind their day: tomorrow between 2 and 4pm, Monday 8 to 9; weekdays of a week."""

from dataclasses import replace
from typing import Final

from nlu.types import Grain
from nlu.values.clock import clock_at
from nlu.values.cycles import Expr, Weekly, Within
from nlu.values.lexicon import NUMBER
from nlu.values.points import point_at
from nlu.values.ranges import PREFIXES, FoundPhrase, Phrase, range_at
from nlu.values.reader import Reader
from nlu.values.times import Time, merged

__all__ = ["with_hours"]

# What hours behind a day may begin with.
_HOURS: Final = PREFIXES.keys() | {
    NUMBER,
    "clock",
    "noon",
    "from",
    "between",
    "half",
    "the",
    "unit",
    "article",
    "wday",
    "now",
}


def with_hours(r: Reader, time: Time, at: int) -> FoundPhrase:
    """tomorrow between 2 and 4pm, Monday 8 to 9, 23/12 before 5pm; last week between Friday and Sunday"""
    place = at
    while r.kinds[place].keys() & {",", "at", "on"} and place < at + 2:
        place += 1
    if (
        time.day is None
        or time.moments
        or time.clock
        or r.kinds[place].keys().isdisjoint(_HOURS)
        or (r.chinese_word(place) and "num" not in r.kinds[place])
    ):
        return Phrase(time), at
    if time.day.grain is Grain.WEEK:
        return _weekdays_in(r, time.day, place) or (Phrase(time), at)
    if time.day.grain not in (Grain.DAY, Grain.DAY_PART):
        return Phrase(time), at
    found = _open_hours(r, time, place) or range_at(r, place) or _bare_hours(r, place)
    if found is None or (found[0].last is None and not found[0].open):
        return Phrase(time), at
    hours, after = found
    if hours.open:
        return found
    if hours.first.day or hours.last is None or hours.last.day or not (hours.first.clock and hours.last.clock):
        return Phrase(time), at
    first = merged(time, hours.first, r)
    return (replace(hours, first=first), after) if first else (Phrase(time), at)


def _open_hours(r: Reader, time: Time, at: int) -> FoundPhrase | None:
    """next Wednesday later than 10 in the morning, tomorrow before end of day"""
    prefix = next((kind for kind in PREFIXES if kind in r.kinds[at]), None)
    found = point_at(r, at + 1, cued=True) if prefix and r.kinds[at + 1] else None
    if prefix and found is None and (clock := clock_at(r, at + 1, cued=True)):
        found = Time(clock=clock[0]), clock[1]
    if prefix is None or found is None or found[0].day or not (found[0].clock or found[0].part == "day_end"):
        return None
    both = merged(time, found[0], r)
    side, whole = PREFIXES[prefix]
    return (Phrase(both, open=side, whole=whole, why=f"{prefix} an hour"), found[1]) if both else None


def _weekdays_in(r: Reader, week: Expr, at: int) -> FoundPhrase | None:
    """last week between Friday and Sunday"""
    found = range_at(r, at)
    if found is None or found[0].last is None:
        return None
    first, last = found[0].first.day, found[0].last.day
    if not isinstance(first, Weekly) or not isinstance(last, Weekly):
        return None
    return replace(found[0], first=Time(day=Within(first, week)), last=Time(day=Within(last, week))), found[1]


def _bare_hours(r: Reader, at: int) -> FoundPhrase | None:
    """10-4, from 3 to 5 behind a day"""
    place = at + bool(r.tokens[at].kinds.keys() & {"from", "between"})
    if (
        NUMBER not in r.tokens[place].kinds
        or not r.kinds[place + 1].keys() & {"to", "and", "until"}
        or NUMBER not in r.kinds[place + 2]
    ):
        return None
    first, last = clock_at(r, place, cued=True), clock_at(r, place + 2, cued=True)
    return (Phrase(Time(clock=first[0]), Time(clock=last[0]), why="hours"), last[1]) if first and last else None
