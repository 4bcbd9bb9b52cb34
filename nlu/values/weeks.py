"""Weeks and weekends beside a day: week of April 10th, the week after Christmas, w/c 4 February, week 27."""

from datetime import date, timedelta
from typing import Final

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Days, Expr, Fixed, Mapped, Weekly
from nlu.values.edges import period_of, unit_behind
from nlu.values.lexicon import NUMBER
from nlu.values.nth import nth_week_within
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES", "closest"]


def _week(r: Reader, at: int) -> FoundDate | None:
    """week of April 10th, the week beginning February 4, week 27 [of last year], year 2016"""
    unit = str(r.tokens[at].kinds["unit"])
    place = at + 1
    if unit == "weekend":
        return _plain_weekend(r, at) if r.chinese else _weekend(r, at)
    if r.chinese or unit not in ("week", "month", "quarter", "year", "day", "fortnight"):
        return None
    if found := _mine(r, at, unit):
        return found
    if unit in ("month", "year") and "of" in r.kinds[place] and r.kinds[place + 1]:  # the month of May
        named = unit_behind(r, place + 1)
        if named and named[0].grain is (Grain.MONTH if unit == "month" else Grain.YEAR):
            return named
    if unit in ("day", "fortnight"):
        return None
    if found := _after_next(r, place, unit):
        return found
    if unit == "year" and r.kinds[place] and (year := r.year(place)):
        return Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR), place + 1
    if unit != "week":
        return None
    return _numbered_week(r, place) or _beside(r, place, unit) or _week_of(r, place)


def _mine(r: Reader, at: int, unit: str) -> FoundDate | None:
    """my week, our quarter; [out for] the week at the end of a clause, but not the deal of the week"""
    before = r.tokens[at - 1] if r.kinds[at] else None
    if before is None or (unit == "fortnight" and "the" not in before.kinds):
        return None
    plain = "the" in before.kinds and r.ends_clause(at) and r.text[: before.start].rstrip()[-3:] != " of"
    period = period_of(r, unit, 0) if plain or "my" in before.kinds else None
    return (period, at + 1) if period else None


def _numbered_week(r: Reader, at: int) -> FoundDate | None:
    """week 27 [of last year], weeks 12 to 14, by ISO 8601"""
    number = r.number(at) if NUMBER in r.kinds[at] else None
    far = r.number(at + 2) if "to" in r.kinds[at + 1] and NUMBER in r.kinds[at + 2] else None
    if not number or number > 53:
        return None
    last = far if far and number < far <= 53 else number
    at += 2 * (last > number)
    place = at + 1 + bool(r.kinds[at + 1].keys() & {"of", ",", "in"})
    outer = unit_behind(r, place) if place > at + 1 or "rel" in r.kinds[place] or r.year(place) else None
    if outer and (outer[0].grain is not Grain.YEAR or not isinstance(outer[0], Fixed)):
        outer = None
    whole = period_of(r, "year", 0)
    expr, after = outer or (whole, at + 1)
    return (_weeks_within(expr, number, last), after) if expr else None


def _weeks_within(expr: Expr, first: int, last: int) -> Expr:
    """The weeks of a year from one number to another."""
    week = nth_week_within(expr, first)
    more = timedelta(days=7 * (last - first))
    return Mapped(week, lambda days: (days[0], days[1] + more), Grain.WEEK) if more else week


def _week_of(r: Reader, at: int) -> FoundDate | None:
    """week of April 10th, week commencing 4 February"""
    place = at
    if "on" in r.kinds[at]:  # to plan the week on Monday
        return None
    while r.kinds[place].keys() & {"of", "begin", "since", "on", "the", "ending"}:
        place += 1
    if "wday" in r.kinds[place] and r.kinds[place + 1].keys() & {NUMBER, "month", "ord"}:
        place += 1
    found = r.date(place) if place > at and r.kinds[place] else None
    if found is None or found[0].grain is not Grain.DAY:
        return None
    return Mapped(found[0], lambda days: cycles.unit_days("week", days[0]) or days, Grain.WEEK), found[1]


