"""Lengths of time: 三天, 两个半小时, 半年, 2 years 1 month, an hour and a half, a couple of weeks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from nlu.values import cycles
from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader

__all__ = ["Duration", "duration_at", "moved"]

_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600}
_HALF: Final = Decimal("0.5")
_UNITS: Final = frozenset({
    "second", "minute", "hour", "day", "week", "fortnight", "month", "quarter", "year", "workday", "half", "decade",
    "century", "weekend",
})  # fmt: skip
# half of a unit in whole smaller ones
_HALVES: Final = {
    "year": ("month", 6), "month": ("day", 15), "week": ("day", 3), "quarter": ("day", 45), "day": ("hour", 12),
    "decade": ("year", 5),
}  # fmt: skip
_STARTS: Final = frozenset({NUMBER, "half", "article", "couple", "unit", "about", "md"})
_MAX_PARTS: Final = 6


@dataclass(slots=True)
class Duration:
    """Counts with their units, largest first as written. ``vague`` when it is a round figure."""

    parts: tuple[tuple[Decimal, str], ...]
    vague: bool = False

    @property
    def unit(self) -> str:
        """The smallest unit."""
        return self.parts[-1][1]

    @property
    def is_fine(self) -> bool:
        """Whether hours, minutes or seconds stand in it."""
        return any(unit in _SECONDS for _, unit in self.parts)


def duration_at(r: Reader, at: int, *, joint: bool = True) -> tuple[Duration, int] | None:
    """The length of time that begins at a place. ``joint``: "and" may join two lengths."""
    if r.tokens[at].kinds.keys().isdisjoint(_STARTS):
        return None
    if not joint:
        return _read(r, at, joint=False)
    if at not in r.lengths:
        r.lengths[at] = _read(r, at, joint=True)
    found: tuple[Duration, int] | None = r.lengths[at]
    return found


def _read(r: Reader, at: int, *, joint: bool) -> tuple[Duration, int] | None:
    parts: list[tuple[Decimal, str]] = []
    vague = False
    while len(parts) < _MAX_PARTS:
        joined = at + 1 if parts and joint and r.kinds[at].keys() & {"and", ","} and not r.chinese else at
        if parts and not r.kinds[joined]:
            break
        found = _one(r, joined)
        if found is None:
            break
        count, unit, at, more = found
        parts.append((count, unit))
        vague = vague or more
    if not parts:
        return None
    if "and" in r.kinds[at] and "article" in r.kinds[at + 1] and "half" in r.kinds[at + 2]:  # an hour and a half
        parts[-1], at = (parts[-1][0] + _HALF, parts[-1][1]), at + 3
    return Duration(tuple(parts), vague), at


def _one(r: Reader, at: int) -> tuple[Decimal, str, int, bool] | None:
    """A count with its unit, the place behind them, whether it is vague."""
    kinds = r.tokens[at].kinds
    quarters = kinds.get("unit") == "quarter" or r.kinds[at + 1].get("unit") == "quarter" or "-" in r.kinds[at + 1]
    if quarters and (found := _quarters(r, at)):
        return found
    if "about" in kinds and r.kinds[at + 1] and "about" not in r.kinds[at + 1]:
        found = _one(r, at + 1)
        return (*found[:3], True) if found else None
    if kinds.get("unit") == "half" and r.tokens[at].word == "半年":
        return Decimal(6), "month", at + 1, False
    if "half" in kinds:
        return _half(r, at)
    if "article" in kinds or "couple" in kinds:
        return _article(r, at)
    value = kinds.get(NUMBER)
    if isinstance(value, Decimal):
        return _counted(r, at, value)
    pair = kinds.get("md")
    if isinstance(pair, tuple) and r.kinds[at + 1].get("unit") == "hour" and pair[1]:  # 1/4 h
        return Decimal(pair[0]) / pair[1], "hour", at + 2, False
    return None


def _quarters(r: Reader, at: int) -> tuple[Decimal, str, int, bool] | None:
    """a quarter of an hour, three-quarters of an hour"""
    count = r.number(at) if NUMBER in r.tokens[at].kinds else 1
    place = at + (r.tokens[at].kinds.get("unit") != "quarter")
    place += "-" in r.kinds[place]
    behind = place + 1
    if (r.kinds[place].get("unit") != "quarter" and place > at) or not count or "of" not in r.kinds[behind]:
        return None
    behind += 1 + ("article" in r.kinds[behind + 1])
    unit = str(r.kinds[behind].get("unit", ""))
    return (Decimal(count) / 4, unit, behind + 1, False) if unit in ("hour", "year") else None


def _half(r: Reader, at: int) -> tuple[Decimal, str, int, bool] | None:
    """半小时, 半个月, half an hour"""
    place = at + 1
    while r.kinds[place].keys() & {"article", "measure_ge", "of"} and place < at + 3:
        place += 1
    unit = str(r.kinds[place].get("unit", ""))
    return (_HALF, unit, place + 1, False) if unit in _UNITS else None


def _article(r: Reader, at: int) -> tuple[Decimal, str, int, bool] | None:
    """an hour, a couple of weeks, a few days, few months"""
    place = at + ("article" in r.tokens[at].kinds)
    kinds = r.kinds[place] if place > at else r.tokens[at].kinds
    count, vague = Decimal(1), False
    if "couple" in kinds:
        count, vague, place = Decimal(str(kinds["couple"])), True, place + 1
        kinds = r.kinds[place]
    elif place == at:
        return None
    unit = str(kinds.get("unit", ""))
    return (count, unit, place + 1, vague) if unit in _UNITS else None


def _counted(r: Reader, at: int, value: Decimal) -> tuple[Decimal, str, int, bool] | None:
    """3 days, 三个多月, 两个半小时, 一年半, 3-day"""
    token = r.tokens[at]
    if token.scaled or value >= 10**6:
        return None
    place, vague = at + 1, token.vague
    if between := _or_more(r, at):
        place, vague = between, True
    if "more" in r.kinds[place]:
        place, vague = place + 1, True
    if "-" in r.kinds[place] and "unit" in r.kinds[place + 1]:
        place += 1
    half = "measure_ge" in r.kinds[place] and "half" in r.kinds[place + 1]
    if half:
        place, value = place + 2, value + _HALF
    if "quarterhour" in r.kinds[place]:  # 一刻钟
        return value * 15, "minute", place + 1, vague
    unit = _unit_at(r, place, token.word, half=half)
    if unit not in _UNITS or _is_date(r, at, place, unit):
        return None
    vague = vague or "多" in r.tokens[place].word
    place += 1
    if not half and "half" in r.glued(place) and "unit" not in r.kinds[place + 1]:  # 一年半
        return value + _HALF, unit, place + 1, vague
    return value, unit, place, vague


def _or_more(r: Reader, at: int) -> int | None:
    """2-3 days, two or three weeks, 10到15天: a round figure between two, the lower one; the place of the unit"""
    first, second = r.number(at), r.number(at + 2) if NUMBER in r.kinds[at + 2] else None
    joined = r.kinds[at + 1].keys() & {"to", "or"} and first and second and first < second
    return at + 3 if joined and "unit" in r.kinds[at + 3] and r.kinds[at + 3]["unit"] != "quarter" else None


def _unit_at(r: Reader, at: int, count: str, *, half: bool) -> str:
    """The unit behind a count; 月 is one behind 个半, 日 is one behind 两."""
    kinds = r.kinds[at]
    if half and "monthunit" in kinds:
        return "month"
    if count in ("两", "几") and "dayunit" in kinds and r.tokens[at].word == "日":
        return "day"
    return str(kinds.get("unit", ""))


def _is_date(r: Reader, at: int, place: int, unit: str) -> bool:
    """2026年, 26年 and 三季度 name a time, they do not measure one."""
    token, word = r.tokens[at], r.tokens[place].word
    if word == "年" and (r.year(at) or (token.digits == 2 and token.word.isdigit() and token.word[0] in "012")):
        return True
    return unit == "quarter" and word in ("季度", "季")


def moved(start: date | datetime, by: Duration, sign: int) -> date | datetime | None:
    """``start`` moved by a length of time: a day stays a day unless hours or less move it."""
    at: date | datetime | None = start
    for count, unit in by.parts:
        whole = int(count)
        at = _moved_one(at, whole, unit, sign) if at is not None else None
        rest = count - whole
        if at is not None and rest and unit in _SECONDS:
            at = _moved_one(at, int(rest * _SECONDS[unit]), "second", sign)
        elif at is not None and rest and unit in _HALVES and unit != "day":
            smaller, size = _HALVES[unit]
            at = _moved_one(at, int(rest * 2 * size), smaller, sign)
    return at


def _moved_one(at: date | datetime, count: int, unit: str, sign: int) -> date | datetime | None:
    try:
        if unit in _SECONDS:
            return at + timedelta(seconds=sign * count * _SECONDS[unit])
        if unit == "half":
            unit, count = "month", 6 * count
        day = cycles.shifted(at if not isinstance(at, datetime) else at.date(), unit, sign * count)
    except OverflowError:
        return None
    if day is None or not isinstance(at, datetime):
        return day
    return datetime.combine(day, at.timetz())
