"""One of several: the second Monday of a month, the first week of a year, the last work day."""

from datetime import timedelta

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Days, Expr, Mapped
from nlu.values.holidays import nth_weekday

__all__ = [
    "half_within",
    "nth_day_within", "nth_months_within", "nth_week_within", "nth_weekday_within", "nth_weekend_within",
    "nth_work_day_within", "several_within",
]  # fmt: skip


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
            thursday = days[1] - timedelta(days=(days[1].weekday() - 3) % 7 - 7 * (which + 1))
        return thursday - timedelta(days=3), thursday + timedelta(days=3)

    return Mapped(outer, change, Grain.WEEK)


def nth_weekend_within(outer: Expr, which: int) -> Mapped:
    """The ``which``-th weekend; a weekend belongs where its Saturday lies."""

    def change(days: Days) -> Days:
        if which > 0:
            saturday = days[0] + timedelta(days=(5 - days[0].weekday()) % 7 + 7 * (which - 1))
        else:
            saturday = days[1] - timedelta(days=(days[1].weekday() - 5) % 7 - 7 * (which + 1))
        return saturday, saturday + timedelta(days=1)

    return Mapped(outer, change, Grain.WEEKEND)


def nth_day_within(outer: Expr, which: int) -> Mapped:
    def change(days: Days) -> Days:
        found = days[0] + timedelta(days=which - 1) if which > 0 else days[1] + timedelta(days=which + 1)
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


def nth_months_within(outer: Expr, size: int, which: int) -> Mapped:
    """The ``which``-th month (``size`` 1) or quarter (3) of a period, negative from its end."""

    def change(days: Days) -> Days:
        whole = days[1] + timedelta(days=1)
        start = (
            cycles.add_months(days[0] if which > 0 else whole, size * (which - 1 if which > 0 else which)) or days[0]
        )
        end = cycles.add_months(start, size) or days[1]
        return start, end - timedelta(days=1)

    return Mapped(outer, change, Grain.MONTH if size == 1 else Grain.QUARTER)


def several_within(outer: Expr, unit: str, count: int) -> Mapped:
    """The first so many days, weeks or months of a period; the last ones when ``count`` is negative."""

    def change(days: Days) -> Days:
        first, last = days
        if unit == "week" and outer.grain is not Grain.WEEK:  # whole weeks, a week belongs where its Thursday lies
            first += timedelta(days=(3 - first.weekday()) % 7 - 3)
            last -= timedelta(days=(last.weekday() - 3) % 7 - 3)
        if count > 0:
            end = cycles.shifted(first, unit, count) or last
            return first, end - timedelta(days=1)
        start = cycles.shifted(last + timedelta(days=1), unit, count) or first
        return start, last

    return Mapped(outer, change, Grain.WEEK)


def half_within(outer: Expr, which: int) -> Mapped:
    """The first or second half of a month, week or quarter; a month is cut behind its 15th."""

    def change(days: Days) -> Days:
        size = (days[1] - days[0]).days + 1
        cut = days[0] + timedelta(days=15 if 28 <= size <= 31 else (size + 1) // 2)
        return (days[0], cut - timedelta(days=1)) if which == 1 else (cut, days[1])

    return Mapped(outer, change, Grain.WEEK)
