"""The calendar times that dates are made of: a day of a month, a month, a quarter, inside a year or not."""

from datetime import date

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Expr, Fixed, Monthly, Within, Yearly
from nlu.values.lexicon import NUMBER
from nlu.values.reader import FoundDate, Reader

__all__ = [
    "day_of_month",
    "first_months",
    "full_year",
    "in_year",
    "month_day",
    "month_of",
    "part_of_year",
    "single",
    "spoken_year",
    "whole_year",
    "with_year",
]


def month_day(month: int, number: int) -> Yearly | None:
    if not 1 <= number <= 31 or cycles.day(2000, month, number) is None:
        return None
    return Yearly(lambda year: cycles.day(year, month, number), Grain.DAY)


def month_of(number: int) -> Yearly:
    return Yearly(lambda year: cycles.month(year, number), Grain.MONTH)


def day_of_month(number: int) -> Monthly | None:
    return Monthly(lambda year, month: cycles.day(year, month, number)) if 1 <= number <= 31 else None


def part_of_year(number: int, months: int, grain: Grain) -> Yearly | None:
    """The ``number``-th quarter (``months`` = 3) or half (6)."""
    if not 1 <= number <= 12 // months:
        return None

    def days(year: int) -> cycles.Days | None:
        first, last = cycles.month(year, months * (number - 1) + 1), cycles.month(year, months * number)
        return (first[0], last[1]) if first and last else None

    return Yearly(days, grain)


def first_months(count: int) -> Yearly:
    """前三季度, 前十个月: from New Year to the end of the month of that number"""

    def days(year: int) -> cycles.Days | None:
        last = cycles.month(year, count)
        return (date(year, 1, 1), last[1]) if last else None

    return Yearly(days, Grain.YEAR)


def in_year(expr: Expr | None, year: int | None) -> Expr | None:
    if expr is None or year is None:
        return expr
    whole = cycles.year(year)
    return Within(expr, Fixed(*whole, Grain.YEAR)) if whole else None


def whole_year(year: int) -> Fixed:
    return Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR)


def full_year(number: int, digits: int) -> int | None:
    """26年 and 2026年 are years, 3年 is a span."""
    if 1800 <= number <= 2200:
        return number
    if digits == 2:
        return number + (2000 if number < 60 else 1900)
    return None


def with_year(r: Reader, expr: Expr, at: int) -> FoundDate:
    """An explicit year behind a date: , 2026 · of 2026 · -2026 · '26 · in 2020"""
    place = at
    while r.kinds[place].keys() & {",", "of", "-", "/", "'", ".", "in"} and place < at + 2:
        place += 1
    year = r.year(place) if NUMBER in r.kinds[place] else None
    if year is None and (spoken := spoken_year(r, place)):
        return in_year(expr, spoken) or expr, place + 2
    if r.tokens[place].word == "two" and r.number(place) == 2000 and r.ends_clause(place):
        year = 2000
    if year is None and "'" in r.kinds[place - 1] and place > at and r.tokens[place].digits == 2:
        year = full_year(r.number(place) or 0, 2)
    if (
        year is None
        and place == at
        and r.tokens[at].digits == 2
        and NUMBER in r.kinds[at]
        and (r.kinds[at - 2].keys() | r.tokens[at - 2].kinds.keys()) & {"ord", NUMBER}
        and "month" in r.kinds[at - 1]
        and r.ends_clause(at)
    ):
        year = full_year(r.number(at) or 0, 2)  # 14th April 15
    if year is not None and not r.kinds[place + 1].keys() & {"cur", "percent", "measure"}:
        dated = in_year(expr, year)
        if dated:
            return dated, place + 1
    return expr, at


def spoken_year(r: Reader, at: int) -> int | None:
    """nineteen ninety nine, twenty sixteen"""
    first, second = r.number(at), r.number(at + 1)
    spoken = first in (18, 19, 20) and not r.tokens[at].digits and not r.tokens[at + 1].digits
    if not spoken or not r.kinds[at] or not r.kinds[at + 1] or first is None or second is None:
        return None
    return 100 * first + second if 10 <= second <= 99 else None


def single(found: date | None) -> cycles.Days | None:
    return (found, found) if found else None
