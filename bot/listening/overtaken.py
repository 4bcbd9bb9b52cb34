"""Which of the open dialogs need not be gone on with: a change of nothing, of nobody's, or one that came to pass."""

from bot.dialogs.forward import asked_field, says_anything
from bot.dialogs.model import Field, Flow, Json
from bot.dialogs.state import CONFIRM, State
from bot.dialogs.types import Choice, Ref
from bot.errors import Refused
from bot.world import World


def is_change(flow: Flow) -> bool:
    return flow.needs is not None and flow.needs[1] == "edit"


def is_about_nothing(flow: Flow, state: State) -> bool:
    """Is it a change that says nothing yet, or to a record that nobody has found? Nothing is lost with it when the talk
    moves on."""
    if not is_change(flow) or state.open or state.asking in flow.needs_any:
        return False
    if flow.needs_any and not any(name in state.values for name in flow.needs_any):
        return True
    asked = asked_field(flow, state)
    is_found = any(isinstance(value, dict) and "id" in value for value in state.values.values())
    return not is_found and asked is not None and isinstance(asked.type, Ref)


def leads_nowhere(world: World, flow: Flow, state: State) -> bool:
    """Is it a change of one of somebody's deals or papers, who has none? It has been said; it is not asked again."""
    asked = asked_field(flow, state)
    if not is_change(flow) or state.open or asked is None or not isinstance(asked.type, Ref):
        return False
    is_theirs = "customer" in asked.within and "customer" in state.values
    return is_theirs and not asked.type.options(world, state.values)


def is_so_by_now(world: World, flow: Flow, state: State) -> bool:
    """Does the card of a change say nothing new any more, since something else that was saved did the same?"""
    if state.asking != CONFIRM or not is_change(flow):
        return False
    if flow.needs_any:
        return not says_anything(flow, state, world)
    return not all(_may_be(world, field, state) for field in flow.of_type(Choice) if field.name in state.values)


def _may_be(world: World, field: Field, state: State) -> bool:
    """May the record still come to stand as the draft says?"""
    try:
        return field.check is None or not field.check(state.values[field.name], world, state.values)
    except Refused:
        return False


def is_same(one: Json, other: Json) -> bool:
    """Was it told twice? Then it is one."""
    return bool(one["values"]) and all(one.get(key) == other[key] for key in ("flow", "values", "asking"))


def is_outdone(flow: Flow, old: Json, new: Json) -> bool:
    """Did a draft change nothing but the state of a record, to which the newer one gives another?"""
    if not is_change(flow) or old["flow"] != new["flow"]:
        return False
    before, after = old["values"], new["values"]
    records = {name for name, value in before.items() if isinstance(value, dict) and "id" in value}
    told = before.keys() - records
    is_of_states = all(isinstance(flow.by_name[name].type, Choice) for name in told)
    is_of_same = bool(records) and all(after.get(name, before[name]) == before[name] for name in records)
    return bool(told) and is_of_states and told <= after.keys() and is_of_same
