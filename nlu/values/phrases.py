"""Whole time expressions: ranges (周三到周五, between 3 and 5pm) and open ends (月底前, since Monday, after 5pm)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.clock import clock_at
from nlu.values.cycles import Expr, Fixed, Monthly, Weekly, Within, Yearly
from nlu.values.durations import Duration, duration_at, moved
from nlu.values.lexicon import NUMBER
from nlu.values.points import Time, merged, point_at
from nlu.values.reader import Reader
from nlu.values.spans import span_at

__all__ = ["Phrase", "phrase_at"]

Open: TypeAlias = Literal["start", "end"]


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

    @property
    def is_plain(self) -> bool:
        """One time and nothing else."""
        return self.last is None and self.open is None and self.lasts is None


FoundPhrase: TypeAlias = tuple[Phrase, int]

# word before a time → which end is open, whether the time itself belongs to it
_PREFIXES: Final[dict[str, tuple[Open, bool]]] = {
    "by": ("start", True), "before": ("start", False), "until": ("start", False), "after": ("end", False), "since": ("end", True),
}  # fmt: skip


def phrase_at(r: Reader, at: int) -> FoundPhrase | None:
    """The longest time expression that begins at a place."""
    kinds = r.token(at).kinds
    if "morethan" in kinds:
        return _more_than(r, at)
    prefix = next((kind for kind in _PREFIXES if kind in kinds), None)
    if prefix and not r.chinese_word(at) and r.kinds(at + 1) and "of" not in r.kinds(at + 1):
        found = _plain_at(r, at + 1, cued=True)
        if found and found[0].is_plain:
            time = found[0].first
            if not (time.day or time.clock or time.moments):  # after lunch
                return found[0], found[1]
            opened = replace(found[0], open=_PREFIXES[prefix][0], whole=_PREFIXES[prefix][1], why=f"{prefix} a time")
            return _but_before(r, opened, found[1])
        if found:
            return found
        if prefix == "after" and (later := _counted(r, at + 1)):
            return later
    return _plain_at(r, at, cued=False)


def _but_before(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """later than 3:30 but before 6pm [on Thursday]: a range of hours"""
    place = at + bool(r.kinds(at).keys() & {"but", "and"})
    if phrase.open != "end" or place == at or not phrase.first.clock or "before" not in r.kinds(place) or not r.kinds(place + 1):
        return phrase, at
    last = point_at(r, place + 1, cued=True)
    if last is None or not last[0].clock:
        return phrase, at
    return Phrase(*_day_first(r, phrase.first, last[0]), why="after and before"), last[1]


def _counted(r: Reader, at: int) -> FoundPhrase | None:
    """after 5 days: from then on"""
    found = duration_at(r, at)
    start = moved(r.now if found[0].is_fine else r.today, found[0], 1) if found else None
    if found is None or start is None or r.kinds(found[1]).keys() & {"of"}:
        return None
    if isinstance(start, datetime):
        return Phrase(Time(moments=(start, start)), open="end", why="after a length of time"), found[1]
    return Phrase(Time(day=Fixed(start, start, Grain.DAY)), open="end", why="after a length of time"), found[1]


def _more_than(r: Reader, at: int) -> FoundPhrase | None:
    """more than 2 days before yesterday: until then; more than 2 weeks after today: from then on"""
    found = point_at(r, at + 1) if r.kinds(at + 1) else None
    if found is None or not found[0].counted or found[0].day is None:
        return None
    days = found[0].day.at(r.today, forward=True)
    if days is None:
        return None
    return Phrase(found[0], open="end" if days[0] > r.today else "start", whole=True, why="more than a length of time"), found[1]


def _plain_at(r: Reader, at: int, *, cued: bool) -> FoundPhrase | None:
    if "now" in r.token(at).kinds and r.is_whole(at, at + 1):
        soon = r.token(at).word[0] == "a" and r.token(at).word[1] == "s"  # as soon as possible
        return Phrase(Time(moments=(r.now, r.now)), open="end" if soon else None, why="now"), at + 1
    best: FoundPhrase | None = None
    if best := _length_first(r, at):
        return best
    span = span_at(r, at)
    if span:
        best = Phrase(span[0], why="span"), span[1]
    point = point_at(r, at, cued=cued)
    ranged = _range_at(r, at) if _may_be_range(r, at, point[1] if point else at + 1) else None
    if ranged and (best is None or ranged[1] > best[1]):
        best = ranged
    if point and (best is None or point[1] > best[1]):
        best = _with_hours(r, *point)
    return _behind(r, *best) if best else None


def _length_first(r: Reader, at: int) -> FoundPhrase | None:
    """[for] 2 weeks starting May 20th, for 3 days from today"""
    start = at + (r.token(at).word == "for")
    length = duration_at(r, start) if start == at or r.kinds(start) else None
    if length is None or not r.kinds(length[1] + 1):
        return None
    kinds = r.kinds(length[1])
    if "since" not in kinds and not (start > at and "from" in kinds):
        return None
    place = length[1] + 1 + ("from" in r.kinds(length[1] + 1))
    base = point_at(r, place, cued=True) if r.kinds(place) else None
    if base is None or (length[0].is_fine and not base[0].clock):
        return None
    return Phrase(base[0], lasts=length[0], why="a length and a time"), base[1]


def _may_be_range(r: Reader, at: int, end: int) -> bool:
    """Whether a word that opens or joins a range stands where it must."""
    if r.token(at).kinds.keys() & {"from", "since", "between", "the", "now"}:
        return True
    return bool(r.kinds(end).keys() & {"to", "until", "and"})


# ── what may stand behind ───────────────────────────────────────────────────────────────────────────────────
def _behind(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """前, 之后, 以来, or later, for 10 days behind a time"""
    if not phrase.is_plain:
        return phrase, at
    at += "span_end" in r.kinds(at)
    kinds = r.kinds(at)
    if "orlater" in kinds or "orearlier" in kinds:
        return replace(phrase, open="end" if "orlater" in kinds else "start", whole=True, why="or later, or earlier"), at + 1
    if r.chinese_word(at):
        return _chinese_open(r, phrase, at)
    if r.token(at).word == "for" and kinds:
        length = duration_at(r, at + 1) if r.kinds(at + 1) else None
        if length and not (length[0].is_fine and not phrase.first.clock):
            return replace(phrase, lasts=length[0], why="a time and a length"), length[1]
    return phrase, at


def _chinese_open(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    kinds, word = r.kinds(at), r.token(at).word
    for kind, side in (("before", "start"), ("since", "end"), ("after", "end")):
        if kind in kinds:
            opened = replace(phrase, open="start" if side == "start" else "end", why=f"{word} behind a time")
            opened = replace(opened, whole=kind == "since" or word[0] in "或及")
            return _closed(r, opened, at + 1) if side == "end" else (opened, at + 1)
    return phrase, at


def _closed(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """2010年之后2018年之前: two open ends make a range"""
    found = point_at(r, at) if r.glued(at) else None
    if found is None or "before" not in r.kinds(found[1]) or found[0].clock or phrase.first.clock:
        return phrase, at
    first = Time(day=phrase.first.day and _first_day(phrase.first.day))
    return replace(phrase, first=first, last=Time(day=found[0].day and _first_day(found[0].day)), open=None), found[1] + 1


def _first_day(expr: Expr) -> Expr:
    return cycles.Mapped(expr, lambda days: (days[0], days[0]), Grain.DAY)


# ── ranges ──────────────────────────────────────────────────────────────────────────────────────────────────
def _range_at(r: Reader, at: int) -> FoundPhrase | None:
    """from A to B, between A and B, A - B, A 到 B, A 与 B 之间"""
    kinds = r.token(at).kinds
    opening = "between" if "between" in kinds else "from" if kinds.keys() & {"from", "since"} else ""
    if "of" in r.kinds(at + 1) and not r.chinese:
        return None
    start = at + 1 if opening else at
    if opening and not r.kinds(start):
        return None
    first = _end_at(r, start, cued=bool(opening))
    if first is None:
        return None
    if "code" in r.kinds(first[1]):
        return None
    found = _second(r, *first, opening, start)
    return _with_day(r, *found) if found else _open_from(r, opening, *first, at)


def _open_from(r: Reader, opening: str, first: Time | int, after: int, at: int) -> FoundPhrase | None:
    """from 18 Dec for 10 days; 从5月起 is left to the word behind it"""
    if opening != "from" or not isinstance(first, Time) or r.chinese_word(at) and "since" not in r.kinds(after):
        return None
    return Phrase(first, why="from a time"), after


def _end_at(r: Reader, at: int, *, cued: bool) -> tuple[Time | int, int] | None:
    """One end of a range: a time, or a bare number that the other end explains."""
    if "now" in r.token(at).kinds:
        return Time(moments=(r.now, r.now)), at + 1
    found = point_at(r, at, cued=cued)
    if found:
        return found
    place = at + ("the" in r.token(at).kinds)
    token = r.token(place)
    if place > at and token.gap == 2:
        return None
    value = token.kinds.get("ord", token.kinds.get(NUMBER))
    if value is None or token.scaled and not r.year(place) or not 0 <= int(str(value).split(".")[0]) <= 2100:
        return None
    return int(str(value).split(".")[0]), place + 1


def _second(r: Reader, first: Time | int, at: int, opening: str, start: int) -> FoundPhrase | None:
    """The range whose first end stands before ``at``."""
    kinds = r.kinds(at)
    chinese_and = r.chinese and "and" in kinds and opening != "between"
    joined = kinds.keys() & {"to", "until"} or (opening == "between" and "and" in kinds) or chinese_and
    if not joined or not r.kinds(at + 1):
        return None
    found = _end_at(r, at + 1, cued=True)
    if found is None or (chinese_and and "span_end" not in r.kinds(found[1])):
        return None
    last, after = found
    ends = _explained(r, first, last, start, at + 1)
    if ends is None and isinstance(first, int) and isinstance(last, int) and (found := _days_of_period(r, first, last, after)):
        return found
    if ends is None and (opening or r.kinds(after).keys() & {"dayrel", "wday"}):
        ends = _hours_of_day(r, start, at + 1, after)
    if ends is None:
        return None
    ends, after = _in_year_behind(r, *ends, after)
    return Phrase(*_day_first(r, *ends), why="range"), after + ("span_end" in r.kinds(after))


def _in_year_behind(r: Reader, first: Time, last: Time, at: int) -> tuple[tuple[Time, Time], int]:
    """April 22-25, 2017: the year behind the range belongs to its month"""
    place = at + ("," in r.kinds(at))
    year = r.year(place) if r.kinds(place) and r.token(place).digits == 4 else None
    if year is None or not isinstance(first.day, Yearly) or not isinstance(last.day, Monthly):
        return (first, last), at
    whole = _year(year)
    return ((replace(first, day=Within(first.day, whole)), last), place + 1) if whole else ((first, last), at)


def _day_first(r: Reader, first: Time, last: Time) -> tuple[Time, Time]:
    """10am to 12pm Monday: the day behind belongs to both hours."""
    if r.chinese or first.day or first.clock is None or last.day is None or last.clock is None:
        return first, last  # in Chinese the day stands before its hour
    dated = merged(first, replace(last, clock=None), r)
    return (dated, replace(last, day=None)) if dated else (first, last)


def _explained(r: Reader, first: Time | int, last: Time | int, start: int, second: int) -> tuple[Time, Time] | None:
    """Both ends as times: a bare number is an hour beside a clock, a day of the month beside a date, else a year."""
    if isinstance(first, int) and isinstance(last, int):
        if r.year(start) and r.year(second) and r.token(start).digits == 4:
            return Time(day=_year(first)), Time(day=_year(last))
        return None
    if isinstance(first, int):
        time = _like(r, first, last, start) if isinstance(last, Time) else None
        return (time, last) if time and isinstance(last, Time) else None
    if isinstance(last, int):
        time = _like(r, last, first, second)
        return (first, time) if time else None
    return first, last


def _days_of_period(r: Reader, first: int, last: int, at: int) -> FoundPhrase | None:
    """from 4 to 22 [of, in] this month: days, because a month follows"""
    place = at + bool(r.kinds(at).keys() & {"of", "in"})
    month = r.date(place) if r.kinds(place) else None
    if month is None or month[0].grain is not Grain.MONTH or not 1 <= first <= last <= 31:
        return None
    ends = [Within(Monthly(lambda y, m, d=day: cycles.day(y, m, d)), month[0]) for day in (first, last)]  # type: ignore[misc]
    return Phrase(Time(day=ends[0]), Time(day=ends[1]), why="days of a month"), month[1]


def _hours_of_day(r: Reader, start: int, second: int, after: int) -> tuple[Time, Time] | None:
    """from 5 to 6 on 1 Jan: hours, because a day follows"""
    place = after + ("on" in r.kinds(after))
    day = point_at(r, place) if r.kinds(place) else None
    first, last = clock_at(r, start, cued=True), clock_at(r, second, cued=True)
    return (Time(clock=first[0]), Time(clock=last[0])) if day and day[0].day and first and last else None


def _like(r: Reader, number: int, model: Time, at: int) -> Time | None:
    """A bare number read like the time at the other end of its range."""
    if r.year(at) and r.token(at).digits == 4:
        return Time(day=_year(number)) if model.day else None
    if model.clock or model.moments:
        found = clock_at(r, at, cued=True)
        return Time(clock=found[0]) if found else None
    if model.day and model.day.grain is Grain.DAY and 1 <= number <= 31:
        return Time(day=Monthly(lambda year, month: cycles.day(year, month, number)))
    return None


def _year(number: int) -> Expr | None:
    days = cycles.year(number)
    return Fixed(*days, Grain.YEAR) if days else None


# ── hours and their day ─────────────────────────────────────────────────────────────────────────────────────
def _with_day(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
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


def _with_hours(r: Reader, time: Time, at: int) -> FoundPhrase:
    """tomorrow between 2 and 4pm, Monday 8 to 9, 23/12 before 5pm; last week between Friday and Sunday"""
    place = at
    while r.kinds(place).keys() & {",", "at", "on"} and place < at + 2:
        place += 1
    if time.day is None or time.moments or time.clock or not r.kinds(place) or r.chinese_word(place) and "num" not in r.kinds(place):
        return Phrase(time), at
    if time.day.grain is Grain.WEEK:
        return _weekdays_in(r, time.day, place) or (Phrase(time), at)
    if time.day.grain not in (Grain.DAY, Grain.DAY_PART):
        return Phrase(time), at
    found = _open_hours(r, time, place) or _range_at(r, place) or _bare_hours(r, place)
    if found is None or (found[0].last is None and not found[0].open):
        return Phrase(time), at
    hours, after = found
    if hours.open:
        return found
    if hours.first.day or hours.last is None or hours.last.day or not (hours.first.clock and hours.last.clock):
        return Phrase(time), at
    first = merged(time, hours.first, r)
    return (replace(hours, first=first), after) if first else (Phrase(time), at)


def _open_hours(r: Reader, time: Time, at: int) -> FoundPhrase | None:
    """next Wednesday later than 10 in the morning"""
    prefix = next((kind for kind in _PREFIXES if kind in r.kinds(at)), None)
    found = point_at(r, at + 1, cued=True) if prefix and r.kinds(at + 1) else None
    if prefix and found is None and (clock := clock_at(r, at + 1, cued=True)):
        found = Time(clock=clock[0]), clock[1]
    if prefix is None or found is None or found[0].day or not found[0].clock:
        return None
    both = merged(time, found[0], r)
    side, whole = _PREFIXES[prefix]
    return (Phrase(both, open=side, whole=whole, why=f"{prefix} an hour"), found[1]) if both else None


def _weekdays_in(r: Reader, week: Expr, at: int) -> FoundPhrase | None:
    """last week between Friday and Sunday"""
    found = _range_at(r, at)
    if found is None or found[0].last is None:
        return None
    first, last = found[0].first.day, found[0].last.day
    if not isinstance(first, Weekly) or not isinstance(last, Weekly):
        return None
    return replace(found[0], first=Time(day=Within(first, week)), last=Time(day=Within(last, week))), found[1]


def _bare_hours(r: Reader, at: int) -> FoundPhrase | None:
    """10-4, from 3 to 5 behind a day"""
    place = at + bool(r.token(at).kinds.keys() & {"from", "between"})
    if NUMBER not in r.token(place).kinds or not r.kinds(place + 1).keys() & {"to", "and", "until"} or NUMBER not in r.kinds(place + 2):
        return None
    first, last = clock_at(r, place, cued=True), clock_at(r, place + 2, cued=True)
    return (Phrase(Time(clock=first[0]), Time(clock=last[0]), why="hours"), last[1]) if first and last else None
