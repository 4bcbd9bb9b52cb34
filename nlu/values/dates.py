"""Single dates and periods: 3月5号, the 8th, 12 March 2027, 下周三, next quarter, Q3, 上半年, end of April, 月底.

Each rule begins at a kind of token and gives an ``Expr`` with the place behind it, or None.
"""

from datetime import date, timedelta
from typing import Final

from nlu.types import Grain
from nlu.values import cycles, edges
from nlu.values.cycles import Expr, Fixed, Mapped, Monthly, Weekly, Within, Yearly
from nlu.values.edges import period_of
from nlu.values.foreign import foreign_date
from nlu.values.holidays import holiday, lunar_day, nth_weekday
from nlu.values.lexicon import NUMBER
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES"]

# ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────
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


def _in_year(expr: Expr | None, year: int | None) -> Expr | None:
    if expr is None or year is None:
        return expr
    whole = cycles.year(year)
    return Within(expr, Fixed(*whole, Grain.YEAR)) if whole else None


def _whole_year(year: int) -> Fixed:
    return Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR)


def _full_year(number: int, digits: int) -> int | None:
    """26年 and 2026年 are years, 3年 is a span."""
    if 1800 <= number <= 2200:
        return number
    if digits == 2:
        return number + (2000 if number < 60 else 1900)
    return None


# ── numbers first ───────────────────────────────────────────────────────────────────────────────────────────
def _from_number(r: Reader, at: int) -> FoundDate | None:
    number = r.number(at)
    token = r.token(at)
    if token.scaled:
        return None
    if number is None:
        return _dotted(r, at) if r.chinese else None
    if "foreign" in r.token(at + 1).kinds or "foreign" in r.token(at + 2).kinds:
        return foreign_date(r, at)
    after = r.kinds(at + 1)
    if after.get("unit") == "year" and r.token(at + 1).word == "年":
        year = _full_year(number, token.digits)
        return _chinese_year(r, at + 2, year) if year else None
    if "monthunit" in after and 1 <= number <= 12:
        return _chinese_month(r, at, number)
    if found := _before_edge(r, at, number):
        return found
    if "dayunit" in after and 1 <= number <= 31 and token.word != "两" and r.after(at + 1) not in tuple("线楼店机会馆文元"):
        expr = day_of_month(number)
        return (expr, at + 2) if expr else None
    if after.get("unit") == "quarter" and number <= 4 and r.token(at + 1).word == "季度":
        expr = part_of_year(number, 3, Grain.QUARTER)
        return (expr, at + 2) if expr else None
    if (year := r.year(at)) and token.digits == 4:
        return _year_first(r, at, year)
    return _day_first(r, at, number)


def _before_edge(r: Reader, at: int, number: int) -> FoundDate | None:
    """3月底, 2026年初: the month or the year and its part share a character"""
    kinds = r.glued(at + 1)
    unit = next((kinds[kind] for kind in ("endof", "beginof", "midof") if kind in kinds), None)
    if unit == "month" and 1 <= number <= 12:
        return edges.edge(r, at + 1, month_of(number))
    year = _full_year(number, r.token(at).digits) if unit == "year" else None
    return edges.edge(r, at + 1, _whole_year(year)) if year else None


def _chinese_year(r: Reader, at: int, year: int) -> FoundDate:
    """What follows 2026年: a month, a day, a quarter, a half, a holiday, or nothing."""
    whole = _whole_year(year)
    place = at + 1 if "of" in r.kinds(at) else at
    rest = r.date(place) if r.kinds(place) and not r.kinds(place).keys() & {"rel", "dayrel", "yearrel", "wday"} else None
    if rest and not isinstance(rest[0], Fixed) and rest[0].grain is not Grain.WEEK:
        return Within(rest[0], whole), rest[1]
    if edge := edges.edge(r, at, whole):
        return edge
    return whole, at


def _chinese_month(r: Reader, at: int, month: int) -> FoundDate | None:
    """3月, 3月5号, 3月初, 3月上旬, 十月一日, 3月的第一周"""
    place = at + 2
    number = r.number(place) if NUMBER in r.kinds(place) else None
    if number is not None and not r.token(place).scaled:
        after = r.kinds(place + 1)
        alone = not after.keys() & {"unit", "measure", "cur", "measure_ge", "scale", "percent", "oclock", "monthunit", "discount"}
        if "dayunit" in after or (alone and r.token(place).gap == 0 and r.after(place) not in tuple("个种款份")):
            expr = month_day(month, number)
            return (expr, place + 1 + ("dayunit" in after)) if expr else None
    whole = month_of(month)
    return edges.edge(r, place, whole) or edges.nth_in(r, place, whole) or (whole, place)


