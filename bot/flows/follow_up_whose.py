"""Whose note it is, where nobody was named: the company of the person, one near here, the one spoken of."""

from sqlalchemy import select

from bot.dialogs.model import Guess, Json, Option, Question, Values
from bot.flows.shared import ref
from bot.rules.access import visible
from bot.rules.enclosures import nearest
from bot.rules.pronouns import spoken_of
from bot.world import World
from storage import records


def customer_of_contact(values: Values, world: World) -> Json | Question | None:
    """The company of a person who was named alone."""
    person = values.get("contact")
    if not isinstance(person, dict) or "id" not in person:
        return None
    query = (
        select(records.Customer)
        .join(records.Contact, records.Contact.customer_id == records.Customer.id)
        .where(records.Contact.id == person["id"], visible(world.actor, world.crm, records.Customer))
    )
    customer = world.session.scalars(query).one_or_none()
    return ref(customer) if customer else None


def whose(values: Values, world: World) -> Json | Guess | Question | None:
    """The customer that nobody named: that of the person, else one that was visited near here."""
    known = customer_of_contact(values, world)
    place = values.get("place")
    if known is not None:
        return known
    if not place:
        return _still_them(values, world)
    near = nearest(world, place[0]["at"])
    if not near:
        return None
    words = world.words
    shown = [words.say("follow_up.near", name=one.name, metres=one.metres) for one in near]
    options = tuple(Option(label, {"id": one.id, "name": one.name}) for label, one in zip(shown, near, strict=True))
    other = Option(words.say("follow_up.elsewhere"), None)
    if len(near) == 1:
        here = Option(words.say("follow_up.here_yes"), options[0].value)
        return Question(words.say("follow_up.here", what=shown[0]), (here, other), is_yes_no=True)
    return Question(words.say("follow_up.where"), (*options, other))


def _still_them(values: Values, world: World) -> Guess | None:
    """The customer that the talk was about, for a note of nobody: the card marks them, and one word changes that."""
    spoken = spoken_of(world, "customer") if "content" in values or "feedback" in values else None
    return Guess(spoken) if spoken is not None else None
