"""Dates that begin with an ordinal: the 8th, the first Friday of July, third quarter, second to last week of March.

Each rule gives an ``Expr`` with the place behind it, or None.
"""

from datetime import date
from typing import Final

from nlu.patterns import pattern
from nlu.types import Grain
from nlu.values import cycles, edges
from nlu.values.almanac import day_of_month, part_of_year, with_year
from nlu.values.cycles import Fixed, Mapped, Within
from nlu.values.dates import day_first
from nlu.values.edges import period_of
from nlu.values.nth import half_within, nth_weekday_within
from nlu.values.reader import FoundDate, Reader, Rule
from nlu.values.spoken_day import is_spoken_day
from nlu.values.weeks import closest
from nlu.values.words_en import RESULTS

__all__ = ["RULES", "part_of_period"]

_RANKED: Final = pattern(
    r"\b(?:c[ao]me(?: in)?|coming|ranked?|placed|finish(?:ed)?|score[ds]? (?:us|them|it)|put us|we're|we were) $"
)
_IN_RANK: Final = pattern(
    r" (?:on|for|in) (?:price|pricing|tech\w*|quality|cost|score|value|service|line|place|"
    r"the (?:list|queue|tender|ranking))\b"
)


def _from_ordinal(r: Reader, at: int) -> FoundDate | None:
    """the 19th [of March], second Monday of next month, first week of January, third quarter"""
    which = int(str(r.tokens[at].kinds["ord"]))
    if which > 0 and (from_end := _from_the_end(r, at)):
        which, at = -which, from_end
    elif found := day_first(r, at, which):
        return found
    after = r.kinds[at + 1]
    if "closest" in after and which > 0:
        return closest(r, at + 1, which)
    if "wday" in after:
        return _nth_weekday(r, at + 1, int(str(after["wday"])), which)
    if after.get("unit") == "century" and 15 <= which <= 22:
        return Fixed(date(100 * (which - 1), 1, 1), date(100 * which - 1, 12, 31), Grain.YEAR), at + 2
    if part := part_of_period(r, at, which):
        return part
    if nth := edges.ordinal_of(r, at + 1, which):
        return nth
    if "th" in r.tokens[at].word or r.tokens[at].word[-2:] in ("st", "nd", "rd"):
        day = day_of_month(which)
        is_day = _is_day(r, at) if r.tokens[at].word[0].isdigit() else is_spoken_day(r, at)
        return (day, at + 1) if day and is_day else None
    return None


def _from_the_end(r: Reader, at: int) -> int | None:
    """second |to last| Friday, third |last| week: the place of the last word"""
    place = at + 1 + ("to" in r.kinds[at + 1])
    return place if r.tokens[place].word == "last" and r.kinds[place] else None


def part_of_period(r: Reader, at: int, which: int) -> FoundDate | None:
    """third quarter [of 2017], second half of next month"""
    half = "half" in r.kinds[at + 1]
    if not half and r.kinds[at + 1].get("unit") != "quarter":
        return None
    part = part_of_year(which, *((6, Grain.HALF) if half else (3, Grain.QUARTER)))
    outer = edges.unit_behind(r, at + 3) if "of" in r.kinds[at + 2] else None
    if part and outer and outer[0].grain is Grain.YEAR:
        return Within(part, outer[0]), outer[1]
    if outer and half and outer[0].grain in (Grain.MONTH, Grain.WEEK, Grain.QUARTER) and which <= 2:
        return half_within(outer[0], which), outer[1]
    dated = with_year(r, part, at + 2) if part else None
    is_whole = "the" in r.tokens[at - 1].kinds and r.ends_clause(at + 1)  # what we won in the first half
    is_result = not RESULTS.isdisjoint(r.after(at + 1, 13).split())  # first half sales
    named = not half or "of" in r.kinds[at + 2] or is_whole or is_result
    return dated if dated and (named or dated[1] > at + 2) else None


def _is_day(r: Reader, at: int) -> bool:
    """the 8th is a day, the 3rd party is not: what follows is no noun, or a preposition stands before"""
    token = r.tokens[at]
    if _RANKED.search(r.text, max(0, token.start - 24), token.start) or _IN_RANK.match(r.text, token.end):
        return False  # they scored us 2nd on price
    if r.ends_clause(at) or r.kinds[at + 1]:
        return True
    return bool(
        (r.tokens[at - 1].kinds.keys() | r.tokens[at - 2].kinds.keys())
        & {"on", "by", "before", "until", "since", "after", "from"}
    )


def _nth_weekday(r: Reader, at: int, weekday: int, which: int) -> FoundDate:
    """first Friday of July; without a month, of this one"""
    if after := _weekday_after(r, at, weekday, which):
        return after
    month = period_of(r, "month", 0)
    inner = nth_weekday_within(month or Fixed(r.today, r.today, Grain.MONTH), weekday, which)
    return edges.ordinal_of(r, at, which) or (inner, at + 1)


def _weekday_after(r: Reader, at: int, weekday: int, which: int) -> FoundDate | None:
    """third Tuesday after Christmas 2014"""
    base = r.date(at + 2) if "after" in r.kinds[at + 1] and r.kinds[at + 2] else None
    if base is None or base[0].grain is not Grain.DAY or not 1 <= which <= 60:
        return None

    def change(days: cycles.Days) -> cycles.Days:
        away = (weekday - days[1].weekday() - 1) % 7 + 1 + 7 * (which - 1)
        found = cycles.shifted(days[1], "day", away) or days[1]
        return found, found

    return Mapped(base[0], change, Grain.DAY), base[1]


RULES: Final[dict[str, Rule]] = {"ord": _from_ordinal}
