"""A code that lets a customer's person write to the bot themselves: 「给张总生成客户码」, "invite Jake"."""

from typing import TYPE_CHECKING

from bot.dialogs.model import Found, Json, Match
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import labelled, which
from bot.errors import CrmError
from bot.rules.access import fetch, require
from bot.talk.phrases import filled
from storage import records

if TYPE_CHECKING:
    from bot.talk.memory import Memory
    from bot.world import World

MAX_CHARS = 60


def asked(world: "World", text: str) -> Reply | None:
    """The code, or whose it is to be; None where the message is about something else.

    An invitation may be one to dinner: that needs the name of a contact and nothing else.
    """
    said = text.strip().rstrip("。.!！?？")
    if len(said) > MAX_CHARS:
        return None
    name = filled(world.words, "desk.code.asked", said)
    is_sure = name is not None
    name = name or filled(world.words, "desk.code.invited", said)
    if name is None:
        return None
    found = _people(world, name)
    if not found.matches or not (is_sure or found.is_sure):
        return Reply(world.words.say("error.not_found", name=name)) if is_sure else None
    if len(found.matches) == 1 and found.is_sure:
        try:
            return give(world, found.matches[0].id)
        except CrmError as error:
            return Reply(world.words.say(error.sentence, **error.params))
    buttons = [Press(label, {"do": "invite", "id": match.id}, is_open=True) for match, label in labelled(found)]
    return Reply(which(name, found, world.words), tuple(buttons))


def _people(world: "World", name: str) -> Found:
    """The contacts who are meant: by their own name, or everybody at the customer who is."""
    found = world.find("contact", name, {})
    if found.matches and found.is_sure:
        return found
    customer = world.find("customer", name, {})
    if not (customer.is_sure and len(customer.matches) == 1):
        return found
    record = world.session.get(records.Customer, customer.matches[0].id)
    people = record.contacts[:5] if record is not None else []
    return Found(tuple(Match(person.id, person.name) for person in people)) if people else found


def give(world: "World", contact_id: int) -> Reply:
    """A new code for the contact. Raises NotFound, NotAllowed."""
    from bot.rules.people import CODE_FOR_CUSTOMERS, make_code

    require(world.actor, world.crm, "contact", "edit")
    contact = fetch(world.tx, world.actor, world.crm, records.Contact, contact_id, "edit")
    code = make_code(world.session, contact, now=world.now)
    named = contact.name
    if contact.customer is not None and contact.customer.name != contact.name:
        named = world.words.line((contact.name, contact.customer.name))
    return Reply(world.words.say("desk.code.made", name=named, code=code, days=CODE_FOR_CUSTOMERS.days))


def invite(world: "World", memory: "Memory", action: Json) -> Reply:
    """One of several people of that name was picked."""
    return give(world, action["id"])
