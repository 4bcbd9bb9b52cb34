"""What is told one message after the other of one record gathers on its card, until that is saved."""

from bot.dialogs.forward import asked_field
from bot.dialogs.model import Field, Flow, Json, World
from bot.dialogs.state import State


def gathered(flow: Flow, card: State, told: State, world: World) -> State | None:
    """The open card with what the new one tells besides; None where it tells nothing, they are about two records, or
    one of them still asks something."""
    is_asking = any(state.open or asked_field(flow, state) is not None for state in (card, told))
    if not flow.gathers or is_asking or told.values.keys() <= set(flow.gathers):
        return None
    if any(card.values.get(name) != told.values.get(name) for name in flow.gathers):
        return None
    both = card.copy()
    for name, value in told.values.items():
        if name not in flow.gathers:
            both.values[name] = _with(flow.field(name), card.values.get(name), value, world)
            both.said |= {name: told.said[name]} if name in told.said else {}
    both.unsure += [name for name in told.unsure if name not in both.unsure and name not in flow.gathers]
    return both


def _with(field: Field, old: Json, new: Json, world: World) -> Json:
    """A list grows, a text that ``adds`` goes on; anything else is what was said last."""
    if old is None or old == new:
        return new
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *(one for one in new if one not in old)]
    return world.words.say("dialog.both", old=old, new=new) if field.adds else new