def _year_first(r: Reader, at: int, year: int) -> FoundDate | None:
    """2018 June [3], 2017 q1, 2019/aug/01, 2016, nov"""
    place = at + 1
    while r.kinds(place).keys() & {",", "/", "-"}:
        place += 1
    if "month" in r.kinds(place):
        found = _from_month(r, place)
        if (place > at + 1 and "/" in r.kinds(place + 1)) or "-" in r.kinds(place + 1):
            number = r.number(place + 2)
            expr = month_day(int(str(r.kinds(place)["month"])), number) if number else None
            found = (expr, place + 3) if expr else found
    elif "quarterno" in r.kinds(place):
        found = _quarter_letter(r, place)
    elif place == at + 2 and "," not in r.kinds(at + 1) and r.token(place).digits == 2 and not r.kinds(place + 1).keys() & {"/", "-", "unit", "cur"}:
        number = r.number(place)  # 2016 -11
        found = (month_of(number), place + 1) if number and number <= 12 else None
    else:
        return None
    expr = _in_year(found[0], year) if found else None
    return (expr, found[1]) if found and expr else None


def _day_first(r: Reader, at: int, number: int) -> FoundDate | None:
    """3 March [2026], 15 of February, 4th of july, 14-nov-2023, 20 of next month"""
    place = at + 1
    if "of" in r.kinds(place) and r.kinds(place + 1) and "month" not in r.kinds(place + 1):
        outer, day = edges.unit_behind(r, place + 1), day_of_month(number)
        if outer and day and outer[0].grain is Grain.MONTH:
            return Within(day, outer[0]), outer[1]
    if r.kinds(place).get("unit") == "day":  # the third day of October
        place += 1
    while r.kinds(place).keys() & {"of", "/", "-", "the"} and place < at + 4:
        place += 1
    month = r.kinds(place).get("month")
    if month is None or not 1 <= number <= 31:
        return None
    expr = month_day(int(str(month)), number)
    return _with_year(r, expr, place + 1) if expr else None


def _with_year(r: Reader, expr: Expr, at: int) -> FoundDate:
    """An explicit year behind a date: , 2026 · of 2026 · -2026 · '26 · in 2020"""
    place = at
    while r.kinds(place).keys() & {",", "of", "-", "/", "'", ".", "in"} and place < at + 2:
        place += 1
    year = r.year(place) if NUMBER in r.kinds(place) else None
    if r.token(place).word == "two" and r.number(place) == 2000 and r.ends_clause(place):
        year = 2000
    if year is None and "'" in r.kinds(place - 1) and place > at and r.token(place).digits == 2:
        year = _full_year(r.number(place) or 0, 2)
    if year is None and place == at and r.token(at).digits == 2 and NUMBER in r.kinds(at) and "ord" in r.kinds(at - 2) and r.ends_clause(at):
        year = _full_year(r.number(at) or 0, 2)  # 14th April 15
    if year is not None and not r.kinds(place + 1).keys() & {"cur", "percent", "measure"}:
        dated = _in_year(expr, year)
        if dated:
            return dated, place + 1
    return expr, at


def _from_pair(r: Reader, at: int) -> FoundDate | None:
    """12/3: month first; day first where the month cannot be 12 or less"""
    value = r.token(at).kinds["md"]
    first, second = value if isinstance(value, tuple) else (0, 0)
    if (first, second) == (24, 7) or (r.token(at - 1).kinds.keys() | r.token(at - 2).kinds.keys()) & {"scoreish"} or r.kinds(at + 1).keys() & {"of", "unit", "cur", "percent", "scale"}:
        return None
    expr = None
    if 1 <= first <= 12:
        expr = month_day(first, second)
    if expr is None and 1 <= second <= 12:
        expr = month_day(second, first)
    return (expr, at + 1) if expr else None


def _from_day(r: Reader, at: int) -> FoundDate | None:
    value = r.token(at).kinds["ymd"]
    at += 1
    if r.token(at).word == "t" and r.token(at).gap == 0:
        at += 1
    return (Fixed(value, value, Grain.DAY), at) if isinstance(value, date) else None


def _from_year_month(r: Reader, at: int) -> FoundDate | None:
    value = r.token(at).kinds["ym"]
    days = cycles.month(*value) if isinstance(value, tuple) else None
    return (Fixed(*days, Grain.MONTH), at + 1) if days else None


