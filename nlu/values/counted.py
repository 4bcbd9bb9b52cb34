"""Times counted from another: 三天后, 2 weeks ago, in 5 minutes, two days after tomorrow, three Fridays from now."""

from datetime import datetime, timedelta
from decimal import Decimal

from nlu.patterns import pattern
from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Fixed, Weekly
from nlu.values.durations import Duration, duration_at, moved
from nlu.values.reader import Reader
from nlu.values.times import Time

__all__ = ["counted_at"]

_HALF = pattern(r"[12]h ?(?:19|20)\d\d\b")  # in |1H 2018|: half of a year


def counted_at(r: Reader, at: int) -> tuple[Time, int] | None:
    """三天后, 2 weeks ago, in 5 minutes, two days after tomorrow, three fridays from now"""
    kinds = r.tokens[at].kinds
    if "in" in kinds and not r.chinese_word(at):
        found = duration_at(r, at + 1) if r.kinds[at + 1] else None
        if found is None or _HALF.match(r.text, r.tokens[at + 1].start):
            return None
        from_now = "from" in r.kinds[found[1]] and "now" in r.kinds[found[1] + 1]
        return _from(r, r.now, found[0], 1), found[1] + 2 * from_now
    if fridays := _weekdays_from_now(r, at):
        return fridays
    if "passing" in kinds:  # 过两天, 过个两三周
        place = at + 1 + ("measure_ge" in r.glued(at + 1))
        found = duration_at(r, place) if r.glued(place) else None
        return (_from(r, r.now, found[0], 1), found[1] + bool(r.kinds[found[1]].keys() & {"hence"})) if found else None
    found = duration_at(r, at)
    the = "the" in kinds
    if found is None and (r.kinds[at + 1] if the else kinds).get("unit") == "day":  # [the] day after Christmas
        found = Duration(((Decimal(1), "day"),)), at + 1 + the
    if found is None:
        return None
    length, after = found
    behind = r.kinds[after]
    if "ago" in behind:
        return _from(r, r.now, length, -1), after + 1
    if "hence" in behind:
        return _from(r, r.now, length, 1), after + 1
    if r.chinese:
        return None
    side = r.side(after)
    if the and side and r.ends_clause(after):  # the day after
        return _from(r, r.now, length, side), after + 1
    if side or "from" in behind:
        return _from_date(r, length, after)
    return _week_on(r, length, after)


def _week_on(r: Reader, length: Duration, at: int) -> tuple[Time, int] | None:
    """a week today, two weeks tomorrow, a week on Friday: counted from that day"""
    place = at + ("on" in r.kinds[at])
    kinds = r.kinds[place]
    named = "wday" in kinds if place > at else kinds.get("dayrel") in (0, 1)
    if not named or length.unit not in ("week", "fortnight") or len(length.parts) > 1 or not _ends_time(r, place):
        return None
    base = r.date(place)
    days = base[0].at(r.today, forward=True) if base else None
    day = moved(days[0], length, 1) if days else None
    return (Time(day=Fixed(day, day, Grain.DAY), counted=length.unit), place + 1) if day else None


def _ends_time(r: Reader, at: int) -> bool:
    """Is the day all there is: a fortnight today |to chase Aled|?"""
    return r.ends_clause(at) or "to" in r.kinds[at + 1]


def _from_date(r: Reader, length: Duration, at: int) -> tuple[Time, int] | None:
    """3 weeks after Christmas, two days before yesterday, three weeks from tomorrow"""
    sign = -1 if "before" in r.kinds[at] else 1
    if "from" not in r.kinds[at] and length.unit == "year" and r.kinds[at + 1] and (year := r.year(at + 1)):
        years = cycles.year(year + sign * int(length.parts[0][0]))  # five years before 2010
        return (Time(day=Fixed(*years, Grain.YEAR)), at + 2) if years else None
    base = r.date(at + 1) if r.kinds[at + 1] else None
    if base is None and "now" in r.kinds[at + 1]:
        return _from(r, r.now, length, sign), at + 2
    days = base[0].at(r.today, forward=True) if base else None
    if base is None or days is None or length.is_fine:
        return None
    if "month" in r.kinds[at + 1] and base[1] == at + 2 and "from" in r.kinds[at]:  # 200 boxes a month |from Feb|
        return None
    day = moved(days[0] if sign < 0 else days[1], length, sign)
    if day is None:
        return None
    return Time(day=Fixed(day, day, Grain.DAY), counted=length.unit), base[1]


def _weekdays_from_now(r: Reader, at: int) -> tuple[Time, int] | None:
    """three fridays from now"""
    count = r.number(at)
    weekday = r.kinds[at + 1].get("wday")
    from_now = "from" in r.kinds[at + 2] and "now" in r.kinds[at + 3]
    ahead = "hence" in r.kinds[at + 2] or from_now
    if not count or weekday is None or not (ahead or "ago" in r.kinds[at + 2]) or count > 500:
        return None
    first = Weekly(int(str(weekday))).at(r.today + timedelta(days=1 if ahead else -1), forward=ahead)
    day = cycles.shifted(first[0], "week", count - 1 if ahead else 1 - count) if first else None
    return (Time(day=Fixed(day, day, Grain.DAY)), at + 3 + from_now) if day else None


def _from(r: Reader, start: datetime, length: Duration, sign: int) -> Time:
    """The time so far from a moment: an instant for hours and less, else a day."""
    if length.is_fine:
        moment = moved(start, length, sign)
        return Time(moments=(moment, moment)) if isinstance(moment, datetime) else Time()
    day = moved(start.date(), length, sign)
    if day is None:
        return Time()
    return Time(day=Fixed(day, day, Grain.DAY), counted=length.unit)
