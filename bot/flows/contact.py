"""Create a contact: a person at a customer."""

from bot.dialogs.model import Field, Flow, Json, Line, Question, Values
from bot.dialogs.reply import Saved
from bot.dialogs.types import Exact, Ref, Text
from bot.flows.handles import Handles, MoreWays
from bot.flows.shared import SameAs, besides_known, same_or_new, saved
from bot.flows.trait_fields import OfPerson
from bot.rules.customers import contact_of, customer_of, same_people
from bot.world import World
from nlu.types import Understanding


def _is_person_at_known_customer(heard: Understanding, world: World) -> bool:
    """「给华为加个联系人李工」 is understood as creating a customer; with 华为 known, it is about a person there."""
    customer, contact = heard.get("customer"), heard.get("contact")
    if not customer or not contact or customer == contact:
        return False
    found = world.find("customer", str(customer), {})
    return found.is_sure and len(found.matches) == 1


def _same_one(values: Values, world: World) -> Json | Question | None:
    """Is it one of the people who are there already? Asked before anything is saved."""
    customer = values.get("customer")
    if "name" not in values or not isinstance(customer, dict):
        return None
    new = {**values.get("record", {}), "new": values["name"]}
    if "id" not in customer:
        return new
    found = same_people(world, values["name"], customer["id"], values.get("phone"), values.get("email"))
    found = besides_known(found, values.get("record"))
    return same_or_new(values["name"], found, "contact", world) if found.matches else new


def _save(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["record"], customer, values)
    said = world.words.say("contact.saved_at", name=contact.name, customer=customer.name, id=contact.public_id)
    return saved(world, said, about={"customer": customer, "contact": contact})


CONTACT = Flow(
    kind="contact",
    needs=("contact", "create"),
    titled_by="name",
    starts_on=("create_customer",),
    fits=_is_person_at_known_customer,
    fields=(
        Field("customer", Ref("customer", if_unknown="create")),
        Field("name", Text(slot="contact", is_person=True), slot="contact"),
        Field("phone", Exact("phone"), required=False, ask="guided"),
        Field("email", Exact("email"), required=False, ask="never"),
        Field("im", Handles(), required=False, ask="never"),
        Field("more", MoreWays(), required=False, ask="never", slot="-"),
        Field("position", OfPerson(name="position"), required=False, ask="guided"),
        Field("department", OfPerson(name="department"), required=False, ask="never"),
        Field(
            "record",
            SameAs("contact", if_unknown="create"),
            ask="never",
            slot="-",
            propose=_same_one,
            within=("customer", "name", "phone", "email"),
        ),
    ),
    card=(
        Line("contact.card.who", ("name", "position", "department")),
        Line("contact.card.at", ("customer",)),
        Line("contact.card.ways", ("phone", "email", "more", "im")),
        Line("contact.card.record", ("record",)),
    ),
    save=_save,
)
