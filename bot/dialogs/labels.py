"""The fields of a form by what they are called: 「金额」, 「客户是中兴」, "contact: Jake", 「地址漕宝路500号」."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.dialogs.model import Field, Flow, Json, Question, World
from bot.dialogs.render import label_of
from bot.dialogs.state import State
from bot.dialogs.types import Choice, LongText, Ref, Text
from bot.talk.glance import heads, may_hold
from config.catalog import Catalog
from config.phrasing import any_way, phrasing
from nlu.types import Understanding


@dataclass(frozen=True, slots=True)
class Change:
    """A new value for a field, with the words it came from."""

    value: "Json | Question"
    said: str | None = None


Changes: TypeAlias = dict[str, Change]


def field_called(flow: Flow, text: str, world: World) -> Field | None:
    """The field whose label is all of the message: 「金额」, "the amount"."""
    for field in flow.fields:
        label = label_of(world.words, flow.kind, field.name).casefold()
        if phrasing("determiner").sub("", text.strip()).casefold() == label:
            return field
    return None


def equated(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """「客户是中兴」, "contact: Jake": the field's label, a word that equates, and the new value."""
    if not may_hold(heard.text.casefold(), _equating(world.words)):
        return {}
    labels = _labels(flow, world.words)
    found = _equation(world.words, tuple(labels)).fullmatch(heard.text.strip())
    if found is None:
        return {}
    field, said = labels[found.group(1).casefold()], found.group(2)
    if isinstance(field.type, Text) and field.type.is_person:  # 「刘建国，生产部的主任」: what they are stands behind
        said = re.split("[,，]", said)[0]
    change = change_of(field, world.understand(said), world, state)
    return {field.name: change} if change is not None else {}


def _labels(flow: Flow, words: Catalog) -> dict[str, Field]:
    """The fields by what they are called, the longest first."""
    labels = {label_of(words, flow.kind, field.name).casefold(): field for field in reversed(flow.fields)}
    return {label: labels[label] for label in sorted(labels, key=len, reverse=True)}


def next_to_label(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """「地址徐汇区漕宝路500号」, where another fact is asked for: a label right before its value."""
    asked, said = flow.by_name.get(state.asking or ""), heard.text.strip()
    if asked is not None and isinstance(asked.type, LongText):
        return {}
    for label, field in _labels(flow, world.words).items():
        rest = said[len(label) :]
        is_free = isinstance(field.type, Ref) or (isinstance(field.type, LongText) and field.required)
        if not said.casefold().startswith(label) or field is asked or is_free:
            continue
        new = world.understand(rest.strip())
        if isinstance(field.type, Choice) and not _is_all(field, new):
            continue
        change = change_of(field, new, world, state) if len(rest.strip()) > 1 else None
        if change is not None:
            return {field.name: change}
    return {}


def _is_all(field: Field, new: Understanding) -> bool:
    """Is it the value of the field, and nothing besides: 「方式|电话」, and not 「方式|还没定，先打电话」?"""
    slot = new.slots.get(field.slot or field.name)
    return slot is not None and slot.end - slot.start == len(new.text)


@lru_cache
def _equating(words: Catalog) -> frozenset[str]:
    """With what words that equate begin."""
    return heads(words.words("dialog.is"))


@lru_cache(maxsize=200)
def _equation(words: Catalog, labels: tuple[str, ...]) -> re.Pattern[str]:
    """A label, a word that equates, and a value; 「华为的」 may stand before the label."""
    equates = "|".join(map(re.escape, words.words("dialog.is")))
    return re.compile(
        rf"(?:[^，,]{{1,20}}{any_way('possessive')})?({'|'.join(map(re.escape, labels))})\s*(?:{equates})\s*(.+)", re.I
    )


def named_by(flow: Flow, slot: str | None, text: str, world: World) -> Field | None:
    """The field a correction names: by the slot it was understood as, or by the field's label in the text."""
    for field in flow.fields:
        if slot is not None and slot in (field.name, field.slot):
            return field
    fields = [field for field in flow.fields if not field.is_derived]
    labelled = [f for f in fields if label_of(world.words, flow.kind, f.name).casefold() in text.casefold()]
    return max(labelled, key=lambda f: len(f.name), default=None)


def change_of(field: Field, new: Understanding, world: World, state: State) -> Change | None:
    """What a field becomes by words that were understood on their own."""
    slot = new.slots.get(field.slot or field.name)
    said = str(slot.value) if slot else new.text
    value = field.type.take(slot, world, state.values) if slot else field.type.read(new, world, state.values)
    return None if value is None else Change(value, said)
