"""The cards and lists that a command asks for."""

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.listening.commands import LISTS
from bot.lookups import customers, lists
from bot.lookups.customer_card import card as customer_card
from bot.lookups.subject import customer_meant
from bot.talk.memory import Memory
from bot.world import World
from config.types import Period


def card(world: World, memory: Memory, action: Json) -> Reply:
    return customer_card(world, memory, action["id"])


def find(world: World, memory: Memory, action: Json) -> Reply:
    meant = customer_meant(world, memory, action["said"])
    return meant if isinstance(meant, Reply) else customer_card(world, memory, meant)


def notes(world: World, memory: Memory, action: Json) -> Reply:
    return lists.notes_of(world, memory, action["id"])


def listed(world: World, memory: Memory, action: Json) -> Reply:
    """A list, whole or with a condition: of a customer, of a time, with some words."""
    if "customer" in action and action["name"] == "opportunities":
        return lists.opportunities_of(world, memory, action["customer"])
    if "customer" in action:
        return lists.notes_of(world, memory, action["customer"])
    if "words" in action:
        return lists.notes_with(world, memory, action["words"])
    if "period" in action:
        return lists.my_follow_ups(world, memory, Period.from_json(action["period"]))
    if "days" in action:
        return customers.quiet_customers(world, memory, action["days"])
    if "of" in action:
        return customers.customers_of(world, memory, action["of"])
    return LISTS[action["name"]](world, memory)
