"""From a message to a question about records.

It is read as a question about each kind that it names; the reading that leaves the fewest words over is meant.
"""

import re
from dataclasses import replace
from typing import get_args

from bot.custom.fields import customs
from bot.questions.events import EVENTS
from bot.questions.kinds import KINDS, Kind
from bot.questions.named import is_part_of, kinds_numbered, spoken_of
from bot.questions.question import SPLITS, Ask, Question
from bot.questions.reading import MAX_CHARS, TOLD, WORDS, Reading
from bot.questions.said import Words, has_mark
from bot.reports.cues import holds
from bot.rules.service import AGENT
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.types import Understanding

SURE_NOTE = 0.9


def read(world: World, heard: Understanding) -> Question | None:
    """The question that a message asks; None where it asks nothing about records, or much that is not understood. What
    little is not is its ``unused``."""
    text = Words(catalog(heard.lang), heard)
    if len(heard.text) > MAX_CHARS[heard.lang] or text.find("doing"):
        return None
    is_told = _tells(text, heard)
    if any(heard.slots.get(name) for name in ("phone", "email")):
        return None
    readings = [found for kind in _kinds(world, text) if (found := Reading(world, heard, kind).question()) is not None]
    if is_told:  # a note, unless every word names records: "quotes out with no answer"; what happened today is one
        readings = [one for one in readings if not one.unused and one.states and one.kind not in TOLD]
        readings = [one for one in readings if EVENTS.keys().isdisjoint(one.states)]
    best = min(readings, key=_left_over, default=None)
    return best or (_of_no_record(text) if not is_told else None)


def _kinds(world: World, text: Words) -> list[Kind]:
    """The kinds that a message may ask about: those whose record it names by its number and what belongs to that, else
    those that it names and that of the paper which the talk is about, else what the person works on."""
    if holds(text.words, "of_notes", text.folded):
        return [KINDS["follow_up"]]
    numbered = kinds_numbered(world, text, KINDS.values())
    is_elsewhere = text.find("elsewhere") is not None
    named = [] if is_elsewhere else [kind for kind in KINDS.values() if text.find(f"noun.{kind.name}")]
    if numbered:
        return numbered + [kind for kind in named if any(is_part_of(kind, paper) for paper in numbered)]
    spoken = [kind for kind in spoken_of(world, text) if kind not in named]
    return named + spoken or ([] if is_elsewhere else _implied(world, text))


def _tells(text: Words, heard: Understanding) -> bool:
    """Is it surely a note, without any word that asks? Whatever nouns stand in it, nothing is looked up for it."""
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE
    return is_note and not has_mark(heard) and not any(text.find(f"ask.{name}") for name in get_args(Ask))


def _implied(world: World, text: Words) -> list[Kind]:
    """Of who handles service requests it is clear what "how many did I close" is about; what nobody has touched for
    three weeks, or has no next step, where nothing is named, is a deal; what is unpaid an invoice, for finance."""
    is_quiet = text.find("idle") and any(value.kind == "duration" for value in text.heard.values)
    if is_quiet or text.find("state.opportunity.stepless"):
        return [KINDS["opportunity"]]
    own = {item.kind for item in customs(world) if fold(item.label(text.heard.lang)) in text.letters}
    if own & KINDS.keys():
        return [KINDS[kind] for kind in KINDS if kind in own]
    role = world.actor.role
    if role == "finance" and text.find("implied_money"):
        return [KINDS["invoice"]]
    return [KINDS["service_request"]] if role == AGENT and text.find("implied") else []


def _of_no_record(text: Words) -> Question | None:
    """The question about a number that no record has, which is none about the papers that there are."""
    number = re.search(text.words.say("question.paper_number"), text.letters)
    asks = has_mark(text.heard) or any(
        text.find(f"ask.{name}") for name in (*(WORDS - SPLITS.keys() - {"sum"}), "whether")
    )
    asks = asks or any(text.find(f"field.{name}") for name in ("rest", "payment_terms"))
    return Question("", missing=text.heard.text[slice(*number.span())]) if number and asks else None


def read_as(world: World, heard: Understanding, kind: str) -> Question:
    """The message as a question about the kind, whether it asks or not; what that leaves over is its ``unused``."""
    reading = Reading(world, heard, KINDS[kind])
    told = reading.question() or reading.told
    return told if told.states else replace(told, states=KINDS[kind].usual(told))


def _left_over(question: Question) -> tuple[int, bool, int]:
    """Of as many words, rather what belongs to a paper, where it is asked how much that is."""
    is_sum = bool(question.paper) and "sum" in question.asks
    return len(question.unused), not is_sum, -len(question.states) - len(question.lacks) - len(question.own)
