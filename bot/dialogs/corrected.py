"""Values that are put in the place of others: one by one, or as a sheet gives them."""

from collections.abc import Mapping

from bot.dialogs.draft import attempt, put
from bot.dialogs.labels import Change
from bot.dialogs.model import Flow, World
from bot.dialogs.sheet import filled
from bot.dialogs.state import State
from bot.dialogs.values import Amount, Moment


def misfits(flow: Flow, state: State, typed: Mapping[str, str], world: World) -> dict[str, str]:
    """What of a sheet does not fit, by field: a sentence for each. ``state`` stays as it is."""
    state = state.copy()
    found = filled(flow, state, typed, world)
    for name, value in found.changes.items():
        for problem in attempt(lambda name=name, value=value: put_anew(flow, state, name, value, world), world):  # type: ignore[misc]
            found.problems[name] = problem
    return found.problems


def put_anew(flow: Flow, state: State, name: str, value: Change, world: World) -> None:
    """Give a field another value. Raises `InvalidValue` for what its check refuses."""
    if name in state.skipped:
        state.skipped.remove(name)
    field = flow.field(name)
    new, old = value.value, state.values.get(name)
    if isinstance(field.type, Moment) and isinstance(new, dict) and name in state.unsure:
        new = {**new, "is_instead": True}  # "Wednesday or Thursday": Thursday is the one of that week
    if isinstance(field.type, Moment | Amount) and old is not None:
        new = field.type.moved(old, new)
    put(flow, state, field, new, world, said=value.said)
