"""Create a contact: a person at a customer."""

from bot.dialogs.model import Field, Flow, Line, Saved, Values
from bot.dialogs.types import Exact, Ref, Text
from bot.flows.shared import saved
from bot.rules.customers import contact_of, customer_of, ways_of
from bot.world import World
from nlu.types import Understanding


def _is_person_at_known_customer(heard: Understanding, world: World) -> bool:
    """「给华为加个联系人李工」 is understood as creating a customer; with 华为 known, it is about a person there."""
    customer, contact = heard.get("customer"), heard.get("contact")
    if not customer or not contact or customer == contact:
        return False
    found = world.find("customer", str(customer), {})
    return found.is_sure and len(found.matches) == 1


def _save(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    roles = {key: values[key] for key in ("position", "department") if key in values}
    contact = contact_of(world, {"new": values["name"]}, customer, **roles, **ways_of(values))
    return saved(
        world, world.words.say("contact.saved_at", name=contact.name, customer=customer.name, id=contact.public_id)
    )


CONTACT = Flow(
    kind="contact",
    starts_on=("create_customer",),
    fits=_is_person_at_known_customer,
    fields=(
        Field("customer", Ref("customer", if_unknown="create")),
        Field("name", Text(slot="contact"), slot="contact"),
        Field("phone", Exact("phone"), required=False, ask="guided"),
        Field("email", Exact("email"), required=False, ask="never"),
        Field("position", Text(), required=False, ask="guided"),
        Field("department", Text(), required=False, ask="never"),
    ),
    card=(
        Line("contact.card.who", ("name", "position", "department")),
        Line("contact.card.at", ("customer",)),
        Line("contact.card.ways", ("phone", "email")),
    ),
    save=_save,
)
