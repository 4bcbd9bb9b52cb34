"""Fixed phrases: short messages that mean one thing whatever else is going on. Their words stand in the catalogs."""

from datetime import datetime, time

from bot.dialogs.model import Flow, Json, Values
from bot.dialogs.values import Moment
from bot.errors import InvalidValue
from bot.flows.registry import FLOWS
from bot.flows.shared import reference
from bot.world import World
from nlu.names import normalise
from nlu.types import Understanding

LISTS = ("opportunities", "follow_ups", "reminders", "service_requests")
MAX_CHARS = 40  # no phrase is longer


def opening(world: World, text: str) -> tuple[Flow, Values] | None:
    """The flow that a phrase opens, with the values that the phrase stands for: 「新联系人」, 「这个我来处理」."""
    said = normalise(text)
    if len(said) > MAX_CHARS:
        return None
    for flow in FLOWS.values():
        for name, values_of in flow.openings.items():
            if said in map(normalise, world.words.words(f"{flow.kind}.{name}")):
                return flow, values_of(world)
    return None


def command(world: World, text: str) -> Json | None:
    """The command that a phrase stands for: a list, or what becomes of the reminder that was just spoken of."""
    said = normalise(text)
    if len(said) > MAX_CHARS:
        return None
    for name in LISTS:
        if said in map(normalise, world.words.words(f"list.{name}.asked")):
            return {"do": "list", "name": name}
    return _about_reminder(world, text.strip().rstrip("。.!！"))


def _about_reminder(world: World, text: str) -> Json | None:
    number, text = reference("R", text)
    about = number or world.focus.get("reminder")
    said = normalise(text)
    for op in ("done", "cancelled"):
        if said in map(normalise, world.words.words(f"reminder.words.{op}")):
            return {"do": "reminder", "op": op, "id": about}
    if about is None:
        return None
    for word in world.words.words("reminder.words.move"):
        if text.casefold().startswith(word):
            to = _moment(world, text[len(word) :].strip())
            return {"do": "reminder", "op": "move", "id": about, "to": to} if to else None
    return None


def _moment(world: World, text: str) -> Json | None:
    """When 「周五」, "Friday 10am" or 「半小时」 is, seen from now."""
    for said in (text, world.words.say("reminder.later", span=text)):
        heard: Understanding = world.understand(said)
        try:
            found = Moment("future").read(heard, world, {})
        except InvalidValue:
            continue
        if isinstance(found, dict):
            return found
    return None


def moved(old: datetime, to: Json) -> datetime:
    """The moment a reminder is put off to; it keeps its time of day where only a day was said."""
    at = datetime.fromisoformat(to["at"])
    return at if to["has_time"] else datetime.combine(at.date(), time(old.hour, old.minute), at.tzinfo)
