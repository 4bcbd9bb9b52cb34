"""What the talk is about: 「他」, 「那个客户」, "it", "them" mean whoever was just saved or looked at."""

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.dialogs.model import Flow, Found, Json, Match, Values
from bot.errors import InvalidValue
from bot.rules.access import names_of
from nlu.types import Slot, Understanding
from storage import records

if TYPE_CHECKING:
    from bot.world import World

_KINDS = ("opportunity", "customer", "contact")  # 「他们」 before 「他」
_PADDING = re.compile(r"^(?:就是|还是|是|it's |it was |still )|[。.!！]$")
HARDLY = 0.5  # a name understood with less certainty does not count against one that is known
_PARTIES = ("customer", "contact")


def spoken_of(world: "World", kind: str) -> Json | None:
    """The record of a kind that the talk was about, as a draft refers to it, if the person may (still) see it."""
    record_id = world.focus.get(kind)
    if record_id is None:
        return None
    named = names_of(world.tx, world.actor, world.crm, records.record_class(kind), (record_id,))
    return {"id": record_id, "name": named[0].name} if named else None


def with_person(world: "World", flow: Flow, heard: Understanding) -> Understanding:
    """「何经理的邮箱是……」: a person without a company stands for the customer; of one who is known, as the contact."""
    slot = heard.slots.get("customer")
    if slot is None or "contact" in heard.slots or not any(field.name == "contact" for field in flow.fields):
        return heard
    kinds = {match.name.kind for match in heard.names if match.start <= slot.start and match.end >= slot.end}
    if not kinds and heard.intent == "create_customer" and not world.find("customer", str(slot.value), {}).matches:
        people = world.find("contact", str(slot.value), {})
        kinds = {"contact"} if people.is_sure and people.matches else set()
    if kinds != {"contact"}:
        return heard
    rest = {name: other for name, other in heard.slots.items() if name != "customer"}
    return replace(heard, slots={**rest, "contact": slot})


def found_by_pronoun(world: "World", kind: str, said: str) -> Found:
    """Whom a pronoun in place of a name means; without any word, whom it may well be. Raises InvalidValue where it
    means nobody."""
    is_pronoun = _pattern(world, kind).fullmatch(_PADDING.sub("", said.strip().casefold())) is not None
    value = spoken_of(world, kind) if is_pronoun or not said else None
    if is_pronoun and value is None:
        raise InvalidValue("dialog.whom", said=said)
    return Found((Match(value["id"], value["name"]),)) if value is not None else Found()


def meant(world: "World", flow: Flow, heard: Understanding) -> Values:
    """The records that a message means without giving them in so many words: by a known name that stands somewhere in
    it, or by a pronoun; for the fields of a flow."""
    names = {field.name for field in flow.fields}
    if "customer" in names - heard.slots.keys() and ("contact" not in names or _is_of_nobody(heard)):
        company = _company_named(world, heard)
        if company is not None:
            return {"customer": company}
    if any(kind in heard.slots and _is_named(heard, heard.slots[kind]) for kind in _PARTIES):
        return {}
    for kind in ("opportunity", "customer"):
        known = {match.name for match in heard.names if match.name.kind == kind}
        if len(known) == 1 and kind in names and kind not in heard.slots:
            name = known.pop()
            return {kind: {"id": int(name.key), "name": name.name}}
    said = {name: slot for name, slot in heard.slots.items() if name not in _PARTIES or _is_named(heard, slot)}
    return _by_pronouns(world, names, replace(heard, slots=said)) if world.focus else {}


def _is_of_nobody(heard: Understanding) -> bool:
    """Is the contact nobody who is known: 「刘总走了，换成陈经理」 is about somebody new where 刘总 was?"""
    slot = heard.slots.get("contact")
    return slot is not None and not any(match.start <= slot.start < match.end for match in heard.names)


def _is_named(heard: Understanding, slot: Slot) -> bool:
    return slot.sure > HARDLY or any(match.start <= slot.start < match.end for match in heard.names)


def _company_named(world: "World", heard: Understanding) -> Json | None:
    """The company of the one person known who is named, for a form that asks for no person."""
    people = {int(match.name.key) for match in heard.names if match.name.kind == "contact" and match.sure == 1}
    if len(people) != 1 or any(match.name.kind in ("customer", "opportunity") for match in heard.names):
        return None
    person = world.session.get(records.Contact, people.pop())
    number = person.customer_id if person is not None else None
    at = names_of(world.tx, world.actor, world.crm, records.Customer, (number,)) if number is not None else []
    return {"id": number, "name": at[0].name} if at else None


def _by_pronouns(world: "World", names: set[str], heard: Understanding) -> Values:
    text = heard.text.casefold()
    found: dict[str, Json] = {}
    for kind in _KINDS:
        pattern = _pattern(world, kind)
        if kind in names and kind not in heard.slots and pattern.search(text):
            found[kind] = spoken_of(world, kind)
        text = pattern.sub(" ", text)
    if found and "customer" in names and "customer" not in found:
        found["customer"] = spoken_of(world, "customer")
    return {kind: value for kind, value in found.items() if value is not None}


def _pattern(world: "World", kind: str) -> re.Pattern[str]:
    return _compiled(world.words.words(f"common.pronoun.{kind}"))


@lru_cache
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words) or r"(?!)")
