"""「星河的MES需求满足了」, "Corval's need for scanners is met": one need fewer is open."""

from bot.custom.forms import undo
from bot.dialogs.reply import Reply
from bot.errors import NotFound
from bot.rules.access import fetch
from bot.rules.needs import meet
from bot.rules.pronouns import spoken_of
from bot.talk.memory import Memory
from bot.talk.phrases import gaps_of
from bot.world import World
from storage import records


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """None for a message about something else. Raises NotFound, NotAllowed."""
    gaps = gaps_of(world.words, "who.need_met", text)
    customer_id = _customer(world, gaps.get("customer", "")) if gaps else None
    if not gaps or customer_id is None:
        return None
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, customer_id, "edit")
    met = meet(world, customer, gaps["what"])
    if not met:
        raise NotFound(name=gaps["what"])
    memory.focus["customer"] = customer.id
    return Reply(world.words.say("who.met", customer=customer.name, what=met), undo(world))


def _customer(world: World, said: str) -> int | None:
    """Whose need it is: of the customer that is named, else of whom the talk is about."""
    if not said:
        spoken = spoken_of(world, "customer")
        return spoken["id"] if spoken else None
    found = world.find("customer", said, {})
    return found.matches[0].id if found.is_sure and len(found.matches) == 1 else None
