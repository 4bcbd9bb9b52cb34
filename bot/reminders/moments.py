"""To when a reminder is put off: 「周五」, "Friday 10am", "the 19th", "half an hour later", seen from when it is."""

import re
from datetime import datetime, time, timedelta

from bot.dialogs.model import Json
from bot.dialogs.values import Moment
from bot.errors import InvalidValue
from bot.talk.phrases import holds_phrase
from bot.world import World
from nlu.types import Understanding, Value
from storage import records

_DAY_ALONE = re.compile(r"(?:the )?\d{1,2}(?:st|nd|rd|th)|\d{1,2}[号日]", re.IGNORECASE)
WEEK = timedelta(days=7)
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def length_of(value: Value) -> int | None:
    """The seconds of a length of time in minutes, hours, days or weeks."""
    unit = _SECONDS.get(value.unit or "")
    return int(value.number * unit) if unit is not None and value.number is not None else None


def is_weekday(world: World, value: Value) -> bool:
    """Does it come round every week: 周四, "Friday 10am"? On a Thursday that is today, or in a week."""
    if value.past is None or value.future is None:
        return False
    first = value.future.days.start
    between = first - value.past.days.start
    is_today = any(word in value.text.casefold() for word in world.words.words("reminder.words.today"))
    return between == WEEK or (not between and first == world.now.date() and not is_today)


def in_its_week(world: World, said: str, to: Json, number: int) -> Json:
    """「周五」, "Friday", of what stands in next week, is the Friday of next week."""
    reminder = world.session.get(records.Reminder, number)
    day = next(iter(world.understand(said).of_kind("date", "datetime")), None)
    if reminder is None or reminder.repeat or day is None or not is_weekday(world, day):
        return to
    old, at = reminder.remind_at.astimezone(world.now.tzinfo), datetime.fromisoformat(to["at"])
    at += WEEK if at.date() == world.now.date() else timedelta()  # "Monday", said on a Monday
    while at.date().isocalendar()[:2] < old.date().isocalendar()[:2]:
        at += WEEK
    return {**to, "at": at.isoformat()}


def in_its_month(world: World, said: str, to: Json, number: int) -> Json:
    """ "19th", of what stands on 18 January, is the 19th of January."""
    reminder = world.session.get(records.Reminder, number)
    if reminder is None or reminder.repeat or _DAY_ALONE.fullmatch(said.strip()) is None:
        return to
    old, at = reminder.remind_at.astimezone(world.now.tzinfo), datetime.fromisoformat(to["at"])
    try:
        there = at.replace(year=old.year, month=old.month)
    except ValueError:
        return to
    return {**to, "at": there.isoformat()} if there > at else to


def in_the_morning(world: World, said: str, to: Json | None) -> Json | None:
    """「后天上午」, of what stands in the afternoon, is the morning: a day alone would keep the hour."""
    if to is None or to["has_time"] or not holds_phrase(world.words, "reminder.parts.morning", said):
        return to
    day = datetime.fromisoformat(to["at"])
    return {**to, "at": datetime.combine(day.date(), world.crm.hours.morning, day.tzinfo).isoformat(), "has_time": True}


def moment_in(world: World, text: str) -> Json | None:
    """When 「周五」, "Friday 10am", "half nine" or 「半小时」 is, seen from now."""
    for said in (text, *(world.words.say(f"reminder.{way}", span=text) for way in ("later", "at_hour"))):
        heard: Understanding = world.understand(said)
        if said != text and any(value.is_time and said[value.end :].strip(" .!。") for value in heard.values):
            continue  # "3 freezers" is not 3 o'clock
        try:
            found = Moment("future").read(heard, world, {})
        except InvalidValue:
            continue
        if isinstance(found, dict):
            return found
    return None


def moved(old: datetime, to: Json) -> datetime:
    """The moment a reminder is put off to; it keeps its time of day where only a day was said, and its day where only
    an hour was."""
    at = datetime.fromisoformat(to["at"])
    if to.get("is_hour") and to["has_time"]:
        hour = time.fromisoformat(to["hour"]) if to.get("hour") else at.time()
        return datetime.combine(old.date(), hour, at.tzinfo)
    return at if to["has_time"] else datetime.combine(at.date(), time(old.hour, old.minute), at.tzinfo)
