"""Dates with a name: 周二, tomorrow, 大后天, 去年, 下周三, next quarter, Q3, 上半年, Christmas, 农历八月十五, 过完年.

Each rule begins at a kind of token and gives an ``Expr`` with the place behind it, or None.
"""

from datetime import timedelta
from typing import Final

from nlu.types import Grain
from nlu.values import cycles, edges
from nlu.values.almanac import (
    day_of_month,
    full_year,
    in_year,
    month_day,
    part_of_year,
    whole_year,
    with_year,
)
from nlu.values.cycles import Fixed, Mapped, Monthly, Weekly, Within, Yearly
from nlu.values.dates import chinese_month, chinese_year
from nlu.values.edges import period_of
from nlu.values.lexicon import NUMBER
from nlu.values.ordinals import part_of_period
from nlu.values.reader import FoundDate, Reader, Rule
from nlu.values.seasons import season_days, season_unit

__all__ = ["RULES"]


def _from_weekday(r: Reader, at: int) -> FoundDate | None:
    """Wednesday, Thu 15th, Tuesday the 19th, 周二"""
    weekday = int(str(r.tokens[at].kinds["wday"]))
    place = at + 1
    while r.kinds[place].keys() & {"the", ".", ",", "("} and place < at + 3:
        place += 1
    kinds = r.kinds[place]
    number = kinds.get("ord")
    if NUMBER in kinds and "." in r.tokens[place].word and (found := _dotted_day(r, place, weekday)):
        return found
    if number is None and NUMBER in kinds and place == at + 1 and r.tokens[place].digits == 2 and not r.chinese:
        number = _lone_day(r, place)
    if isinstance(number, int) and 1 <= number <= 31:
        dated = r.date(place) if "ord" in kinds else None
        if dated and isinstance(dated[0], Yearly | Within):
            return dated
        day = day_of_month(number)
        return (_on_weekday(day, weekday), place + 1) if day else None
    if "after" in r.kinds[at + 1] and r.kinds[at + 2].get("rel") == 1 and not r.kinds[at + 3].keys() & {"unit", "wday"}:
        ahead = Weekly(weekday).at(r.today + timedelta(days=1), forward=True)
        return (Fixed(*_week_later(ahead), Grain.DAY), at + 3) if ahead else None
    if "before" in r.kinds[at + 1] and r.tokens[at + 2].word == "last" and r.ends_clause(at + 2):
        behind = Weekly(weekday).at(r.today - timedelta(days=8), forward=False)
        return (Fixed(*behind, Grain.DAY), at + 3) if behind else None
    if beside := _beside(r, at + 1, weekday):
        return beside
    if _week_follows(r, at + 1) and (ahead := Weekly(weekday).at(r.today, forward=True)):
        return Fixed(*_week_later(ahead), Grain.DAY), at + 2
    dot = "." in r.glued(at + 1) and len(r.tokens[at].word) < 6 and bool(r.kinds[at + 2])
    return Weekly(weekday), at + 1 + dot


def _week_follows(r: Reader, at: int) -> bool:
    """Friday week, tomorrow week: a week after it"""
    return r.tokens[at].word == "week" and bool(r.kinds[at]) and (r.ends_clause(at) or "to" in r.kinds[at + 1])


def _beside(r: Reader, at: int, weekday: int) -> FoundDate | None:
    """the Friday before Christmas, Monday after Easter"""
    side = r.side(at)
    found = r.date(at + 1) if side and not r.chinese and r.kinds[at + 1] else None
    if found is None or found[0].grain is not Grain.DAY or isinstance(found[0], Weekly):
        return None

    def change(days: cycles.Days) -> cycles.Days:
        start = days[0] + timedelta(days=side)
        return Weekly(weekday).at(start, forward=side > 0) or days

    return Mapped(found[0], change, Grain.DAY), found[1]


def _dotted_day(r: Reader, at: int, weekday: int) -> FoundDate | None:
    """7.6 beside a weekday: 6 July, if that is one; otherwise it is a time of day"""
    month, _, number = r.tokens[at].word.partition(".")
    if len(month) > 2 or len(number) > 2 or not 1 <= int(month) <= 12 or "ampm" in r.kinds[at + 1]:
        return None
    expr = month_day(int(month), int(number))
    near = [expr.at(r.today, forward=forward) for forward in (True, False)] if expr else []
    return (expr, at + 1) if expr and any(days and days[0].weekday() == weekday for days in near) else None