# ── English months, ordinals ────────────────────────────────────────────────────────────────────────────────
def _from_month(r: Reader, at: int) -> FoundDate | None:
    """March, March 3rd, march 3 2015, Dec. 31 , 1994, May twenty nine, March 2018, Mar '26"""
    month = int(str(r.token(at).kinds["month"]))
    place = at + 1
    if "after" in r.kinds(place) and r.token(place + 1).word == "next" and not r.kinds(place + 2).keys() & {"unit", "wday", "month"}:
        days = month_of(month).at(r.today, forward=True)
        later = month_of(month).at(days[1] + timedelta(days=1), forward=True) if days else None
        return (Fixed(*later, Grain.MONTH), at + 3) if later else None
    while r.kinds(place).keys() & {".", "the", "-", "of", "/"} and place < at + 3:
        place += 1
    kinds = r.kinds(place)
    number = r.number(place) if NUMBER in kinds else kinds.get("ord")
    if isinstance(number, int) and 1 <= number <= 31 and not r.token(place).scaled and "of" not in r.kinds(place - 1):
        after = r.kinds(place + 1)
        if not after.keys() & {"cur", "percent", "measure", "minor"} and after.get("unit") != "quarter":
            expr = month_day(month, number)
            return _with_year(r, expr, place + 1) if expr else None
    if "ym" in kinds and "-" in r.kinds(place - 1) and isinstance(pair := kinds["ym"], tuple):  # Mar-7-2017
        dated = _in_year(month_day(month, pair[1]), pair[0])
        return (dated, place + 1) if dated else None
    if NUMBER in kinds and r.token(place).digits == 2 and place == at + 1 and isinstance(number, int) and number > 31:
        return _in_year(month_of(month), _full_year(number, 2)) or month_of(month), place + 1
    return _with_year(r, month_of(month), at + 1)


def _from_ordinal(r: Reader, at: int) -> FoundDate | None:
    """the 19th [of March], second Monday of next month, first week of January, third quarter"""
    which = int(str(r.token(at).kinds["ord"]))
    found = _day_first(r, at, which)
    if found:
        return found
    after = r.kinds(at + 1)
    if "wday" in after:
        return _nth_weekday(r, at + 1, int(str(after["wday"])), which)
    if after.get("unit") == "quarter":
        expr = part_of_year(which, 3, Grain.QUARTER)
        return _with_year(r, expr, at + 2) if expr else None
    if "half" in after and which <= 2 and "of" in r.kinds(at + 2):
        expr = part_of_year(which, 6, Grain.HALF)
        return _with_year(r, expr, at + 2) if expr else None
    if nth := edges.ordinal_of(r, at + 1, which):
        return nth
    if "th" in r.token(at).word or r.token(at).word[-2:] in ("st", "nd", "rd"):
        expr = day_of_month(which)
        return (expr, at + 1) if expr and r.token(at).word[0].isdigit() and _is_day(r, at) else None
    return None


def _is_day(r: Reader, at: int) -> bool:
    """the 8th is a day, the 3rd party is not: what follows is no noun, or a preposition stands before"""
    if r.ends_clause(at) or r.kinds(at + 1):
        return True
    return bool((r.token(at - 1).kinds.keys() | r.token(at - 2).kinds.keys()) & {"on", "by", "before", "until", "since", "after", "from"})


def _nth_weekday(r: Reader, at: int, weekday: int, which: int) -> FoundDate:
    """first Friday of July; without a month, of this one"""
    if after := _weekday_after(r, at, weekday, which):
        return after
    month = period_of(r, "month", 0)
    inner = edges.nth_weekday_within(month or Fixed(r.today, r.today, Grain.MONTH), weekday, which)
    return edges.ordinal_of(r, at, which) or (inner, at + 1)


def _weekday_after(r: Reader, at: int, weekday: int, which: int) -> FoundDate | None:
    """third Tuesday after Christmas 2014"""
    base = r.date(at + 2) if "after" in r.kinds(at + 1) and r.kinds(at + 2) else None
    if base is None or base[0].grain is not Grain.DAY or not 1 <= which <= 60:
        return None

    def change(days: cycles.Days) -> cycles.Days:
        away = (weekday - days[1].weekday() - 1) % 7 + 1 + 7 * (which - 1)
        found = cycles.shifted(days[1], "day", away) or days[1]
        return found, found

    return Mapped(base[0], change, Grain.DAY), base[1]


