"""A day that no year has, 「2月30日再跟进」, "met Karoo on Feb 30": it is said, and the day asked for, not made up."""

from dataclasses import replace

from bot.dialogs.model import Flow
from bot.dialogs.reply import Reply
from bot.dialogs.values import Day, Moment
from bot.flows.registry import flow_for
from bot.world import World
from nlu.types import Understanding
from nlu.values.calendar import impossible_days, with_possible_days


def form_meant(world: World, heard: Understanding) -> tuple[Flow, Understanding] | None:
    """The form that the message would open with a day that there is in its place, and the message with what it would
    tell beside days; None where all days can be, or no form is meant."""
    if next(impossible_days(heard.text), None) is None:
        return None
    likely = world.understand(with_possible_days(heard.text))
    flow = flow_for(likely, world)
    if flow is None:
        return None
    days = {field.slot or field.name for field in flow.fields if isinstance(field.type, Day | Moment)}
    beside = {name: slot for name, slot in likely.slots.items() if name not in days}
    return flow, replace(heard, slots={**beside, **heard.slots})


def day_to_ask(flow: Flow, heard: Understanding, world: World) -> str | None:
    """The field that such a day was meant for: the one that a day there is, in its place, would be for; where none
    would, the only one that is a day."""
    if next(impossible_days(heard.text), None) is None:
        return None
    meant = world.understand(with_possible_days(heard.text)).slots.keys() - heard.slots.keys()
    days = [field for field in flow.fields if isinstance(field.type, Day | Moment)]
    only = days[0].name if len(days) == 1 else None
    return next((field.name for field in days if (field.slot or field.name) in meant), only)


def told(world: World, heard: Understanding) -> Reply | None:
    """That there is no such day; None where the message names none."""
    found = next(impossible_days(heard.text), None)
    return Reply(world.words.say("dialog.no_such_day", value=found.group())) if found is not None else None


def with_word_of_it(world: World, heard: Understanding, reply: Reply) -> Reply:
    """The reply, behind a word about such a day."""
    said = told(world, heard)
    return replace(reply, text=f"{said.text}\n{reply.text}") if said is not None else reply
