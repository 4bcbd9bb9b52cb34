"""Spans counted from today: last 3 months, next five days, 近两周, 三天内, within 5 days."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.almanac import first_months
from nlu.values.cycles import Around, Fixed
from nlu.values.durations import Duration, duration_at, moved
from nlu.values.edges import GRAINS
from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader
from nlu.values.times import Time

__all__ = ["FoundTime", "span_at"]

FoundTime = tuple[Time, int]
_STARTS: Final = frozenset({
    "in", "the", "during", "within", "rest", "lessthan", "rel", "span", "for", NUMBER, "half", "article", "couple",
    "about",
})  # fmt: skip
_WHOLE_UNITS: Final = frozenset({"day", "week", "month", "quarter", "year", "decade", "workday"})
# 前两个月 and 上两个月 are whole calendar months; 近两个月 and 未来两个月 are counted from today.
_CALENDAR_WORDS: Final = ("前", "上", "下")
_ROLLING: Final = ("rolling", "trailing")


def span_at(r: Reader, at: int) -> FoundTime | None:
    """The span that begins at a place, past a preposition and an article."""
    if r.tokens[at].kinds.keys().isdisjoint(_STARTS):
        return None
    place = at
    while place < at + 2 and r.tokens[place].kinds.keys() & {"in", "the", "during", "for"} and r.kinds[place + 1]:
        place += 1
    kinds = r.tokens[place].kinds
    if "the" in r.tokens[place - 1].kinds and place > at and (beside := _beside_date(r, place)):
        return beside
    if "rest" in kinds:
        return _rest_of_day(r, place)
    if "within" in kinds:
        return _within(r, place) if not r.chinese_word(place) else None
    if "lessthan" in kinds:
        return _less_than(r, place)
    if r.tokens[place].word == "前" and "quarter" in r.glued(place + 1):
        return Time(day=first_months(3 * int(str(r.kinds[place + 1]["quarter"])))), place + 2
    side = kinds.get("rel", kinds.get("span")) if not r.chinese else kinds.get("span", kinds.get("rel"))
    if isinstance(side, int) and abs(side) == 1 and r.kinds[place + 1]:
        length = duration_at(r, place + 1, joint=False)
        if r.kinds[place + 1].get("unit") == "fortnight" and r.tokens[place].word != "next":
            length = Duration(((Decimal(2), "week"),)), place + 2
        if length is None and r.kinds[place + 1].get("unit") in ("hour", "minute", "second"):  # next hour
            length = Duration(((Decimal(1), str(r.kinds[place + 1]["unit"])),)), place + 2
        if length:
            word = r.tokens[place].word
            whole = word in _CALENDAR_WORDS or not (r.chinese_word(place) or word in _ROLLING)
            return _units(r, length[0], side, whole=whole), length[1]
    if side == 0 and r.chinese and r.glued(place + 1).keys() & {NUMBER, "couple"}:
        return _these(r, place + 1)
    return _after_length(r, at)


def _beside_date(r: Reader, at: int) -> FoundTime | None:
    """the two weeks after Christmas, the 3 days before the 5th: all of those days"""
    found = duration_at(r, at, joint=False) if NUMBER in r.tokens[at].kinds or "couple" in r.tokens[at].kinds else None
    side = r.side(found[1]) if found else 0
    base = r.date(found[1] + 1) if found and side and r.kinds[found[1] + 1] else None
    days = base[0].at(r.today, forward=True) if base else None
    if found is None or base is None or days is None or found[0].is_fine or base[0].grain is not Grain.DAY:
        return None
    first = days[0] + timedelta(days=1) if side > 0 else moved(days[0], found[0], -1)
    last = moved(days[0], found[0], 1) if side > 0 else days[0] - timedelta(days=1)
    return _between(first, last), base[1]


def _rest_of_day(r: Reader, at: int) -> FoundTime | None:
    """[the] rest of the day, of my day, of today: from now to midnight"""
    place = at + 2 + bool(r.kinds[at + 2].keys() & {"the", "my", "rel"})
    kinds = r.kinds[place]
    if "of" not in r.kinds[at + 1] or not (kinds.get("unit") == "day" or kinds.get("dayrel") == 0):
        return None
    return Time(moments=(r.now, r.now.replace(hour=23, minute=59, second=59, microsecond=0))), place + 1


def _these(r: Reader, at: int) -> FoundTime | None:
    """这两天, 这几周: up to today, or from today on"""
    found = duration_at(r, at)
    if found is None or found[0].is_fine:
        return None
    start, end = moved(r.today, found[0], -1), moved(r.today, found[0], 1)
    if start is None or end is None:
        return None
    one = timedelta(days=1)
    return Time(day=Around((_day(start) + one, r.today), (r.today, _day(end) - one), Grain.WEEK)), found[1]


def _after_length(r: Reader, at: int) -> FoundTime | None:
    """三天内, two upcoming weeks"""
    start = at + ("for" in r.tokens[at].kinds)
    if start > at and not r.kinds[start]:
        return None
    if (
        (count := r.number(start))
        and r.kinds[start + 1].get("rel") in (1, -1)
        and r.kinds[start + 2].get("unit") in _WHOLE_UNITS
    ):
        length = Duration(((Decimal(count), str(r.kinds[start + 2]["unit"])),))
        return _units(r, length, int(str(r.kinds[start + 1]["rel"])), whole=True), start + 3
    found = duration_at(r, start)
    if found is None:
        return None
    length, after = found
    if "within" in r.kinds[after] and r.chinese_word(after):
        origin = r.now if length.is_fine else r.today
        return _between(origin, moved(origin, length, 1)), after + 1
    return None


def _less_than(r: Reader, at: int) -> FoundTime | None:
    """less than 3 days after tomorrow: the days between"""
    found = duration_at(r, at + 1) if r.kinds[at + 1] else None
    if found and "ago" in r.kinds[found[1]]:  # less than 5 days ago
        start: date | datetime = r.now if found[0].is_fine else r.today
        return _between(moved(start, found[0], -1), start), found[1] + 1
    if found is None or "after" not in r.kinds[found[1]]:
        return None
    base = r.date(found[1] + 1) if r.kinds[found[1] + 1] else None
    days = base[0].at(r.today, forward=True) if base else None
    end = moved(days[0], found[0], 1) if days and not found[0].is_fine else None
    return (_between(days[0], end - timedelta(days=1)), base[1]) if base and days and end else None


def _within(r: Reader, at: int) -> FoundTime | None:
    """within [the next] 5 days, within the last two weeks"""
    place = at + 1
    while r.kinds[place].keys() & {"the", "rel"} and place < at + 3:
        if r.kinds[place].get("rel") == 0:
            return None  # within this week
        place += 1
    found = duration_at(r, place) if r.kinds[place] else None
    if found is None and "rel" in r.kinds[place - 1] and "unit" in r.kinds[place]:
        found = _unit_and_more(r, place)
    if found is None:
        return None
    sign = -1 if r.kinds[place - 1].get("rel") == -1 else 1
    origin = r.now if found[0].is_fine else r.today
    other = moved(origin, found[0], sign)
    after = found[1] + 2 * ("from" in r.kinds[found[1]] and "now" in r.kinds[found[1] + 1])
    return (_between(origin, other) if sign == 1 else _between(other, origin)), after


def _unit_and_more(r: Reader, at: int) -> tuple[Duration, int]:
    """[within the next] day and 5 hours"""
    first = (Decimal(1), str(r.tokens[at].kinds["unit"]))
    more = duration_at(r, at + 2) if "and" in r.kinds[at + 1] and r.kinds[at + 2] else None
    return (Duration((first, *more[0].parts)), more[1]) if more else (Duration((first,)), at + 1)


def _between(start: date | datetime | None, end: date | datetime | None) -> Time:
    if start is None or end is None:
        return Time()
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Time(moments=(start, end))
    return Time(day=Fixed(_day(start), _day(end), Grain.WEEK))


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _units(r: Reader, length: Duration, side: int, *, whole: bool) -> Time:
    """The last or next so many units: whole calendar units, or counted from today (the past up to today, the future
    from tomorrow)."""
    count, unit = length.parts[0]
    if length.is_fine:
        other = moved(r.now, length, side)
        return _between(r.now, other) if side > 0 else _between(other, r.now)
    if not whole or len(length.parts) > 1 or count != int(count) or unit not in _WHOLE_UNITS:
        other = moved(r.today, length, side)
        return _between(r.today + timedelta(days=1), other) if side > 0 else _between(other, r.today)
    here = cycles.unit_days(unit, r.today) or (r.today, r.today)
    first = cycles.shifted(here[0], unit, 1 if side > 0 else -int(count))
    inside = cycles.shifted(here[0], unit, int(count) if side > 0 else -1)
    last = cycles.unit_days(unit, inside) if inside else None
    if first is None or last is None:
        return Time()
    time = _between(first, last[1])
    return replace(time, day=Fixed(first, last[1], GRAINS[unit])) if count == 1 else time