def _week_later(days: cycles.Days) -> cycles.Days:
    later = cycles.shifted(days[0], "week", 1) or days[0]
    return later, later


def _lone_day(r: Reader, at: int) -> int | None:
    """Monday 21: a day of the month, unless something is counted or it is a time."""
    number = r.number(at)
    after = r.kinds[at + 1].keys()
    if (
        number is None
        or number < 13
        or after & {"ampm", "unit", "oclock", "to", "measure", "month", "cur", ":", "scale"}
    ):
        return None
    return number


def _on_weekday(day: Monthly, weekday: int) -> Monthly:
    def days(year: int, month: int) -> cycles.Days | None:
        found = day.of(year, month)
        return found if found and found[0].weekday() == weekday else None

    return Monthly(days)


_NAMES: Final = ("头条", "之星", "科技", "资本", "集团", "传媒", "教育", "文化", "智能", "控股", "公司", "股份", "津")


def _from_day_word(r: Reader, at: int) -> FoundDate | None:
    """今天, tomorrow, 大后天"""
    away = int(str(r.tokens[at].kinds["dayrel"]))
    if r.chinese_word(at) and r.text.startswith(_NAMES, r.tokens[at].end):  # 今日头条, 明日科技, 前天津经理
        return None
    later = away >= 0 and _week_follows(r, at + 1)
    found = cycles.shifted(r.today, "day", away + 7 * later)
    return (Fixed(found, found, Grain.DAY), at + 1 + later) if found else None


def _from_year_word(r: Reader, at: int) -> FoundDate | None:
    """今年, 明年四月, 去年本月十日"""
    period = period_of(r, "year", int(str(r.tokens[at].kinds["yearrel"])))
    if period is None:
        return None
    if r.kinds[at + 1].get("rel") == 0 and "monthunit" in r.kinds[at + 2]:
        inner = chinese_month(r, at + 1, r.today.month)
        return (Within(inner[0], period), inner[1]) if inner else None
    return chinese_year(r, at + 1, period.start.year)


def _from_relative(r: Reader, at: int) -> FoundDate | None:
    """next week, 下个月5号, last Sunday, next March, 上季度, this christmas; last 2 weeks is a span (see spans)"""
    shift = int(str(r.tokens[at].kinds["rel"]))
    kinds = r.kinds[at + 1]
    if r.chinese_word(at) and kinds and r.tokens[at + 1].gap and r.before(at).strip():
        return None  # 她考虑下 |周三答复
    if shift == -1 and r.tokens[at].word == "last" and (nth := edges.ordinal_of(r, at + 1, -1)):
        return nth
    if shift == -1 and "half" in kinds and "of" in r.kinds[at + 2]:  # the last half of the year
        return part_of_period(r, at, 2)
    for kind in ("endof", "beginof", "midof"):
        if kind in kinds and (period := period_of(r, str(kinds[kind]), shift)):
            return edges.edge(r, at + 1, period)
    if "unit" in kinds and str(kinds["unit"]) in edges.GRAINS:
        return _relative_unit(r, at + 1, str(kinds["unit"]), shift)
    if "monthunit" in kinds:
        return _relative_unit(r, at + 1, "month", shift)
    if "half" in kinds and not r.chinese and r.kinds[at + 2].get("unit") != "year":
        this = period_of(r, "half", 0) if shift == 0 and r.ends_clause(at + 1) else None  # this half
        return (this, at + 2) if this else None
    if "wday" in kinds:
        return _relative_weekday(r, at + 1, int(str(kinds["wday"])), shift)
    if "quarter" in kinds or "halfyear" in kinds:
        return r.date(at + 1)
    if "month" in kinds or "holi" in kinds:
        inner = r.date(at + 1)
        return _relative_yearly(r, inner, shift) if inner else None
    if "seasonunit" in kinds:
        return season_unit(r, at + 1, shift)
    if "season" in kinds:
        return _season(r, at + 2, int(str(kinds["season"])), shift)
    return None


