"""A message about visits to several customers: a note of each, one card after the other."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.world import World
from config.catalog import Catalog, catalog
from nlu.types import Understanding

SURE_NAME = 0.6  # a customer that is less sure does not begin a note of its own
SURE_NOTE = 0.8


def notes_in(world: World, heard: Understanding) -> list[Understanding]:
    """The parts of a message that are about a customer each; [] where it is about one."""
    listed = _listed(world, heard)
    if listed:
        return listed
    pieces = [piece for piece in _borders(catalog(heard.lang)).split(heard.text) if piece and piece.strip()]
    if len(pieces) < 2:
        return []
    parts: list[list[str]] = []
    told: list[str] = []  # of whom, one after the other
    for piece in pieces:
        customer = _visited(world.understand(piece))
        if customer and customer not in told:
            begins = told or not parts  # what stands before the first customer belongs to them
            told.append(customer)
            if begins:
                parts.append([])
        if not parts:
            parts.append([])
        parts[-1].append(piece.strip(" ,，;；。"))
    joint = "，" if heard.lang == "zh" else ", "
    return [world.understand(joint.join(part)) for part in parts] if len(told) > 1 else []


def _visited(heard: Understanding) -> str:
    """The customer with whom somebody was in touch, by what a piece of the message says for itself; "" for none."""
    said = heard.slots.get("customer")
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE and "channel" in heard.slots
    return str(said.value) if said is not None and said.sure >= SURE_NAME and is_note else ""


def _listed(world: World, heard: Understanding) -> list[Understanding]:
    """「今天拜访了3家：上汽聊了备件，广汽没见到人」: each name at the head of a clause begins a note of its own."""
    words = catalog(heard.lang)
    found = next((f for p in words.words("follow_up.listed") if (f := re.match(p, heard.text, re.IGNORECASE))), None)
    if found is None:
        return []
    lead = found["lead"].strip() + (" " if heard.lang == "en" else "")
    notes: list[str] = []
    for piece in re.split(r"[，,；;。\n]\s*|\.\s+", heard.text[found.end() :]):
        customer = world.understand(lead + piece).slots.get("customer") if piece.strip() else None
        if customer is not None and customer.start <= len(lead):
            notes.append(lead + piece.strip())
        elif notes and piece.strip():
            notes[-1] += ("，" if heard.lang == "zh" else ", ") + piece.strip()
    when = heard.slots.get("occurred_at")
    told = [_without(lead, world.understand(note)) for note in notes]
    told = [replace(note, slots={**({"occurred_at": when} if when else {}), **note.slots}) for note in told]
    return told if len({str(note.slots["customer"].value) for note in told}) > 1 else []


def _without(lead: str, heard: Understanding) -> Understanding:
    """The note without what was said of all of them at once, which tells how they were in touch and no more."""
    told = {
        name: replace(slot, value=str(slot.value)[len(lead) :].strip())
        for name, slot in heard.slots.items()
        if name in ("content", "feedback") and str(slot.value).startswith(lead)
    }
    return replace(heard, slots={**heard.slots, **told})


@lru_cache(maxsize=10)
def _borders(words: Catalog) -> re.Pattern[str]:
    return re.compile("|".join(words.words("follow_up.borders")), re.IGNORECASE)
