"""A person's own quiet hours, in words: 「晚上9点到早上8点别打扰我」, "don't disturb me from 9pm to 8am"."""

from datetime import datetime, time

from bot.dialogs.model import Json, Reply
from bot.flows.shared import saved
from bot.rules.attention import own_quiet_hours, set_quiet_hours
from bot.talk.memory import Memory
from bot.talk.phrases import filled, phrases
from bot.world import World
from nlu.names import normalise


def asked_for(world: World, text: str) -> Json | None:
    """The command that a text about quiet hours stands for; None where it is about something else."""
    if normalise(text) in phrases(world.words, "attention.usual"):
        return {"do": "quiet", "hours": None}
    if normalise(text) in phrases(world.words, "attention.fewer"):
        return {"do": "quiet", "op": "how"}
    said = filled(world.words, "attention.quiet", text)
    hours = _hours(world, said) if said else None
    return {"do": "quiet", "hours": hours} if hours else None


def _hours(world: World, said: str) -> list[str] | None:
    for word in world.words.words("attention.to"):
        begin, found, end = said.partition(word)
        if found:
            times = [_clock(world, part) for part in (begin, end)]
            return [f"{at:%H:%M}" for at in times if at is not None] if None not in times else None
    return None


def _clock(world: World, text: str) -> time | None:
    value = next(iter(world.understand(text.strip()).of_kind("datetime")), None)
    reading = value and (value.future or value.past)
    return reading.start.time() if reading and isinstance(reading.start, datetime) else None


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Keep the hours, or go back to the organisation's; to who only wants fewer messages, what can be done."""
    usual = [f"{at:%H:%M}" for at in (world.crm.attention.quiet_from, world.crm.attention.quiet_to)]
    if action.get("op") == "how":
        begin, end = own_quiet_hours(world.tx, world.actor) or usual
        return Reply(world.words.say("attention.how", begin=begin, end=end))
    hours = action["hours"]
    set_quiet_hours(world, hours)
    begin, end = hours or usual
    return saved(
        world, world.words.say("attention.kept" if hours else "attention.as_usual", begin=begin, end=end)
    ).reply
