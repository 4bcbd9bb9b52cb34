"""Parts of periods: end of April, 月底, 年初, 3月上旬, mid next week, first week of 2019, 3月第一周, EOM, YTD.

The end of a period is its last day. Beginnings: three days of a week, ten of a month, a quarter of a year.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final, TypeAlias

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Days, Expr, Fixed, Mapped
from nlu.values.holidays import nth_weekday
from nlu.values.lexicon import NUMBER
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES", "edge", "nth_in", "nth_weekday_within", "period_of", "unit_behind"]

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
    if size > 300:
        return days[0], (cycles.month(days[0].year, 3) or days)[1]
    return days[0], days[0] + timedelta(days=3 - 1 if size <= 7 else 10 - 1 if size <= 31 else size // 3)


def _middle(days: Days) -> Days:
    size = _length(days)
    if size <= 7:
        return days[0] + timedelta(days=1), days[0] + timedelta(days=4)
    if size <= 31:
        return days[0].replace(day=11), days[0].replace(day=20)
    if size > 300:
        return date(days[0].year, 5, 1), date(days[0].year, 8, 31)
    return days[0] + timedelta(days=size // 3), days[0] + timedelta(days=2 * size // 3)


def _first_half(days: Days) -> Days:
    size = _length(days)
    if size <= 31:
        return _begin(days)
    return days[0], date(days[0].year, 6, 30) if size > 300 else days[0] + timedelta(days=size // 2 - 1)


def _second_half(days: Days) -> Days:
    size = _length(days)
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
    "end": _end, "begin": _begin, "mid": _middle, "early": _first_half, "late": _second_half,
    "endword": _end, "beginword": _begin, "midword": _middle, "endof": _end, "beginof": _begin, "midof": _middle,
}  # fmt: skip


def _part(expr: Expr, change: Change) -> Mapped:
    return Mapped(expr, change, Grain.DAY if change is _end else Grain.WEEK)


def edge(r: Reader, at: int, period: Expr) -> FoundDate | None:
    """A part named behind its period: 3月底, 明年初, 今年年底, 下个月上旬"""
    kinds = r.kinds(at)
    if "of" in kinds and r.chinese:
        at += 1
        kinds = r.kinds(at)
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
    place = at + (bool(r.kinds(at).keys() & {"the", "my"}))
    unit = str(r.kinds(place).get("unit", ""))
    if (
        unit in ("week", "month", "quarter", "year", "weekend")
        and "rel" not in r.kinds(at)
        and NUMBER not in r.kinds(place + 1)
    ):
        period = period_of(r, unit, 0)
        return (period, place + 1) if period else None
    return r.date(at) if r.kinds(at) else None


def _named_part(r: Reader, at: int) -> FoundDate | None:
    """end of April, mid next week, beginning of the month, early 2027, mid-March"""
    kind = next(kind for kind in ("end", "begin", "mid", "early", "late") if kind in r.token(at).kinds)
    place = at + 1
    while r.kinds(place).keys() & {"of", "in", "-"} and place < at + 3:
        place += 1
    found = unit_behind(r, place)
    if found is None and (year := r.year(place)) and r.kinds(place):
        found = Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR), place + 1
    if found is None or found[0].grain in (Grain.DAY, Grain.DAY_PART):
        return None
    if r.token(at).word == "later" and isinstance(found[0], Fixed) and found[0].start <= r.today <= found[0].end:
        return Fixed(r.today, found[0].end, Grain.WEEK), found[1]
    return _part(found[0], _PARTS[kind]), found[1]


def _chinese_edge(r: Reader, at: int) -> FoundDate | None:
    """月底, 年初, 季度末 of the running period"""
    kinds = r.token(at).kinds
    kind = next(kind for kind in ("endof", "beginof", "midof") if kind in kinds)
    period = period_of(r, str(kinds[kind]), 0)
    return (_part(period, _PARTS[kind]), at + 1) if period else None


def _letters(r: Reader, at: int) -> FoundDate | None:
    """EOM, EOW, EOQ, EOY, BOM; EOD is a clock"""
    kinds = r.token(at).kinds
    kind = "eod" if "eod" in kinds else "bom"
    unit = str(kinds[kind])
    period = period_of(r, unit, 0) if unit != "day" else None
    return (_part(period, _end if kind == "eod" else _begin), at + 1) if period else None


def _to_date(r: Reader, at: int) -> FoundDate | None:
    """YTD, 今年以来: from the first day of the period to today"""
    period = period_of(r, str(r.token(at).kinds["todate"]), 0)
    return (Fixed(period.start, r.today, period.grain), at + 1) if period else None


def _rest(r: Reader, at: int) -> FoundDate | None:
    """rest of the week: from today to its end"""
    if "of" not in r.kinds(at + 1):
        return None
    found = unit_behind(r, at + 2)
    days = found[0].at(r.today, forward=True) if found else None
    return (Fixed(r.today, days[1], Grain.WEEK), found[1]) if found and days and days[0] <= r.today <= days[1] else None


# ── one of several ──────────────────────────────────────────────────────────────────────────────────────────
def nth_weekday_within(outer: Expr, weekday: int, which: int) -> Mapped:
    """The ``which``-th weekday of a month or year, negative from its end."""

    def change(days: Days) -> Days:
        month = days[0].month if which > 0 else days[1].month
        found = nth_weekday(days[0].year, month, weekday, which) or days[1]
        return found, found

    return Mapped(outer, change, Grain.DAY)


def nth_week_within(outer: Expr, which: int) -> Mapped:
    """The ``which``-th week of a month or year; a week belongs where its Thursday lies (ISO 8601)."""

    def change(days: Days) -> Days:
        if which > 0:
            thursday = days[0] + timedelta(days=(3 - days[0].weekday()) % 7 + 7 * (which - 1))
        else:
            thursday = days[1] - timedelta(days=(days[1].weekday() - 3) % 7)
        return thursday - timedelta(days=3), thursday + timedelta(days=3)

    return Mapped(outer, change, Grain.WEEK)


def nth_weekend_within(outer: Expr, which: int) -> Mapped:
    """The ``which``-th weekend; a weekend belongs where its Saturday lies."""

    def change(days: Days) -> Days:
        if which > 0:
            saturday = days[0] + timedelta(days=(5 - days[0].weekday()) % 7 + 7 * (which - 1))
        else:
            saturday = days[1] - timedelta(days=(days[1].weekday() - 5) % 7)
        return saturday, saturday + timedelta(days=1)

    return Mapped(outer, change, Grain.WEEKEND)


def nth_day_within(outer: Expr, which: int) -> Mapped:
    def change(days: Days) -> Days:
        found = days[0] + timedelta(days=which - 1) if which > 0 else days[1]
        return found, found

    return Mapped(outer, change, Grain.DAY)


def nth_work_day_within(outer: Expr, which: int) -> Mapped:
    """The first or last day of a period that is no Saturday and no Sunday."""

    def change(days: Days) -> Days:
        found = days[0] if which > 0 else days[1]
        while found.weekday() > 4:
            found += timedelta(days=which)
        return found, found

    return Mapped(outer, change, Grain.DAY)


def nth_of(outer: FoundDate, kind: str, value: object, which: int) -> FoundDate | None:
    """The which-th weekday, week or day of an outer period."""
    expr, after = outer
    if expr.grain not in (Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR):
        return None
    if kind == "wday":
        return nth_weekday_within(expr, int(str(value)), which), after
    if value == "weekend":
        return nth_weekend_within(expr, which), after
    if value == "week":
        return nth_week_within(expr, which), after
    if value == "workday" and which in (1, -1):
        return nth_work_day_within(expr, which), after
    return (nth_day_within(expr, which), after) if value == "day" and which <= 31 else None


def ordinal_of(r: Reader, at: int, which: int) -> FoundDate | None:
    """first week of January, last Friday of October: ``at`` is the week or the weekday"""
    kinds = r.kinds(at)
    kind = "wday" if "wday" in kinds else "unit"
    if kind not in kinds or not r.kinds(at + 1).keys() & {"of", "in"}:
        return None
    outer = unit_behind(r, at + 2)
    if outer is None and (year := r.year(at + 2)) and r.kinds(at + 2):
        outer = Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR), at + 3
    return nth_of(outer, kind, kinds[kind], which) if outer else None


def nth_in(r: Reader, at: int, outer: Expr) -> FoundDate | None:
    """A part by number behind its period: 3月第一周, 四月的最后一个星期一, 本月第二个周三"""
    place = at + ("of" in r.kinds(at))
    kinds = r.kinds(place)
    which: int | None = None
    if "last" in kinds:
        which, place = -1, place + 1
    elif "ordmark" in kinds:
        which, place = r.number(place + 1), place + 2
    if which is None:
        return None
    place += "measure_ge" in r.kinds(place)
    kinds = r.kinds(place)
    kind = "wday" if "wday" in kinds else "unit"
    return nth_of((outer, place + 1), kind, kinds.get(kind), which)


def _week(r: Reader, at: int) -> FoundDate | None:
    """week of April 10th, the week beginning February 4, week 27 [of last year]"""
    unit = str(r.token(at).kinds["unit"])
    place = at + 1
    if unit == "weekend" and not r.chinese:
        return _weekend(r, at)
    if r.chinese or unit not in ("week", "month", "quarter", "year"):
        return None
    if found := _after_next(r, place, unit):
        return found
    if unit == "year" and r.kinds(place) and (year := r.year(place)):
        return Fixed(date(year, 1, 1), date(year, 12, 31), Grain.YEAR), place + 1
    if unit != "week":
        return None
    if (number := r.number(place)) and NUMBER in r.kinds(place) and number <= 53:
        outer = unit_behind(r, place + 2) if "of" in r.kinds(place + 1) else None
        whole = period_of(r, "year", 0)
        expr, after = outer or (whole, place + 1)
        return (nth_week_within(expr, number), after) if expr else None
    if found := _week_beside(r, place):
        return found
    start = place
    while r.kinds(place).keys() & {"of", "begin", "since", "on", "the"} or r.token(place).word in (
        "beginning",
        "commencing",
        "ending",
    ):
        place += 1
    found = r.date(place) if place > start and r.kinds(place) else None
    if found is None or found[0].grain is not Grain.DAY:
        return None
    return Mapped(found[0], lambda days: cycles.unit_days("week", days[0]) or days, Grain.WEEK), found[1]


def _weekend(r: Reader, at: int) -> FoundDate | None:
    """the weekend of Jan 5, over the weekend; "a weekend" is no date"""
    found = r.date(at + 2) if "of" in r.kinds(at + 1) and r.kinds(at + 2) else None
    if found and found[0].grain is Grain.DAY:
        return Mapped(found[0], lambda days: cycles.unit_days("weekend", days[0]) or days, Grain.WEEKEND), found[1]
    period = period_of(r, "weekend", 0) if "the" in r.token(at - 1).kinds and r.kinds(at) else None
    return (period, at + 1) if period else None


def _week_beside(r: Reader, at: int) -> FoundDate | None:
    """the week before Christmas, the week after 5 January: the whole week next to that day's"""
    side = -1 if "before" in r.kinds(at) else 1 if "after" in r.kinds(at) else 0
    found = r.date(at + 1) if side and r.kinds(at + 1) else None
    if found is None or found[0].grain is not Grain.DAY:
        return None

    def change(days: Days) -> Days:
        beside = days[0] + timedelta(days=7 * side)
        return cycles.unit_days("week", beside) or days

    return Mapped(found[0], change, Grain.WEEK), found[1]


