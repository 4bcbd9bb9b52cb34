"""What is said of somebody as a fact: how they like to be reached, what they enjoy, who decides, where they work.

「何经理喜欢下午打电话」, "Jake is the decision maker": such a sentence is no note of a visit, it completes the person.
The ways to say it are patterns in ``traits.toml`` of both languages; a group in a pattern is named after its field.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.dialogs.model import Json, Values
from bot.dialogs.model import World as AnyWorld
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.catalog import Catalog, catalog
from config.types import Language
from nlu.handles import read_handles
from nlu.people import bare_name
from nlu.types import NameMatch, Slot, Understanding

ROLES = ("decider", "influencer", "user", "blocker")
MAX_CHARS = 120  # who says more tells a story
MAX_BESIDE = 30  # ... of what is kept beside a fact, as it was said
ENDS = " \t,，。.;；、!！:："
CLAUSE = re.compile(r"[,，。;；\n]+|\.(?=\s|$)|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
_WAYS = frozenset({"phone", "email", "contact", "customer"})


@dataclass(frozen=True, slots=True)
class Told:
    """``who`` the facts are about, as the name stood in the message, ``customer`` likewise; ``rest``: what of the
    message is a number or an address."""

    who: str
    customer: str
    facts: Values
    rest: str = ""


def told_in(heard: Understanding, world: AnyWorld, name: str = "") -> Told | None:
    """The facts that a message consists of; None where it tells anything else. ``name``: of somebody whom only the
    talk knows yet."""
    words = catalog(heard.lang)
    heard, in_front = _turned(heard, words, world)
    name = name or in_front
    text = heard.text.strip(ENDS)
    if len(text) > MAX_CHARS or heard.correction is not None or words.pattern("traits.asks").search(text):
        return None
    subject = _subject(heard, words, world, name)
    if subject is None:
        return None
    who, customer, said, facts = subject
    ways: list[str] = []
    others: list[str] = []
    for clause in filter(None, (part.strip(ENDS) for part in CLAUSE.split(said))):
        if words.pattern("traits.besides").fullmatch(clause):
            continue  # "by the way"
        found = facts_of(clause.removeprefix(who).strip(), words)
        if not found and "needs" in facts and (more := words.pattern("traits.more_needs").fullmatch(clause)):
            found = {"needs": more["needs"]}
        kept = ways if words.pattern("traits.way").fullmatch(clause) else others
        kept += [] if found else [_labelled(clause, words)]
        facts |= {key: _joined(words, facts.get(key), value) for key, value in found.items()}
    left = world.understand(f"{who} {', '.join(ways)}") if ways else None
    if left is not None and (not left.slots or not set(left.slots) <= _WAYS):
        others, left = [*ways, *others], None
    if others:
        if not facts or not _is_about_people(heard, others):
            return None
        facts["preferences"] = _joined(words, facts.get("preferences"), words.say("common.list_separator").join(others))
    if not facts and left is None:
        return None
    companies = {heard.text[match.start : match.end] for match in heard.names if match.name.kind == "customer"}
    if who in companies or is_group(who, heard.lang):
        facts = _of_company(facts, words)
    return Told(who, customer, facts, left.text if left is not None else "")


def _turned(heard: Understanding, words: Catalog, world: AnyWorld) -> tuple[Understanding, str]:
    """「拍板的是孙姐」, "never call Priya on Mondays", with the person in front, who is named beside it; likewise
    who "Owen is Sue's boss" is about."""
    if len(heard.text) > MAX_CHARS:
        return heard, ""
    ways = (one.fullmatch(heard.text.strip(ENDS)) for one in words.each("traits.turned"))
    found = next(filter(None, ways), None)
    if found is None:
        related = words.pattern("traits.relation").fullmatch(heard.text.strip(ENDS))
        return heard, related["who"] if related else ""
    parts = dict.fromkeys(("at", "be", "rest"), "") | {name: said for name, said in found.groupdict().items() if said}
    return world.understand(" ".join(words.say("traits.turned_as", **parts).split())), parts["who"]


def _is_about_people(heard: Understanding, rest: list[str]) -> bool:
    """May what no pattern knows, beside what one does, be kept as it was said? Not a story, nor anything with a day."""
    is_short = all(len(clause) <= MAX_BESIDE for clause in rest)
    return is_short and heard.intent in ("other", "update_customer") and not heard.values


def _labelled(clause: str, words: Catalog) -> str:
    """A number alone, beside facts, is somebody's telephone."""
    is_bare = clause[0] in "+(" or clause[0].isdigit()
    return words.say("traits.number", number=clause) if is_bare else clause


