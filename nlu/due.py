"""When a reminder is due: the day and the hour, wherever each of them stands, and how long before.

「周五去看样，上午十点」 is Friday at ten; 「明天三点开会，提前半小时提醒我」 is half past two.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from nlu.message import Message
from nlu.patterns import pattern
from nlu.readings import moment
from nlu.types import Grain, Value
from nlu.values import find_values

__all__ = ["Due", "due"]

_EARLY = pattern(
    r"(?:提[前早]|到[点时]候?前)(?P<zh>[^，,。]{1,8}?)(?:来|再|就)?(?=提醒|叫|喊|催|敲|戳|通知|告诉|吆喝|招呼|跟我说|说一?声|$)"
    r"|(?P<en>(?:\d+|an?|half an?|two|three|five|ten|fifteen|thirty|a couple of) (?:minute|min|hour|hr|day|week)s?) "
    r"(?:before(?:hand)?|in advance|ahead(?: of)?|prior(?: to)?|early|earlier)\b(?: it\b| that\b)?"
)
_LIMIT = pattern(r"(?:以|之)?前$|^(?:by|before|until|till)\s+")
_IN_TOUCH = pattern(
    r"(?:.*\b)?(?:call|ring|phone|meet|meeting|mtg|see|visit|demo|zoom|catch[- ]?up|lunch|coffee|speak|chat)\b"
)
_HOUR_BEFORE = pattern(r"(?<=[a-z]) (?:1[0-2]|[1-9]) $")
_BARE_HOUR = pattern(r" (?:1[0-2]|[1-9])(?=\s*(?:$|[,.;!])| (?!\w+s\b)[a-z])")
_ITS_DAY = pattern(
    r"(?:.*\b)?(?:tomorrow|tmrw|today|tonight|mon|tues?|wed|thurs?|fri|(?:mon|tues|wednes|thurs|fri)day)"
)
_UNITS = {"minute": "minutes", "hour": "hours", "day": "days", "week": "weeks"}
_DAY = timedelta(days=1)
_DAYS = (Grain.DAY, Grain.DAY_PART)


class Due(NamedTuple):
    """When to remind, the value that says so, the places that say when, and when that is which the reminder comes
    before."""

    at: date | datetime
    value: Value
    cut: list[tuple[int, int]]
    before: str = ""


def due(m: Message, times: list[Value], asked: int | None) -> Due | None:
    """``asked``: where the wish to be reminded ends."""
    early = _EARLY.search(m.low)
    if early is not None:
        start, end = early.span()
        times = [v for v in times if v.end <= start or v.start >= end]
    if not times:
        return None
    cut = [(v.start, v.end) for v in times]
    behind = [v for v in times if asked is not None and 0 <= v.start - asked <= 2]  # 周五deadline 记得|周四review
    value = behind[0] if behind else min(times, key=lambda v: v.kind != "datetime")
    hour = _bare_hour(m, value) if len(times) == 1 else None
    if hour is not None:
        cut.append(hour)
        value_at = _read(m, f"{value.text} at{m.text[slice(*hour)]}") or value
    else:
        value_at = _on_its_day(m, value, times)
    value_at = _from_today(m, value_at)
    at = moment(value_at, past=False)
    length = _length(m, early.group("zh") or early.group("en")) if early is not None and at else None
    if at is None:
        return None
    if early is None or length is None:
        return Due(at, value, cut)
    if not isinstance(at, datetime) and length < _DAY:
        return Due(at, value, cut)  # half an hour before what hour?
    shown = ["%m-%d"] if length >= _DAY else []
    shown += ["%H:%M"] if isinstance(at, datetime) else []
    return Due(at - length, value, [*cut, early.span()], f"{at.strftime(' '.join(shown))} ")


def _length(m: Message, said: str) -> timedelta | None:
    """「半小时」, "two days"."""
    found = next((v for v in find_values(said, now=m.now, lang=m.lang) if v.kind == "duration"), None)
    unit = _UNITS.get(found.unit or "") if found is not None else None
    return timedelta(**{unit: float(found.number)}) if found is not None and unit and found.number else None


def _on_its_day(m: Message, value: Value, times: list[Value]) -> Value:
    """The hour on the day that another part of the message names, read as if both stood side by side."""
    is_hour = _is_of_any_day(value)
    days = [v for v in (times if is_hour else [value]) if v.kind == "date" and v.grain in _DAYS]
    days = [v for v in days if v.open in (None, "start")]
    hours = [value] if is_hour else [v for v in times if _is_of_any_day(v)]
    if len(days) != 1 or len(hours) != 1:
        return value
    apart = "" if m.lang == "zh" else " "
    said = _LIMIT.sub("", days[0].text) if days[0].open else days[0].text  # 后天|之前
    return _read(m, said + apart + hours[0].text) or value


def _bare_hour(m: Message, value: Value) -> tuple[int, int] | None:
    """Where the bare hour stands beside its day: tomorrow| 10|, or, of a call or a visit, |10 |tomorrow."""
    if value.kind != "date" or _ITS_DAY.fullmatch(value.text.lower()) is None:
        return None
    found = _BARE_HOUR.match(m.low, value.end)
    if found is None and _IN_TOUCH.match(m.low):
        found = _HOUR_BEFORE.search(m.low, 0, value.start)
    return found.span() if found is not None else None


_FROM_TODAY = pattern(r"for (?=.+ from (?:today|now|tomorrow)$)")


def _from_today(m: Message, value: Value) -> Value:
    """A reminder for |3 weeks from today| is due at the end of them."""
    lead = _FROM_TODAY.match(value.text.lower())
    found = find_values(value.text[lead.end() :], now=m.now, lang=m.lang) if lead else ()
    return found[0] if len(found) == 1 else value


def _read(m: Message, said: str) -> Value | None:
    """The one moment that the words are."""
    both = find_values(said, now=m.now, lang=m.lang)
    return both[0] if len(both) == 1 and both[0].kind == "datetime" else None


def _is_of_any_day(value: Value) -> bool:
    """Is it an hour, and no day beside it?"""
    if value.kind != "datetime" or value.past is None or value.future is None:
        return False
    past, future = value.past.start, value.future.start
    if not isinstance(past, datetime) or not isinstance(future, datetime):
        return False
    return timedelta() < future - past <= _DAY
