"""What is said of a new customer beside what understanding has a place for: 「苏州工业园区」, "freight forwarding".

Nothing of it is lost: what is no place, no trade and no known kind of fact is kept as it was said.

The words that tell them apart stand in ``beside.toml`` of both languages.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.dialogs.model import Gathers, Json, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.types import LongText, Text
from bot.flows.traits import facts_of
from config.catalog import Catalog, catalog
from config.phrasing import ways
from nlu.entities import find_entities
from nlu.folding import fold
from nlu.name_forms import company_words
from nlu.types import Understanding

MAX_CHARS = 400  # a longer message is a story
MAX_TRADE = 30  # characters
MIN_LETTERS = 2
_MARKS = re.compile(r"[,，;；。\n、]+|\.(?=\s|$)")
_ENDS = " \t:：.。!！"
_OF_CUSTOMER = ("needs", "preferences", "interests", "source")


def told_beside(heard: Understanding, world: AnyWorld) -> dict[str, str]:
    """What the clauses say in which nothing was understood, by field."""
    words = catalog(heard.lang)
    is_told = heard.intent == "create_customer" and "customer" in heard.slots
    if len(heard.text) > MAX_CHARS or not is_told or heard.correction is not None:
        return {}
    found: dict[str, str] = {}
    clauses = _clauses(heard, words)
    trade = next((clause for clause in clauses if is_listed(clause, world)), None)
    if trade is not None and "industry" not in heard.slots:
        clauses.remove(trade)
        found["industry"] = trade
    for clause in clauses:
        for name, value in _read(clause, found.keys() | heard.slots.keys(), words).items():
            found[name] = words.say("traits.both", old=found[name], new=value) if name in found else value
    return found


def _clauses(heard: Understanding, words: Catalog) -> list[str]:
    """The clauses that hold no slot, number, address or name."""
    spans = [(slot.start, slot.end) for slot in heard.slots.values()]
    spans += [(match.start, match.end) for match in heard.names]
    spans += [(one.start, one.end) for one in find_entities(fold(heard.text), chinese=heard.lang == "zh")]
    clauses, start = [], 0
    for mark in [*_MARKS.finditer(heard.text), None]:
        end = mark.start() if mark is not None else len(heard.text)
        if not any(a < end and start < b for a, b in spans):
            clauses.append(heard.text[start:end].strip(_ENDS))
        start = mark.end() if mark is not None else end
    return [clause for clause in clauses if clause and not words.pattern("beside.nobodys").fullmatch(clause)]


def _read(clause: str, known: "set[str] | frozenset[str]", words: Catalog) -> dict[str, str]:
    facts = {key: str(value) for key, value in facts_of(_they(words).sub("", clause), words).items()}
    if facts and facts.keys() <= set(_OF_CUSTOMER):
        return facts
    clause = _around(words).sub("", clause).strip(_ENDS)
    if sum(map(str.isalnum, clause)) < MIN_LETTERS:
        return {}
    if "address" not in known and _is_place(clause, words):
        return {"address": clause}
    is_trade = len(clause) <= MAX_TRADE and not words.pattern("beside.no_trade").search(clause)
    return {"industry": clause} if "industry" not in known and is_trade else {"preferences": clause}


def _is_place(clause: str, words: Catalog) -> bool:
    listed = company_words()
    known = (*listed["places"], *words.words("beside.places"))
    is_known = any(clause.startswith(place) for place in known)
    return is_known or words.pattern("beside.place").fullmatch(clause) is not None


@lru_cache(maxsize=10)
def _around(words: Catalog) -> re.Pattern[str]:
    said = "|".join(words.words("beside.around"))
    edge = r"(?![a-z])"
    return re.compile(rf"^(?:(?:{said}){edge}\s*)+|(?<![a-z])(?:{said})$", re.IGNORECASE)


@lru_cache(maxsize=10)
def _they(words: Catalog) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(words.words('traits.group'))})\s*", re.IGNORECASE)


def is_listed(trade: str, world: AnyWorld) -> bool:
    """Is it one of the organisation's industries, by its code or label: 「医疗」, 「医疗行业」?"""
    said = trade.casefold()
    known = {name.casefold() for item in world.crm.items("industries") for name in (item.code, *item.labels.values())}
    return bool(known & {said, *(said.removesuffix(end) for end in ways("industry_end"))})


def _gathered(heard: Understanding, world: AnyWorld, name: str) -> Json | None:
    return told_beside(heard, world).get(name)


@dataclass(frozen=True, slots=True)
class Beside(LongText, Gathers):
    """A fact about a new customer, found beside the others. ``name``: its field."""

    name: str = ""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return _gathered(heard, world, self.name)


@dataclass(frozen=True, slots=True)
class Trade(Text, Gathers):
    """An industry; one that is not among the organisation's is said to be new."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return _gathered(heard, world, "industry")

    def show(self, value: Json, world: AnyWorld) -> str:
        return str(value) if is_listed(str(value), world) else world.words.say("beside.new_industry", value=value)
