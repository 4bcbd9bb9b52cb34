"""Whole time expressions: ranges (周三到周五, between 3 and 5pm), open ends (月底前, since Monday), spans (last 3 months)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.clock import clock_at
from nlu.values.cycles import Fixed, Monthly
from nlu.values.durations import Duration, duration_at, moved
from nlu.values.edges import GRAINS
from nlu.values.lexicon import NUMBER
from nlu.values.points import Time, merged, point_at
from nlu.values.reader import Reader

__all__ = ["Phrase", "phrase_at"]

Open = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A time, or a range with ``last``. ``open`` leaves one end without limit; ``whole`` says that the end (or start)
    named belongs to it (或之前, no later than); ``lasts`` is a length that follows (for 10 days)."""

    first: Time
    last: Time | None = None
    open: Open | None = None
    whole: bool = False
    lasts: Duration | None = None
    why: str = "time"


def phrase_at(r: Reader, at: int) -> tuple[Phrase, int] | None:
    """The longest time expression that begins at a place."""
    kinds = r.token(at).kinds
    for kind, (side, whole) in _PREFIXES.items():
        if kind in kinds and not r.chinese_word(at) and r.kinds(at + 1):
            found = _plain_at(r, at + 1, cued=True)
            if found and found[0].open is None and found[0].last is None:
                phrase, after = found
                return replace(phrase, open=side, whole=whole, why=f"{kind} a time"), after
            if found:
                return found
    return _plain_at(r, at, cued=False)


# word before a time → which end is open, whether the time itself belongs to it
_PREFIXES: Final[dict[str, tuple[Open, bool]]] = {
    "by": ("start", True), "before": ("start", False), "until": ("start", False), "after": ("end", False), "since": ("end", True),
}  # fmt: skip


def _plain_at(r: Reader, at: int, *, cued: bool) -> tuple[Phrase, int] | None:
    best: tuple[Phrase, int] | None = None
    for reader in (_span_at, _range_at):
        found = reader(r, at)
        if found and (best is None or found[1] > best[1]):
            best = found
    point = point_at(r, at, cued=cued)
    if point and (best is None or point[1] > best[1]):
        best = _with_hours(r, *point)
    return _behind(r, *best) if best else None


# ── what may stand behind ───────────────────────────────────────────────────────────────────────────────────
def _behind(r: Reader, phrase: Phrase, at: int) -> tuple[Phrase, int]:
    """前, 之后, 以来, or later, for 10 days behind a time"""
    kinds = r.kinds(at)
    if phrase.open is None and phrase.last is None and phrase.lasts is None:
        if "span_end" in kinds:
            at += 1
            kinds = r.kinds(at)
        word = r.token(at).word
        if r.chinese_word(at):
            for kind, side in (("before", "start"), ("after", "end"), ("since", "end")):
                if kind in kinds:
                    whole = kind == "since" or word[0] in "或及"
                    return replace(phrase, open=side, whole=whole, why=f"{word} behind a time"), at + 1
        if "orlater" in kinds or "orearlier" in kinds:
            side = "end" if "orlater" in kinds else "start"
            return replace(phrase, open=side, whole=True), at + 1
    if phrase.lasts is None and phrase.last is None and r.token(at).word == "for" and kinds and phrase.open != "start":
        length = duration_at(r, at + 1) if r.kinds(at + 1) else None
        if length:
            return replace(phrase, lasts=length[0], open=None), length[1]
    return phrase, at


# ── spans ───────────────────────────────────────────────────────────────────────────────────────────────────
def _span_at(r: Reader, at: int) -> tuple[Phrase, int] | None:
    """last 3 months, next five days, 近两周, 未来三天, 三天内, within 5 days, 3 days from today"""
    kinds = r.token(at).kinds
    place = at + ("the" in kinds)
    if place > at:
        kinds = r.kinds(place)
    if "over" in kinds or "within" in kinds:
        return _within(r, place)
    side = kinds.get("rel") if not r.chinese or "span" not in kinds else kinds.get("span")
    side = kinds.get("span") if side is None else side
    if isinstance(side, int) and side != 0 and r.kinds(place + 1):
        found = _length_behind(r, place + 1)
        if found and abs(side) == 1:
            rolling = r.token(place).word[0] in "近最过未今接往随" or (r.token(place).word in ("后", "前") and not found[0].is_fine and False)
            return _units(r, found[0], side, rolling=rolling), found[1]
    length = duration_at(r, at)
    if length and "within" in r.kinds(length[1]):
        end = moved(r.now if length[0].is_fine else r.today, length[0], 1)
        return _between_days(r, r.now if length[0].is_fine else r.today, end), length[1] + 1
    return None


