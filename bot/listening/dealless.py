"""A change of an opportunity, told of a customer who has none: it is created, or said to be none."""

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.flows.shared import name_of, ref
from bot.listening.dialogs import note_button
from bot.rules import opportunities
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import read_priced
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding
from storage import records

SURE_NAME = 0.5  # below this a name that nobody has is a guess


def customer_without(world: World, heard: Understanding) -> Json | None:
    """The customer whose opportunity is to change though there is none; None where there may be one."""
    if heard.intent != "update_opportunity" or any(match.name.kind == "opportunity" for match in heard.names):
        return None
    customer = _whose(world, heard)
    return None if customer is None or ("id" in customer and _has_deals(world, customer["id"])) else customer


def is_new(heard: Understanding) -> bool:
    """Does the message tell enough of an opportunity that is going on, or won, to create it?"""
    is_told = "amount" in heard.slots or "expected_close" in heard.slots
    is_moved = heard.correction is not None and heard.correction.field is None  # 「改到周五上午」
    is_moved |= "amount" not in heard.slots and phrasing("moves_plan").match(heard.text.strip()) is not None
    return (is_told or bool(read_priced(heard))) and heard.get("stage") != "lost" and not is_moved


def is_of_customer(heard: Understanding) -> bool:
    """ "Bondi said yes", "Wattle went belly up": does it tell of somebody, and of nothing that a deal has?"""
    return heard.slots.keys() <= {"customer", "contact", "content", "feedback", "occurred_at"} and not heard.correction


def nothing_to_change(world: World, customer: Json, heard: Understanding) -> Reply:
    """That there is none, and the two ways on: a note or a new opportunity."""
    words = world.words
    deal = {"do": "start", "flow": "opportunity", "values": {"customer": customer}}
    buttons = (
        note_button(world, {"customer": customer, "content": heard.text}),
        Press(words.say("opportunity.new_button"), deal, is_open=True),
    )
    key = "opportunity.none_at" if "id" in customer else "opportunity.at_nobody"
    return Reply(words.say(key, customer=name_of(customer)), buttons)


def _whose(world: World, heard: Understanding) -> Json | None:
    """The one customer that is named, known or not; without any name the one the talk is about."""
    said = heard.slots.get("customer")
    if said is None and "contact" in heard.slots:
        person = heard.slots["contact"]
        whose = _of_person(world, str(person.value))
        is_elsewhere = phrasing("their_side").match(heard.text, person.end) is not None
        return {"new": str(person.value)} if whose is None and is_elsewhere else whose
    if said is None:
        return None if heard.names else spoken_of(world, "customer")
    found = world.find("customer", str(said.value), {})
    if not found.matches and said.sure >= SURE_NAME:
        return {"new": str(said.value)}
    return ref(found.matches[0]) if found.is_sure and len(found.matches) == 1 else None


def _of_person(world: World, name: str) -> Json | None:
    """The customer of the one known person of that name."""
    found = world.find("contact", name, {})
    contact = world.session.get(records.Contact, found.matches[0].id) if len(found.matches) == 1 else None
    return ref(contact.customer) if found.is_sure and contact is not None and contact.customer is not None else None


def _has_deals(world: World, customer: int) -> bool:
    return bool(opportunities.open_at(world, customer) or opportunities.closed_at(world, customer))
