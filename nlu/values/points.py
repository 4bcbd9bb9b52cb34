"""One point or period in time, put together from its pieces: tomorrow at 3pm, 下周三下午三点."""

from typing import Final

from nlu.patterns import pattern
from nlu.types import Grain
from nlu.values import cycles
from nlu.values.almanac import day_of_month, spoken_year, whole_year
from nlu.values.certain import DOUBTFUL_DAYS, is_certain
from nlu.values.clock import clock_at
from nlu.values.counted import counted_at
from nlu.values.cycles import Fixed
from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader
from nlu.values.rules import DATE_RULES
from nlu.values.times import Time, merged

__all__ = ["PIECE_STARTS", "piece_at", "point_at"]

# Words that may stand between the pieces of one time.
_PREFIXES: Final = frozenset({"by", "before", "until", "after", "since", "thru"})
_FILLERS: Final = frozenset({"at", "on", "in", "the", "of", ",", "for", "-", "(", "'", ")", "about"})
# Kinds of tokens that a piece of a time may begin with.
PIECE_STARTS: Final = frozenset(DATE_RULES) | {
    "clock", "noon", NUMBER, "half", "article", "unit", "daypart", "tonight", "part", "early", "late", "eod",
    "end", "the", "in",
    "couple", "about", "passing",
}  # fmt: skip
# Behind a number these say that something is counted.
_COUNTED: Final = frozenset({"unit", "measure", "cur", "percent", "scale", "ampm", "minor", NUMBER, "hundred"})
_MAX_FILLERS: Final = 3
_MAX_PIECES: Final = 6


def point_at(r: Reader, at: int, *, cued: bool = False) -> tuple[Time, int] | None:
    """The time at a place, with prepositions before it and between its pieces."""
    key = at, cued
    if key not in r.points:
        r.points[key] = _read_point(r, at, cued=cued)
    found: tuple[Time, int] | None = r.points[key]
    return found


def _read_point(r: Reader, at: int, *, cued: bool) -> tuple[Time, int] | None:
    if "in" in r.tokens[at].kinds and (counted := counted_at(r, at)):
        return _joined(r, *counted)
    start, leading = at, 0
    while (
        leading < 2
        and r.tokens[at].kinds.keys() & {"on", "at", "in", "of", "for", "during"}
        and r.kinds[at + 1]
        and not r.chinese_word(at)
    ):
        at, leading = at + 1, leading + 1
    cue = cued or leading > 0
    hour_cue = leading > 0 and "at" in r.tokens[at - 1].kinds
    found = piece_at(r, at, cued=cue, hour=hour_cue)
    if found is None and (cue or r.kinds[at + 1].keys() & {"orlater", "orearlier"}):
        found = _bare_day(r, at)
    if found is None or (leading and found[0].moments and found[1] == start):
        return None
    return _joined(r, *found)


def _joined(r: Reader, time: Time, at: int) -> tuple[Time, int]:
    """The time with all the pieces that follow."""
    for _ in range(_MAX_PIECES if r.kinds[at] else 0):
        longer = _next_piece(r, time, at)
        if longer is None:
            break
        time, at = longer
    return time, at


def _next_piece(r: Reader, time: Time, at: int) -> tuple[Time, int] | None:
    """The time joined with the piece that follows, past fillers."""
    place = at
    for _ in range(_MAX_FILLERS + 1):
        if not r.kinds[place]:
            return None
        hour = bool(r.kinds[place - 1].keys() & {"at", "about"}) and place > at
        found = piece_at(r, place, cued=True, hour=hour) or (_bare_day(r, place) if place > at else None)
        if found and "-" in r.kinds[place - 1] and place > at and (time.clock or not found[0].clock):
            return None  # a dash before a day is the middle of a range
        if found is None and time.day and "ampm" in r.kinds[place] and place == at:
            found = Time(part="afternoon" if r.kinds[place]["ampm"] else "morning"), place + 1
        both = merged(time, found[0], r) if found else None
        if found and both:
            return both, found[1]
        if not r.kinds[place].keys() & _FILLERS and not ("from" in r.kinds[place] and "rel" in r.kinds[place + 1]):
            return None
        place += 1
    return None


def piece_at(r: Reader, at: int, *, cued: bool, hour: bool = False) -> tuple[Time, int] | None:
    """The longest single piece at a place: a date, a clock, a part of the day, a length of time from now."""
    if r.tokens[at].kinds.keys().isdisjoint(PIECE_STARTS):
        return None
    key = at, cued, hour
    if key not in r.pieces:
        r.pieces[key] = _read_piece(r, at, cued=cued, hour=hour)
    found: tuple[Time, int] | None = r.pieces[key]
    return found


def _read_piece(r: Reader, at: int, *, cued: bool, hour: bool) -> tuple[Time, int] | None:
    if dotted := _dotted_behind_day(r, at):
        return dotted
    best: tuple[Time, int] | None = None
    date_found = r.date(at)
    if (
        date_found
        and "the" in r.tokens[at].kinds
        and date_found[1] == at + 2
        and r.tokens[at + 1].word in DOUBTFUL_DAYS
    ):
        date_found = None  # in the sun
    if date_found and (cued or is_certain(r, at, date_found[1])):
        best = Time(day=date_found[0]), date_found[1]
    clock = clock_at(r, at, cued=hour or _leads_part(r, at))
    if clock and (best is None or clock[1] > best[1]):
        best = Time(clock=clock[0]), clock[1]
    for reader in (_part_at, counted_at):
        found = reader(r, at)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best