# 周末|跟他打球, 周末|发他; 周末愉快 and 周末班车 tell no day.
_DOES: Final = frozenset("跟和与在去见发给约打整带再来碰我他她要把请陪出回能就")


def _plain_weekend(r: Reader, at: int) -> FoundDate | None:
    """周末 by itself: the one behind or the one to come"""
    if r.text[r.tokens[at].end : r.tokens[at].end + 1] not in _DOES:
        return None
    return Mapped(Weekly(5), lambda days: cycles.unit_days("weekend", days[0]) or days, Grain.WEEKEND), at + 1


def _weekend(r: Reader, at: int) -> FoundDate | None:
    """the weekend of Jan 5, over the weekend; "a weekend" is no date"""
    found = r.date(at + 2) if "of" in r.kinds[at + 1] and r.kinds[at + 2] else None
    if found and found[0].grain in (Grain.DAY, Grain.WEEK):
        return Mapped(found[0], lambda days: cycles.unit_days("weekend", days[0]) or days, Grain.WEEKEND), found[1]
    if later := _after_next(r, at + 1, "weekend") or _beside(r, at + 1, "weekend"):
        return later
    period = period_of(r, "weekend", 0) if "the" in r.tokens[at - 1].kinds and r.kinds[at] else None
    return (period, at + 1) if period else None


def _beside(r: Reader, at: int, unit: str) -> FoundDate | None:
    """the week before Christmas, the weekend after 5 January: the whole one next to that day's"""
    side = r.side(at)
    found = r.date(at + 1) if side and r.kinds[at + 1] else None
    if found is None or found[0].grain is not Grain.DAY:
        return None

    def change(days: Days) -> Days:
        beside = days[0] + timedelta(days=7 * side)
        return cycles.unit_days(unit, beside) or days

    return Mapped(found[0], change, Grain.WEEK), found[1]


def _week_commencing(r: Reader, at: int) -> FoundDate | None:
    """w/c 4 February, w/e 11 Dec"""
    letters = r.text[r.tokens[at].start : r.tokens[at].start + 3]
    if letters not in ("w/c", "w/b", "w/e") or not r.kinds[at + 3]:
        return None
    found = r.date(at + 3)
    if found is None or found[0].grain is not Grain.DAY:
        return None
    return Mapped(found[0], lambda days: cycles.unit_days("week", days[0]) or days, Grain.WEEK), found[1]


def _after_next(r: Reader, at: int, unit: str) -> FoundDate | None:
    """the week after next, the month after the next, the year before last"""
    place = at + 1 + ("the" in r.kinds[at + 1])
    ahead = "after" in r.kinds[at] and r.kinds[place].get("rel") == 1 and r.tokens[place].word == "next"
    behind = "before" in r.kinds[at] and r.kinds[place].get("rel") == -1 and r.tokens[place].word == "last"
    if not ahead and not behind:
        return None
    if r.kinds[place + 1].keys() & {"unit", "month", "wday", "holi"}:
        return None
    period = period_of(r, unit, 2 if ahead else -2)
    return (period, place + 1) if period else None


def closest(r: Reader, at: int, which: int = 1) -> FoundDate | None:
    """[the second] closest Monday to 5 October: before or after, by how near they are"""
    found = r.date(at + 1) if r.kinds[at + 1] else None
    target = r.date(found[1] + 1) if found and "to" in r.kinds[found[1]] and r.kinds[found[1] + 1] else None
    if found is None or target is None:
        return None
    expr = found[0]

    def change(days: Days) -> Days:
        near: list[Days] = []
        for forward in (False, True):
            start, step = days[0], timedelta(days=1 if forward else -1)
            while len(near) < which * (1 + forward) and (found := expr.at(start, forward=forward)):
                near.append(found)
                start = found[forward] + step
        near.sort(key=lambda found: abs((found[0] - days[0]).days))
        return near[which - 1] if len(near) >= which else days

    return Mapped(target[0], change, Grain.DAY), target[1]


RULES: Final[dict[str, Rule]] = {"unit": _week, "closest": closest, "scale": _week_commencing}
