"""How values get into a draft: from slots, from answers, from what a flow offers; with the questions they raise."""

from collections.abc import Callable, Mapping

from bot.dialogs.model import Field, Flow, Guess, Json, Question, World
from bot.dialogs.state import State, applies
from bot.dialogs.types import LongText, Ref
from bot.dialogs.values import Amount
from bot.errors import InvalidValue
from nlu.types import Slot

# Below this a value read from running text is marked on the card as a guess.
SURE_VALUE = 0.75


def fill(flow: Flow, state: State, slots: Mapping[str, Slot], world: World, *, only_new: bool = False) -> list[str]:
    """Put the slots into their fields, in the order of the form; gives the sentences about those that did not fit."""
    lead: list[str] = []
    for field in flow.fields if slots else ():
        slot = slots.get(field.slot or field.name)
        if slot is None or (only_new and field.name in state.values):
            continue
        if any(name in state.open for name in field.within):
            state.said[field.name] = str(slot.value)  # looked up once it is known within what
            continue
        problems = attempt(lambda field=field, slot=slot: _take(flow, state, field, slot, world), world)  # type: ignore[misc]
        if problems and not isinstance(field.type, Amount):  # a wrong total gives way to the sum of the lines
            state.declined.append(field.name)  # somebody else was named: nobody is proposed instead
        lead += problems
    return lead


def _take(flow: Flow, state: State, field: Field, slot: Slot, world: World) -> None:
    """Take a slot; of what was hardly understood, only what turns out to be known or well formed."""
    is_sure = slot.sure >= SURE_VALUE
    try:
        value = field.type.take(slot, world, state.values)
    except InvalidValue:
        if is_sure:
            raise
        return
    is_found = isinstance(value, dict) and "id" in value
    is_new = isinstance(value, dict) and "new" in value
    if value is None or (is_new and isinstance(field.type, Ref) and slot.sure < field.type.doubt):
        return
    put(flow, state, field, value, world, said=str(slot.value))
    # What was found is no guess, nor are somebody's own words.
    if not is_sure and not is_found and not isinstance(field.type, LongText) and field.name in state.values:
        state.unsure.append(field.name)


def offer(flow: Flow, state: State, world: World) -> list[str]:
    """Let the fields that nothing was said about propose a value."""
    lead: list[str] = []
    for field in flow.proposing:
        name = field.name
        if name in state.values or name in state.open or name in state.skipped or name in state.declined:
            continue
        if any(other in state.said and name in flow.field(other).within for other in state.open):
            continue  # whose the record is will be known when it is known which
        if applies(field, state):
            lead += attempt(lambda field=field: _propose(flow, state, field, world), world)  # type: ignore[misc]
    return lead


def _propose(flow: Flow, state: State, field: Field, world: World) -> None:
    offered = field.propose(state.values, world) if field.propose else None
    if isinstance(offered, Guess):
        is_known = any(name in state.values for name in flow.known_by)  # what a won deal is about was told
        if state.is_guided and field.ask == "guided" and not is_known:
            return  # it will be asked
        put(flow, state, field, offered.value, world)
        state.unsure.append(field.name)
    elif offered is not None:
        put(flow, state, field, offered, world)


def guess_anew(flow: Flow, state: State, world: World) -> bool:
    """A sum that was guessed from a story is another where that tells otherwise now. Is one?"""
    guessed = [field for field in flow.of_type(Amount) if field.name in state.unsure and field.name in state.values]
    before = [state.values[field.name] for field in guessed]
    for field in guessed:
        _propose(flow, state, field, world)
    return before != [state.values[field.name] for field in guessed]


def put(
    flow: Flow,
    state: State,
    field: Field,
    value: "Json | Question",
    world: World,
    *,
    said: str | None = None,
    is_checked: bool = False,
) -> None:
    """Set a field, or open the question its value raises; what is found within it is looked up anew.

    Raises `InvalidValue` for what the field's check refuses.
    """
    if not isinstance(value, Question) and field.check is not None and not is_checked:
        value = field.check(value, world, state.values) or value
    if said is not None:
        state.said[field.name] = said
    if field.name in state.unsure:
        state.unsure.remove(field.name)
    if isinstance(value, Question):
        state.open[field.name] = value.to_json()
        state.values.pop(field.name, None)
        return
    old = state.values.get(field.name)
    state.values[field.name] = value
    state.open.pop(field.name, None)
    for other in flow.fields:
        if old not in (None, value) and other.name in state.open and other.propose is not None:
            del state.open[other.name]  # what was asked about the old value is asked about the new one
        if old != value and field.name in other.within:
            _look_up_anew(flow, state, other, world, has_moved=old is not None)


def choose(flow: Flow, state: State, field: Field, value: Json, world: World) -> None:
    """Take a chosen option: it is sure, and needs no further question; None asks the field anew."""
    state.open.pop(field.name, None)
    state.said.pop(field.name, None)
    if value is None:
        state.values.pop(field.name, None)
        state.declined.append(field.name)
    else:
        put(flow, state, field, value, world, is_checked=True)


def drop(state: State, name: str) -> None:
    """Forget all about a field."""
    for gone in (state.values, state.open, state.said):
        gone.pop(name, None)
    for listed in (state.skipped, state.unsure):
        while name in listed:
            listed.remove(name)


def attempt(act: Callable[[], None], world: World) -> list[str]:
    """Act; what did not fit comes back as a sentence."""
    try:
        act()
    except InvalidValue as error:
        return [world.words.say(error.sentence, **error.params)]
    return []


def _look_up_anew(flow: Flow, state: State, field: Field, world: World, *, has_moved: bool) -> None:
    """What a name meant may be another now that it is looked for elsewhere; what a flow proposed may be, too."""
    value = state.values.get(field.name)
    is_known = isinstance(value, dict) and "id" in value
    if is_known and not has_moved:
        return
    said = state.said.get(field.name)
    if said and isinstance(field.type, Ref):
        drop(state, field.name)
        found = field.type.settle(said, world, state.values)
        if found is not None:
            put(flow, state, field, found, world, said=said)
    elif is_known:
        drop(state, field.name)
    elif value is not None and field.propose is not None and not said:
        _propose(flow, state, field, world)
    elif value is not None:
        drop(state, field.name)  # unless it still passes its check
        put(flow, state, field, value, world, said=said)