def _relative_unit(r: Reader, at: int, unit: str, shift: int) -> FoundDate | None:
    if unit == "day":
        if shift == 0 and r.tokens[at].word not in ("day",):
            return None
        day = cycles.shifted(r.today, "day", shift)
        return (Fixed(day, day, Grain.DAY), at + 1) if day else None
    near = unit == "weekend" and r.tokens[at - 1].word in _COMING and r.today.weekday() < 5
    period = period_of(r, unit, 0 if near else shift)
    if period is None or (r.tokens[at].word == "周" and r.after(at) in tuple("期转边围密")):  # 回本周期
        return None
    place = at + 2 if r.kinds[at + 1].keys() & {"of", ",", "'"} else at + 1
    number = r.number(place) if unit == "month" and "dayunit" in r.kinds[place + 1] and r.kinds[place] else None
    if number and (of_month := day_of_month(number)):  # 下个月20号, 本月十日
        return Within(of_month, period), place + 2
    if edge := edges.edge(r, at + 1, period) or edges.nth_in(r, place, period):
        return edge
    if unit == "year":
        inner = (
            r.date(place)
            if r.kinds[place].keys() & {NUMBER, "month", "quarter", "halfyear", "holi", "endof", "beginof", "quarterno"}
            else None
        )
        if inner and not isinstance(inner[0], Fixed):
            return Within(inner[0], period), inner[1]
    return period, at + 1


# The coming Friday is the nearest one, the next Friday that of next week.
_COMING: Final = frozenset({"coming", "upcoming", "forthcoming"})


def _relative_weekday(r: Reader, at: int, weekday: int, shift: int) -> FoundDate | None:
    """下周三 and next Wednesday lie in next week, last Sunday in the last week that has one; this Monday is to come."""
    if shift == 0 and not r.chinese:
        return Weekly(weekday), at + 1
    dotted = shift == 0 and "." in r.tokens[at + 1].word and NUMBER in r.kinds[at + 1]
    if dotted and (dated := _dotted_day(r, at + 1, weekday)):
        return dated  # this Friday 7.6
    week = period_of(r, "week", shift)
    day = cycles.shifted(week.start, "day", weekday) if week else None
    if day is None:
        return None
    if r.tokens[at - 1].word in _COMING:
        day = (Weekly(weekday).at(cycles.shifted(r.today, "day", 1) or r.today, forward=True) or (day, day))[0]
    if shift == -1 and not r.chinese and r.tokens[at - 1].word in ("last", "past"):
        day = (Weekly(weekday).at(cycles.shifted(r.today, "day", -1) or r.today, forward=False) or (day, day))[0]
    return Fixed(day, day, Grain.DAY), at + 1


def _relative_yearly(r: Reader, inner: FoundDate, shift: int) -> FoundDate | None:
    """last thanksgiving, next March: the one before or after today"""
    expr, after = inner
    if shift == 0:
        year = cycles.year(r.today.year)
        return (Within(expr, Fixed(*year, Grain.YEAR)), after) if year else None
    start = r.today if shift < 0 else cycles.shifted(r.today, "day", 1)
    days = expr.at(start, forward=shift > 0) if start else None
    if days and days[0] <= r.today <= days[1]:
        days = expr.at(cycles.add_months(r.today, 12 * shift) or r.today, forward=shift > 0)
    return (Fixed(*days, expr.grain), after) if days else None


def _season(r: Reader, at: int, number: int, shift: int) -> FoundDate | None:
    return _relative_yearly(r, (season_days(number), at), shift)


def _quarter_letter(r: Reader, at: int) -> FoundDate | None:
    """Q3, H1, q1-2019, FY27, Q2 last year"""
    kind = int(str(r.tokens[at].kinds["quarterno"]))
    number = r.number(at + 1) if NUMBER in (r.kinds[at + 1] if kind == 2 else r.glued(at + 1)) else None
    pair = r.glued(at + 1).get("ym")
    if isinstance(pair, tuple) and r.tokens[at + 1].word[1] in "-/" and kind < 2:  # q1-2019
        expr = part_of_year(pair[1], *((3, Grain.QUARTER) if kind == 0 else (6, Grain.HALF)))
        dated = in_year(expr, pair[0])
        return (dated, at + 2) if dated else None
    if number is None:
        return None
    if kind == 2:
        year = full_year(number, r.tokens[at + 1].digits)
        return (whole_year(year), at + 2) if year else None
    expr = part_of_year(number, *((3, Grain.QUARTER) if kind == 0 else (6, Grain.HALF)))
    if expr and (part := edges.edge(r, at + 2, expr)):
        return part
    return with_year(r, expr, at + 2) if expr else None


def _the(r: Reader, at: int) -> FoundDate | None:
    return r.date(at + 1) if r.kinds[at + 1] else None


RULES: Final[dict[str, Rule]] = {
    "wday": _from_weekday, "dayrel": _from_day_word, "yearrel": _from_year_word, "rel": _from_relative,
    "quarterno": _quarter_letter, "the": _the,
}  # fmt: skip
