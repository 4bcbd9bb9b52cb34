"""Dates that begin with a number or a month: 3月5号, 12 March 2027, 2026年底, 12/3, 二〇二七年.

Each rule begins at a kind of token and gives an ``Expr`` with the place behind it, or None.
"""

from datetime import date, timedelta
from typing import Final

from nlu.types import Grain
from nlu.values import cycles, edges
from nlu.values.almanac import (
    day_of_month,
    first_months,
    full_year,
    in_year,
    month_day,
    month_of,
    part_of_year,
    whole_year,
    with_year,
)
from nlu.values.cycles import Fixed, Mapped, Within
from nlu.values.dates_zh import dotted, is_numbered, two_months
from nlu.values.durations import duration_at
from nlu.values.foreign import foreign_date
from nlu.values.lexicon import NUMBER
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES", "chinese_month", "chinese_year", "day_first"]

_COUNTED: Final = frozenset(
    ["unit", "measure", "cur", "measure_ge", "scale", "percent", "oclock", "monthunit", "discount"]
)


def _from_number(r: Reader, at: int) -> FoundDate | None:
    number, token = r.number(at), r.tokens[at]
    if token.scaled:
        return None
    if number is None:
        return dotted(r, at) if r.chinese or (r.tokens[at - 1].word == "on" and r.kinds[at]) else None
    if "foreign" in r.tokens[at + 1].kinds or "foreign" in r.tokens[at + 2].kinds:
        return foreign_date(r, at)
    after = r.kinds[at + 1]
    if after.get("unit") == "year" and r.tokens[at + 1].word == "年":
        year = full_year(number, token.digits)
        return chinese_year(r, at + 2, year) if year else None
    if "monthunit" in after and (two := two_months(r, at)):
        return two
    if "monthunit" in after and 1 <= number <= 12:
        return chinese_month(r, at, number)
    if found := _before_edge(r, at, number):
        return found
    if "dayunit" in after and token.word != "两" and not is_numbered(r, at):
        return (day, at + 2) if (day := day_of_month(number)) else None
    if part := _part_by_number(r, at, number):
        return part
    if (year := r.year(at)) and token.digits == 4:
        return _year_first(r, at, year)
    return day_first(r, at, number)


def _part_by_number(r: Reader, at: int, number: int) -> FoundDate | None:
    """3季度, 3Q 2018, 3Q18, 1H 2018, 2H18; 2h18 is a time of day"""
    word = r.tokens[at + 1].word if r.glued(at + 1) else ""
    part = part_of_year(number, *((6, Grain.HALF) if word == "h" else (3, Grain.QUARTER)))
    if part is None or word not in ("季度", "q", "h") or r.tokens[at].digits > 1:
        return None
    short = r.tokens[at + 2].word if r.glued(at + 2) and r.is_capital(at + 1) else ""
    dated = in_year(part, full_year(int(short), 2)) if short.isdigit() and len(short) == 2 else None
    if dated:
        return dated, at + 3
    found = with_year(r, part, at + 2) if word != "季度" else (part, at + 2)
    return found if word != "h" or found[1] > at + 2 else None


def _before_edge(r: Reader, at: int, number: int) -> FoundDate | None:
    """3月底, 3 月底, 2026年初: the month or the year and its part share a character"""
    kinds = r.kinds[at + 1] if r.chinese and r.tokens[at].digits in (1, 2, 4) else r.glued(at + 1)
    unit = next((kinds[kind] for kind in ("endof", "beginof", "midof") if kind in kinds), None)
    if unit == "month" and 1 <= number <= 12:
        return edges.edge(r, at + 1, month_of(number))
    is_apart = r.tokens[at + 1].gap > 0 if kinds else False
    is_year = unit == "year" and (r.tokens[at].digits == 4 or not is_apart)
    year = full_year(number, r.tokens[at].digits) if is_year else None
    return edges.edge(r, at + 1, whole_year(year)) if year else None


