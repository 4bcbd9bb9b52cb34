"""A message about visits to several customers: a note of each, one card after the other."""

import re
from functools import lru_cache

from bot.world import World
from config.catalog import Catalog, catalog
from nlu.types import Understanding

SURE_NAME = 0.6  # a customer that is less sure does not begin a note of its own
SURE_NOTE = 0.8


def notes_in(world: World, heard: Understanding) -> list[Understanding]:
    """The parts of a message that are about a customer each; [] where it is about one."""
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


@lru_cache(maxsize=10)
def _borders(words: Catalog) -> re.Pattern[str]:
    return re.compile("|".join(words.words("follow_up.borders")), re.IGNORECASE)
