"""Times of day: 3pm, 15:30, half past three, noon, two hours before midnight."""

from dataclasses import replace
from decimal import Decimal
from typing import Final

from nlu.patterns import pattern
from nlu.values.clock_zh import chinese_clock
from nlu.values.durations import duration_at
from nlu.values.hours import Clock
from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader

__all__ = ["clock_at"]

# A number before one of these counts something and is no hour.
_COUNTED: Final = frozenset({
    "unit", NUMBER, "cur", "scale", "measure", "percent", "monthunit", "dayunit", "month", "minor", "ord", "discount",
    "mao",
})  # fmt: skip
_STARTS: Final = frozenset({"clock", "noon", NUMBER, "half", "unit", "article", "couple"})
_DAYS: Final = frozenset({"dayrel", "wday", "on", "ampm", "tonight", "part", "rel"})


def clock_at(r: Reader, at: int, *, cued: bool = False) -> tuple[Clock, int] | None:
    """A time of day at a place. ``cued``: a bare number may be an hour (at 5, Monday 8)."""
    kinds = r.tokens[at].kinds
    if kinds.keys().isdisjoint(_STARTS):
        return None
    found = _beside(r, at) if r.kinds[at + 1] else None
    if found:
        pass
    elif "clock" in kinds:
        found = _digital(r, at)
    elif "noon" in kinds:
        hour = int(str(kinds["noon"]))
        found = Clock(hour, sure=True, days=int(hour == 0)), at + 1
    elif NUMBER in kinds:
        found = _spoken(r, at, cued=cued)
    elif "half" in kinds or kinds.get("unit") == "quarter" or "article" in kinds:
        found = _past(r, at)
    ish = found[1] + ("-" in r.kinds[found[1]]) if found else 0
    if found and "ish" in r.kinds[ish]:
        found = found[0], ish + 1
    return _zoned(r, *found) if found else None


# +08:00, UTC+8, GMT-03:30
_EAST: Final = pattern(r" ?(\+)(\d\d):?(\d\d)(?!\d)|([+-])(\d{1,2})(?::?(\d\d))?(?!\d)")


def _zoned(r: Reader, clock: Clock, at: int) -> tuple[Clock, int]:
    """The clock with the zone that stands behind it."""
    zone = r.kinds[at].get("tz")
    place = at + (zone is not None)
    found = _EAST.match(r.text, r.tokens[place - 1].end)
    if found and (found[1] or r.tokens[place - 1].word in ("utc", "gmt")):
        sign, hours, minutes = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
        while place < r.size and r.tokens[place].start < found.end():
            place += 1
        east = (60 * int(hours) + int(minutes or 0)) * (-1 if sign == "-" else 1)
        return (replace(clock, offset=east, sure=True), place) if abs(east) < 1440 else (clock, at)
    return (replace(clock, offset=int(str(zone))), at + 1) if zone is not None else (clock, at)


