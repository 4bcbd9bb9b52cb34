"""Who and what a question names: colleagues, teams, customers, people there, a record by its number."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from bot.questions.kinds import KINDS, Kind
from bot.questions.owing import OWED
from bot.questions.question import PAID
from bot.questions.said import Words
from bot.reports.cues import cue
from bot.rules import pronouns
from bot.rules.access import names_of, visible
from bot.rules.colleagues import colleagues_in
from bot.world import World
from config.catalog import Catalog
from nlu.types import Understanding
from storage import records


def people_named(world: World, heard: Understanding, text: Words, kind: Kind) -> dict[str, Any]:
    """Whom the message names, taken out of it; a short name stands for all who have it."""
    found: dict[str, Any] = {}
    for one in colleagues_in(world.tx, world.actor, world.crm, heard.text):
        if one.kind == "team":
            found["team"] = one.id
        else:
            found["owners"] = (*found.get("owners", ()), one.id)
        text.take_span(one.start, one.end)
    for name in ("customer", "contact"):
        ids: list[int] = []
        matches = [match for match in heard.names if match.name.kind == name]
        for match in sorted(matches, key=lambda one: one.start - one.end):
            is_same = any(
                (match.start, match.end) == (one.start, one.end) and int(one.name.key) in ids for one in matches
            )
            if text.is_free(match.start, match.end) or is_same:
                ids.append(int(match.name.key))
                text.take_span(match.start, match.end)
        if ids:
            found[f"{name}s"] = tuple(dict.fromkeys(ids))
    if "customers" in found:  # 「星河的王经理」 is one of Xinghe's
        found.pop("contacts", None) if kind.name != "follow_up" else None
    elif found.keys().isdisjoint(("contacts", "owners", "team")):
        found |= _talked_of(world, text, kind) or _colleague_talked_of(world, text)
    return found


def _talked_of(world: World, text: Words, kind: Kind) -> dict[str, Any]:
    """「他们的合同」: of the customer that the talk is about, taken out of the message. Not behind what is asked for:
    the quotes in "open quotes and when they expire" are they."""
    noun = re.search("|".join(world.words.words(f"question.noun.{kind.name}")) or "(?!)", text.folded)
    spoken = pronouns.pattern_of(world.words, "customer").search(
        text.letters, 0, noun.end() if noun else len(text.letters)
    )
    customer = pronouns.spoken_of(world, "customer") if spoken is not None else None
    if spoken is None or customer is None:
        return {}
    text.take_span(*spoken.span())
    return {"customers": (customer["id"],)}


def _colleague_talked_of(world: World, text: Words) -> dict[str, Any]:
    """「她上周见了谁」: the colleague whose figures were just told, taken out of the message."""
    user = world.focus.get("user")
    spoken = cue(world.words, "them").search(text.letters) if user is not None else None
    if spoken is None or user is None or not names_of(world.tx, world.actor, world.crm, records.User, (user,)):
        return {}
    text.take_span(*spoken.span())
    return {"owners": (user,)}


def kinds_numbered(world: World, text: Words, kinds: Iterable[Kind]) -> list[Kind]:
    """The kinds of which a record has the number that the message holds."""
    found = re.search(text.words.say("question.number"), text.letters)
    numbered = [kind for kind in kinds if hasattr(kind.cls, "number")] if found else []
    return [kind for kind in numbered if found is not None and _of_number(world, kind, found.group()) is not None]


def is_part_of(kind: Kind, paper: Kind) -> bool:
    """Do records of the kind belong to papers of the other: an invoice to its contract? What is paid is asked of the
    paper itself."""
    return kind.name not in (paper.name, "payment") and hasattr(kind.cls, f"{paper.name}_id")


def spoken_of(world: World, text: Words) -> list[Kind]:
    """The kind of the paper that the talk is about, where a message asks what of one is paid."""
    if not any(text.find(f"field.{name}") for name in PAID):
        return []
    return [KINDS[kind] for kind in OWED if kind in world.focus][:1]


def _of_number(world: World, kind: Kind, number: str) -> int | None:
    cls = kind.cls
    query = select(cls.id).where(visible(world.actor, world.crm, cls), func.lower(cls.number) == number)
    return world.session.scalar(query.limit(1))


def record_numbered(world: World, text: Words, kind: Kind) -> dict[str, Any]:
    """The record whose number the message holds, taken out of it; the paper that it is for, where that has the number;
    or the number, where no record has it."""
    of = [one for one in kinds_numbered(world, text, KINDS.values()) if is_part_of(kind, one)]
    number = re.search(text.words.say("question.number"), text.letters)
    if of and number is not None:
        text.take_span(*number.span())
        text.pick(f"noun.{of[0].name}")
        return {"paper": (of[0].name, _of_number(world, of[0], number.group()))}
    if not hasattr(kind.cls, "number"):
        return {}
    found = _number(text.words, kind.name).search(text.letters)
    if found is None:
        return {}
    start, end = found.span("with_letters" if found["with_letters"] else "digits")
    text.take_span(start, end)
    record = _of_number(world, kind, text.folded[start:end])
    return {"record": record} if record is not None else {"missing": text.heard.text[start:end]}


@lru_cache(maxsize=100)
def _number(words: Catalog, kind: str) -> re.Pattern[str]:
    """A number with letters in it; or digits alone behind what they number: "invoice 20931"."""
    nouns = "|".join(words.words(f"question.noun.{kind}"))
    digits = rf"(?:{nouns}){words.say('question.behind')}(?P<digits>\d{{3,}})(?![\d.,%])"
    return re.compile(rf"(?P<with_letters>{words.say('question.number')})|{digits}")
