"""A change of an opportunity, told of a customer who has none: said so, with what may have been meant."""

from bot.dialogs.model import Json, Press, Reply
from bot.flows.shared import name_of, ref
from bot.rules import opportunities
from bot.talk.focus import spoken_of
from bot.world import World
from nlu.types import Understanding

SURE_NAME = 0.5  # below this a name that nobody has is a guess


def nothing_to_change(world: World, heard: Understanding) -> Reply | None:
    """The two ways on, a note or a new opportunity; None where there may be something to change."""
    if heard.intent != "update_opportunity" or "opportunity" in heard.slots:
        return None
    customer = _whose(world, heard)
    if customer is None or ("id" in customer and _has_deals(world, customer["id"])):
        return None
    words = world.words
    note = {"do": "start", "flow": "follow_up", "values": {"customer": customer, "content": heard.text}}
    deal = {"do": "start", "flow": "opportunity", "values": {"customer": customer}}
    buttons = (
        Press(words.say("unclear.log"), note, is_open=True),
        Press(words.say("opportunity.new_button"), deal, is_open=True),
    )
    key = "opportunity.none_at" if "id" in customer else "opportunity.at_nobody"
    return Reply(words.say(key, customer=name_of(customer)), buttons)


def _whose(world: World, heard: Understanding) -> Json | None:
    """The one customer that is named, known or not; without any name the one the talk is about."""
    said = heard.slots.get("customer")
    if said is None:
        is_named = bool(heard.names) or "contact" in heard.slots
        return None if is_named else spoken_of(world, "customer")
    found = world.find("customer", str(said.value), {})
    if not found.matches and said.sure >= SURE_NAME:
        return {"new": str(said.value)}
    return ref(found.matches[0]) if found.is_sure and len(found.matches) == 1 else None


def _has_deals(world: World, customer: int) -> bool:
    return bool(opportunities.open_at(world, customer) or opportunities.closed_at(world, customer))
