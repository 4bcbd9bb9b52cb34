"""Which fact is asked for, and whose: 「何经理电话多少」, 「蓝海谁拍板」, "what's next for Acme".

The ways to ask stand in ``fact.toml`` of both languages, by the fact that is asked for; `bot.lookups.facts` tells it.
"""

import re
from functools import lru_cache

from bot.dialogs.model import Found, Json
from bot.lookups.facts import FACTS, open_deals
from bot.rules.pronouns import spoken_of
from bot.talk.phrases import gaps_of, may_have_gaps
from bot.world import World
from config.catalog import Catalog, catalog
from nlu.folding import fold
from nlu.names import normalise
from nlu.types import Understanding
from storage import records

MAX_FETCHED = 50
MAX_CHARS = 60
MIN_BARE = 3
MAX_BARE = 14  # letters; who says more names whom they mean
_SPOKEN = ("opportunity", "customer", "contact")
_MARKS = " 。.!！?？"
_OF_DEALS = ("stage", "odds", "path")
_KEYS = tuple(f"fact.{fact}" for fact in FACTS)


def asked(world: World, heard: Understanding, *, is_free: bool = True) -> Json | None:
    """The command of a message that asks for one fact about somebody who is known; None for any other. Whom the talk is
    about need not be named, where it ``is_free``: nothing is being asked of the person."""
    words = catalog(heard.lang)
    whole = heard.text.strip(_MARKS)
    plain = _ending(words).sub("", whole)
    owned = words.phrases("fact.pronouns").sub(lambda found: words.say("fact.owned", who=found.group()), plain)
    if len(plain) > MAX_CHARS:
        return None
    ways = [way for way in dict.fromkeys((whole, plain, owned)) if may_have_gaps(words, _KEYS, way)]
    for fact in FACTS if ways else ():
        gaps = next(filter(None, (gaps_of(words, f"fact.{fact}", way) for way in ways)), None)
        about = _about(world, heard, gaps["who"], fact) if gaps and _is_name(heard, gaps["who"]) else None
        if about is not None:
            return {"do": "fact", "fact": fact, **about}
    return _of_whom_we_speak(world, heard, plain, words) if is_free else None


def _of_whom_we_speak(world: World, heard: Understanding, plain: str, words: Catalog) -> Json | None:
    """「什么时候签」, 「它到哪一步了」: the same without a name, or with a word for one, of what the talk is about."""
    if heard.names or not MIN_BARE <= len(plain) <= MAX_BARE or world.focus.keys().isdisjoint(_SPOKEN):
        return None
    who = next(iter(words.words("fact.pronouns")))
    bare = words.phrases("fact.deal_pronouns").sub("", plain).strip()
    ways = (f"{who}{bare}", f"{words.say('fact.owned', who=who)}{bare}", f"{who} {bare}")
    for fact in FACTS:
        if any((gaps := gaps_of(words, f"fact.{fact}", way)) and gaps["who"].strip() == who for way in ways):
            kind = next((kind for kind in FACTS[fact][0] if kind in world.focus), None)
            return {"do": "fact", "fact": fact, "kind": kind, "ids": [world.focus[kind]]} if kind else None
    return None


def _is_name(heard: Understanding, who: str) -> bool:
    """Is it a name and no more, so that 「给蓝海回电话」 asks for no number?"""
    folded = fold(who)
    known = [fold(heard.text[match.start : match.end]) for match in heard.names]
    for name in sorted(known, key=len, reverse=True):
        folded = folded.replace(name, " ")
    left = catalog(heard.lang).phrases("fact.beside").sub(" ", folded)
    return not left.strip() or not any(name in fold(who) for name in known)


def _alone(heard: Understanding, who: str) -> str:
    """A name without the words beside it: of 「华为那单」 华为."""
    return catalog(heard.lang).phrases("fact.beside").sub(" ", who).strip() or who


@lru_cache
def _ending(words: Catalog) -> re.Pattern[str]:
    """Marks and words without weight at the end of a question."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, words.words('fact.ending')))}|[\s。.!！?？])+$", re.IGNORECASE)


def _about(world: World, heard: Understanding, who: str, fact: str) -> Json | None:
    """Whom the question is about: the first of the kinds that has such a name; of several of one kind, all."""
    for kind in FACTS[fact][0]:
        ids = _named_by(world, heard, kind)
        ids = ids or _called(world, kind, who, fact) or _called(world, kind, _alone(heard, who), fact)
        if ids:
            return {"kind": kind, "ids": list(dict.fromkeys(ids))[:MAX_FETCHED]}
    return None


def _named_by(world: World, heard: Understanding, kind: str) -> list[int]:
    """The records of the kind that the message names; of deals, beside a customer, that customer's."""
    ids = [int(match.name.key) for match in heard.names if match.name.kind == kind and match.sure == 1]
    said = [heard.text[match.start : match.end] for match in heard.names if match.name.kind == kind]
    spoken = spoken_of(world, "customer") if kind == "customer" else None
    if spoken is not None and any(normalise(spoken["name"]).startswith(normalise(name)) for name in said):
        return [int(spoken["id"])]  # 「望江」, while the talk is about 望江新商贸
    owners = {int(match.name.key) for match in heard.names if match.name.kind == "customer" and match.sure == 1}
    if kind != "opportunity" or not owners:
        return ids
    found = [world.find(kind, name, {"customer": {"id": owner}}) for name in dict.fromkeys(said) for owner in owners]
    return [match.id for one in found for match in one.matches]


def _called(world: World, kind: str, who: str, fact: str) -> list[int]:
    """The records of that name. A customer's name, which may begin a deal's, means no deal: but 「蓝海到哪一步了」 asks
    for those of the customer."""
    owner = world.find("customer", who, {}) if kind == "opportunity" else Found()
    if owner.is_sure and len(owner.matches) == 1:
        customer = world.session.get(records.Customer, owner.matches[0].id)
        return [deal.id for deal in open_deals(world, customer)] if fact in _OF_DEALS else []
    found = world.find(kind, who, {})
    ids = [match.id for match in found.matches if found.is_sure]
    return ids or (_deals_of_person(world, who) if kind == "opportunity" and fact in _OF_DEALS else [])


def _deals_of_person(world: World, who: str) -> list[int]:
    """「老齐那单」: the deals that are open where the one of that name works."""
    found = world.find("contact", who, {})
    person = world.session.get(records.Contact, found.matches[0].id) if len(found.matches) == 1 else None
    is_known = found.is_sure and person is not None and person.customer is not None
    return [deal.id for deal in open_deals(world, person.customer)] if is_known and person is not None else []
