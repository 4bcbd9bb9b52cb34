"""Dates with a Chinese name: 上半年, 第三季度, 农历八月十五, 过完年, 明后天, 月内."""

from datetime import timedelta
from typing import Final

from nlu.patterns import pattern
from nlu.types import Grain
from nlu.values import cycles, edges
from nlu.values.almanac import part_of_year, single
from nlu.values.cycles import Fixed, Mapped, Yearly
from nlu.values.edges import period_of
from nlu.values.holidays import holiday, lunar_day
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES"]

MANY: Final = 5  # weeks; 第二周 may be one of a month, or of a trip


def _quarter_word(r: Reader, at: int) -> FoundDate | None:
    expr = part_of_year(int(str(r.tokens[at].kinds["quarter"])), 3, Grain.QUARTER)
    return (edges.edge(r, at + 1, expr) or (expr, at + 1)) if expr else None


def _half_word(r: Reader, at: int) -> FoundDate | None:
    expr = part_of_year(int(str(r.tokens[at].kinds["halfyear"])), 6, Grain.HALF)
    return (expr, at + 1) if expr else None


def _after_new_year(r: Reader, at: int) -> FoundDate | None:
    """过完年, 年后: the weeks after the Spring Festival holiday; 年前: the weeks before it (中国 sales talk)"""
    ahead = r.tokens[at].kinds["afteryear"] == 1

    def change(days: cycles.Days) -> cycles.Days:
        first = days[0] + timedelta(days=7 if ahead else -14)
        return first, first + timedelta(days=14 if ahead else 13)

    return Mapped(holiday("spring_festival"), change, Grain.WEEK), at + 1


def _day_span(r: Reader, at: int) -> FoundDate | None:
    """明后天"""
    away = r.tokens[at].kinds["dayspan"]
    first, last = (cycles.shifted(r.today, "day", days) for days in away) if isinstance(away, tuple) else (None, None)
    return (Fixed(first, last, Grain.WEEK), at + 1) if first and last else None


def _in_period(r: Reader, at: int) -> FoundDate | None:
    """月内: from today to the end of the month"""
    period = period_of(r, str(r.tokens[at].kinds["inperiod"]), 0)
    return (Fixed(r.today, period.end, period.grain), at + 1) if period else None


def _ordinal_mark(r: Reader, at: int) -> FoundDate | None:
    """第三季度, 第3季度, 第45周 of this year"""
    if "quarter" in r.kinds[at + 1]:
        return _quarter_word(r, at + 1)
    number = r.number(at + 1)
    if number and r.kinds[at + 2].get("unit") == "quarter":
        expr = part_of_year(number, 3, Grain.QUARTER)
        return (expr, at + 3) if expr else None
    year = period_of(r, "year", 0)
    is_week = number is not None and number > MANY and r.kinds[at + 2].get("unit") == "week"
    return edges.nth_of((year, at + 3), "unit", "week", number) if year and number and is_week else None


def _lunar(r: Reader, at: int) -> FoundDate | None:
    """农历八月十五, 阴历正月初一 by its number"""
    month = r.number(at + 1)
    number = r.number(at + 3)
    if (
        month is None
        or number is None
        or "monthunit" not in r.kinds[at + 2]
        or not (1 <= month <= 12 and 1 <= number <= 30)
    ):
        inner = r.date(at + 1) if r.kinds[at + 1].keys() & {"holi", "lunarmonth"} else None
        return inner
    expr = Yearly(lambda year: single(lunar_day(year, month, number)), Grain.DAY)
    return expr, at + 4 + ("dayunit" in r.kinds[at + 4])


_LUNAR_DAY: Final = pattern(
    r"初(?P<a>[一二三四五六七八九十])|(?P<tens>[十廿]|二十|三十)(?P<ones>[一二三四五六七八九]?)|(?P<n>\d{1,2})(?!\d)"
)
_ONES: Final = " 一二三四五六七八九十"
_TENS: Final = {"十": 10, "廿": 20, "二十": 20, "三十": 30}


def _lunar_month(r: Reader, at: int) -> FoundDate | None:
    """正月初八, 大年初六, 腊月二十八"""
    month = int(str(r.tokens[at].kinds["lunarmonth"]))
    found = _LUNAR_DAY.match(r.text, r.tokens[at].end)
    if found is None:
        return None
    if found["a"]:
        number = _ONES.index(found["a"])
    else:
        number = int(found["n"]) if found["n"] else _TENS[found["tens"]] + max(0, _ONES.find(found["ones"] or " "))
    place = at + 1
    while place < r.size and r.tokens[place].start < found.end():
        place += 1
    if not 1 <= number <= 30:
        return None
    expr = Yearly(lambda year: single(lunar_day(year, month, number)), Grain.DAY)
    return expr, place + ("dayunit" in r.kinds[place])


RULES: Final[dict[str, Rule]] = {
    "dayspan": _day_span, "afteryear": _after_new_year, "lunar": _lunar, "lunarmonth": _lunar_month,
    "quarter": _quarter_word, "halfyear": _half_word, "ordmark": _ordinal_mark, "inperiod": _in_period,
}  # fmt: skip
