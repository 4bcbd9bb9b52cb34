"""What is planned for a day on which nobody works is asked about, once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from bot.dialogs.model import Gathers, Json, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.show import show_day
from bot.dialogs.types import LongText
from bot.dialogs.values import Moment, not_past
from bot.reminders.planned import planned_in
from bot.rules.attention import is_working_day, next_working_day
from bot.talk.phrases import holds_phrase
from bot.talk.several import plans_in
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

_TOLD = ("content", "feedback", "occurred_at", "amount", "stage", "expected_close", "phone")


@dataclass(frozen=True, slots=True)
class PlannedDay(Moment):
    """When to get in touch again; a day alone on which nobody works says so."""

    def show(self, value: Json, world: AnyWorld) -> str:
        shown, zone = Moment.show(self, value, world), cast("World", world).actor.zone_name
        if value["has_time"] or is_working_day(datetime.fromisoformat(value["at"]).date(), world.crm, zone):
            return shown
        return world.words.say("reminder.day_off.shown", day=shown)


@dataclass(frozen=True, slots=True)
class Planned(LongText, Gathers):
    """What is to be done on the day that a note plans."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return planned_in(world, heard)


def has_plan(values: Values) -> bool:
    """Is a day planned, and nothing promised, which says by itself what is to be done?"""
    return "next_follow_up_at" in values and not values.get("promises")


def is_appointment(heard: Understanding, world: World) -> bool:
    """「约了周工明天下午见」, "meeting with Corval on Tuesday at 10, Ann joins" tell of nothing that has happened: it
    is to be reminded of."""
    slots = heard.slots
    ahead = slots.get("next_follow_up_at")
    if ahead is not None and "occurred_at" not in slots and isinstance(ahead.value, datetime):
        head = world.words.pattern("reminder.to_come").match(heard.text)
        is_in_front = head is not None and phrasing("clause_end").search(heard.text[: ahead.start]) is None
        if is_in_front and slots.keys().isdisjoint(("amount", "stage", "expected_close")):
            return True
    is_told = not slots.keys().isdisjoint(("amount", "stage", "feedback"))
    is_told |= phrasing("has_become").search(heard.text) is not None
    if not is_told and phrasing("has_been").search(heard.text) is None and plans_in(world, heard):
        return True
    if "next_follow_up_at" not in slots or not slots.keys().isdisjoint(_TOLD):
        return False
    return "channel" not in slots or holds_phrase(world.words, "reminder.appointed", heard.text)


def on_working_day(value: Json, world: World, values: Values) -> Question | None:
    """Ahead, and on a working day, unless the other day is meant: with a time of day, it is.

    Raises InvalidValue for what has passed.
    """
    not_past(value, world, values)
    at = datetime.fromisoformat(value["at"])
    today, day = world.now.date(), at.date()
    if (
        value["has_time"]
        or value.get("is_meant")
        or day == today
        or is_working_day(day, world.crm, world.actor.zone_name)
    ):
        return None
    words = world.words
    workday = next_working_day(day, world.crm, world.actor.zone_name)
    moved = (at + timedelta(days=(workday - day).days)).isoformat()

    def shown(one: date) -> str:
        return show_day(one, words, today=today)

    options = (
        Option(words.say("reminder.day_off.keep"), {**value, "is_meant": True}),
        Option(words.say("reminder.day_off.move", day=shown(workday)), {**value, "at": moved, "is_meant": True}),
    )
    return Question(words.say("reminder.day_off.ask", day=shown(day)), options, is_yes_no=True)


def on_working_day_if_work(value: Json, world: World, values: Values) -> Question | None:
    """The same for what sounds like work; what else somebody wants to be told on a Sunday is their business."""
    subject = str(values.get("subject", "")).casefold()
    if any(word in subject for word in world.words.words("reminder.day_off.work")):
        return on_working_day(value, world, values)
    return not_past(value, world, values)
