"""Parts of periods: end of April, 月底, 年初, 3月上旬, mid next week, first week of 2019, 3月第一周, EOM, YTD.

The end of a period is its last day. Beginnings: three days of a week, ten of a month, a quarter of a year.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, TypeAlias

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Days, Expr, Fixed, Mapped, Monthly, Yearly
from nlu.values.lexicon import NUMBER
from nlu.values.nth import (
    nth_day_within,
    nth_months_within,
    nth_week_within,
    nth_weekday_within,
    nth_weekend_within,
    nth_work_day_within,
    several_within,
)
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES", "edge", "nth_in", "period_of", "unit_behind"]

GRAINS: Final = {
    "day": Grain.DAY, "workday": Grain.DAY, "week": Grain.WEEK, "weekend": Grain.WEEKEND, "fortnight": Grain.WEEK,
    "month": Grain.MONTH, "quarter": Grain.QUARTER, "half": Grain.HALF, "year": Grain.YEAR, "decade": Grain.YEAR,
    "century": Grain.YEAR,
}  # fmt: skip

Change: TypeAlias = Callable[[Days], Days]


def period_of(r: Reader, unit: str, shift: int) -> Fixed | None:
    """This, last or next week, month, quarter, half or year."""
    monthly = unit not in ("day", "week", "weekend", "fortnight", "workday")
    inside = cycles.shifted(r.today.replace(day=1) if monthly else r.today, unit, shift)
    days = cycles.unit_days(unit, inside) if inside else None
    return Fixed(*days, GRAINS[unit]) if days else None


# ── what a part is of a period ──────────────────────────────────────────────────────────────────────────────
def _length(days: Days) -> int:
    return (days[1] - days[0]).days + 1


def _end(days: Days) -> Days:
    return days[1], days[1]


def _begin(days: Days) -> Days:
    size = _length(days)
    if size > 400:
        return days[0], date(days[0].year + size // 365 // 3 - 1, 12, 31)
    if size > 300:
        return days[0], (cycles.month(days[0].year, 3) or days)[1]
    return days[0], days[0] + timedelta(days=3 - 1 if size <= 7 else 10 - 1 if size <= 31 else size // 3)


def _middle(days: Days) -> Days:
    size = _length(days)
    if size > 400:
        third = size // 365 // 3
        return date(days[0].year + third, 1, 1), date(days[1].year - third, 12, 31)
    if size <= 7:
        return days[0] + timedelta(days=1), days[0] + timedelta(days=4)
    if size <= 31:
        return days[0].replace(day=11), days[0].replace(day=20)
    if size > 300:
        return date(days[0].year, 5, 1), date(days[0].year, 8, 31)
    return days[0] + timedelta(days=size // 3), days[0] + timedelta(days=2 * size // 3)


def _early(days: Days) -> Days:
    size = _length(days)
    if size <= 31:
        return _begin(days)
    if size > 400:
        return days[0], date(days[0].year + size // 730 - 1, 12, 31)
    return days[0], date(days[0].year, 6, 30) if size > 300 else days[0] + timedelta(days=size // 2 - 1)


def _late(days: Days) -> Days:
    size = _length(days)
    if size > 400:
        return date(days[0].year + size // 730, 1, 1), days[1]
    if size <= 7:
        return days[0] + timedelta(days=3), days[1]
    if size <= 31:
        return days[0] + timedelta(days=20), days[1]
    return date(days[0].year, 7, 1) if size > 300 else days[0] + timedelta(days=size // 2), days[1]


def _ten_days(which: int) -> Change:
    """上旬, 中旬, 下旬"""

    def change(days: Days) -> Days:
        first = days[0] + timedelta(days=10 * which)
        return first, days[1] if which == 2 else first + timedelta(days=9)

    return change


_PARTS: Final[dict[str, Change]] = {
    "end": _end, "begin": _begin, "mid": _middle, "early": _early, "late": _late,
    "endword": _end, "beginword": _begin, "midword": _middle, "endof": _end, "beginof": _begin, "midof": _middle,
}  # fmt: skip


def _part(expr: Expr, change: Change) -> Mapped:
    return Mapped(expr, change, Grain.DAY if change is _end else Grain.WEEK)


def edge(r: Reader, at: int, period: Expr) -> FoundDate | None:
    """A part named behind its period: 3月底, 明年初, 今年年底, 下个月上旬"""
    kinds = r.kinds[at]
    if "of" in kinds and r.chinese:
        at += 1
        kinds = r.kinds[at]
    if "xun" in kinds:
        return Mapped(period, _ten_days(int(str(kinds["xun"]))), Grain.WEEK), at + 1
    for kind in ("endof", "beginof", "midof"):
        if kind in kinds and GRAINS[str(kinds[kind])] == period.grain:
            return _part(period, _PARTS[kind]), at + 1
    for kind in ("endword", "beginword", "midword"):
        if kind in r.glued(at) and not (kind == "midword" and r.after(at) in tuple("国的心旬")):
            return _part(period, _PARTS[kind]), at + 1
    return None


def unit_behind(r: Reader, at: int) -> FoundDate | None:
    """The running week, month … in "end of [the] month"; else the date that stands there."""
    place = at + (bool(r.kinds[at].keys() & {"the", "my"}))
    unit = str(r.kinds[place].get("unit", ""))
    if (
        unit in ("week", "month", "quarter", "year", "weekend", "decade", "century")
        and "rel" not in r.kinds[at]
        and NUMBER not in r.kinds[place + 1]
    ):
        period = period_of(r, unit, 0)
        return (period, place + 1) if period else None
    if not r.kinds[at]:
        return None
    if (found := r.date(at)) or not (year := r.year(at)):
        return found
    return Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR), at + 1


def _named_part(r: Reader, at: int) -> FoundDate | None:
    """end of April, mid next week, beginning of the month, early 2027, mid-March"""
    kind = next(kind for kind in ("end", "begin", "mid", "early", "late") if kind in r.tokens[at].kinds)
    other = at + 1
    while r.kinds[other].keys() & {"to", "/"} and other < at + 4:  # mid-to-late
        other += 1
    if other > at + 1 and not r.kinds[other].keys().isdisjoint({"mid", "late"}):
        return _two_parts(r, other, kind)
    place = at + 1
    while r.kinds[place].keys() & {"of", "in", "-"} and place < at + 3:
        place += 1
    found = unit_behind(r, place)
    if found is None or found[0].grain in (Grain.DAY, Grain.DAY_PART):
        return None
    if r.tokens[at].word == "later" and isinstance(found[0], Fixed) and found[0].start <= r.today <= found[0].end:
        return Fixed(r.today, found[0].end, Grain.WEEK), found[1]
    return _part(found[0], _PARTS[kind]), found[1]


def _two_parts(r: Reader, at: int, first: str) -> FoundDate | None:
    """early to mid June, mid/late next month: from the beginning of the one part to the end of the other"""
    found = _named_part(r, at)
    if found is None or not isinstance(found[0], Mapped):
        return None
    whole, last = found[0].whole, found[0].change
    return Mapped(whole, lambda days: (_PARTS[first](days)[0], last(days)[1]), Grain.WEEK), found[1]


def _chinese_edge(r: Reader, at: int) -> FoundDate | None:
    """月底, 年初, 季度末 of the running period; what is over comes again: 年初, said in December"""
    kinds = r.tokens[at].kinds
    kind = next(kind for kind in ("endof", "beginof", "midof") if kind in kinds)
    unit, change = str(kinds[kind]), _PARTS[kind]
    grain = Grain.DAY if change is _end else Grain.WEEK
    if unit == "year":
        return Yearly(lambda year: (days := cycles.year(year)) and change(days), grain), at + 1
    if unit == "month":
        return Monthly(lambda year, month: (days := cycles.month(year, month)) and change(days), grain), at + 1
    period = period_of(r, unit, 0)
    return (_part(period, _PARTS[kind]), at + 1) if period else None


def _letters(r: Reader, at: int) -> FoundDate | None:
    """EOM, EOW, EOQ, EOY, BOM; EOD is a clock"""
    kinds = r.tokens[at].kinds
    kind = "eod" if "eod" in kinds else "bom"
    if kind == "bom" and r.chinese:
        return None  # BOM 成本: a bill of materials
    unit = str(kinds[kind])
    period = period_of(r, unit, 0) if unit != "day" else None
    return (_part(period, _end if kind == "eod" else _begin), at + 1) if period else None


def _to_date(r: Reader, at: int) -> FoundDate | None:
    """YTD, 今年以来: from the first day of the period to today"""
    period = period_of(r, str(r.tokens[at].kinds["todate"]), 0)
    return (Fixed(period.start, r.today, period.grain), at + 1) if period else None


def _rest(r: Reader, at: int) -> FoundDate | None:
    """rest of the week: from today to its end"""
    if "of" not in r.kinds[at + 1]:
        return None
    found = unit_behind(r, at + 2)
    days = found[0].at(r.today, forward=True) if found else None
    return (Fixed(r.today, days[1], Grain.WEEK), found[1]) if found and days and days[0] <= r.today <= days[1] else None


# ── one of several ──────────────────────────────────────────────────────────────────────────────────────────
def nth_of(outer: FoundDate, kind: str, value: object, which: int) -> FoundDate | None:
    """The which-th weekday, week or day of an outer period."""
    expr, after = outer
    if expr.grain is Grain.WEEK and value == "day" and 0 < abs(which) <= 7:
        return nth_day_within(expr, which), after
    if expr.grain not in (Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR):
        return None
    if value == "month" or (value == "quarter" and expr.grain is Grain.YEAR):
        return nth_months_within(expr, 3 if value == "quarter" else 1, which), after
    if kind == "wday":
        return nth_weekday_within(expr, int(str(value)), which), after
    if value == "weekend":
        return nth_weekend_within(expr, which), after
    if value == "week":
        return nth_week_within(expr, which), after
    if value == "workday" and which in (1, -1):
        return nth_work_day_within(expr, which), after
    return (
        (nth_day_within(expr, which), after)
        if value == "day" and which <= (366 if expr.grain is Grain.YEAR else 31)
        else None
    )


def ordinal_of(r: Reader, at: int, which: int) -> FoundDate | None:
    """first week of January, last Friday of October: ``at`` is the week or the weekday"""
    kinds = r.kinds[at]
    kind = "wday" if "wday" in kinds else "unit"
    if not r.chinese and (which in (1, -1)) and (several := _several_of(r, at, which)):
        return several
    if kind not in kinds:
        return None
    outer = _outer(r, at + 1)
    return nth_of(outer, kind, kinds[kind], which) if outer else None


def _outer(r: Reader, at: int) -> FoundDate | None:
    """of October, Dec, in 2019, next month: the period that a part belongs to"""
    if r.kinds[at].keys() & {"of", "in"}:
        return unit_behind(r, at + 1)
    named = "month" in r.kinds[at] or ("rel" in r.kinds[at] and r.kinds[at + 1].get("unit") in ("month", "year"))
    return r.date(at) if named else None


def _final(r: Reader, at: int) -> FoundDate | None:
    """the final quarter of 2016"""
    return ordinal_of(r, at + 1, -1)


def _several_of(r: Reader, at: int, side: int) -> FoundDate | None:
    """[the first] 10 days of January, [the last] two weeks of December, 3 months of 2016"""
    couple = r.kinds[at].get("couple")
    count = couple if isinstance(couple, int) else r.number(at)
    unit = str(r.kinds[at + 1].get("unit", ""))
    if not count or unit not in ("day", "week", "month", "quarter") or not r.kinds[at]:
        return None
    outer = _outer(r, at + 2)
    if outer is None or outer[0].grain in (Grain.DAY, Grain.DAY_PART) or count > 366:
        return None
    return several_within(outer[0], unit, count * side), outer[1]


def nth_in(r: Reader, at: int, outer: Expr) -> FoundDate | None:
    """A part by number behind its period: 3月第一周, 四月的最后一个星期一, 本月第二个周三"""
    place = at + ("of" in r.kinds[at])
    kinds = r.kinds[place]
    which: int | None = None
    if "last" in kinds:
        which, place = -1, place + 1
    elif "ordmark" in kinds:
        which, place = r.number(place + 1), place + 2
    if which is None:
        return None
    place += "measure_ge" in r.kinds[place]
    kinds = r.kinds[place]
    kind = "wday" if "wday" in kinds else "unit"
    return nth_of((outer, place + 1), kind, kinds.get(kind), which)


RULES: Final[dict[str, Rule]] = {
    "end": _named_part, "begin": _named_part, "mid": _named_part, "early": _named_part, "late": _named_part,
    "endof": _chinese_edge, "beginof": _chinese_edge, "midof": _chinese_edge, "eod": _letters, "bom": _letters,
    "todate": _to_date, "rest": _rest, "final": _final,
}  # fmt: skip