def _single(found: date | None) -> cycles.Days | None:
    return (found, found) if found else None


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────
def _from_weekday(r: Reader, at: int) -> FoundDate | None:
    """Wednesday, Thu 15th, Tuesday the 19th, 周二"""
    weekday = int(str(r.token(at).kinds["wday"]))
    place = at + 1
    while r.kinds(place).keys() & {"the", ".", ",", "("} and place < at + 3:
        place += 1
    kinds = r.kinds(place)
    number = kinds.get("ord")
    if NUMBER in kinds and "." in r.token(place).word and (found := _dotted_day(r, place)):
        return found
    if number is None and NUMBER in kinds and place == at + 1 and r.token(place).digits == 2 and not r.chinese:
        number = _lone_day(r, place)
    if isinstance(number, int) and 1 <= number <= 31:
        dated = r.date(place) if "ord" in kinds else None
        if dated and isinstance(dated[0], Yearly | Within):
            return dated
        day = day_of_month(number)
        return (_on_weekday(day, weekday), place + 1) if day else None
    if "after" in r.kinds(at + 1) and r.kinds(at + 2).get("rel") == 1 and not r.kinds(at + 3).keys() & {"unit", "wday"}:
        days = period_of(r, "week", 1)
        ahead = Weekly(weekday).at(r.today, forward=True)
        return (Fixed(*_week_later(ahead), Grain.DAY), at + 3) if days and ahead else None
    dot = "." in r.glued(at + 1) and len(r.token(at).word) < 6 and bool(r.kinds(at + 2))
    return Weekly(weekday), at + 1 + dot


def _dotted_day(r: Reader, at: int) -> FoundDate | None:
    """7.6 beside a weekday: 6 July"""
    month, _, number = r.token(at).word.partition(".")
    expr = month_day(int(month), int(number)) if len(month) <= 2 >= len(number) and "ampm" not in r.kinds(at + 1) else None
    return (expr, at + 1) if expr and 1 <= int(month) <= 12 else None


def _week_later(days: cycles.Days) -> cycles.Days:
    later = cycles.shifted(days[0], "week", 1) or days[0]
    return later, later


def _lone_day(r: Reader, at: int) -> int | None:
    """Monday 21: a day of the month, unless something is counted or it is a time."""
    number = r.number(at)
    after = r.kinds(at + 1).keys()
    if number is None or number < 13 or after & {"ampm", "unit", "oclock", "to", "measure", "month", "cur", ":", "scale"}:
        return None
    return number


def _on_weekday(day: Monthly, weekday: int) -> Monthly:
    def days(year: int, month: int) -> cycles.Days | None:
        found = day.of(year, month)
        return found if found and found[0].weekday() == weekday else None

    return Monthly(days)


_NAMES: Final = ("头条", "科技", "资本", "集团", "传媒", "教育", "文化", "智能", "控股", "公司", "股份", "津")


def _after_new_year(r: Reader, at: int) -> FoundDate | None:
    """过完年, 年后: the weeks after the Spring Festival holiday; 年前: the weeks before it (中国 sales talk)"""
    ahead = r.token(at).kinds["afteryear"] == 1

    def change(days: cycles.Days) -> cycles.Days:
        first = days[0] + timedelta(days=7 if ahead else -14)
        return first, first + timedelta(days=14 if ahead else 13)

    return Mapped(holiday("spring_festival"), change, Grain.WEEK), at + 1


def _day_span(r: Reader, at: int) -> FoundDate | None:
    """明后天"""
    away = r.token(at).kinds["dayspan"]
    first, last = (cycles.shifted(r.today, "day", days) for days in away) if isinstance(away, tuple) else (None, None)
    return (Fixed(first, last, Grain.WEEK), at + 1) if first and last else None


def _in_period(r: Reader, at: int) -> FoundDate | None:
    """月内: from today to the end of the month"""
    period = period_of(r, str(r.token(at).kinds["inperiod"]), 0)
    return (Fixed(r.today, period.end, period.grain), at + 1) if period else None


def _dotted(r: Reader, at: int) -> FoundDate | None:
    """11.26 in Chinese text is 26 November where a word around it speaks of time; otherwise a number"""
    token = r.token(at)
    month, dot, number = token.word.partition(".")
    if not dot or not month.isdigit() or not number.isdigit() or len(month) > 2 < len(number) or token.scaled:
        return None
    behind = r.text[token.end : token.end + 2].lstrip(" ")
    cued = r.before(at) in tuple("在于到至止定约从") or r.is_whole(at, at + 1) or behind[:1] in tuple("前后上下早晚中开去到拜见交签号之起")
    expr = month_day(int(month), int(number)) if cued and 1 <= int(month) <= 12 and len(number) == 2 else None
    return (expr, at + 1) if expr else None


