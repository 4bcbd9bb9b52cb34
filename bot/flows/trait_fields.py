"""Field types that find a fact about somebody in whatever is told."""

from dataclasses import dataclass

from bot.dialogs.model import Gathers, Json, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.types import Choice, LongText, Text
from bot.flows.traits import CLAUSE, ENDS, MAX_BESIDE, facts_of, told_in
from config.catalog import catalog
from config.phrasing import phrasing
from nlu.types import Understanding


@dataclass(frozen=True, slots=True)
class Trait(LongText, Gathers):
    """A fact about somebody, found wherever it is told. ``name``: its field."""

    name: str = ""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        told = told_in(heard, world)
        return told.facts.get(self.name) if told is not None else None


@dataclass(frozen=True, slots=True)
class OfPerson(Text, Gathers):
    """What somebody is, told behind their name: 「联系人是刘建国，生产部的主任」, "Fiona Blake, head of production".
    ``is_added``: only of somebody who is expressly added."""

    name: str = ""
    is_added: bool = False

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        words = catalog(heard.lang)
        if self.is_added and not phrasing("adds").match(heard.text):
            return None
        found: dict[str, Json] = {}
        if "contact" not in values and "contact" not in heard.slots:
            return None  # 「福满楼，做餐饮的」 is a company
        for clause in [part.strip(ENDS) for part in CLAUSE.split(heard.text)][1:]:
            found |= facts_of(clause, words) or facts_of(words.say("traits.is", what=clause), words)
        return found.get(self.name) or (_behind(heard, values) if self.name == "position" and not found else None)


def _behind(heard: Understanding, values: Values) -> str | None:
    """What alone stands behind a name that is given as an answer: "Sid Garner, harbour master" is what he is."""
    name, *others = [part.strip(ENDS) for part in CLAUSE.split(heard.text)]
    is_plain = len(others) == 1 and not heard.values and heard.slots.keys() <= {"contact", "position"}
    is_role = is_plain and others[0][:1].isalpha() and 1 < len(others[0]) <= MAX_BESIDE
    is_short = is_role and phrasing("adds").match(others[0]) is None
    return others[0] if is_short and name == values.get("contact") else None


@dataclass(frozen=True, slots=True)
class Source(Text, Gathers):
    """Where a customer comes from: whatever is said, the organisation's own sources being offered."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        told = told_in(heard, world)
        if told is not None:
            return told.facts.get("source")
        found = next(filter(None, (one.search(heard.text) for one in catalog(heard.lang).each("traits.source"))), None)
        return found["source"].strip() if found else None


@dataclass(frozen=True, slots=True)
class Role(Choice, Gathers):
    """The part somebody has in a decision."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        told = told_in(heard, world)
        return told.facts.get("decision_role") if told is not None else None
