"""A person leaves a customer: for another one, 「高敏跳槽去了恒力纺织」, or for good, "Tom left, Lee took over".

The person stays, with all that was noted; of their place at the old customer nothing holds any more.
"""

from dataclasses import dataclass

from bot.dialogs.model import Field, Flow, Json, Line, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.types import Along, Ref, Text
from bot.flows.shared import new_ones, saved
from bot.flows.traits import told_in
from bot.rules.access import Named, fetch
from bot.rules.customers import contact_of, customer_of
from bot.world import World
from config.catalog import catalog
from nlu.types import Understanding
from storage import records

MAX_CHARS = 120  # who says more tells a story
_MARKS = " \t。.!！"


@dataclass(frozen=True, slots=True)
class _Gone(Along):
    """Said where nobody knows where to; the customer that is left is its value."""

    def show(self, value: Json, world: AnyWorld) -> str:
        return "" if value == "moved" else world.words.say(self.key)


def moved_in(heard: Understanding, world: World) -> Values | None:
    """What the form begins with, where a message says that somebody known has left; None for any other, and for another
    fact of theirs: "Tom moved to finance"."""
    text = catalog(heard.lang).pattern("contact_move.lead").sub("", heard.text.strip(_MARKS))
    if len(text) > MAX_CHARS or heard.correction is not None:
        return None
    for gone in ("moved", "left"):
        said = filter(None, (one.fullmatch(text) for one in catalog(heard.lang).each(f"contact_move.{gone}")))
        given = next(filter(None, (_given(found.groupdict(), world) for found in said)), None)
        if given is not None:
            return None if told_in(heard, world) is not None else {**given, "gone": gone}
    return None


def _given(said: dict[str, str | None], world: World) -> Values | None:
    people = world.find("contact", (said["contact"] or "").strip(), {})
    if not people.is_sure or len(people.matches) != 1:
        return None
    heir = said.get("successor") or said.get("successor_2")
    given: dict[str, Json] = {"contact": {"id": people.matches[0].id, "name": people.matches[0].name}}
    given |= {"successor": heir.strip()} if heir else {}
    return given | ({"to": _company(said["to"].strip(), world)} if said.get("to") else {})  # type: ignore[union-attr]


def _company(said: str, world: World) -> Json:
    found = world.find("customer", said, {})
    if found.is_sure and len(found.matches) == 1:
        return {"id": found.matches[0].id, "name": found.matches[0].name}
    return {"new": said}


def _move(world: World, values: Values) -> Saved:
    heir = _heir(world, values)
    new = customer_of(world, values["to"]) if "to" in values else None
    person = _person(world, values)  # after what is created, which begins a session of its own
    old = person.customer
    person.customer_id = new.id if new is not None else None
    person.position = person.department = person.decision_role = None
    world.session.flush()
    words = world.words
    told = (
        words.say("contact_move.saved_at", name=person.name, customer=new.name)
        if new is not None
        else words.say("contact_move.saved_gone", name=person.name, customer=old.name if old else "")
    )
    news = new_ones(world, new, heir) if new is not None else ()
    about = {"customer": new or old, "contact": heir or person}
    return saved(world, told, *news, about=about)


def _person(world: World, values: Values) -> "records.Contact":
    return fetch(world.tx, world.actor, world.crm, records.Contact, values["contact"]["id"], "edit")


def _heir(world: World, values: Values) -> Named | None:
    """Who takes over, in the same place."""
    person = _person(world, values)
    if "successor" not in values or person.customer is None:
        return None
    at = Named(person.customer.id, person.customer.name, person.customer.public_id)
    place = {key: getattr(person, key) for key in ("position", "department") if getattr(person, key)}
    return contact_of(world, {"new": values["successor"]}, at, place)


CONTACT_MOVE = Flow(
    kind="contact_move",
    needs=("contact", "edit"),
    titled_by="contact",
    openings={},
    fields=(
        Field("contact", Ref("contact")),
        Field("gone", _Gone("contact_move.gone"), required=False, ask="never"),
        Field("to", Ref("customer", if_unknown="create"), required=False, ask="never"),
        Field("successor", Text(is_person=True), required=False, ask="never"),
    ),
    card=(
        Line("contact_move.card.who", ("contact", "gone")),
        Line("contact_move.card.to", ("to",)),
        Line("contact_move.card.successor", ("successor",)),
    ),
    save=_move,
)