def _beside(r: Reader, at: int) -> tuple[Clock, int] | None:
    """two hours before midnight, 15 minutes after 3pm"""
    found = duration_at(r, at)
    if found is None or r.chinese or found[0].unit not in ("minute", "hour") or not r.kinds[found[1]]:
        return None
    word = r.tokens[found[1]].word
    base = clock_at(r, found[1] + 1) if word in ("before", "after") and r.kinds[found[1] + 1] else None
    if base is None or not base[0].sure:
        return None
    away = sum(
        int(count * (60 if unit == "hour" else 1)) for count, unit in found[0].parts if unit in ("hour", "minute")
    )
    total = base[0].days * 1440 + base[0].minutes() + (away if word == "after" else -away)
    days, minutes = divmod(total, 1440)
    return replace(base[0], hour=minutes // 60, minute=minutes % 60, days=days), base[1]


def _digital(r: Reader, at: int) -> tuple[Clock, int] | None:
    """3:30, 15:30:20, 3:30pm, 09:30"""
    value = r.tokens[at].kinds["clock"]
    hour, minute, second = value if isinstance(value, tuple) else (0, 0, 0)
    if hour == 24:
        return (Clock(0, 0, 0, sure=True, days=1), at + 1) if minute == 0 else None
    padded = r.tokens[at].word.startswith("0")
    clock = Clock(hour, minute, second, sure=hour > 12 or hour == 0 or padded)
    at += 1
    if "." in r.kinds[at] and "ampm" in r.kinds[at + 1]:
        at += 1
    at += r.tokens[at].word in ("hours", "hrs") and bool(r.kinds[at])  # 20:00hrs
    return _half_of_day(r, clock, at) or (clock, at)


def _half_of_day(r: Reader, clock: Clock, at: int) -> tuple[Clock, int] | None:
    """am or pm behind a clock, also "in the pm"."""
    kinds = r.kinds[at]
    if "in" in kinds and "the" in r.kinds[at + 1] and "ampm" in r.kinds[at + 2]:
        at += 2
        kinds = r.kinds[at]
    if r.tokens[at].word == "a" and "article" in r.glued(at) and r.ends_word(at):  # 3:18a
        return replace(clock, hour=clock.hour % 12, sure=True), at + 1
    if "ampm" not in kinds or clock.hour > 12:
        return (clock, at + 1) if "ampm" in kinds and clock.hour > 12 else None
    if r.tokens[at].word == "p" and r.tokens[at].gap:
        return None
    hour = clock.hour % 12 + (12 if kinds["ampm"] else 0)
    return replace(clock, hour=hour, sure=True), at + 1


def _spoken(r: Reader, at: int, *, cued: bool) -> tuple[Clock, int] | None:
    """3pm, 3 o'clock, 三点, 15h20, one thirty pm; a bare 5 where a word says that it is an hour"""
    token, after = r.tokens[at], r.kinds[at + 1]
    hour = r.number(at)
    cued = cued and not _is_price(r, at) and "," not in token.word  # 14 weeks at |1,150|
    if hour is None:
        value = token.kinds[NUMBER]
        return _dotted(r, at, value if isinstance(value, Decimal) else Decimal(0), cued=cued)
    if "oclock" in after and r.tokens[at + 1].word[0] in "点时":
        return chinese_clock(r, at, hour)
    if hour == 12 and "noon" in after and not r.chinese:  # 12 noon
        noon = int(str(after["noon"]))
        return Clock(noon, sure=True, days=int(noon == 0)), at + 2
    if _counts_minutes(r, at, hour):
        return _past(r, at)
    if token.digits in (3, 4) and (military := _military(r, at, hour, cued=cued)):
        return military
    if hour > 24 or token.scaled:
        return None
    clock = Clock(hour % 24, sure=hour > 12 or hour == 0, days=hour // 24)
    cued = cued or ("ish" in r.kinds[at + 1 + ("-" in after)] and hour > 0)
    if found := _half_of_day(r, clock, at + 1):
        return found
    if "oclock" in after:
        return _half_of_day(r, clock, at + 2) or (clock, at + 2)
    if r.tokens[at + 1].word == "h" and r.tokens[at + 1].gap == 0:
        return _french(r, at, clock)
    return _in_words(r, at, clock, cued=cued) or (
        (clock, at + 1) if cued and after.keys().isdisjoint(_COUNTED) else None
    )


# 3 pumps at |200, 40 metres of hose @ |12; not 30 minutes at |4, 25 Nov at |5
_GOODS_AT: Final = pattern(
    r"(?<![\w.:/-])\d[\d,.]* (?:x )?(?!(?:hour|hr|min|day|week|month|year|people|person|guest|of us|am|pm|o'clock|jan"
    r"|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)[a-z][a-z-]+(?: [a-z-]+){0,2} (?:at|@) ?$"
)


def _is_price(r: Reader, at: int) -> bool:
    """Whether a bare number behind "at" is what counted goods cost."""
    return not r.chinese and _GOODS_AT.search(r.text[: r.tokens[at].start][-40:]) is not None


def _military(r: Reader, at: int, number: int, *, cued: bool) -> tuple[Clock, int] | None:
    """at 1530, 1030am, 1500 hours, 0900 tomorrow"""
    hour, minute = divmod(number, 100)
    if hour > 23 or minute > 59 or r.tokens[at].scaled:
        return None
    clock, after = Clock(hour, minute, sure=hour > 12), r.kinds[at + 1]
    if "ampm" in after and r.tokens[at + 1].gap == 0 and 0 < hour <= 12:
        return _half_of_day(r, clock, at + 1)
    padded = r.tokens[at].word.startswith("0") and r.tokens[at].digits == 4
    if r.tokens[at].digits == 4 and r.tokens[at + 1].word in ("hours", "hrs") and after:
        return replace(clock, sure=True), at + 2
    if padded and after.keys() & {"dayrel", "wday", "on", "tz"}:
        return replace(clock, sure=True), at + 1
    if cued and number >= 100 and not r.year(at) and after.keys().isdisjoint(_COUNTED):
        return replace(clock, sure=clock.sure or padded), at + 1
    return None


def _counts_minutes(r: Reader, at: int, number: int) -> bool:
    """Whether a number counts minutes before or after an hour: twenty past 3, 15 to noon, 20 min past 8."""
    after, word = r.kinds[at + 1], r.tokens[at + 1].word
    if after.get("unit") == "minute":
        return r.tokens[at + 2].word in ("past", "to", "till")
    if not after or word not in ("to", "till"):
        return bool(after) and word in ("past", "after")
    if "noon" in r.kinds[at + 2]:
        return number > 12
    spoken = (
        number in (5, 10, 20, 25) and (word == "till" or not r.tokens[at].digits) and NUMBER in r.kinds[at + 2]
    )  # ten to four tomorrow
    opened = r.tokens[at - 1].kinds.keys() & {"from", "between"}
    in_part = "in" in r.kinds[at + 3] and "part" in r.kinds[at + 4 + ("the" in r.kinds[at + 4])]
    is_told = "at" in r.tokens[at - 1].kinds or bool(r.kinds[at + 3].keys() & _DAYS) or in_part
    return spoken and not opened and is_told


def _in_words(r: Reader, at: int, clock: Clock, *, cued: bool) -> tuple[Clock, int] | None:
    """one thirty pm, at ten fifteen"""
    first = at
    at += "-" in r.glued(at + 1)
    minute = r.number(at + 1) if NUMBER in r.kinds[at + 1] else None
    spoken = not r.tokens[first].digits and not r.tokens[at + 1].digits
    if minute is None or not 10 <= minute < 60 or clock.hour > 12 or not spoken:
        return None
    clock = replace(clock, minute=minute)
    cued = cued or bool(r.kinds[at + 2].keys() & {"dayrel", "wday", "tonight"})  # two thirty tomorrow
    return _half_of_day(r, clock, at + 2) or ((clock, at + 2) if cued else None)


_COSTS: Final = pattern(
    r"\b(?:prices?|costs?|rate|fee|paid|was|is|of|for|sold at|worth) $"
)  # the price was |10.30| today


def _dotted(r: Reader, at: int, value: Decimal, *, cued: bool) -> tuple[Clock, int] | None:
    """8.30pm"""
    hour, minute = int(value), int(value * 100) % 100
    if len(r.tokens[at].word.partition(".")[2]) != 2 or hour > 23 or minute > 59:
        return None
    clock = Clock(hour, minute, sure=hour > 12)
    if hour <= 12 and (found := _half_of_day(r, clock, at + 1)):
        return found
    after = r.kinds[at + 1].keys()
    if r.tokens[at + 1].word in ("each", "apiece", "per") or _COSTS.search(r.text[: r.tokens[at].start][-12:].lower()):
        return None
    return (clock, at + 1) if (cued and after.isdisjoint(_COUNTED)) or "dayrel" in after else None


def _french(r: Reader, at: int, clock: Clock) -> tuple[Clock, int] | None:
    """15h, 15h20, 9h30"""
    minute = r.number(at + 2) if NUMBER in r.glued(at + 2) else None
    if minute is not None and minute < 60 and r.tokens[at + 2].digits == 2:
        return replace(clock, minute=minute, sure=True), at + 3
    return replace(clock, sure=True), at + 2


_BESIDE_HOUR: Final = frozenset({"dayrel", "wday", "on", "part", "tonight", "ampm"})


def _is_hour(r: Reader, at: int) -> bool:
    """Is it at |half three|, half nine |tomorrow|, or all there is: make that |half nine|?"""
    before = r.tokens[at - 2].kinds.keys()
    if "at" in before:
        return True
    return before.isdisjoint({"article", "and", NUMBER}) and (
        r.ends_clause(at) or not r.kinds[at + 1].keys().isdisjoint(_BESIDE_HOUR)
    )


def _past(r: Reader, at: int) -> tuple[Clock, int] | None:
    """half past three, a quarter to nine, 20 minutes past eight"""
    kinds = r.tokens[at].kinds
    if "article" in kinds:
        at += 1
        kinds = r.kinds[at]
    minutes = 30 if "half" in kinds else 15 if kinds.get("unit") == "quarter" else r.number(at)
    at += 1
    if minutes is None or not 0 < minutes < 60:
        return None
    if "half" in kinds and (hour_number := r.number(at)) and r.kinds[at] and _is_hour(r, at):
        return (Clock(hour_number, 30), at + 1) if hour_number <= 12 else None  # at half three
    if r.kinds[at].get("unit") == "minute":
        at += 1
    word = r.tokens[at].word
    if (not r.kinds[at] and word != "past") or word not in ("past", "to", "after", "till"):
        return None
    hour = clock_at(r, at + 1, cued=True)
    quarter = kinds.get("unit") == "quarter"
    if hour is None or hour[0].minute or (word == "after" and not hour[0].sure and not quarter):
        return None
    total = hour[0].minutes() + (-minutes if word in ("to", "till") else minutes)
    return replace(hour[0], hour=total // 60 % 24, minute=total % 60), hour[1]
