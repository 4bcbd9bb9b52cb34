"""Times as functions of a day: where does "Wednesday", "12 March" or "Q3" lie, seen from a day, ahead or behind?

An ``Expr`` gives its first and last day (both included). ``Fixed`` knows them at once; the others are cyclic and look
forward (the running or next one) or backward (the running or last one). Weeks begin on Monday (ISO 8601).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol, TypeAlias

from nlu.types import Grain

__all__ = [
    "Around", "Days", "Expr", "Fixed", "Mapped", "Monthly", "OnWeekday", "Weekdays", "Weekly", "Within", "Yearly",
    "add_months", "day", "month", "shifted", "unit_days", "year",
]  # fmt: skip

Days: TypeAlias = tuple[date, date]

# How far a cyclic time is sought: 29 February comes every eight years at most.
_YEARS: Final = 9
_MONTHS: Final = 40
_ONE: Final = timedelta(days=1)
MIN_YEAR: Final = 1
MAX_YEAR: Final = 9998


class Expr(Protocol):
    """A time whose days depend on the day it is read at."""

    @property
    def grain(self) -> Grain: ...

    def at(self, day: date, *, forward: bool) -> Days | None:
        """First and last day, or None where the calendar has no such day."""
        ...


@dataclass(slots=True)
class Fixed:
    """Days that are known: today, next week, March 2027."""

    start: date
    end: date
    grain: Grain

    def at(self, day: date, *, forward: bool) -> Days | None:
        return self.start, self.end


@dataclass(slots=True)
class Yearly:
    """Once a year: 12 March, Q3, Christmas. ``of`` gives the days in a year, or None."""

    of: Callable[[int], Days | None]
    grain: Grain

    def at(self, day: date, *, forward: bool) -> Days | None:
        step = 1 if forward else -1
        # a year earlier as well: a span may reach over New Year
        for year in range(day.year - step, day.year + step * _YEARS, step):
            days = self.of(year) if MIN_YEAR <= year <= MAX_YEAR else None
            if days and (days[1] >= day if forward else days[0] <= day):
                return days
        return None


@dataclass(slots=True)
class Monthly:
    """Once a month: the 8th, the second Monday. ``of`` gives the day in a month, or None."""

    of: Callable[[int, int], Days | None]
    grain: Grain = Grain.DAY

    def at(self, day: date, *, forward: bool) -> Days | None:
        step = 1 if forward else -1
        first = day.year * 12 + day.month - 1
        for months in range(first, first + step * _MONTHS, step):
            days = self.of(months // 12, months % 12 + 1) if 12 <= months < 12 * MAX_YEAR else None
            if days and (days[1] >= day if forward else days[0] <= day):
                return days
        return None


@dataclass(slots=True)
class Weekly:
    """A day of the week, Monday = 0. Today counts, ahead and behind."""

    weekday: int
    grain: Grain = Grain.DAY

    def at(self, day: date, *, forward: bool) -> Days | None:
        away = (self.weekday - day.weekday()) % 7 if forward else -((day.weekday() - self.weekday) % 7)
        return _both(_plus_days(day, away))


@dataclass(slots=True)
class Weekdays:
    """The nearest of several days of the week: Mondays, Wednesdays and Fridays."""

    weekdays: tuple[int, ...]
    grain: Grain = Grain.DAY

    def at(self, day: date, *, forward: bool) -> Days | None:
        found = [days for weekday in self.weekdays if (days := Weekly(weekday).at(day, forward=forward))]
        return (min if forward else max)(found, default=None)


@dataclass(slots=True)
class Around:
    """Days that end today, or begin today: 这几个月."""

    behind: Days
    ahead: Days
    grain: Grain

    def at(self, day: date, *, forward: bool) -> Days | None:
        return self.ahead if forward else self.behind


@dataclass(slots=True)
class OnWeekday:
    """A yearly day named with its weekday (Sunday, 10 February): of the last and the next one the one that fits."""

    yearly: Yearly
    weekday: int
    grain: Grain = Grain.DAY

    def at(self, day: date, *, forward: bool) -> Days | None:
        asked, other = self.yearly.at(day, forward=forward), self.yearly.at(day, forward=not forward)
        fits = [days for days in (asked, other) if days and days[0].weekday() == self.weekday]
        return fits[0] if fits else asked


@dataclass(slots=True)
class Within:
    """A time inside a larger one: the 20th of next month, Wednesday next week, March last year."""

    inner: Expr
    outer: Expr

    @property
    def grain(self) -> Grain:
        return self.inner.grain

    def at(self, day: date, *, forward: bool) -> Days | None:
        outer = self.outer.at(day, forward=forward)
        if outer is None:
            return None
        days = self.inner.at(outer[0], forward=True)
        return days if days and days[0] <= outer[1] else None


@dataclass(slots=True)
class Mapped:
    """A part of a time: its last day, its first week. ``change`` makes the part from the days of the whole."""

    whole: Expr
    change: Callable[[Days], Days]
    grain: Grain

    def at(self, day: date, *, forward: bool) -> Days | None:
        days = self.whole.at(day, forward=forward)
        try:
            return self.change(days) if days else None
        except (OverflowError, ValueError):
            return None


def day(year: int, month: int, number: int) -> Days | None:
    """A single day as days, None if the month has no such day."""
    try:
        return _both(date(year, month, number))
    except ValueError:
        return None


def month(year: int, number: int) -> Days | None:
    """The days of a month."""
    if not (MIN_YEAR <= year <= MAX_YEAR and 1 <= number <= 12):
        return None
    after = date(year + (number == 12), number % 12 + 1, 1)
    return date(year, number, 1), after - _ONE


def year(number: int) -> Days | None:
    """The days of a year."""
    return (date(number, 1, 1), date(number, 12, 31)) if MIN_YEAR <= number <= MAX_YEAR else None


def _both(one: date | None) -> Days | None:
    return (one, one) if one else None


def _plus_days(start: date, days: int) -> date | None:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


def add_months(start: date, months: int) -> date | None:
    """The same day so many months on, or the month's last day where it is shorter."""
    at = start.year * 12 + start.month - 1 + months
    days = month(at // 12, at % 12 + 1)
    return days[0].replace(day=min(start.day, days[1].day)) if days else None


_MONTHS_OF: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120, "century": 1200}
_DAYS_OF: Final = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}


