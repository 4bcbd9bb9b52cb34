"""Ranges between two times, and hours with their day: 周三到周五, between 3 and 5pm, tomorrow 10-4."""

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from nlu.patterns import pattern
from nlu.types import Grain
from nlu.values.almanac import day_of_month, whole_year
from nlu.values.clock import clock_at
from nlu.values.cycles import Fixed, Mapped, Monthly, Within, Yearly
from nlu.values.durations import Duration, duration_at
from nlu.values.lexicon import NUMBER
from nlu.values.points import point_at
from nlu.values.reader import Reader
from nlu.values.times import Time, merged

__all__ = ["PREFIXES", "FoundPhrase", "Phrase", "day_first", "range_at"]

Open: TypeAlias = Literal["start", "end"]


@dataclass(slots=True)
class Phrase:
    """A time, or a range with ``last``. ``open`` leaves one end without limit; ``whole`` says that the end (or start)
    named belongs to it (或之前, no later than); ``lasts`` is a length that follows (for 10 days);
    ``past`` looks back."""

    first: Time
    last: Time | None = None
    open: Open | None = None
    whole: bool = False
    lasts: Duration | None = None
    past: bool = False
    why: str = "time"

    @property
    def is_plain(self) -> bool:
        """One time and nothing else."""
        return self.last is None and self.open is None and self.lasts is None


FoundPhrase: TypeAlias = tuple[Phrase, int]

# word before a time → which end is open, whether the time itself belongs to it
PREFIXES: Final[dict[str, tuple[Open, bool]]] = {
    "by": ("start", True), "before": ("start", False), "until": ("start", False), "after": ("end", False),
    "since": ("end", True), "thru": ("start", True),
}  # fmt: skip


# the meeting was moved |from Friday to Monday|: two days, and nothing between them
_MOVED: Final = pattern(
    r"\b(?:moved?|moving|mvd|push(?:ed)?|bump(?:ed)?|shift(?:ed)?|slip(?:ped|s)?|reschedul\w+|postponed?|changed?) "
    r"(?:[\w@'.&/-]+ ){0,4}$"
)


def range_at(r: Reader, at: int) -> FoundPhrase | None:
    """from A to B, between A and B, A - B, A 到 B, A 与 B 之间"""
    kinds = r.tokens[at].kinds
    opening = "between" if "between" in kinds else "from" if kinds.keys() & {"from", "since"} else ""
    if "of" in r.kinds[at + 1] and not r.chinese:
        return None
    start = at + 1 if opening else at
    if opening and (not r.kinds[start] or (opening == "from" and _MOVED.search(r.text[: r.tokens[at].start][-60:]))):
        return None
    if not opening and "from" in r.tokens[at - 1].kinds and _MOVED.search(r.text[: r.tokens[at - 1].start][-60:]):
        return None
    first = _end_at(r, start, cued=bool(opening))
    if first is None:
        return None
    if "code" in r.kinds[first[1]]:
        return None
    found = _second(r, *first, opening, start)
    return _with_day(r, *found) if found else _open_from(r, opening, *first, at)


def _open_from(r: Reader, opening: str, first: Time | int, after: int, at: int) -> FoundPhrase | None:
    """from 18 Dec for 10 days; 从5月起 is left to the word behind it"""
    if opening != "from" or not isinstance(first, Time) or (r.chinese_word(at) and "since" not in r.kinds[after]):
        return None
    if r.tokens[after].word == "on" and r.kinds[after] and r.ends_clause(after):  # from 2010 on
        return Phrase(first, open="end", whole=True, why="from a time on"), after + 1
    return Phrase(first, why="from a time"), after


def _end_at(r: Reader, at: int, *, cued: bool) -> tuple[Time | int, int] | None:
    """One end of a range: a time, or a bare number that the other end explains."""
    if "now" in r.tokens[at].kinds:
        return Time(moments=(r.now, r.now)), at + 1
    found = point_at(r, at, cued=cued)
    if found:
        return found
    present = at + ("the" in r.tokens[at].kinds)
    if "present" in r.tokens[present].kinds and cued and r.tokens[at - 1].kinds.keys() & {"to", "until"}:
        return Time(day=Fixed(r.today, r.today, Grain.DAY)), present + 1
    place = at + ("the" in r.tokens[at].kinds)
    token = r.tokens[place]
    if place > at and token.gap == 2:
        return None
    value = token.kinds.get("ord", token.kinds.get(NUMBER))
    if value is None or (token.scaled and not r.year(place)) or not 0 <= int(str(value).split(".")[0]) <= 2100:
        return None
    return int(str(value).split(".")[0]), place + 1


