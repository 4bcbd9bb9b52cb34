"""A day that no year has: which form is meant, and what it has to ask for."""

from bot.dialogs.model import Flow
from bot.dialogs.values import Day, Moment
from bot.flows.registry import flow_for
from bot.world import World
from nlu.types import Understanding
from nlu.values.calendar import impossible_days, with_possible_days


def day_to_ask(world: World, heard: Understanding) -> tuple[Flow, str] | None:
    """Of 「2月30日拜访蓝海」, a day that no year has: the form that it would open with a day that there is, and the
    field that asks for it. None where all days can be."""
    days = list(impossible_days(heard.text))
    if not days:
        return None
    likely = world.understand(with_possible_days(heard.text))
    flow = flow_for(likely, world)
    moments = (*flow.of_type(Moment), *flow.of_type(Day)) if flow is not None else ()
    named = ((f, likely.slots.get(f.slot or f.name)) for f in moments)
    field = next((f for f, slot in named if slot is not None and slot.start <= days[0].start() < slot.end), None)
    field = field or (moments[0] if len(moments) == 1 else None)
    return (flow, field.name) if flow is not None and field is not None else None