def chinese_year(r: Reader, at: int, year: int) -> FoundDate:
    """What follows 2026年: a month, a day, a quarter, a half, a holiday, or nothing."""
    whole = whole_year(year)
    is_part = not r.kinds[at].keys().isdisjoint({"endof", "beginof", "midof"})
    if is_part and (part := edges.edge(r, at, whole)):  # 去年|年底, 明年|年初
        return part
    if first := _first_of_year(r, at):
        return Within(first[0], whole), first[1]
    place = at + 1 if "of" in r.kinds[at] else at
    rest = (
        r.date(place) if r.kinds[place] and not r.kinds[place].keys() & {"rel", "dayrel", "yearrel", "wday"} else None
    )
    if rest and not isinstance(rest[0], Fixed) and (rest[0].grain is not Grain.WEEK or isinstance(rest[0], Mapped)):
        return Within(rest[0], whole), rest[1]
    return edges.edge(r, at, whole) or edges.nth_in(r, at, whole) or (whole, at)


def _first_of_year(r: Reader, at: int) -> FoundDate | None:
    """今年|前三季度, 去年|前十个月"""
    kinds = r.glued(at + 1) if r.tokens[at].word == "前" else {}
    if "quarter" in kinds:
        return first_months(3 * int(str(kinds["quarter"]))), at + 2
    length = duration_at(r, at + 1, joint=False) if NUMBER in kinds else None
    ((count, unit), *more) = length[0].parts if length else ((0, ""),)
    return (first_months(int(count)), length[1]) if length and unit == "month" and not more else None


def chinese_month(r: Reader, at: int, month: int) -> FoundDate | None:
    """3月, 3月5号, 3月初, 3月上旬, 十月一日, 3月的第一周"""
    place = at + 2
    number = r.number(place) if NUMBER in r.kinds[place] else None
    if number is not None and not r.tokens[place].scaled:
        after = r.kinds[place + 1]
        alone = after.keys().isdisjoint(_COUNTED)
        if "dayunit" in after or (alone and r.tokens[place].gap == 0 and r.after(place) not in tuple("个种款份")):
            expr = month_day(month, number)
            return (expr, place + 1 + ("dayunit" in after)) if expr else None
    whole = month_of(month)
    return edges.edge(r, place, whole) or edges.nth_in(r, place, whole) or (whole, place)


def _year_first(r: Reader, at: int, year: int) -> FoundDate | None:
    """2018 June [3], 2017 q1, 2019/aug/01, 2016, nov"""
    place = at + 1
    while r.kinds[place].keys() & {",", "/", "-"}:
        place += 1
    if "month" in r.kinds[place]:
        found = _from_month(r, place)
        if (place > at + 1 and "/" in r.kinds[place + 1]) or "-" in r.kinds[place + 1]:
            number = r.number(place + 2)
            expr = month_day(int(str(r.kinds[place]["month"])), number) if number else None
            found = (expr, place + 3) if expr else found
    elif "quarterno" in r.kinds[place]:
        found = r.date(place)
    elif (
        place == at + 2
        and "," not in r.kinds[at + 1]
        and r.tokens[place].digits == 2
        and not r.kinds[place + 1].keys() & {"/", "-", "unit", "cur"}
    ):
        number = r.number(place)  # 2016 -11
        found = (month_of(number), place + 1) if number and number <= 12 else None
    else:
        return None
    dated = in_year(found[0], year) if found else None
    return (dated, found[1]) if found and dated else None


def day_first(r: Reader, at: int, number: int) -> FoundDate | None:
    """3 March [2026], 15 of February, 4th of july, 14-nov-2023, 20 of next month"""
    place = at + 1
    if "of" in r.kinds[place] and r.kinds[place + 1] and "month" not in r.kinds[place + 1]:
        outer, day = edges.unit_behind(r, place + 1), day_of_month(number)
        if outer and day and outer[0].grain is Grain.MONTH:
            return Within(day, outer[0]), outer[1]
    if r.kinds[place].get("unit") == "day":  # the third day of October
        place += 1
    place = _past_fellows(r, place)
    while r.kinds[place].keys() & {"of", "/", "-", "the"} and place < at + 9:
        place += 1
    month = r.kinds[place].get("month")
    if month is None or not 1 <= number <= 31:
        return None
    expr = month_day(int(str(month)), number)
    if expr is None:
        return None
    dated, after = with_year(r, expr, place + 1)
    return dated, after if _past_fellows(r, at + 1) == at + 1 else at + 1


def _past_fellows(r: Reader, at: int) -> int:
    """the 2nd|, 3rd and 4th| of June: days that share a month"""
    while at < r.size and r.kinds[at].keys() & {"and", "or", ","} and "ord" in r.kinds[at + 1]:
        at += 2
    return at


