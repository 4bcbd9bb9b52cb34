"""From words to a question: whether a message is one, and whether it is new or changes a part of the last one.

「本季度管道汇总」「华东上个月成交情况」「只看张伟的」「换成上季度」「按人看」, "pipeline this quarter
by rep", "last quarter instead".
"""

import re
from dataclasses import replace

from bot.errors import NotFound
from bot.reports.change import changed
from bot.reports.cues import WHATS, asks_for_numbers, cue, holds
from bot.reports.query import OF_DEALS, Query, What
from bot.reports.reading import Found, read
from bot.reports.scope import book_of
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

MAX_CHARS = 60
SURE = 0.6  # an intent that is less sure does not speak against a question
_QUESTIONS = frozenset({"pipeline_summary", "list_opportunities", "list_follow_ups", "other", "find_customer"})
_TOLD = frozenset({"won", "lost", "opened", "newcomers"})  # 「赢单了」, 「新增客户」 tell as well as ask
_ENTERED = frozenset({"opened", "newcomers"})
_LETTER = re.compile(r"\w")
MAX_LEFT = 6  # bytes: two Han characters, or six letters; with more left, the numbers asked for are others


def asked(world: World, last: Query | None, heard: Understanding) -> Query | None:
    """The question that a message asks, None where it asks no such thing. Raises NotFound for whom nobody knows."""
    text = heard.text.strip()
    if len(text) > MAX_CHARS or not text or any(heard.of_kind("money")):
        return None  # 「超过50万的商机」 asks for a list: no figure is split by size
    folded = text.casefold()
    is_cued = heard.intent == "pipeline_summary" or asks_for_numbers(world.words, folded)
    if (last is None and not is_cued) or holds(world.words, "elsewhere", folded):
        return None
    found = read(world, heard)
    if last is not None and last.owners and not found.names and holds(world.words, "them", folded):
        found.owners = dict.fromkeys(last.owners, "")
    if last is not None and _is_follow_up(last, found, heard):
        return changed(world, last, found)
    if found.what is None:
        found.what = _what_meant(found, heard)
    if found.what is None or not _is_question(world, heard, found):
        return None
    return changed(world, _begun(world, last, found), _checked(world, heard, found))


def _what_meant(found: Found, heard: Understanding) -> What | None:
    """What is meant where no word says it."""
    if found.beside == "now" and not (found.to_year or found.is_year_ago):
        return "changes"
    if found.rows == "size" and found.is_biggest:
        return "pipeline"
    are_two = max(len(found.owners), len(found.teams)) > 1
    if found.beside == "said" or (found.is_versus and are_two):
        return "won"
    if found.to_year or found.is_year_ago:
        return "won"
    is_told = len("".join(_LETTER.findall(found.rest)).encode()) > MAX_LEFT and not found.names
    return "pipeline" if heard.intent == "pipeline_summary" and not is_told else None


def _begun(world: World, last: Query | None, found: Found) -> Query:
    """What a new question begins with: 「华为的管道」 after 「本季度管道」 is about this quarter."""
    if last is not None and found.what in ("changes", "watch") and not found.names and last.what in OF_DEALS:
        return replace(last, what="pipeline", by="", rows="", first=0)  # 「变化」 of what was just looked at
    new = book_of(world.actor, world.crm)
    is_narrower = bool(
        found.names or found.by or found.stage or found.industry or found.product is not None or found.currency
    )
    if last is not None and last.what == found.what and found.value is None and last.as_of is None and is_narrower:
        return new.within(last.period, last.grain)
    return new


def _is_question(world: World, heard: Understanding, found: Found) -> bool:
    """「华为赢单了」 tells, 「华为上个月赢单多少」 asks: telling words ask beside a period or a number."""
    if heard.intent == "pipeline_summary":
        return True
    may_ask = heard.intent in _QUESTIONS or heard.sure < SURE
    if found.what == "pipeline":
        return found.is_asking or (may_ask and not found.is_due)  # 「预计成交是年底」 tells
    if found.what not in _TOLD:
        return may_ask or not _LETTER.search(found.rest)
    is_about_one = bool(heard.names) or any(name in heard.slots for name in ("customer", "opportunity"))
    has_period = bool(found.grain) or (found.value is not None and found.value.kind == "range")
    is_all_read = not _LETTER.search(found.rest) and (found.is_to_rival or found.is_versus or not is_about_one)
    if is_all_read and (found.is_asking or found.is_versus or found.is_top):
        return True
    if found.what in _ENTERED and (found.by or has_period or found.is_asking) and not _LETTER.search(found.rest):
        return True  # 「新增客户按月」: who enters one says its name
    if heard.intent == "update_opportunity":
        return (found.is_asking or has_period) and not (is_about_one and not found.is_asking)
    return may_ask and (found.is_asking or has_period or bool(found.by) or found.is_year_ago)


def _is_follow_up(last: Query, found: Found, heard: Understanding) -> bool:
    """Whether everything said is a filter, a period or a way to split; a mere name asks for its card instead."""
    if _LETTER.search(found.rest):
        return False
    if found.what is not None:
        return found.is_without or (found.is_then and heard.intent != "update_opportunity" and not found.names)
    if found.rows and (last.what not in OF_DEALS or (found.is_of_open and last.what != "pipeline")):
        return False
    if found.by or found.rows or found.to_year or found.is_year_ago or found.grain:
        return True
    if found.is_mine or found.is_ours or found.is_all:
        return True
    if (found.value is not None and found.value.kind == "range") or found.industry or found.reason:
        return True
    is_more = len(heard.text.strip()) > found.named
    return is_more and bool(
        found.names or found.stage or found.currency or found.product is not None or found.value is not None
    )


def _checked(world: World, heard: Understanding, found: Found) -> Found:
    """The findings, where all whom the message names are known. Raises NotFound."""
    if found.names or found.is_mine or found.is_ours:
        return found
    owner = heard.get("owner")
    if isinstance(owner, str) and owner.casefold() in found.rest:
        raise NotFound(name=owner)
    if found.product is not None:
        return found
    unknown = _unknown_name(world, heard, found)
    if unknown:
        raise NotFound(name=unknown)
    slot = heard.slots.get("customer")
    if slot is not None and slot.sure >= 0.8 and str(slot.value).casefold() in found.rest:
        raise NotFound(name=str(slot.value))
    return found


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
