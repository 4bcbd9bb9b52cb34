"""Months, quarters and years: which one a message means, and what it is called."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Literal

from bot.dialogs.show import show_day
from config.catalog import Catalog
from config.phrasing import phrasing
from config.types import Period
from nlu.types import Grain, Reading, Understanding, Value

Direction = Literal["past", "future"]
BEGINNING, END = date(1970, 1, 1), date(2999, 12, 31)  # of a period that has none
_OF_DAYS = frozenset({Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR})


def month_of(day: date) -> Period:
    return _months(day.year, day.month, 1)


def quarter_of(day: date) -> Period:
    return _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)


def year_of(day: date) -> Period:
    return _months(day.year, 1, 12)


def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def before(period: Period) -> Period:
    """The period of the same kind before a month, a quarter or a year; of another kind, as many days."""
    last = date.fromordinal(period.start.toordinal() - 1)
    for whole in (month_of, quarter_of, year_of):
        if whole(period.start) == period:
            return whole(last)
    return Period(date.fromordinal(period.start.toordinal() - days_in(period)), last)


def days_in(period: Period) -> int:
    return (period.end - period.start).days + 1


def period_in(heard: Understanding, direction: Direction) -> Period | None:
    """The period that a message names; 「一季度」 alone is the one behind or the one ahead, as asked.

    What lies in the quarter that is going on is meant first: in November, 「10 月目标」 is not that of next year.
    """
    for value in heard.of_kind("range", "date"):
        first, second = (value.past, value.future) if direction == "past" else (value.future, value.past)
        readings = [_of(reading) for reading in (first, second) if reading is not None]
        current = quarter_of(heard.now.date())
        for period in sorted(readings, key=lambda period: quarter_of(period.start) != current):
            return whole(period) if days_in(period) == 1 or value.open == "start" else period
    return None


def whole(period: Period) -> Period:
    """Nobody aims at a single day: 「月底前」, "close this quarter" name the last one of a month or a quarter."""
    if period.end == quarter_of(period.end).end or period.end != month_of(period.end).end:
        return quarter_of(period.end)
    return month_of(period.end)


def days_of(value: Value, reading: Reading) -> Period:
    """The days that a time names in one of its readings. 「8月以来」 has no end; 「8月以前」 has no beginning, and ends
    before the first of August."""
    days = _of(reading)
    if value.open == "end":
        return Period(days.start, END)
    if value.open == "start":
        is_first = value.grain in _OF_DAYS and days.end.day == 1
        is_first = is_first or (value.grain is Grain.WEEK and days.end.weekday() == 0)
        is_before = is_first or phrasing("strictly_before").match(value.text) is not None
        return Period(BEGINNING, days.end - timedelta(days=1) if is_before else days.end)
    return days


def is_open(period: Period) -> bool:
    """Has it no beginning, or no end?"""
    return period.start == BEGINNING or period.end == END


def _of(reading: Reading) -> Period:
    start, end = (item.date() if isinstance(item, datetime) else item for item in (reading.start, reading.end))
    return Period(start, end)


def named(period: Period, words: Catalog, *, today: date) -> str:
    """ "2026 年 Q4", "Q4 2026"; a period without a name by its first and last day."""
    start = period.start
    if period == month_of(start):
        month = words.words("common.date.months")[start.month - 1]
        return words.say("period.month", year=start.year, month=month)
    if period == quarter_of(start):
        return words.say("period.quarter", year=start.year, quarter=(start.month + 2) // 3)
    if period == year_of(start):
        return words.say("period.year", year=start.year)
    if start == period.end:
        return show_day(start, words, today=today)
    days = {"start": show_day(start, words, today=today), "end": show_day(period.end, words, today=today)}
    return words.say("period.days", **days)