def _from_pair(r: Reader, at: int) -> FoundDate | None:
    """12/3: month first; day first where the month cannot be 12 or less, or where people write so"""
    value = r.tokens[at].kinds["md"]
    first, second = value if isinstance(value, tuple) else (0, 0)
    if (
        (first, second) == (24, 7)
        or (r.tokens[at - 1].kinds.keys() | r.tokens[at - 2].kinds.keys()) & {"scoreish"}
        or r.kinds[at + 1].keys() & {"of", "unit", "cur", "percent", "scale"}
    ):
        return None
    orders = [(first, second), (second, first)]
    if _is_day_first(r):
        orders.reverse()
    expr = next((month_day(month, day) for month, day in orders if 1 <= month <= 12 and month_day(month, day)), None)
    return (expr, at + 1) if expr else None


# Offsets in hours at which English is spoken and the day written first: Britain in summer, India, Australia, …
_DAY_FIRST: Final = frozenset({1.0, 5.5, 9.5, 10.0, 10.5, 11.0, 12.0, 13.0})


def _is_day_first(r: Reader) -> bool:
    """Does the text itself (17/3 … 2/4), or else the zone, say that the day stands first?"""
    if r.chinese:
        return False
    pairs = [pair for token in r.tokens if isinstance(pair := token.kinds.get("md"), tuple)]
    if any(first > 12 for first, _ in pairs) or any(second > 12 for _, second in pairs):
        return any(first > 12 for first, _ in pairs)
    offset = r.now.utcoffset()
    return offset is not None and offset.total_seconds() / 3600 in _DAY_FIRST


def _from_day(r: Reader, at: int) -> FoundDate | None:
    value = r.tokens[at].kinds["ymd"]
    after = at + 1 + (r.tokens[at + 1].word == "t" and r.tokens[at + 1].gap == 0)
    return (Fixed(value, value, Grain.DAY), after) if isinstance(value, date) else None


def _from_year_month(r: Reader, at: int) -> FoundDate | None:
    value = r.tokens[at].kinds["ym"]
    days = cycles.month(*value) if isinstance(value, tuple) else None
    return (Fixed(*days, Grain.MONTH), at + 1) if days else None


def _from_month(r: Reader, at: int) -> FoundDate | None:
    """March, March 3rd, march 3 2015, Dec. 31 , 1994, May twenty nine, March 2018, Mar '26"""
    month = int(str(r.tokens[at].kinds["month"]))
    place = at + 1
    if (
        "after" in r.kinds[place]
        and r.tokens[place + 1].word == "next"
        and not r.kinds[place + 2].keys() & {"unit", "wday", "month"}
    ):
        ahead = month_of(month).at(r.today, forward=True)
        later = month_of(month).at(ahead[1] + timedelta(days=1), forward=True) if ahead else None
        return (Fixed(*later, Grain.MONTH), at + 3) if later else None
    while r.kinds[place].keys() & {".", "the", "-", "of", "/"} and place < at + 3:
        place += 1
    kinds = r.kinds[place]
    number = r.number(place) if NUMBER in kinds else kinds.get("ord")
    if isinstance(number, int) and 1 <= number <= 31 and not r.tokens[place].scaled and "of" not in r.kinds[place - 1]:
        after = r.kinds[place + 1]
        if not after.keys() & {"cur", "percent", "measure", "minor"} and after.get("unit") != "quarter":
            expr = month_day(month, number)
            return with_year(r, expr, place + 1) if expr else None
    if "ym" in kinds and "-" in r.kinds[place - 1] and isinstance(pair := kinds["ym"], tuple):  # Mar-7-2017
        return (dated, place + 1) if (dated := in_year(month_day(month, pair[1]), pair[0])) else None
    if NUMBER in kinds and r.tokens[place].digits == 2 and place == at + 1 and isinstance(number, int) and number > 31:
        return in_year(month_of(month), full_year(number, 2)) or month_of(month), place + 1
    return with_year(r, month_of(month), at + 1)


RULES: Final[dict[str, Rule]] = {
    NUMBER: _from_number, "md": _from_pair, "ymd": _from_day, "ym": _from_year_month, "month": _from_month,
}  # fmt: skip
