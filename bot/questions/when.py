"""When, in a question about records: of which of their dates, and which days; and how long nobody has been in touch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.questions.kinds import Kind
from bot.questions.owing import OWED
from bot.questions.question import Question
from bot.questions.said import Words
from bot.reports.query import DAYS, shifted
from bot.reports.said import TAKEN
from bot.rules.pronouns import speaks_of_them
from bot.talk.periods import days_of
from bot.world import World
from nlu.types import Grain, Reading, Understanding, Value

QUIET = 30  # days without a word that are long, where nobody says how many
_PERIODS = (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR)
_PARTS = {"morning": ((0, 0), (11, 59)), "afternoon": ((12, 0), (17, 59)), "evening": ((18, 0), (23, 59))}


@dataclass(frozen=True, slots=True)
class Dated:
    """The date of the kind that is meant, and its first and last day or instant as ISO text, "" for no limit;
    ``other_since``, ``other_until``: those of the time that it is set beside."""

    name: str = ""
    since: str = ""
    until: str = ""
    other_since: str = ""
    other_until: str = ""


def dated_in(world: World, text: Words, kind: Kind, states: tuple[str, ...]) -> Dated:
    """What a message says about when; taken out of it."""
    spans = [(value.start, value.end) for value in text.heard.values if value.is_time]
    said = {name: text.pick_outside(f"date.{kind.name}.{name}", spans) for name in kind.dates}
    named = next((name for name in kind.dates if said[name]), "")
    if not named and not {"won", "lost"}.isdisjoint(states):
        named = "closed"
    if not named and "done" in states:
        named = "resolved"
    # read without the words around: "due this week" is the week, not the day by which
    found = world.values_in(text.letters.replace(TAKEN, ","))
    values = [value for value in found if value.is_time or value.kind == "duration"]
    if not values:
        return Dated(named)
    value = max(values, key=lambda one: (one.kind == "range", one.end - one.start))
    name = named or next(iter(kind.dates))
    if value.kind == "duration":
        since_when = named or ("added" if "added" in kind.dates else name)
        return Dated(since_when, "", _longer_ago(world, text, value)) if text.find("over") else Dated(named)
    for one in values:
        text.take_span(one.start, one.end)
    beside = _set_beside(text, name, values, world.now.date()) if name not in kind.ahead else None
    if beside is not None:
        return beside
    reading = (value.future or value.past) if name in kind.ahead else (value.past or value.future)
    if reading is None:
        return Dated(name)
    limited = _limits(name, value, reading, _hours(world, text, value))
    today = world.now.date().isoformat()
    is_ahead = name in kind.ahead and not limited.since and limited.until > today
    return replace(limited, since=today) if is_ahead else limited  # "closing before year end": from now on


def _set_beside(text: Words, name: str, values: Sequence[Value], today: date) -> Dated | None:
    """「10 月比 9 月」, "in October and in September": one time and another; 「比上月」: the one after it, and it;
    "this year vs last": it, and the one before."""
    said = [
        (value, value.past)
        for value in sorted(values, key=lambda one: one.start)
        if value.kind == "range" and value.past
    ]
    is_before = bool(text.pick("against_before"))
    is_against = bool(text.pick("against")) or is_before
    if len(said) == 2:
        (_first, one), (_second, other) = said
        days, others = one.days, other.days
    elif len(said) == 1 and is_against:
        value, one = said[0]
        days, others = shifted(one.days, str(value.grain or ""), 1), one.days
        if is_before or days.start > today:
            days, others = one.days, shifted(one.days, str(value.grain or ""), -1)
    else:
        return None
    if days == others:
        return None
    return Dated(name, *(day.isoformat() for day in (days.start, days.end, others.start, others.end)))


def _longer_ago(world: World, text: Words, value: Value) -> str:
    """The last day for what is older than a span of time: "open more than a week"."""
    text.take_span(value.start, value.end)
    text.pick("over")
    days = int((value.number or 1) * DAYS.get(value.unit or "day", 1))
    return (world.now.date() - timedelta(days=days)).isoformat()


def _limits(name: str, value: Value, reading: Reading, hours: tuple[time, time] | None) -> Dated:
    start, end = reading.start, reading.end
    if hours is not None and not isinstance(start, datetime):
        start, end = (datetime.combine(start, hour) for hour in hours)
    if value.open == "start" and not isinstance(end, datetime):
        end = days_of(value, reading).end
    since = "" if value.open == "start" else start.isoformat()
    until = "" if value.open == "end" else end.isoformat()
    return Dated(name, since, until)


def _hours(world: World, text: Words, value: Value) -> tuple[time, time] | None:
    """From when to when the part of a day goes that the time names: 「昨天下午」."""
    if value.grain is not Grain.DAY_PART:
        return None
    zone = world.now.tzinfo
    for part, (first, last) in _PARTS.items():
        if text.words.pattern(f"question.part.{part}").search(value.text):
            return time(*first, tzinfo=zone), time(*last, tzinfo=zone)
    return None


def idle_days(world: World, text: Words) -> int:
    """For how many days nobody has been in touch, 0 where nothing is said of it."""
    if not text.pick("idle"):
        return 0
    days = span_said(world, text)
    if days:
        return days
    for value in world.values_in(text.letters.replace(TAKEN, " ")):
        if value.is_time and value.past is not None and value.past.days.start < world.now.date():  # "since September"
            text.take_span(value.start, value.end)
            return (world.now.date() - value.past.days.start).days
    return QUIET


def span_said(world: World, text: Words) -> int:
    """How many days a span of time is that is still in the message, 0 where there is none; taken out."""
    for unit in ("week", "month", "quarter", "year"):  # "in the last week": the days up to now
        if text.pick(f"rolling.{unit}"):
            return DAYS[unit]
    # read without the words before it: "in two weeks" is a day to come
    text.pick("over")
    for value in world.values_in(text.letters.replace(TAKEN, " ")):
        if value.number is not None and value.unit in DAYS:
            text.take_span(value.start, value.end)
            return int(value.number * DAYS[value.unit])
    return 0


def moment(said: str) -> datetime | None:
    """The instant that a limit names, None where it is a day."""
    return datetime.fromisoformat(said) if "T" in said else None


def is_of_a_time(world: World, heard: Understanding, told: Question) -> bool:
    """Is nothing said but which papers, whose, and a period that has begun: 「三季度订单」, "invoiced in October"? Who
    is to write one says for whom; "collected last week" may be said of the paper that the talk is about."""
    periods = [value for value in heard.of_kind("range") if value.grain in _PERIODS and value.past is not None]
    is_of_paper = told.kind == "payment" and bool(world.focus.keys() & set(OWED))
    is_told = bool(told.customers or told.contacts or told.states) or speaks_of_them(world.words, heard.text)
    has_begun = "" < told.since <= world.now.date().isoformat()
    is_kind = told.kind in (*OWED, "quote", "payment", "service_request") and not is_of_paper
    return is_kind and not is_told and has_begun and len(periods) == 1