def is_pronoun(said: str, language: Language) -> bool:
    return catalog(language).pattern("traits.pronoun").fullmatch(said) is not None


def is_group(said: str, language: Language) -> bool:
    """Is it 「他们」, a customer without its name?"""
    return catalog(language).pattern("traits.group").fullmatch(said) is not None


def _joined(words: Catalog, old: Json, new: Json) -> Json:
    if isinstance(new, list):
        return [*(old or ()), *new]
    return words.say("traits.both", old=old, new=new) if old else new


def _subject(
    heard: Understanding, words: Catalog, world: AnyWorld, name: str
) -> tuple[str, str, str, dict[str, Json]] | None:
    """Who it is about, at which customer, what is said of them, and what already the way they are brought in tells."""
    text = heard.text
    personal = words.pattern("traits.pronoun").match(text)
    pronoun = personal or words.pattern("traits.group").match(text)
    people = _called_in_front(text, name) or _brought_in(heard, words) or ([] if personal else _spans(heard, "contact"))
    people = people or ([] if personal else _person_in_front(text, words, world))
    companies = [
        (start, end) for start, end in _spans(heard, "customer") if not any(a < end and start < b for a, b in people)
    ]
    if pronoun is None and not companies:
        pronoun = words.pattern("traits.pronoun").search(text)  # 「最后他点头」
    who = people[0] if people else pronoun.span() if pronoun else companies.pop(0) if companies else None
    if who is None:
        return None
    is_of_two = len(people) > 1 and people[1][0] >= who[1]
    if is_of_two and not words.pattern("traits.relation").fullmatch(text.strip(ENDS)):
        return None
    known = {(match.start, match.end) for match in heard.names}
    companies = [span for span in companies if span in known or _is_at(text[: span[0]], who, words)]
    customer = companies[0] if companies and (people or pronoun) else None
    # What stands before the person may only be their company; what stands behind is said of them.
    before, after = text[: who[0]], text[who[1] :]
    if customer is not None and customer[0] >= who[1]:
        after = words.pattern("traits.at").sub("", text[who[1] : customer[0]]) + text[customer[1] :]
    elif customer is not None:
        before = text[: customer[0]] + text[customer[1] : who[0]]
    besides = words.pattern("traits.besides").fullmatch(before.strip(ENDS))
    if besides is None:
        return None
    company = text[customer[0] : customer[1]] if customer else ""
    told = {key: value for key, value in besides.groupdict().items() if value}
    return text[who[0] : who[1]], company, after.strip(ENDS), told


def _is_at(before: str, who: tuple[int, int], words: Catalog) -> bool:
    """May a company that nobody knows stand behind this? In front of the person, or said to be where they are."""
    between = before[who[1] :]
    return len(before) <= who[0] or (bool(between.strip()) and not words.pattern("traits.at").sub("", between).strip())


def _spans(heard: Understanding, kind: str) -> list[tuple[int, int]]:
    """Where names of the kind stand, known ones and others, in order; one that lies within another is a part of it."""
    known: list[NameMatch | Slot] = [match for match in heard.names if match.name.kind == kind]
    slot = heard.slots.get(kind)
    found = known or ([slot] if slot is not None and isinstance(slot.value, str) else [])
    spans = {(item.start, item.end) for item in found}
    outer = [(a, b) for a, b in spans if not any(c <= a and b <= d and (c, d) != (a, b) for c, d in spans)]
    return sorted(outer)


def _called_in_front(text: str, name: str) -> list[tuple[int, int]]:
    """Where the text begins with the name, or with the given name."""
    for called in filter(None, (name, name.split(" ")[0])):
        ends = len(called)
        goes_on = text[ends : ends + 1].isascii() and text[ends : ends + 1].isalpha()
        if text[:ends].casefold() == called.casefold() and not goes_on:
            return [(0, ends)]
    return []


