"""Corrections in plain words: which field 「不对，是80万」, "make it Thursday" or 「不是三个月，是半年」 means."""

from typing import TypeAlias

from bot.dialogs.model import Field, Flow, Json, Option, Question, State, World
from bot.dialogs.render import field_words
from bot.dialogs.types import Amount, Day, LongText, Moment, Ref, Text
from nlu.types import Understanding

Changes: TypeAlias = "dict[str, Json | Question]"


def corrected(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The changes that a correction asks for; {} where it fits nothing.

    In this order: the field it names, the field that holds the old words, the slots of the new ones, and last a field
    of the type that the new value has.
    """
    correction = heard.correction
    if correction is None:
        return {}
    new = world.understand(correction.new)
    named = _named(flow, correction.field, heard.text, world)
    if named is not None:
        value = _value_for(named, new, world, state)
        if value is not None:
            return {named.name: value}
    if correction.old:
        replaced = _replaced(flow, state, correction.old, correction.new, new, world)
        if replaced:
            return replaced
    return _from_slots(flow, state, heard, world) or from_facts(flow, state, new, world)


def from_facts(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The changes that the facts of a message make: its slots, else its first value of a type that a field has."""
    changes = _from_slots(flow, state, heard, world)
    if changes:
        return changes
    for kinds, field_types in (
        (("money", "number"), (Amount,)),
        (("date", "datetime", "range"), (Moment, Day)),
    ):
        if any(True for _ in heard.of_kind(*kinds)):
            field = _likely(flow, state, field_types)
            value = field.type.read(heard, world, state.values) if field else None
            if field is not None and value is not None:
                return {field.name: value}
    return {}


def is_about_another(flow: Flow, state: State, heard: Understanding) -> bool:
    """True where a message of the same kind names other records than the draft: it is a new one, not a correction."""
    for field in flow.fields:
        slot = heard.slots.get(field.slot or field.name)
        if not isinstance(field.type, Ref) or slot is None or field.name not in state.values:
            continue
        current = state.values[field.name]
        name = str(current.get("name") or current.get("new"))
        said = str(slot.value)
        if said not in name and name not in said and said != state.said.get(field.name):
            return True
    return False


def matching_option(options: tuple[Option, ...], text: str) -> Option | None:
    """The option that a typed answer means: its label, or a part that only one label has."""
    said = text.strip().casefold()
    exact = [option for option in options if option.label.casefold() == said]
    near = [option for option in options if said and said in option.label.casefold()]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def _named(flow: Flow, slot: str | None, text: str, world: World) -> Field | None:
    """The field a correction names: by the slot it was understood as, or by the field's label in the text."""
    for field in flow.fields:
        if slot is not None and slot in (field.name, field.slot):
            return field
    labelled = [
        f for f in flow.fields if field_words(world.words, flow.kind, f.name, "label").casefold() in text.casefold()
    ]
    return max(labelled, key=lambda f: len(f.name), default=None)


def _value_for(field: Field, new: Understanding, world: World, state: State) -> "Json | Question | None":
    slot = new.slots.get(field.slot or field.name)
    if slot is not None:
        return field.type.take(slot, world, state.values)
    return field.type.read(new, world, state.values)


def _replaced(flow: Flow, state: State, old: str, new_text: str, new: Understanding, world: World) -> Changes:
    """The field that holds the old words, with the new ones in their place."""
    for field in flow.fields:
        value = state.values.get(field.name)
        if value is None:
            continue
        if isinstance(field.type, Text | LongText):
            if old in str(value):
                return {field.name: str(value).replace(old, new_text)}
            continue
        if _same(field, value, old, state, world):
            changed = _value_for(field, new, world, state)
            if changed is not None:
                return {field.name: changed}
    return {}


def _same(field: Field, value: Json, old: str, state: State, world: World) -> bool:
    """Do the old words mean the value that the field has?"""
    if isinstance(field.type, Ref):
        return old in str(value.get("name") or value.get("new")) or old == state.said.get(field.name)
    if old in field.type.show(value, world):
        return True
    return bool(field.type.read(world.understand(old), world, state.values) == value)


def _from_slots(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    changes: Changes = {}
    for field in flow.fields:
        slot = heard.slots.get(field.slot or field.name)
        if slot is None:
            continue
        value = field.type.take(slot, world, state.values)
        if value is not None and value != state.values.get(field.name):
            changes[field.name] = value
    return changes


def _likely(flow: Flow, state: State, types: tuple[type, ...]) -> Field | None:
    """The field of one of the types that a bare value most likely means: the one asked, else one that has a value."""
    fields = [field for field in flow.fields if isinstance(field.type, types)]
    asked = [field for field in fields if field.name == state.asking]
    filled = [field for field in fields if field.name in state.values]
    later = [field for field in filled if getattr(field.type, "direction", "future") == "future"]
    open_ended = [field for field in fields if getattr(field.type, "direction", "future") == "future"]
    # A plan comes before a date that is merely expected: it is the last one of its type in the form.
    return next(iter([*asked, *reversed(later), *filled, *reversed(open_ended)]), None)