def _from_day_word(r: Reader, at: int) -> FoundDate | None:
    """今天, tomorrow, 大后天"""
    away = int(str(r.token(at).kinds["dayrel"]))
    if r.chinese_word(at) and r.text.startswith(_NAMES, r.token(at).end):  # 今日头条, 明日科技, 前天津经理
        return None
    found = cycles.shifted(r.today, "day", away)
    return (Fixed(found, found, Grain.DAY), at + 1) if found else None


def _from_year_word(r: Reader, at: int) -> FoundDate | None:
    """今年, 明年四月, 去年本月十日"""
    period = period_of(r, "year", int(str(r.token(at).kinds["yearrel"])))
    if period is None:
        return None
    if r.kinds(at + 1).get("rel") == 0 and "monthunit" in r.kinds(at + 2):
        inner = _chinese_month(r, at + 1, r.today.month)
        return (Within(inner[0], period), inner[1]) if inner else None
    return _chinese_year(r, at + 1, period.start.year)


def _from_relative(r: Reader, at: int) -> FoundDate | None:
    """next week, 下个月5号, last Sunday, next March, 上季度, this christmas; last 2 weeks is a span (see spans)"""
    shift = int(str(r.token(at).kinds["rel"]))
    kinds = r.kinds(at + 1)
    if shift == -1 and r.token(at).word == "last" and (nth := edges.ordinal_of(r, at + 1, -1)):
        return nth
    for kind in ("endof", "beginof", "midof"):
        if kind in kinds and (period := period_of(r, str(kinds[kind]), shift)):
            return edges.edge(r, at + 1, period)
    if "unit" in kinds and str(kinds["unit"]) in edges.GRAINS:
        return _relative_unit(r, at + 1, str(kinds["unit"]), shift)
    if "monthunit" in kinds:
        return _relative_unit(r, at + 1, "month", shift)
    if "half" in kinds and not r.chinese and r.kinds(at + 2).get("unit") != "year":
        return None
    if "wday" in kinds:
        return _relative_weekday(r, at + 1, int(str(kinds["wday"])), shift)
    if "quarter" in kinds or "halfyear" in kinds:
        return r.date(at + 1)
    if "month" in kinds or "holi" in kinds:
        inner = r.date(at + 1)
        return _relative_yearly(r, inner, shift) if inner else None
    if "season" in kinds:
        return _season(r, at + 2, int(str(kinds["season"])), shift)
    return None


def _relative_unit(r: Reader, at: int, unit: str, shift: int) -> FoundDate | None:
    if unit == "day":
        if shift == 0 and r.token(at).word not in ("day",):
            return None
        day = cycles.shifted(r.today, "day", shift)
        return (Fixed(day, day, Grain.DAY), at + 1) if day else None
    period = period_of(r, unit, shift)
    if period is None:
        return None
    place = at + 2 if r.kinds(at + 1).keys() & {"of", ",", "'"} else at + 1
    if unit == "month" and (number := r.number(place)) and NUMBER in r.kinds(place):  # 下个月20号, 本月十日
        if "dayunit" in r.kinds(place + 1) and (day := day_of_month(number)):
            return Within(day, period), place + 2
    if edge := edges.edge(r, at + 1, period) or edges.nth_in(r, place, period):
        return edge
    if unit == "year":
        inner = r.date(place) if r.kinds(place).keys() & {NUMBER, "month", "quarter", "halfyear", "holi", "endof", "beginof", "quarterno"} else None
        if inner and not isinstance(inner[0], Fixed):
            return Within(inner[0], period), inner[1]
    return period, at + 1


def _relative_weekday(r: Reader, at: int, weekday: int, shift: int) -> FoundDate | None:
    """下周三 and next Wednesday lie in next week, last Sunday in the last week that has one; this Monday is the coming one."""
    if shift == 0 and not r.chinese:
        return Weekly(weekday), at + 1
    week = period_of(r, "week", shift)
    day = cycles.shifted(week.start, "day", weekday) if week else None
    if day is None:
        return None
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


def _season_of(r: Reader, at: int) -> FoundDate | None:
    """summer of 2016, summer 2016; a season alone is no date"""
    found = _with_year(r, _season_days(int(str(r.token(at).kinds["season"]))), at + 1)
    return found if found[1] > at + 1 else None