def _week_commencing(r: Reader, at: int) -> FoundDate | None:
    """w/c 4 February"""
    if r.token(at).word != "w" or "/" not in r.glued(at + 1) or r.token(at + 2).word != "c" or not r.kinds(at + 3):
        return None
    found = r.date(at + 3)
    if found is None or found[0].grain is not Grain.DAY:
        return None
    return Mapped(found[0], lambda days: cycles.unit_days("week", days[0]) or days, Grain.WEEK), found[1]


def _after_next(r: Reader, at: int, unit: str) -> FoundDate | None:
    """the week after next, the month after the next, the year before last"""
    place = at + 1 + ("the" in r.kinds(at + 1))
    ahead = "after" in r.kinds(at) and r.kinds(place).get("rel") == 1 and r.token(place).word == "next"
    behind = "before" in r.kinds(at) and r.kinds(place).get("rel") == -1 and r.token(place).word == "last"
    if not ahead and not behind:
        return None
    if r.kinds(place + 1).keys() & {"unit", "month", "wday", "holi"}:
        return None
    period = period_of(r, unit, 2 if ahead else -2)
    return (period, place + 1) if period else None


def _closest(r: Reader, at: int) -> FoundDate | None:
    """closest Monday to 5 October: before or after, whichever is nearer"""
    found = r.date(at + 1) if r.kinds(at + 1) else None
    target = r.date(found[1] + 1) if found and "to" in r.kinds(found[1]) and r.kinds(found[1] + 1) else None
    if found is None or target is None:
        return None
    expr = found[0]

    def change(days: Days) -> Days:
        both = [near for forward in (False, True) if (near := expr.at(days[0], forward=forward))]
        return min(both, key=lambda near: abs((near[0] - days[0]).days), default=days)

    return Mapped(target[0], change, Grain.DAY), target[1]


RULES: Final[dict[str, Rule]] = {
    "end": _named_part, "begin": _named_part, "mid": _named_part, "early": _named_part, "late": _named_part,
    "endof": _chinese_edge, "beginof": _chinese_edge, "midof": _chinese_edge, "eod": _letters, "bom": _letters,
    "todate": _to_date, "closest": _closest, "scale": _week_commencing, "rest": _rest, "unit": _week,
}  # fmt: skip
