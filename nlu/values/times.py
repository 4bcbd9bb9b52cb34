"""The pieces of one time, and how they join: tomorrow + at 3pm, Wednesday + next week."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Expr, Fixed, Monthly, OnWeekday, Weekly, Within, Yearly
from nlu.values.hours import Clock, with_part
from nlu.values.reader import Reader

__all__ = ["Time", "merged"]


@dataclass(slots=True)
class Time:
    """Pieces of a time as far as they were named. ``moments`` is an instant (or two) known to the second, from a
    length of time (in 5 minutes); ``counted`` is the unit a day was counted in from another (two weeks from now)."""

    day: Expr | None = None
    clock: Clock | None = None
    part: str = ""
    moments: tuple[datetime, datetime] | None = None
    counted: str = ""


def merged(first: Time, second: Time, r: Reader) -> Time | None:
    """Both as one time, or None where they do not fit together."""
    if (first.moments and (second.clock or second.part or second.moments)) or (
        second.moments and (first.clock or first.part)
    ):
        return None
    if (first.clock and second.clock) or (first.part and second.part and first.part != second.part):
        return None
    if first.day and second.day:
        day = _both_days(first, second, r)
        if day is None:
            return None
    else:
        day = first.day or second.day
    if (
        day
        and day.grain not in (Grain.DAY, Grain.DAY_PART)
        and (first.clock or second.clock or first.part or second.part)
    ):
        return None
    clock, part = first.clock or second.clock, first.part or second.part
    return Time(day, with_part(clock, part) if clock and part else clock, part, first.moments or second.moments)


def _both_days(first: Time, second: Time, r: Reader) -> Expr | None:
    a, b = first.day, second.day
    if a is None or b is None:
        return a or b
    if second.counted and isinstance(a, Yearly) and isinstance(b, Fixed):  # Thanksgiving 3 months ago
        days = cycles.unit_days(second.counted, b.start) if second.counted in ("month", "quarter", "year") else None
        return Within(a, Fixed(*days, Grain.YEAR)) if days else None
    small, large = (a, b) if _size(a) <= _size(b) else (b, a)
    if isinstance(small, Weekly) and isinstance(large, Weekly):
        return small if small == large else None
    if isinstance(small, Weekly):
        return _weekday_near(small, large, first.counted or second.counted)
    if isinstance(large, Weekly):
        return small
    if isinstance(small, Fixed) and isinstance(large, Fixed):
        inside = small.start >= large.start and small.end <= large.end and small.grain != large.grain
        return small if inside or small == large else None
    if large.grain is Grain.DAY and small.grain is Grain.DAY:
        if isinstance(small, Fixed) != isinstance(large, Fixed):
            return large if isinstance(small, Fixed) else small  # next Sunday 5/20: the date wins
        days = small.at(r.today, forward=True)
        return small if days and days == large.at(days[0], forward=True) else None
    if small.grain is large.grain:
        return None
    if isinstance(small, Monthly) and large.grain is not Grain.MONTH:
        return None  # the 7th, 2017: the month stands elsewhere
    if large.grain in (Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR) and isinstance(small, Monthly | Yearly):
        return Within(small, large)
    return None


_ORDER: Final = list(Grain)


def _size(expr: Expr) -> int:
    """How long a time lasts; among days a weekday is the least exact and comes first."""
    return -1 if isinstance(expr, Weekly) else _ORDER.index(expr.grain)


def _weekday_near(weekday: Weekly, other: Expr, counted: str) -> Expr | None:
    """Wednesday of next week; Monday two weeks from now: the one of that week; after months, the next one.
    Beside a date the weekday says nothing new."""
    if other.grain in (Grain.WEEK, Grain.MONTH):
        return Within(weekday, other)
    if not counted or not isinstance(other, Fixed):
        if isinstance(other, Yearly):
            return OnWeekday(other, weekday.weekday)
        return other if other.grain is Grain.DAY else None
    week = cycles.unit_days("week", other.start)
    start = week[0] if week and counted in ("week", "fortnight", "day") else other.start
    days = weekday.at(start, forward=True)
    return Fixed(*days, Grain.DAY) if days else None
