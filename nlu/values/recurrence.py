"""Times that come again: 每周一, 每月5号, 每天早上9点, every Monday, every two weeks, daily."""

from dataclasses import replace
from typing import Final

from nlu.types import Grain, Reading, Value
from nlu.values import cycles
from nlu.values.cycles import Monthly, Weekly, Yearly
from nlu.values.durations import duration_at
from nlu.values.lexicon import NUMBER
from nlu.values.points import piece_at
from nlu.values.ranges import Phrase
from nlu.values.reader import Reader
from nlu.values.resolve import resolved
from nlu.values.times import Time, merged

__all__ = ["recurrence_at"]

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCY: Final = {
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
    "hour": "HOURLY",
    "quarter": "MONTHLY;INTERVAL=3",
}


def recurrence_at(r: Reader, at: int) -> tuple[Value | None, int] | None:
    """The recurrence that begins at a place; its ``future`` is the next time."""
    kinds = r.token(at).kinds
    if "freq" in kinds:
        return _made(r, f"FREQ={kinds['freq']}", None, at, at + 1)
    if "every" not in kinds or not r.kinds(at + 1):
        return None
    found = _rule(r, at + 1)
    if found is None:
        return None
    rule, time, after = found
    return _made(r, rule, *_with_clock(r, time, after, at), swap=True)


def _rule(r: Reader, at: int) -> tuple[str, Time | None, int] | None:
    """The RRULE of what stands behind "every", the first time of it, the place behind."""
    kinds = r.kinds(at)
    if "wday" in kinds:
        weekday = int(str(kinds["wday"]))
        return f"FREQ=WEEKLY;BYDAY={_DAYS[weekday]}", Time(day=Weekly(weekday)), at + 1
    if kinds.get("unit") == "workday":
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", None, at + 1
    if "part" in kinds:
        return "FREQ=DAILY", Time(part=str(kinds["part"])), at + 1
    if "monthunit" in kinds:
        return _monthly(r, at + 1)
    if unit := _FREQUENCY.get(str(kinds.get("unit"))):
        if kinds["unit"] == "month":
            return _monthly(r, at + 1)
        return f"FREQ={unit}", None, at + 1
    length = duration_at(r, at)
    if length and length[0].unit in _FREQUENCY and len(length[0].parts) == 1:
        count = int(length[0].parts[0][0])
        rule = f"FREQ={_FREQUENCY[length[0].unit].partition(';')[0]}" + (f";INTERVAL={count}" if count > 1 else "")
        return rule, None, length[1]
    found = piece_at(r, at, cued=True)
    if found and isinstance(found[0].day, Yearly | Monthly):
        return ("FREQ=YEARLY" if isinstance(found[0].day, Yearly) else "FREQ=MONTHLY"), found[0], found[1]
    return None


def _monthly(r: Reader, at: int) -> tuple[str, Time | None, int]:
    """每月5号"""
    number = r.number(at) if NUMBER in r.kinds(at) else None
    if number and 1 <= number <= 31 and "dayunit" in r.kinds(at + 1):
        day = Monthly(lambda year, month: cycles.day(year, month, number))
        return f"FREQ=MONTHLY;BYMONTHDAY={number}", Time(day=day), at + 2
    return "FREQ=MONTHLY", None, at


def _with_clock(r: Reader, time: Time | None, after: int, at: int) -> tuple[Time | None, int, int]:
    """A time of day behind it: 每天早上9点, every Monday at 10am"""
    for _ in range(2):
        place = after + ("at" in r.kinds(after))
        found = piece_at(r, place, cued=True, hour=place > after) if r.kinds(place) else None
        if found is None or found[0].day or not (found[0].clock or found[0].part):
            break
        both = merged(time or Time(), found[0], r)
        if both is None:
            break
        time, after = both, found[1]
    return time, at, after


def _made(r: Reader, rule: str, time: Time | None, at: int, after: int, *, swap: bool = False) -> tuple[Value, int]:
    del swap
    if time and time.clock:  # 8:30 is in the morning every day, whatever time it is now
        clock = replace(time.clock.likely(), sure=True)
        time = replace(time, clock=clock)
        rule += f";BYHOUR={clock.hour};BYMINUTE={clock.minute}"
    read = resolved(Phrase(time), r.now) if time else None
    future: Reading | None = read[3] if read else None
    start, end = r.plain.span(r.tokens[at].start, r.tokens[after - 1].end)
    value = Value(
        "recurrence", start, end, r.plain.source[start:end], Grain.DAY, future=future, every=rule, why="comes again"
    )
    return value, after
