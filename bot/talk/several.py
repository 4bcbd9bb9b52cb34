"""A message about several visits, or that is to remind of several days: one card after the other."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TypeAlias

from bot.world import World
from config.catalog import catalog
from nlu.types import Understanding

SURE_NAME = 0.6  # a customer that is less sure does not begin a note of its own
SURE_NOTE = 0.8
_ENDS = " ,，;；。"
Understand: TypeAlias = Callable[[str], Understanding]  # what is asked of it twice, it tells from memory


def notes_in(world: World, heard: Understanding) -> list[Understanding]:
    """The parts of a message that are about a customer each; [] where it is about one."""
    understand = cache(world.understand)
    listed = _listed(understand, heard)
    if listed:
        return listed
    borders = catalog(heard.lang).pattern("follow_up.borders")
    pieces = [part for piece in borders.split(heard.text) if piece and (part := piece.strip(_ENDS))]
    if len(pieces) < 2:
        return []
    parts: list[list[str]] = []
    told: list[str] = []  # of whom, one after the other
    for piece in pieces:
        customer = _visited(understand(piece))
        if customer and customer not in told:
            begins = told or not parts  # what stands before the first customer belongs to them
            told.append(customer)
            if begins:
                parts.append([])
        if not parts:
            parts.append([])
        parts[-1].append(piece)
    joint = "，" if heard.lang == "zh" else ", "
    return [understand(joint.join(part)) for part in parts] if len(told) > 1 else []


def days_in(world: World, heard: Understanding) -> list[Understanding]:
    """「提醒我周三和周五给张总打电话」: the message for each of the two days; [] where there is one, or a rule."""
    days = [value for value in heard.values if value.kind in ("date", "datetime", "range")]
    if len(days) != 2 or any(True for _ in heard.of_kind("recurrence")):
        return []
    first, second = days
    text, joints = heard.text, catalog(heard.lang).words("reminder.joints")
    if text[first.end : second.start].strip().casefold() not in joints:
        return []
    alone = (text[: first.end] + text[second.end :], text[: first.start] + text[second.start :])
    return [world.understand(said) for said in alone]


def _visited(heard: Understanding) -> str:
    """The customer with whom somebody was in touch, by what a piece of the message says for itself; "" for none."""
    said = heard.slots.get("customer")
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE and "channel" in heard.slots
    return str(said.value) if said is not None and said.sure >= SURE_NAME and is_note else ""


def _listed(understand: Understand, heard: Understanding) -> list[Understanding]:
    """「今天拜访了3家：上汽聊了备件，广汽没见到人」: each name at the head of a clause begins a note of its own."""
    words = catalog(heard.lang)
    found = next((f for p in words.words("follow_up.listed") if (f := re.match(p, heard.text, re.IGNORECASE))), None)
    if found is None:
        return []
    lead, key = found["lead"].strip(), f"follow_up.listed_as.{found['lead'].casefold()}"
    lead = (words.say(key) if words.has(key) else lead) + (" " if heard.lang == "en" else "")
    notes: list[str] = []
    for piece in map(str.strip, re.split(r"[，,；;。\n]\s*|\.\s+", heard.text[found.end() :])):
        customer = understand(lead + piece).slots.get("customer") if piece else None
        if customer is not None and customer.start <= len(lead):
            notes.append(lead + piece)
        elif notes and piece:
            notes[-1] += ("，" if heard.lang == "zh" else ", ") + piece
    when = heard.slots.get("occurred_at")
    told = [_without(lead, understand(note)) for note in notes]
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
