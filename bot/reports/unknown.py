"""Whom a message about the numbers names though nobody knows them: better to say so than to answer about all."""

import re

from bot.errors import NotFound
from bot.reports.conditions import EDGES
from bot.reports.cues import WHATS, cue, holds
from bot.reports.found import Found
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

_LETTER = re.compile(r"\w")


def checked(world: World, heard: Understanding, found: Found) -> Found:
    """The findings, where all whom the message names are known. Raises NotFound."""
    if found.whom.names or found.whom.is_mine or found.whom.is_ours:
        return found
    owner = heard.get("owner")
    if isinstance(owner, str) and owner.casefold() in found.rest:
        raise NotFound(name=owner)
    if found.which.product is not None:
        return found
    unknown = _unknown_name(world, heard, found)
    if unknown:
        raise NotFound(name=unknown)
    slot = heard.slots.get("customer")
    if slot is not None and slot.sure >= 0.8 and str(slot.value).casefold() in found.rest:
        raise NotFound(name=str(slot.value))
    return found


def require_known(heard: Understanding, found: Found) -> None:
    """Raises NotFound where a summary is asked of somebody nobody knows: it must not be guessed to be of all."""
    owner = heard.get("owner")
    if heard.intent == "pipeline_summary" and isinstance(owner, str) and owner.casefold() in found.rest:
        raise NotFound(name=owner)


def as_typed(text: str, rest: str) -> str:
    """The words of the rest that say something, as they were typed."""
    parts = [part for part in rest.strip(EDGES).split() if _LETTER.search(part)]
    places = [(text.casefold().find(part), len(part)) for part in parts]
    return " ".join(text[at : at + length] for at, length in places if at >= 0)


def _unknown_name(world: World, heard: Understanding, found: Found) -> str:
    """What is left of the message and must be somebody's name, "": better to say that nobody knows it than to answer
    about everybody."""
    text, folded = heard.text, heard.text.casefold()
    unknown = holds(world.words, "team_like", found.rest.casefold()).strip()
    if unknown:
        at = folded.find(unknown)
        return text[at : at + len(unknown)] if at >= 0 else unknown
    for part in found.rest.casefold().split():
        at = folded.find(part)
        after = text[at + len(part) :].lstrip()
        is_owner = phrasing("possessive").match(after) is not None
        if part.isascii():
            is_before = is_owner or any(cue(world.words, what).match(after.casefold()) for what in WHATS)
            is_name = text[at : at + 1].isupper() and (at > 0 or is_before)
        else:
            is_name = len(part) >= 2 and (at == 0 or is_owner)
        if is_name:
            return text[at : at + len(part)]
    return ""
