"""Which reading of a time a slot holds: the past one or the coming one, its first day or its last."""

from collections.abc import Iterable
from datetime import date, datetime

from config.types import Period
from nlu.patterns import pattern
from nlu.types import Grain, Reading, Value
from nlu.values.cycles import unit_days

__all__ = ["as_day", "day", "last_day", "moment", "nearer", "period"]

_NEAR_DAYS = 60
_FAR_DAYS = 200


def nearer(v: Value, today: date) -> str:
    """Which reading of a day without its year stands out: in late November 「11月20日」 was, 「元旦」 is to come."""
    if v.past is None or v.future is None or v.past == v.future:
        return ""
    behind = (today - as_day(v.past.end)).days
    ahead = (as_day(v.future.start) - today).days
    if behind <= _NEAR_DAYS and ahead >= _FAR_DAYS:
        return "past"
    return "future" if ahead <= _NEAR_DAYS and behind >= _FAR_DAYS else ""


def as_day(at: date | datetime) -> date:
    """The day, without the time of day."""
    return at.date() if isinstance(at, datetime) else at


def _reading(v: Value, past: bool) -> Reading | None:
    return (v.past or v.future) if past else (v.future or v.past)


_WITHIN = pattern(r"内$|within|in less than")


def moment(v: Value, *, past: bool) -> date | datetime | None:
    """The one day or instant a slot holds: the first of the reading (for 「周五前」 the last, which is what counts)."""
    reading = _reading(v, past)
    if reading is None:
        return None
    return reading.end if v.open == "start" or _WITHIN.search(v.text.lower()) else reading.start


def day(v: Value, *, past: bool) -> date | None:
    """As ``moment``, without the time of day."""
    at = moment(v, past=past)
    return as_day(at) if at else None


def last_day(v: Value) -> date | None:
    """The last day of the future reading: 预计三月 → 31 March."""
    reading = _reading(v, past=False)
    return as_day(reading.end) if reading else None


def period(values: Iterable[Value], today: date, *, past: bool) -> tuple[Period, Value] | None:
    """The first time that can be a period, with both days included; "since March" ends and "by June" begins today."""
    for v in values:
        reading = _reading(v, past)
        if reading is not None:
            start, end = as_day(reading.start), as_day(reading.end)
            if v.open == "end" and start < today:
                end = today
            elif v.open == "start" and v.text.lower().startswith("due"):  # due this week
                start, end = unit_days(v.grain or Grain.DAY, end) or (start, end)
            elif v.open == "start" and today < end and not past:
                start = today
            return Period(start, end), v
    return None