def _decade(r: Reader, at: int) -> FoundDate | None:
    """1970s, the nineties"""
    first = int(str(r.token(at).kinds["decade"]))
    return Fixed(date(first, 1, 1), date(first + 9, 12, 31), Grain.YEAR), at + 1


def _season(r: Reader, at: int, number: int, shift: int) -> FoundDate | None:
    return _relative_yearly(r, (_season_days(number), at), shift)


def _season_days(number: int) -> Yearly:
    """Meteorologists' northern seasons in whole months: spring March to May, … winter December to February."""

    def days(year: int) -> cycles.Days | None:
        first = cycles.month(year, 3 * number + 3)
        last = cycles.month(year + (number == 3), (3 * number + 5 - 1) % 12 + 1)
        return (first[0], last[1]) if first and last else None

    return Yearly(days, Grain.QUARTER)


def _from_holiday(r: Reader, at: int) -> FoundDate | None:
    name = str(r.token(at).kinds["holi"])
    return _with_year(r, holiday(name), at + 1)


def _quarter_letter(r: Reader, at: int) -> FoundDate | None:
    """Q3, H1, q1-2019, FY27, Q2 last year"""
    kind = int(str(r.token(at).kinds["quarterno"]))
    number = r.number(at + 1) if NUMBER in (r.kinds(at + 1) if kind == 2 else r.glued(at + 1)) else None
    pair = r.glued(at + 1).get("ym")
    if isinstance(pair, tuple) and r.token(at + 1).word[1] == "-" and kind < 2:  # q1-2019
        expr = part_of_year(pair[1], *((3, Grain.QUARTER) if kind == 0 else (6, Grain.HALF)))
        dated = _in_year(expr, pair[0])
        return (dated, at + 2) if dated else None
    if number is None:
        return None
    if kind == 2:
        year = _full_year(number, r.token(at + 1).digits)
        return (_whole_year(year), at + 2) if year else None
    expr = part_of_year(number, *((3, Grain.QUARTER) if kind == 0 else (6, Grain.HALF)))
    if expr and (part := edges.edge(r, at + 2, expr)):
        return part
    return _with_year(r, expr, at + 2) if expr else None


def _quarter_word(r: Reader, at: int) -> FoundDate | None:
    expr = part_of_year(int(str(r.token(at).kinds["quarter"])), 3, Grain.QUARTER)
    return (edges.edge(r, at + 1, expr) or (expr, at + 1)) if expr else None


def _half_word(r: Reader, at: int) -> FoundDate | None:
    expr = part_of_year(int(str(r.token(at).kinds["halfyear"])), 6, Grain.HALF)
    return (expr, at + 1) if expr else None


def _ordinal_mark(r: Reader, at: int) -> FoundDate | None:
    """第三季度, 第3季度"""
    if "quarter" in r.kinds(at + 1):
        return _quarter_word(r, at + 1)
    number = r.number(at + 1)
    if number and r.kinds(at + 2).get("unit") == "quarter":
        expr = part_of_year(number, 3, Grain.QUARTER)
        return (expr, at + 3) if expr else None
    return None


def _lunar(r: Reader, at: int) -> FoundDate | None:
    """农历八月十五, 阴历正月初一 by its number"""
    month = r.number(at + 1)
    number = r.number(at + 3)
    if month is None or number is None or "monthunit" not in r.kinds(at + 2) or not (1 <= month <= 12 and 1 <= number <= 30):
        inner = r.date(at + 1) if "holi" in r.kinds(at + 1) else None
        return inner
    expr = Yearly(lambda year: _single(lunar_day(year, month, number)), Grain.DAY)
    return expr, at + 4 + ("dayunit" in r.kinds(at + 4))


def _the(r: Reader, at: int) -> FoundDate | None:
    return r.date(at + 1) if r.kinds(at + 1) else None


RULES: Final[dict[str, Rule]] = {
    NUMBER: _from_number, "md": _from_pair, "ymd": _from_day, "ym": _from_year_month, "month": _from_month, "ord": _from_ordinal,
    "wday": _from_weekday, "dayrel": _from_day_word, "yearrel": _from_year_word, "rel": _from_relative, "holi": _from_holiday,
    "quarterno": _quarter_letter, "quarter": _quarter_word, "halfyear": _half_word, "ordmark": _ordinal_mark, "lunar": _lunar, "season": _season_of, "decade": _decade,
    "afteryear": _after_new_year, "dayspan": _day_span, "inperiod": _in_period,
    "the": _the, **edges.RULES,
}  # fmt: skip
