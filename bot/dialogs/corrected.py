"""Values that are put in the place of others: one by one, or as a sheet gives them."""

from collections.abc import Mapping
from contextlib import suppress

from bot.dialogs.draft import attempt, put
from bot.dialogs.labels import Change
from bot.dialogs.model import Field, Flow, Json, Question, World
from bot.dialogs.sheet import filled
from bot.dialogs.state import State
from bot.dialogs.types import LongText
from bot.dialogs.values import Amount, Day, Moment
from bot.errors import InvalidValue

MAX_WORD = 16  # letters of a value as somebody says it


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
    if isinstance(field.type, Moment | Amount | Day) and old is not None and name in state.values:
        _retell(flow, state, field, old, value.said or "", world)


def _retell(flow: Flow, state: State, field: Field, old: Json, said: str, world: World) -> None:
    """What a story says of the value, too, it says anew: 「预算80万」 is 「预算90万」 with the amount."""
    before, after = (field.type.show(value, world) for value in (old, state.values[field.name]))
    word = said if 0 < len(said) <= MAX_WORD and _shown(field, said, state, world) == after else after
    for told in flow.of_type(LongText) if before != after else ():
        text = str(state.values.get(told.name, ""))
        places = [value for value in world.values_in(text) if _shown(field, value.text, state, world) == before]
        if len(places) == 1:
            state.values[told.name] = text[: places[0].start] + word + text[places[0].end :]


def _shown(field: Field, said: str, state: State, world: World) -> str:
    """How the words are shown as a value of the field; "" where they are none."""
    with suppress(InvalidValue):
        value = field.type.read(world.understand(said), world, state.values)
        return "" if value is None or isinstance(value, Question) else field.type.show(value, world)
    return ""
