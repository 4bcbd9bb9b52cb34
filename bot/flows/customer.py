"""Create a customer; change what is known of one."""

from bot.dialogs.model import Field, Flow, Json, Line, Option, Question, Saved, Values
from bot.dialogs.types import Exact, LongText, Ref, Text
from bot.flows.shared import saved
from bot.rules.access import Named, fetch
from bot.rules.customers import add_ways, contact_of, customer_of, likely_duplicates, update_ways, ways_of
from bot.world import World
from storage import records

_FACTS = ("address", "industry", "size")


def _same_one(values: Values, world: World) -> Json | Question | None:
    """Ask whether one of the likely duplicates is meant, before anything is saved."""
    if "name" not in values:
        return None
    found = likely_duplicates(world, values["name"], values.get("phone"), values.get("email"))
    if not found:
        return {"new": values["name"]}
    words = world.words
    listed = "\n".join(
        words.say("dialog.match", number=n, name=item.name, hint=(item.phones or [""])[0]).rstrip(" ·　")
        for n, item in enumerate(found, 1)
    )
    options = [Option(words.say("customer.use", name=item.name), {"id": item.id, "name": item.name}) for item in found]
    options.append(Option(words.say("customer.still_new"), {"new": values["name"]}))
    return Question(words.say("customer.duplicates", matches=listed), tuple(options))


def _create(world: World, values: Values) -> Saved:
    words = world.words
    person = values.get("contact")
    is_person = person == values["name"]
    facts = {key: values[key] for key in _FACTS if key in values} | ({"customer_type": "person"} if is_person else {})
    has_contact = bool(person) and not is_person
    if "id" in values["record"]:
        customer = _enriched(world, values, facts, with_ways=not has_contact)
    else:
        customer = customer_of(world, values["record"], **facts, **({} if has_contact else ways_of(values)))
    if has_contact:
        roles = {key: values[key] for key in ("position", "department") if key in values}
        contact_of(world, {"new": person}, customer, **roles, **ways_of(values))
    return saved(
        world,
        words.say("customer.saved", name=customer.name, id=customer.public_id),
        words.say("contact.saved", name=person) if has_contact else "",
        gives=words.say("customer.next_step", name=customer.name),
        about={"customer": customer},
    )


def _enriched(world: World, values: Values, facts: Values, *, with_ways: bool) -> Named:
    """The customer that was there already, with what the draft adds."""
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, values["record"]["id"], "edit")
    for key, value in facts.items():
        setattr(customer, key, value)
    if with_ways:
        add_ways(customer, phone=values.get("phone"), email=values.get("email"))
    world.session.flush()
    return Named(customer.id, customer.name, customer.public_id)


CUSTOMER = Flow(
    kind="customer",
    starts_on=("create_customer",),
    fields=(
        Field("name", Text(slot="customer"), slot="customer"),
        Field("contact", Text(slot="contact"), required=False, ask="guided"),
        Field("phone", Exact("phone"), required=False, ask="guided"),
        Field("email", Exact("email"), required=False, ask="never"),
        Field("position", Text(), required=False, ask="never"),
        Field("department", Text(), required=False, ask="never"),
        Field("industry", Text(), required=False, ask="never"),
        Field("size", Text(), required=False, ask="never"),
        Field("address", LongText(max_chars=500), required=False, ask="never"),
        Field(
            "record",
            Ref("customer", if_unknown="create"),
            ask="never",
            slot="-",
            propose=_same_one,
            within=("name", "phone", "email"),
        ),
    ),
    card=(
        Line("customer.card.name", ("name", "industry", "size")),
        Line("customer.card.address", ("address",)),
        Line("customer.card.contact", ("contact", "position", "department")),
        Line("customer.card.ways", ("phone", "email")),
        Line("customer.card.record", ("record",)),
    ),
    save=_create,
)


def _update(world: World, values: Values) -> Saved:
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, values["customer"]["id"], "edit")
    contact = None
    if "contact" in values:
        named = contact_of(world, values["contact"], Named(customer.id, customer.name, customer.public_id))
        contact = fetch(world.tx, world.actor, world.crm, records.Contact, named.id, "edit")
    for key in _FACTS:
        if key in values:
            setattr(customer, key, values[key])
    for key in ("position", "department"):
        if key in values and contact is not None:
            setattr(contact, key, values[key])
    update_ways(contact or customer, phone=values.get("phone"), email=values.get("email"))
    world.session.flush()
    return saved(
        world,
        world.words.say("customer_update.saved", name=contact.name if contact else customer.name),
        about={"customer": customer, "contact": contact},
    )


CUSTOMER_UPDATE = Flow(
    kind="customer_update",
    starts_on=("update_customer",),
    fields=(
        Field("customer", Ref("customer")),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("phone", Exact("phone"), required=False, ask="never"),
        Field("email", Exact("email"), required=False, ask="never"),
        Field("position", Text(), required=False, ask="never"),
        Field("department", Text(), required=False, ask="never"),
        Field("industry", Text(), required=False, ask="never"),
        Field("size", Text(), required=False, ask="never"),
        Field("address", LongText(max_chars=500), required=False, ask="never"),
    ),
    card=(
        Line("customer_update.card.who", ("customer", "contact")),
        Line("customer_update.card.phone", ("phone",)),
        Line("customer_update.card.email", ("email",)),
        Line("customer_update.card.role", ("position", "department")),
        Line("customer_update.card.facts", ("industry", "size", "address")),
    ),
    needs_any=("phone", "email", "position", "department", *_FACTS),
    save=_update,
)
