"""Whom a question is about: the customer it names, or the one the talk is about."""

from sqlalchemy import select

from bot.dialogs.model import Found, Match
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import labelled, which
from bot.errors import NotFound
from bot.rules.access import select_visible
from bot.rules.hints import with_hints
from bot.talk.memory import Memory
from bot.world import World
from nlu.types import Understanding
from storage import records


def named(heard: Understanding) -> str:
    """The name, number or address that the question gives, or ""."""
    for name in ("customer", "contact", "phone", "email", "company"):
        slot = heard.slots.get(name)
        if slot is not None and slot.value:
            is_number = name in ("phone", "email")  # looked up, and repeated, as it was typed
            return heard.text[slot.start : slot.end] if is_number else str(slot.value)
    return ""


def customer_meant(world: World, memory: Memory, said: str) -> int | Reply:
    """The customer meant, or the question which one. Raises NotFound; without a name, the one the talk is about."""
    if not said:
        if "customer" in memory.focus:
            return int(memory.focus["customer"])
        raise NotFound("error.whose")
    found = customers_called(world, said)
    if found.is_sure and len(found.matches) == 1:
        memory.focus["customer"] = found.matches[0].id
        return found.matches[0].id
    if not found.matches:
        raise NotFound(name=said)
    buttons = tuple(Press(label, {"do": "card", "id": match.id}, is_open=True) for match, label in labelled(found))
    return Reply(which(said, found, world.words), buttons)


def customer_named(heard: Understanding) -> tuple[int, int] | None:
    """Where a message names a known customer; a guess at a name is none: 「谁最多」."""
    known = next((found for found in heard.names if found.name.kind == "customer"), None)
    slot = heard.slots.get("customer")
    if known is None:
        return None
    is_wider = slot is not None and slot.start <= known.start and known.end <= slot.end
    return (slot.start, slot.end) if slot is not None and is_wider else (known.start, known.end)


def customers_called(world: World, said: str) -> Found:
    """Customers by name; else those at whom a contact of that name, number or address works."""
    found = world.find("customer", said, {})
    if found.matches and found.is_sure:
        return found
    people = world.find("contact", said, {})
    companies = _companies(world, people)
    return companies if companies.matches and (people.is_sure or not found.matches) else found


def _companies(world: World, people: Found) -> Found:
    if not people.matches:
        return Found()
    ids = [match.id for match in people.matches]
    at = select(records.Contact.customer_id).where(records.Contact.id.in_(ids))
    query = select_visible(world.actor, world.crm, records.Customer).where(records.Customer.id.in_(at))
    found = Found(tuple(Match(item.id, item.name) for item in world.session.scalars(query)), people.is_sure)
    return with_hints(world.tx, world.actor, world.words, "customer", found)