def shifted(start: date, unit: str, count: int) -> date | None:
    """The day so many units away. Work days skip Saturdays and Sundays."""
    if abs(count) > 100_000:
        return None
    if unit in _DAYS_OF:
        return _plus_days(start, _DAYS_OF[unit] * count)
    if unit == "workday":
        return _work_days(start, count)
    return add_months(start, _MONTHS_OF[unit] * count)


def _work_days(start: date, count: int) -> date | None:
    weeks, rest = divmod(abs(count), 5)
    step = 1 if count > 0 else -1
    at = _plus_days(start, 7 * weeks * step)
    while at and rest:
        at = _plus_days(at, step)
        rest -= at is not None and at.weekday() < 5
    return at


def unit_days(unit: str, inside: date) -> Days | None:
    """The days of the week, weekend, month, quarter, half or year that a day lies in."""
    if unit in ("day", "workday"):
        return inside, inside
    if unit in ("week", "weekend", "fortnight"):
        monday = _plus_days(inside, -inside.weekday())
        first, last = (5, 6) if unit == "weekend" else (0, 6)
        start, end = (_plus_days(monday, first), _plus_days(monday, last)) if monday else (None, None)
        if unit == "fortnight" and end:
            end = _plus_days(end, 7)
        return (start, end) if start and end else None
    size = _MONTHS_OF[unit]
    if size > 12:
        first_year = max(inside.year - inside.year % (size // 12), 1)
        return date(first_year, 1, 1), date(min(first_year + size // 12 - 1, MAX_YEAR), 12, 31)
    first_month = (inside.month - 1) // size * size + 1
    last_month = month(inside.year, first_month + size - 1)
    return (date(inside.year, first_month, 1), last_month[1]) if last_month else None