def _length_behind(r: Reader, at: int) -> tuple[Duration, int] | None:
    length = duration_at(r, at)
    if length or "half" in r.token(at).kinds:
        return length
    return None


def _within(r: Reader, at: int) -> tuple[Phrase, int] | None:
    """within [the next] 5 days, over the last two weeks"""
    kinds = r.token(at).kinds
    place = at + 1
    while r.kinds(place).keys() & {"the", "rel"} and place < at + 3:
        place += 1
    sign = kinds.get("over", 1)
    length = duration_at(r, place) if r.kinds(place) else None
    if length is None and r.kinds(place - 1).get("rel") == 1 and "unit" in r.kinds(place):
        length = _unit_and_more(r, place)
    if length is None:
        return None
    start = r.now if length[0].is_fine else r.today
    end = moved(start, length[0], 1 if sign == 1 else -1)
    return (_between_days(r, start, end) if sign == 1 else _between_days(r, end, start)), length[1]


def _unit_and_more(r: Reader, at: int) -> tuple[Duration, int] | None:
    """[within the next] day and 5 hours"""
    more = duration_at(r, at + 2) if "and" in r.kinds(at + 1) else None
    first = ((r.now and __import__("decimal").Decimal(1)), str(r.token(at).kinds["unit"]))
    return (Duration((first, *more[0].parts)), more[1]) if more else (Duration((first,)), at + 1)


def _between_days(r: Reader, start: object, end: object) -> Phrase:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return Phrase(Time(moments=(start, end)), why="span of hours")
    first = start if not isinstance(start, datetime) else start.date()
    last = end if not isinstance(end, datetime) else end.date()
    return Phrase(Time(day=Fixed(first or r.today, last or r.today, Grain.WEEK)), why="span of days")  # type: ignore[arg-type]


def _units(r: Reader, length: Duration, side: int, *, rolling: bool) -> Phrase:
    """The last or next so many whole units; ``rolling`` counts days from today."""
    count, unit = length.parts[0]
    if length.is_fine:
        end = moved(r.now, length, side)
        return _between_days(r, *((r.now, end) if side > 0 else (end, r.now)))
    whole = len(length.parts) == 1 and count == int(count) and unit in ("day", "week", "month", "quarter", "year", "workday")
    if rolling or not whole:
        end = moved(r.today, length, side)
        return _between_days(r, *((r.today, end) if side > 0 else (end, r.today)))
    here = cycles.unit_days(unit, r.today)
    anchor = here[0] if here else r.today
    first = cycles.shifted(anchor, unit, 1 if side > 0 else -int(count))
    last_unit = cycles.shifted(anchor, unit, int(count) if side > 0 else -1)
    last = cycles.unit_days(unit, last_unit) if last_unit else None
    days = (first or r.today, last[1] if last else r.today)
    return Phrase(Time(day=Fixed(*days, GRAINS[unit] if count == 1 else Grain.WEEK)), why="whole units")


# ── ranges ──────────────────────────────────────────────────────────────────────────────────────────────────
def _range_at(r: Reader, at: int) -> tuple[Phrase, int] | None:
    """from A to B, between A and B, A - B, A 到 B, A 与 B 之间"""
    kinds = r.token(at).kinds
    opening = "from" if "from" in kinds or ("since" in kinds and not r.chinese) else "between" if "between" in kinds else ""
    start = at + 1 if opening else at
    if opening and not r.kinds(start):
        return None
    first = _end_at(r, start, cued=bool(opening), closing=opening == "between")
    if first is None:
        return None
    phrase = _second(r, *first, opening, start)
    if phrase is None:
        return None
    return _with_day(r, *phrase)


def _end_at(r: Reader, at: int, *, cued: bool, closing: bool) -> tuple[Time | int, int] | None:
    """One end of a range: a time, or a bare number that the other end explains."""
    found = point_at(r, at, cued=cued)
    if "now" in r.token(at).kinds:
        return Time(moments=(r.now, r.now)), at + 1
    if found:
        return found
    place = at + ("the" in r.token(at).kinds)
    number = r.number(place)
    if number is None:
        number_kind = r.token(place).kinds.get("ord")
        number = number_kind if isinstance(number_kind, int) else None
    if number is None or r.token(place).scaled or not 0 <= number <= 2100:
        return None
    return number, place + 1