def _second(r: Reader, first: Time | int, at: int, opening: str, start: int) -> FoundPhrase | None:
    """The range whose first end stands before ``at``."""
    if "to" in r.kinds[at + 1] and r.tokens[at].word in ("through", "thru"):
        at += 1
    kinds = r.kinds[at]
    chinese_and = r.chinese and "and" in kinds and opening != "between"
    joined = kinds.keys() & {"to", "until"} or (opening == "between" and "and" in kinds) or chinese_and
    if not joined or not r.kinds[at + 1]:
        return None
    if isinstance(first, int) and _counts(r, start, at):
        return None
    found = _end_at(r, at + 1, cued=True)
    if found is None or (chinese_and and "span_end" not in r.kinds[found[1]]):
        return None
    last, after = found
    if isinstance(last, Time) and "begin" in r.kinds[at + 1 + ("the" in r.kinds[at + 1])]:
        last = _its_first_day(last)
    ends = _explained(r, first, last, start, at + 1)
    if (
        ends is None
        and isinstance(first, int)
        and isinstance(last, int)
        and (days := _days_of_period(r, first, last, after))
    ):
        return days
    day_place = after + ("on" in r.kinds[after])
    if ends is None and (opening or day_place > after or r.kinds[day_place].keys() & {"dayrel", "wday"}):
        ends = _hours_of_day(r, start, at + 1, after)
    if ends is None:
        return None
    ends, after = _in_year_behind(r, *ends, after)
    return Phrase(*day_first(r, *ends), why="range"), after + ("span_end" in r.kinds[after])


def _counts(r: Reader, start: int, at: int) -> bool:
    """2-3 days ago, second to last Friday: no two ends of a range"""
    length = duration_at(r, start)
    return r.tokens[at + 1].word == "last" or (length is not None and length[1] > at)


def _its_first_day(time: Time) -> Time:
    """Where a range ends that goes to |the start of| a month: on its first day."""
    return replace(time, day=Mapped(time.day, lambda days: (days[0], days[0]), Grain.DAY)) if time.day else time


def _in_year_behind(r: Reader, first: Time, last: Time, at: int) -> tuple[tuple[Time, Time], int]:
    """April 22-25, 2017: the year behind the range belongs to its month"""
    place = at + ("," in r.kinds[at])
    year = r.year(place) if r.kinds[place] and r.tokens[place].digits == 4 else None
    if year is None or not isinstance(first.day, Yearly) or not isinstance(last.day, Monthly):
        return (first, last), at
    return (replace(first, day=Within(first.day, whole_year(year))), last), place + 1


def day_first(r: Reader, first: Time, last: Time) -> tuple[Time, Time]:
    """10am to 12pm Monday: the day behind belongs to both hours."""
    if r.chinese or first.day or first.clock is None or last.day is None or last.clock is None:
        return first, last  # in Chinese the day stands before its hour
    dated = merged(first, replace(last, clock=None), r)
    return (dated, replace(last, day=None)) if dated else (first, last)


def _explained(r: Reader, first: Time | int, last: Time | int, start: int, second: int) -> tuple[Time, Time] | None:
    """Both ends as times: a bare number is an hour beside a clock, a day of the month beside a date, else a year."""
    if isinstance(first, int) and isinstance(last, int):
        if r.year(start) and r.year(second) and r.tokens[start].digits == 4:
            return Time(day=whole_year(first)), Time(day=whole_year(last))
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
    place = at + bool(r.kinds[at].keys() & {"of", "in"})
    month = r.date(place) if r.kinds[place] else None
    if month is None or month[0].grain is not Grain.MONTH or first > last:
        return None
    one, two = day_of_month(first), day_of_month(last)
    if one is None or two is None:
        return None
    ends = Time(day=Within(one, month[0])), Time(day=Within(two, month[0]))
    return Phrase(*ends, why="days of a month"), month[1]


def _hours_of_day(r: Reader, start: int, second: int, after: int) -> tuple[Time, Time] | None:
    """from 5 to 6 on 1 Jan: hours, because a day follows"""
    place = after + ("on" in r.kinds[after])
    day = point_at(r, place) if r.kinds[place] else None
    first, last = clock_at(r, start, cued=True), clock_at(r, second, cued=True)
    return (Time(clock=first[0]), Time(clock=last[0])) if day and day[0].day and first and last else None


def _like(r: Reader, number: int, model: Time, at: int) -> Time | None:
    """A bare number read like the time at the other end of its range."""
    if r.year(at) and r.tokens[at].digits == 4:
        return Time(day=whole_year(number)) if model.day or model.moments else None
    if model.clock or model.moments:
        found = clock_at(r, at, cued=True)
        return Time(clock=found[0]) if found else None
    day = day_of_month(number) if model.day and model.day.grain is Grain.DAY else None
    return Time(day=day) if day else None


def _with_day(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """from 3 to 8pm yesterday, 2-4pm on the 17th: a day behind a range of hours"""
    if phrase.first.day or phrase.last is None or not (phrase.first.clock or phrase.last.clock) or phrase.last.day:
        return phrase, at
    place = at
    while r.kinds[place].keys() & {"on", ",", "of", "in", "the"} and place < at + 2:
        place += 1
    found = point_at(r, place, cued=True) if r.kinds[place] else None
    if found is None or found[0].clock or not (found[0].day or found[0].part):
        return phrase, at
    first = merged(phrase.first, found[0], r)
    last = merged(phrase.last, replace(found[0], day=None), r) or phrase.last
    return (replace(phrase, first=first, last=last), found[1]) if first else (phrase, at)
