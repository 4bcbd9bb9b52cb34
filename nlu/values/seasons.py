"""Seasons, decades and holidays: summer of 2016, this season, the nineties, Christmas, Labor Day weekend."""

from datetime import date, timedelta
from typing import Final

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.almanac import with_year
from nlu.values.cycles import Fixed, Mapped, Within, Yearly
from nlu.values.holidays import holiday
from nlu.values.reader import FoundDate, Reader, Rule

__all__ = ["RULES", "season_days", "season_unit"]


def _season_of(r: Reader, at: int) -> FoundDate | None:
    """summer of 2016, summer 2016; a season alone is no date"""
    season = season_days(int(str(r.tokens[at].kinds["season"])))
    found = with_year(r, season, at + 1)
    if found[1] > at + 1:
        return found
    place = at + 1 + ("of" in r.kinds[at + 1])
    outer = r.date(place) if "rel" in r.kinds[place] else None
    if outer and outer[0].grain is Grain.YEAR:
        return Within(season, outer[0]), outer[1]
    back = at - ("the" in r.tokens[at - 1].kinds)
    return (
        found if back and r.kinds[back] and r.tokens[back - 1].word in ("in", "during", "over", "by", "until") else None
    )


def season_unit(r: Reader, at: int, shift: int) -> FoundDate | None:
    """this season, last season"""
    today, step = r.today, timedelta(days=1)
    days = next(
        (found for n in range(4) if (found := season_days(n).at(today, forward=True)) and found[0] <= today), None
    )
    if days and shift:
        beside = days[1] + step if shift > 0 else days[0] - step
        days = next(
            (found for n in range(4) if (found := season_days(n).at(beside, forward=True)) and found[0] <= beside),
            None,
        )
    return (Fixed(*days, Grain.QUARTER), at + 1) if days else None


def _decade(r: Reader, at: int) -> FoundDate | None:
    """1970s, the nineties"""
    first = int(str(r.tokens[at].kinds["decade"]))
    return Fixed(date(first, 1, 1), date(first + 9, 12, 31), Grain.YEAR), at + 1


def season_days(number: int) -> Yearly:
    """The northern seasons between solstice and equinox: spring 20 March, summer 21 June, autumn 23 September,
    winter 21 December."""
    starts = ((3, 20), (6, 21), (9, 23), (12, 21))

    def days(year: int) -> cycles.Days | None:
        after = date(year + (number == 3), *starts[(number + 1) % 4])
        return date(year, *starts[number]), after - timedelta(days=1)

    return Yearly(days, Grain.QUARTER)


def _from_holiday(r: Reader, at: int) -> FoundDate | None:
    day = holiday(str(r.tokens[at].kinds["holi"]))
    unit = r.kinds[at + 1].get("unit")
    if unit in ("weekend", "week") and not r.chinese:
        dated = with_year(r, day, at + 2)
        if unit == "week":
            return Mapped(dated[0], lambda days: cycles.unit_days("week", days[0]) or days, Grain.WEEK), dated[1]
        return Mapped(dated[0], _long_weekend, Grain.WEEKEND), dated[1]
    return with_year(r, day, at + 1)


def _long_weekend(days: cycles.Days) -> cycles.Days:
    """The weekend with the holiday beside it: Labor Day weekend is Saturday to Monday."""
    day, weekday = days[0], days[0].weekday()
    if weekday == 0:
        return day - timedelta(days=2), day
    if weekday >= 3:
        return min(day, day + timedelta(days=5 - weekday)), day + timedelta(days=6 - weekday)
    return cycles.unit_days("weekend", day) or days


RULES: Final[dict[str, Rule]] = {"season": _season_of, "decade": _decade, "holi": _from_holiday}