def _second(r: Reader, first: Time | int, at: int, opening: str, start: int) -> tuple[Phrase, int] | None:
    kinds = r.kinds(at)
    joint = "to" in kinds or "until" in kinds or (opening == "between" and "and" in kinds) or (r.chinese and "and" in kinds)
    if not joint or not r.kinds(at + 1):
        return None
    if isinstance(first, int) and not opening and r.kinds(at - 1).keys() & {"code"}:
        return None
    second = _end_at(r, at + 1, cued=True, closing=False)
    if second is None:
        return None
    last, after = second
    chinese_and = "and" in kinds and r.chinese and opening != "between"
    if chinese_and and "span_end" not in r.kinds(after):
        return None
    if "span_end" in r.kinds(after):
        after += 1
    both = _explained(r, first, last, start, at + 1)
    return (Phrase(both[0], both[1], why="range"), after) if both else None


def _explained(r: Reader, first: Time | int, last: Time | int, start: int, second: int) -> tuple[Time, Time] | None:
    """Both ends as times: a bare number is an hour beside a clock, a day of the month beside a date, else a year."""
    if isinstance(first, int) and isinstance(last, int):
        years = r.year(start), r.year(second)
        if years[0] and years[1] and r.token(start).digits == 4:
            return Time(day=_year(years[0])), Time(day=_year(years[1]))
        return None
    if isinstance(first, int):
        time = _like(r, first, last, start) if isinstance(last, Time) else None
        return (time, last) if time and isinstance(last, Time) else None
    if isinstance(last, int):
        time = _like(r, last, first, second)
        return (first, time) if time else None
    return (first, last)


def _like(r: Reader, number: int, model: Time, at: int) -> Time | None:
    if r.year(at) and r.token(at).digits == 4:
        return Time(day=_year(number)) if model.day else None
    if model.clock or model.moments:
        found = clock_at(r, at, cued=True)
        return Time(clock=found[0]) if found else None
    if model.day and model.day.grain is Grain.DAY and 1 <= number <= 31:
        return Time(day=Monthly(lambda year, month: cycles.day(year, month, number)))
    return None


def _year(number: int) -> Fixed:
    days = cycles.year(number)
    return Fixed(*days, Grain.YEAR) if days else Fixed(*(cycles.year(2000) or ()), Grain.YEAR)


def _with_day(r: Reader, phrase: Phrase, at: int) -> tuple[Phrase, int]:
    """from 3 to 8pm yesterday, 2-4pm on the 17th: a day behind a range of hours"""
    if phrase.first.day or phrase.last is None or not (phrase.first.clock or phrase.last.clock) or phrase.last.day:
        return phrase, at
    place = at
    while r.kinds(place).keys() & {"on", ",", "of", "in", "the"} and place < at + 2:
        place += 1
    found = point_at(r, place, cued=True) if r.kinds(place) else None
    if found is None or found[0].clock or not (found[0].day or found[0].part):
        return phrase, at
    first = merged(phrase.first, found[0], r)
    last = merged(phrase.last, replace(found[0], day=None), r) or phrase.last
    return (replace(phrase, first=first, last=last), found[1]) if first else (phrase, at)


def _with_hours(r: Reader, time: Time, at: int) -> tuple[Phrase, int]:
    """tomorrow between 2 and 4pm, Monday 8 to 9, Thursday from 9:30 until 11:00: hours behind a day"""
    if time.clock or time.moments or time.day is None or time.day.grain not in (Grain.DAY, Grain.DAY_PART):
        return Phrase(time), at
    place = at
    while r.kinds(place).keys() & {",", "at", "on"} and place < at + 2:
        place += 1
    if not r.kinds(place):
        return Phrase(time), at
    found = _range_at(r, place) or _bare_hours(r, place)
    if found is None:
        return Phrase(time), at
    hours, after = found
    if hours.first.day or hours.last is None or hours.last.day or not (hours.first.clock and hours.last.clock):
        return Phrase(time), at
    first = merged(time, hours.first, r)
    return (replace(hours, first=first), after) if first else (Phrase(time), at)


def _bare_hours(r: Reader, at: int) -> tuple[Phrase, int] | None:
    """10-4, from 3 to 5 behind a day"""
    place = at + ("from" in r.token(at).kinds or "between" in r.token(at).kinds)
    if NUMBER not in r.token(place).kinds or not r.kinds(place + 1).keys() & {"to", "and", "until"} or NUMBER not in r.kinds(place + 2):
        return None
    first, last = clock_at(r, place, cued=True), clock_at(r, place + 2, cued=True)
    return (Phrase(Time(clock=first[0]), Time(clock=last[0]), why="hours"), last[1]) if first and last else None
