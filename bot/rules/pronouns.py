"""Words that stand for whoever the talk is about: 「他」, 「那个客户」, "it", "them"."""

import re
from dataclasses import replace
from typing import Protocol

from sqlalchemy import select

from bot.dialogs.model import Found, Json, Match
from bot.errors import InvalidValue
from bot.rules.access import Actor, names_of
from config.catalog import Catalog
from config.crm import Crm
from config.phrasing import phrasing
from storage import records
from storage.database import Tx


class Talked(Protocol):
    """What is known of a talk: who speaks, in which words, and the record ids it is about, by kind."""

    tx: Tx
    actor: Actor
    crm: Crm
    words: Catalog
    focus: dict[str, Json]


def spoken_of(world: Talked, kind: str) -> Json | None:
    """The record of a kind that the talk was about, as a draft refers to it, if the person may (still) see it."""
    record_id = world.focus.get(kind)
    if record_id is None:
        return None
    named = names_of(world.tx, world.actor, world.crm, records.record_class(kind), (record_id,))
    return {"id": record_id, "name": named[0].name} if named else None


def found_by_pronoun(world: Talked, kind: str, said: str) -> Found:
    """Whom a pronoun in place of a name means; without any word, whom it may well be. Raises InvalidValue where it
    means nobody."""
    plain = phrasing("around_pronoun").sub("", said.strip().casefold())
    is_pronoun = pattern_of(world.words, kind).fullmatch(plain) is not None
    value = spoken_of(world, kind) if is_pronoun or not said else None
    if is_pronoun and value is None:
        raise InvalidValue("dialog.whom", said=said)
    return Found((Match(value["id"], value["name"]),)) if value is not None else Found()


def of_talk(world: Talked, found: Found) -> Found:
    """Of several contacts of a name, the one the talk is about, or the only one at the customer it is about."""
    spoken, customer = world.focus.get("contact"), world.focus.get("customer")
    likely = [one for one in found.matches if one.id == spoken]
    if not likely and customer is not None:
        cls, ids = records.Contact, [one.id for one in found.matches]
        there = select(cls.id).where(cls.id.in_(ids), cls.customer_id == customer)
        at_customer = set(world.tx.connection.execute(there).scalars())
        likely = [one for one in found.matches if one.id in at_customer]
    return replace(found, matches=tuple(likely)) if len(likely) == 1 else found


def speaks_of_them(words: Catalog, text: str) -> bool:
    """Does a text speak of somebody without a name: 「他还没定」, "his brother bought one"?"""
    return any(pattern_of(words, kind).search(text.casefold()) for kind in ("contact", "customer"))


def pattern_of(words: Catalog, kind: str) -> re.Pattern[str]:
    """Finds the words that stand for a record of the kind."""
    return words.phrases(f"common.pronoun.{kind}")
