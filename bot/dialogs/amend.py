"""Corrections in plain words: which field 「不对，是80万」, "make it Thursday" or 「不是三个月，是半年」 means."""

from datetime import date, datetime

from bot.dialogs.in_speech import (
    as_called,
    as_time,
    by_difference,
    called,
    in_place_of,
    numbered,
    other_count,
    other_share,
    planned,
    texts,
)
from bot.dialogs.labels import Change, Changes, change_of, equated, named_by, next_to_label
from bot.dialogs.model import Field, Flow, Gathers, Json, Option, Parts, Question, World
from bot.dialogs.rescheduled import rescheduled
from bot.dialogs.state import State, applies
from bot.dialogs.swapped import swapped
from bot.dialogs.types import Choice, Exact, LongText, Ref, Text
from bot.dialogs.values import Amount, Day, Moment, choose_reading
from config.phrasing import phrasing
from nlu.amounts import is_no_total
from nlu.types import Slot, Understanding

MAX_NAME = 30  # a longer message is not only a name
SURE = 0.8  # below this what a sentence seems to give is a guess
FAR = 3  # a day is what is planned where the same date behind is so many times as far
MAX_BARE = 6  # so short a message is a name with a word beside it


def corrected(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The changes that a correction asks for; {} where it fits nothing.

    In this order: a part of a field that has several, the field it names, the field that holds the old words, the
    facts of the new ones, and last what the whole sentence says.
    """
    correction = heard.correction
    parts = _of_parts(flow, state, heard, world) if any(heard.of_kind("percent")) else {}  # "10% off" each
    for read in (rescheduled, swapped, _guess_replaced, numbered, by_difference, called) if not parts else ():
        if changes := read(flow, state, heard, world):
            return changes
    if parts := parts or _of_parts(flow, state, heard, world):
        return parts
    if correction is None:
        told = equated(flow, state, heard, world)
        return {**told, **gathered(flow, state, heard, world)} if told else next_to_label(flow, state, heard, world)
    plain = world.understand(correction.new)
    new = as_time(flow, state, plain, world)
    named = named_by(flow, correction.field, heard.text, world)
    if named is not None and not (correction.old and correction.old in str(state.values.get(named.name, ""))):
        change = change_of(named, new, world, state)
        if change is not None:
            return {named.name: change}
    if correction.old:
        replaced = _replaced(flow, state, correction.old, new, world)
        if replaced or not _is_known_thing(plain):  # "10 not 8", of what the card does not tell, is no hour
            return replaced
    return (
        other_share(flow, state, new)
        or other_count(flow, state, new, world)
        or from_facts(flow, state, new, world)
        or _from_slots(flow, state, heard, world)
        or _told_before(flow, state, heard, new, world)
    )


def contrasts(heard: Understanding) -> bool:
    """「交期不是问题了，是价格」, "it's not the price but the delivery": what is so and what is not, and no value."""
    correction = heard.correction
    if correction is not None and correction.field is None and correction.old:
        return not _is_known_thing(heard)
    return correction is None and phrasing("contrast").fullmatch(heard.text.strip()) is not None


def _is_known_thing(said: Understanding) -> bool:
    """Does it give a time, an amount, somebody known or a fact of any kind?"""
    is_value = any(value.is_time or value.money for value in said.values)
    return is_value or bool(said.names) or any(slot.sure >= SURE for slot in said.slots.values())


def _guess_replaced(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """「星河」, and nothing else, where the customer of the draft is only a guess: whom it is about."""
    for field in flow.fields if state.unsure else ():
        if not isinstance(field.type, Ref) or field.name not in state.unsure or field.name == state.asking:
            continue
        if len(heard.text.strip()) > MAX_NAME or not is_only_a_name(heard, field.type.kind):
            continue
        change = change_of(field, heard, world, state)
        if change is not None and change.value != state.values.get(field.name):
            return {field.name: change}
    return {}


def is_only_a_name(heard: Understanding, kind: str) -> bool:
    """Is the message nothing but the name of somebody known?"""
    size = len(heard.text.strip())
    return any(match.name.kind == kind and match.end - match.start >= size for match in heard.names)


def _told_before(flow: Flow, state: State, heard: Understanding, new: Understanding, world: World) -> Changes:
    """「不对是晨光文化」, where something else is asked for by now: the last name or text that was an answer."""
    asked = flow.by_name.get(state.asking or "")
    if asked is None or isinstance(asked.type, LongText) or not phrasing("corrects").search(heard.text):
        return {}
    told = (flow.by_name[name] for name in reversed(state.trail) if name in state.values and name != asked.name)
    field = next((field for field in told if isinstance(field.type, Text | LongText | Ref)), None)
    change = change_of(field, new, world, state) if field is not None else None
    return {field.name: change} if field is not None and change is not None else {}


def _of_parts(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The change of a field that has parts, where the message is about one of them."""
    for field in flow.in_parts.values():
        if isinstance(field.type, Parts) and field.name in state.values:
            value = field.type.amend(state.values[field.name], heard, world)
            if value is not None:
                return {field.name: Change(value)}
    return {}


def from_facts(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The changes that the facts of a message make: its slots, else its first value of a type that a field has."""
    changes = planned(flow, state, heard, world) or (
        _from_slots(flow, state, heard, world) | gathered(flow, state, heard, world)
    )
    if changes:
        return changes
    chosen = [f for f in flow.of_type(Choice) if f.type.read(heard, world, state.values)]
    if len(chosen) == 1:
        change = change_of(chosen[0], heard, world, state)
        return {chosen[0].name: change} if change else {}
    for own in flow.fields:
        # A type of a flow's own says itself which values are its.
        if any(True for _ in heard.of_kind(*getattr(own.type, "kinds", ()))) and applies(own, state):
            change = change_of(own, heard, world, state)
            if change is not None:
                return {own.name: change}
    for kinds, field_types in (
        (("money", "number"), (Amount,)),
        (("datetime",), (Moment,)),
        (("date", "datetime", "range"), (Moment, Day)),
    ):
        if any(not is_no_total(heard.text, value) for value in heard.of_kind(*kinds)):
            field = _behind(flow, field_types, heard, world) or _likely(
                flow, state, field_types, is_ahead=_is_ahead(heard, world)
            )
            change = change_of(field, heard, world, state) if field else None
            if field is not None and change is not None:
                return {field.name: change}
    return _by_name(flow, state, heard.text.strip(), world)


def gathered(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """What field types find for themselves: it is added to what has parts, and replaces what has none."""
    changes: Changes = {}
    for field in flow.gathering:
        if isinstance(field.type, Parts):
            value = field.type.read(heard, world, state.values) if field.type.gather(heard, world, {}) else None
        elif isinstance(field.type, Gathers):
            value = field.type.gather(heard, world, state.values)
        else:
            continue
        if value is not None and value != state.values.get(field.name):
            changes[field.name] = Change(value)
    return changes


def _by_name(flow: Flow, state: State, said: str, world: World) -> Changes:
    """A name alone: the other record of a kind that the draft refers to."""
    for field in flow.fields:
        current = state.values.get(field.name)
        if len(said) > MAX_NAME or not said or not isinstance(field.type, Ref) or not isinstance(current, dict):
            continue
        if field.is_derived:
            continue
        within = {name: value for name, value in state.values.items() if name in field.within}
        found = world.find(field.type.kind, said, within)
        if found.is_sure and len(found.matches) == 1 and found.matches[0].id != current.get("id"):
            match = found.matches[0]
            return {field.name: Change({"id": match.id, "name": match.name}, said)}
    return {}


def matching_option(options: tuple[Option, ...], text: str) -> Option | None:
    """The option that a typed answer means: its label, or a part of one only: 「是通讯那个」, "the medical one"."""
    said = phrasing("around_option").sub("", text.strip(" 。.!！")).strip().casefold() or text.strip().casefold()
    exact = [option for option in options if _bare(option.label) in (_bare(said), _bare(text))]
    near = [option for option in options if said and said in option.label.casefold()]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def _bare(label: str) -> str:
    """As labels are compared: 「8.5折」 is 「8.5 折」."""
    return "".join(label.casefold().split())


def _replaced(flow: Flow, state: State, old: str, new: Understanding, world: World) -> Changes:
    """The fields that hold the old words, with the new ones in their place."""
    changes: Changes = {}
    is_choice = any(field.type.read(new, world, state.values) for field in flow.of_type(Choice))  # "a visit" is nobody
    for field in sorted(flow.fields, key=lambda field: field.name not in state.said):  # what was said, before guesses
        value = state.values.get(field.name)
        if value is None or field.is_derived or (is_choice and isinstance(field.type, Ref)):
            continue
        if isinstance(field.type, Exact):
            if old in str(value) and new.text.isdecimal():  # "not 0142, 0124"
                changes[field.name] = Change(str(value).replace(old, new.text))
        elif isinstance(field.type, Text | LongText):
            if old in str(value):
                changes[field.name] = Change(in_place_of(old, new.text, str(value)))
        elif not changes.keys() - texts(flow) and _same(field, value, old, state, world):
            change = change_of(field, as_called(field, new, world), world, state)
            if change is not None:
                if isinstance(field.type, Moment) and isinstance(change.value, dict):
                    change.value["is_instead"] = True
                changes[field.name] = change
    return changes


def _same(field: Field, value: Json, old: str, state: State, world: World) -> bool:
    """Do the old words mean the value that the field has?"""
    if isinstance(field.type, Ref):
        return old in str(value.get("name") or value.get("new")) or old == state.said.get(field.name)
    if old in field.type.show(value, world):
        return True
    meant = field.type.read(world.understand(old), world, state.values)
    if meant is None or isinstance(meant, Question):
        return False
    return field.type.show(meant, world) == field.type.show(value, world)


def _from_slots(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    changes: Changes = {}
    for field in flow.fields:
        slot = heard.slots.get(field.slot or field.name)
        if slot is None or (isinstance(field.type, Ref) and _is_left_over(slot, heard)):
            continue
        if isinstance(field.type, Ref) and _is_short_for(str(slot.value), state.values.get(field.name)):
            continue
        value = field.type.take(slot, world, state.values)
        if value is not None and value != state.values.get(field.name):
            changes[field.name] = Change(value, str(slot.value))
    return changes


def _is_short_for(said: str, current: Json) -> bool:
    """Is "Perkins" who is on the card already, Perkins Steel?"""
    name = str(current.get("name") or current.get("new") or "") if isinstance(current, dict) else ""
    return name.casefold().startswith(f"{said.casefold()} ")


def _is_left_over(slot: Slot, heard: Understanding) -> bool:
    """Does the name merely stand in a sentence, nobody knowing it?"""
    is_part = slot.end - slot.start + MAX_BARE < len(heard.text.strip())
    return is_part and slot.sure < SURE and not any(slot.start <= match.start < slot.end for match in heard.names)


def _is_ahead(heard: Understanding, world: World) -> bool:
    """Does the first time in a message lie ahead, however it is read?"""
    times = [value for value in heard.of_kind("date", "datetime", "range") if value.past or value.future]
    if not times:
        return False
    start: date | datetime = choose_reading(times[0], "past").start
    if start > world.now if isinstance(start, datetime) else start > world.now.date():
        return True
    if phrasing("still_ahead").search(heard.text) is not None:
        return True
    past, future, today = times[0].past, times[0].future, world.now.date()
    if past is None or future is None:
        return False
    return FAR * (future.days.start - today) < today - past.days.start  # 「12月3日」, said in November


def _behind(flow: Flow, types: tuple[type, ...], heard: Understanding, world: World) -> Field | None:
    """The field for what has happened, where a time surely lies behind, whatever is asked for: "it was yesterday"."""
    times = [value for value in heard.of_kind("date", "range") if value.future is not None]
    if not times or times[0].future is None or times[0].future.days.end >= world.now.date():
        return None
    return next(
        (f for f in flow.fields if isinstance(f.type, types) and getattr(f.type, "direction", "") == "past"), None
    )


def _likely(flow: Flow, state: State, types: tuple[type, ...], *, is_ahead: bool) -> Field | None:
    """The field of one of the types that a bare value most likely means: the one asked, else one that has a value."""
    fields = [field for field in flow.fields if isinstance(field.type, types)]
    asked = [field for field in fields if field.name == state.asking]
    filled = [field for field in fields if field.name in state.values]
    later = [field for field in filled if getattr(field.type, "direction", "future") == "future"]
    open_ended = [field for field in fields if getattr(field.type, "direction", "future") == "future"]
    # A plan comes before a date that is merely expected: it is the last one of its type in the form.
    rest = [*reversed(open_ended), *filled] if is_ahead else [*filled, *reversed(open_ended)]
    return next(iter([*asked, *reversed(later), *rest, *fields]), None)
