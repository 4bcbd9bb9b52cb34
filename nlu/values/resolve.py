"""From a time expression to days and instants: one reading for the past, one for the future."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from nlu.types import Grain, Reading, ValueKind
from nlu.values.cycles import Days, Expr, Fixed, Within
from nlu.values.durations import moved
from nlu.values.hours import Clock, on_day
from nlu.values.ranges import Phrase
from nlu.values.times import Time

__all__ = ["Resolved", "resolved"]

Ends: TypeAlias = tuple[date | datetime, date | datetime]
Resolved: TypeAlias = tuple[ValueKind, Grain, Reading | None, Reading | None]

_DAYLIKE: Final = (Grain.DAY, Grain.DAY_PART)
_DAY_END: Final = Clock(23, 59, 59, sure=True)


def resolved(phrase: Phrase, now: datetime) -> Resolved | None:
    """Kind, grain, past and future reading; None if the calendar has no such time."""
    future = _reading(phrase, now, forward=True)
    known = phrase.last is None and (phrase.first.moments or isinstance(phrase.first.day, Fixed))
    past = future if known else _reading(phrase, now, forward=False)
    if past is None and future is None:
        return None
    if phrase.past and past:
        future = None
    sample = future or past
    if sample is None:
        return None
    single = sample.start == sample.end
    kind: ValueKind = "range" if not single else "datetime" if isinstance(sample.start, datetime) else "date"
    return kind, _grain(phrase), past, future


def _grain(phrase: Phrase) -> Grain:
    time = phrase.first
    if time.clock:
        return Grain.MINUTE if time.clock.minute else Grain.HOUR
    if time.moments:
        return Grain.MINUTE
    if time.part:
        return Grain.DAY_PART
    return time.day.grain if time.day else Grain.DAY


def _reading(phrase: Phrase, now: datetime, *, forward: bool) -> Reading | None:
    ends = _range(phrase, now, forward=forward) if phrase.last else _ends(phrase.first, now, forward=forward)
    if ends is None:
        return None
    if phrase.lasts:
        end = moved(ends[0], phrase.lasts, 1)
        if end is None:
            return None
        ends = ends[0], end if isinstance(end, datetime) else end - timedelta(days=1)
    if phrase.open:
        ends = _limit(ends, phrase)
    return Reading(*ends)


def _limit(ends: Ends, phrase: Phrase) -> Ends:
    """The one end of an open time: before May ends where May begins, after May begins when May is over."""
    start, end = ends
    if phrase.open == "start":
        limit = end if phrase.whole else start
    else:
        limit = start if phrase.whole or start == end or isinstance(end, datetime) else end + timedelta(days=1)
    return limit, limit


# ── one time ────────────────────────────────────────────────────────────────────────────────────────────────
def _ends(time: Time, now: datetime, *, forward: bool) -> Ends | None:
    if time.moments:
        return time.moments
    clock = time.clock or (_DAY_END if time.part == "day_end" else None)
    if clock is None:
        if time.day is None:
            return _today(now)
        return time.day.at(now.date(), forward=forward)
    if time.day is None:
        instant = _next_clock(clock, now, forward=forward)
    else:
        instant = _on_its_day(time.day, clock.likely(), now, forward=forward)
    return (instant, instant) if instant else None


def _on_its_day(day: Expr, clock: Clock, now: datetime, *, forward: bool) -> datetime | None:
    """The instant on its day; on a Monday afternoon the coming "Monday 10am" is a week away."""
    days = day.at(now.date(), forward=forward)
    instant = on_day(clock, days[0], now) if days else None
    if instant is None or not (instant < now if forward else instant > now):
        return instant
    later = day.at(now.date() + timedelta(days=1 if forward else -1), forward=forward)
    return on_day(clock, later[0], now) if later and later != days else instant


def _today(now: datetime) -> Days:
    return now.date(), now.date()


def _next_clock(clock: Clock, now: datetime, *, forward: bool) -> datetime | None:
    """The next or last time the clock shows this: the business reading today, else the other half of today."""
    likely = clock.likely()
    choices = [likely] if clock.sure else [likely, likely.other()]
    for choice in choices:
        instant = on_day(choice, now.date(), now)
        if (
            instant
            and (instant >= now if forward else instant <= now)
            and (choice is likely or (choice.hour >= 12) == forward)
        ):
            return instant
    day = now.date() + timedelta(days=1 if forward else -1)
    return on_day(likely, day, now)


# ── two ends ────────────────────────────────────────────────────────────────────────────────────────────────
def _range(phrase: Phrase, now: datetime, *, forward: bool) -> Ends | None:
    first, last = phrase.first, phrase.last
    if last is None:
        return None
    if (first.clock or first.moments) and (last.clock or last.moments) and not (last.day and first.day is None):
        return _hours(first, last, now, forward=forward)
    if first.clock or last.clock or first.moments or last.moments:
        a, b = _ends(first, now, forward=forward), _ends(last, now, forward=forward)
        return _ordered(a[0], b[1], now) if a and b else None
    return _days(first.day or _today_expr(now), last.day or _today_expr(now), now, forward=forward)


def _today_expr(now: datetime) -> Fixed:
    return Fixed(now.date(), now.date(), Grain.DAY)


def _ordered(start: date | datetime, end: date | datetime, now: datetime) -> Ends | None:
    if isinstance(start, datetime) != isinstance(end, datetime):
        start = start if not isinstance(start, datetime) else start.date()
        end = end if not isinstance(end, datetime) else end.date()
    return (start, end) if start <= end else None


def _is_known(expr: Expr) -> bool:
    """Whether a time does not depend on the day it is read at."""
    return isinstance(expr, Fixed) or (isinstance(expr, Within) and _is_known(expr.outer)) or _is_known_whole(expr)


def _is_known_whole(expr: Expr) -> bool:
    whole = getattr(expr, "whole", None)
    return whole is not None and _is_known(whole)


def _days(first: Expr, last: Expr, now: datetime, *, forward: bool) -> Ends | None:
    """Days from A to B. The end that is known, or known better, says where the other lies."""
    today = now.date()
    if forward and not _is_known(first) and not _is_known(last) and _exactness(first) == _exactness(last):
        b = last.at(today, forward=True)  # the first range that is not over
        a = first.at(b[0], forward=False) if b else None
        return (a[0], b[1]) if a and b else None
    anchor_last = (_is_known(last) and not _is_known(first)) or (
        _exactness(last) > _exactness(first) and not _is_known(first)
    )
    if anchor_last:
        b = last.at(today, forward=forward)
        a = first.at(b[0], forward=False) if b else None
    else:
        a = first.at(today, forward=forward)
        b = last.at(a[0], forward=True) if a else None
    if a is None or b is None or a[0] > b[1]:
        return None
    return a[0], b[1]


def _exactness(expr: Expr) -> int:
    """A date with its month says more than a day of the month or of the week."""
    return {"Weekly": 0, "Monthly": 1}.get(type(expr).__name__, 2)


def _hours(first: Time, last: Time, now: datetime, *, forward: bool) -> Ends | None:
    if first.moments or last.moments:
        return _from_now(first, last, now)
    if first.clock is None or last.clock is None:
        return None
    one, two = _paired(first.clock, last.clock)
    a = _ends(replace(first, clock=one), now, forward=forward)
    if a is None or not isinstance(a[0], datetime):
        return None
    day = last.day.at(a[0].date(), forward=True) if last.day else None
    b = (
        on_day(two, day[0] if day else a[0].date(), now)
        if two.offset is None or day
        else a[0] + timedelta(minutes=two.minutes() - one.minutes())
    )
    if b and b <= a[0] and not day:
        b += timedelta(days=1)
    return (a[0], b) if b else None


def _paired(first: Clock, last: Clock) -> tuple[Clock, Clock]:
    """Both hours on one side of the day where that keeps them in order: 3-8pm, 8am until 6, 10-4, 11:30-1:30."""
    offset = first.offset if first.offset is not None else last.offset
    first, last = replace(first, offset=offset), replace(last, offset=offset)
    if first.sure and last.sure:
        is_noon = 0 < first.hour < 12 and not (last.hour or last.minute or last.days)  # 10am to 12am
        return first, replace(last, hour=12) if is_noon else last
    if last.sure:
        late = first.late()
        fits = last.hour >= 12 and late.minutes() < last.minutes() and first.hour < 12
        return (late if fits else replace(first, sure=True)), last
    if not first.sure:
        first = (
            replace(first.likely(), sure=True)
            if last.hour > first.hour or first.hour < 7
            else replace(first, sure=True)
        )
    if last.minutes() <= first.minutes() and last.hour < 12:
        last = last.late()
    return first, replace(last, sure=True)


def _from_now(first: Time, last: Time, now: datetime) -> Ends | None:
    """between now and eight o'clock, between eight o'clock and now"""
    a = first.moments[0] if first.moments else None
    b = last.moments[1] if last.moments else None
    if a is None and first.clock:
        a = _next_clock(first.clock, now, forward=False)
    if b is None and last.clock:
        b = _next_clock(last.clock, now, forward=True)
    return (a, b) if a and b and a <= b else None