def _brought_in(heard: Understanding, words: Catalog) -> list[tuple[int, int]]:
    """Where somebody stands whom the sentence brings in: "there's also |Tom Beck| in IT", 「|王强|是远洲运维部的」."""
    found = words.pattern("traits.brought_in").search(heard.text)
    if found is not None:
        return [found.span("who")]
    for start in [match.start for match in heard.names if match.name.kind == "customer"]:
        found = words.pattern("traits.in_front").fullmatch(heard.text[:start])
        if found is not None and (found["who"].isascii() or bare_name(found["who"])):
            return [found.span("who")]
    return []


def _person_in_front(text: str, words: Catalog, world: AnyWorld) -> list[tuple[int, int]]:
    """Where somebody known stands whom only the sentence tells to be a person: "Jake decides"."""
    found = words.pattern("traits.person").match(text)
    if found is None:
        return []
    people = world.find("contact", found["who"], {})
    said = text[found.end("who") :].strip(ENDS)
    is_new = found["who"].istitle() and any(words.pattern(f"traits.{role}").fullmatch(said) for role in ROLES)
    return [found.span("who")] if is_new or (people.is_sure and people.matches) else []


def facts_of(said: str, words: Catalog) -> dict[str, Json]:
    """The facts of one clause; {} where it is something else."""
    said = words.pattern("traits.padding").sub("", said).strip(ENDS)
    handles = read_handles(said)
    if handles and handles[0].name and not words.pattern("traits.handle_lead").sub("", said[: handles[0].start]):
        return {"im": [handles[0].value]} if handles[0].end == len(said) else {}
    parts = [part.strip(ENDS) for part in words.pattern("traits.and").split(said)]
    found = [next(_matches(part, words), {}) for part in parts]
    apart = {key: value for facts in found for key, value in facts.items()}
    if all(found) and len(apart) == sum(map(len, found)):  # "the CFO and decides", but "prefers email and hates calls"
        return apart
    return next(_matches(said, words), apart if all(found) else {})


def _matches(said: str, words: Catalog) -> Iterator[dict[str, Json]]:
    for role in ROLES:
        if words.pattern(f"traits.{role}").fullmatch(said):
            yield {"decision_role": role}
    if words.pattern("traits.not_meant").search(said):
        return
    for pattern in words.each("traits.facts"):
        found = pattern.fullmatch(said)
        if found is not None:
            yield {key: value.strip() for key, value in found.groupdict().items() if value}


def _of_company(facts: dict[str, Json], words: Catalog) -> dict[str, Json]:
    """What 「他们是做客运的，在绵阳」 tells: no position nor liking of anybody, but a trade and a place."""
    trade = words.pattern("traits.trade").fullmatch(str(facts.get("position", "")))
    place = words.pattern("traits.place").fullmatch(str(facts.get("preferences", "")))
    if trade is not None:
        facts = {name: value for name, value in facts.items() if name != "position"} | {"industry": trade["of"]}
    if place is not None:
        facts = {name: value for name, value in facts.items() if name != "preferences"} | {"address": place["at"]}
    return facts


def about(world: World, heard: Understanding, card: Values) -> tuple[Values, Understanding] | None:
    """What the form of a change begins with, where a message is nothing but facts: the record that the talk is about,
    for a pronoun, or that the open ``card`` is about; names as slots; what else the message gives."""
    told = told_in(heard, world)
    if told is None:
        return None
    given = dict(told.facts)
    left = world.understand(told.rest) if told.rest else None
    slots = {name: slot for name, slot in (left.slots if left else {}).items() if name in ("phone", "email")}
    if told.customer:
        slots["customer"] = Slot(told.customer, 0, 0, 1.0, "subject")
    companies = [heard.text[match.start : match.end] for match in heard.names if match.name.kind == "customer"]
    is_company = told.who in companies
    if is_pronoun(told.who, heard.lang) or is_group(told.who, heard.lang):
        kinds = ("customer", "contact") if is_pronoun(told.who, heard.lang) else ("customer",)
        for kind in kinds:
            spoken = card.get(kind) or spoken_of(world, kind)
            given |= {kind: spoken} if isinstance(spoken, dict) else {}
        if kinds[-1] not in given:
            return None
    else:
        slots["customer" if is_company else "contact"] = Slot(told.who, 0, 0, 1.0, "subject")
    return given, replace(heard, slots=slots)