_EACH: Final = pattern(r" ?(?:each|per|apiece|a |an |/|kg|km|m\b|[\u4e00-\u9fff]?每)")


def _dotted_behind_day(r: Reader, at: int) -> tuple[Time, int] | None:
    """tmrw 8.30, 明天9.30: what would be a price or a date elsewhere."""
    if not (r.kinds[at] and r.tokens[at - 1].kinds.keys() & {"dayrel", "wday", "tonight"}):
        return None
    if "." not in r.tokens[at].word or r.tokens[at].scaled or r.kinds[at + 1].keys() & _COUNTED:
        return None
    if _EACH.match(r.text, r.tokens[at].end):
        return None
    clock = clock_at(r, at, cued=True)
    return (Time(clock=clock[0]), clock[1]) if clock else None


def _leads_part(r: Reader, at: int) -> bool:
    """8 this evening, 9 tomorrow evening: a bare hour before a part of the day."""
    if r.chinese or NUMBER not in r.tokens[at].kinds:
        return False
    kinds = r.kinds[at + 1]
    if NUMBER in kinds and not r.tokens[at + 1].digits:  # six thirty in the evening
        at += 1
        kinds = r.kinds[at + 1]
    if "," in kinds and "rel" in r.kinds[at + 2] and "part" in r.kinds[at + 3]:  # 7, this morning
        return True
    if "at" in kinds and "part" in r.kinds[at + 2]:  # 9 at night
        return True
    if "in" in kinds and (r.kinds[at + 2].keys() | r.kinds[at + 3].keys()) & {"part"}:
        return "the" in r.kinds[at + 2] or "part" in r.kinds[at + 2]
    if r.is_named(at):  # building 4 this afternoon
        return False
    if r.kinds[at] and r.tokens[at - 1].kinds.keys() & _PREFIXES and _day_behind(r, at + 1):
        return True
    return "tonight" in kinds or (bool(kinds.keys() & {"rel", "dayrel"}) and "part" in r.kinds[at + 2])


def _day_behind(r: Reader, at: int) -> bool:
    """by 5 |tomorrow|, before 9 |on Monday|"""
    return bool(r.kinds[at + ("on" in r.kinds[at])].keys() & {"dayrel", "wday", "tonight"})


def _bare_day(r: Reader, at: int) -> tuple[Time, int] | None:
    """on 15, for the 27: a day of the month at the end of a clause"""
    place = at + ("the" in r.tokens[at].kinds)
    number = r.number(place)
    if place == at and "in" in r.tokens[at - 1].kinds and (spoken := spoken_year(r, at)):
        return Time(day=whole_year(spoken)), at + 2
    if place == at and (year := r.year(at)) and not r.chinese and not r.kinds[at + 1].keys() & _COUNTED:
        return (Time(day=whole_year(year)), at + 1) if year >= 1950 else None
    if (
        number is None
        and "ord" in r.kinds[place]
        and place > at
        and "on" in r.tokens[at - 1].kinds
        and r.ends_clause(place)
    ):
        day = day_of_month(int(str(r.kinds[place]["ord"])))
        return (Time(day=day), place + 1) if day else None
    if number is None or not 1 <= number <= 31 or r.tokens[place].scaled or r.tokens[place].digits == 0 or r.chinese:
        return None
    if place == at and "on" not in r.tokens[at - 1].kinds:
        return None
    if not r.ends_clause(place) and not r.kinds[place + 1].keys() & {"between", "at", "from"}:
        return None
    return Time(day=day_of_month(number)), place + 1


# ── parts of the day ────────────────────────────────────────────────────────────────────────────────────────
def _part_at(r: Reader, at: int) -> tuple[Time, int] | None:
    """下午, in the morning, this afternoon, last night, 今晚, tonight"""
    kinds = r.tokens[at].kinds
    if "daypart" in kinds:
        value = kinds["daypart"]
        away, part = value if isinstance(value, tuple) else (0, "")
        return Time(day=_day(r, away), part=part), at + 1
    if "tonight" in kinds:
        return Time(day=_day(r, 0), part="evening"), at + 1
    if "part" in kinds:
        return Time(part=str(kinds["part"])), at + 1
    if kinds.keys() & {"early", "late"} and (r.kinds[at + 1].keys() & {"part", "tonight", "rel", "dayrel", "in", "-"}):
        place = at + 1
        while r.kinds[place].keys() & {"in", "the", "-"} and place < at + 4:
            place += 1
        found = _part_at(r, place)
        return found if found and found[0].part else None
    if kinds.get("rel") == 0 and "ampm" in r.kinds[at + 1]:  # this am
        return Time(day=_day(r, 0), part="afternoon" if r.kinds[at + 1]["ampm"] else "morning"), at + 2
    if "rel" in kinds and "part" in r.kinds[at + 1]:
        away = int(str(kinds["rel"]))
        return Time(day=_day(r, away), part=str(r.kinds[at + 1]["part"])), at + 2
    if kinds.get("eod") == "day":
        return Time(part="eod" if r.chinese_word(at) else "day_end"), at + 1
    if "end" in kinds and "of" in r.kinds[at + 1] and r.kinds[at + 2].keys() & {"dayrel", "wday"}:  # the end of today
        ended = r.date(at + 2)
        return (Time(day=ended[0], part="day_end"), ended[1]) if ended else None
    if "the" in kinds and r.kinds[at + 1].keys() & {"part", "early", "late", "end", "eod"}:
        return _part_at(r, at + 1)
    return None


def _day(r: Reader, away: int) -> Fixed:
    day = cycles.shifted(r.today, "day", away) or r.today
    return Fixed(day, day, Grain.DAY)
