"""Create a customer; change what is known of one."""

from typing import Any

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Question, Values
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import shortened
from bot.dialogs.types import Exact, LongText, Ref, Text
from bot.flows.beside import Beside, Trade
from bot.flows.focus import meant, with_person
from bot.flows.follow_up_whose import customer_of_contact
from bot.flows.handles import Another, Handles, MoreWays
from bot.flows.shared import SameAs, besides_known, new_ones, ref, same_or_new, saved
from bot.flows.size import Size
from bot.flows.trait_fields import OfPerson, Role, Source, Trait
from bot.rules.access import Named, fetch
from bot.rules.customers import add_ways, contact_of, customer_of, likely_duplicates, replaced, update_ways, ways_of
from bot.rules.pronouns import spoken_of
from bot.world import World
from nlu.names import normalise
from nlu.people import is_way_of_address
from nlu.types import Understanding
from storage import records

_FACTS = ("address", "industry", "size", "source")
_OF_PERSON = ("position", "department", "decision_role")
MAX_SUBJECT = 40  # characters of a need that name a deal
_ADDED = ("preferences", "interests", "needs")  # what is told of these comes to what is known


def _same_one(values: Values, world: World) -> Json | Question | None:
    """Is it one of the customers that are there already? Asked before anything is saved."""
    if "name" not in values:
        return None
    found = likely_duplicates(world, values["name"], values.get("phone"), values.get("email"))
    found = besides_known(found, values.get("record"))
    if not found.matches:
        return {**values.get("record", {}), "new": values["name"]}
    # Within a team a name is one customer's.
    is_taken = any(normalise(match.name) == normalise(values["name"]) for match in found.matches)
    return same_or_new(values["name"], found, "customer", world, may_be_new=not is_taken)


def _create(world: World, values: Values) -> Saved:
    words = world.words
    person = values.get("contact") if values.get("contact") != values["name"] else None
    facts = {key: values[key] for key in (*_FACTS, *_ADDED) if key in values}
    if "contact" in values and not person:
        facts["customer_type"] = "person"
    is_new = "id" not in values["record"]
    if is_new:
        customer = customer_of(world, {"new": values["name"]}, **facts, **({} if person else ways_of(values)))
    else:
        customer = _completed(world, values, facts, with_ways=not person)
    contact = contact_of(world, {"new": person}, customer, values) if person else None
    return saved(
        world,
        words.say("customer.saved" if is_new else "customer.saved_into", name=customer.name, id=customer.public_id),
        words.say("contact.saved", name=person) if person else "",
        gives=words.say("customer.next_step", name=customer.name),
        about={"customer": customer, "contact": contact},
    )


def _completed(world: World, values: Values, facts: Values, *, with_ways: bool) -> Named:
    """The customer that it turned out to be, with what the draft adds."""
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, values["record"]["id"], "edit")
    for key in _FACTS:
        setattr(customer, key, facts.get(key) or getattr(customer, key))
    for key in _ADDED:
        if key in facts:
            _add(world, customer, key, facts[key])
    if with_ways:
        add_ways(customer, values)
    world.session.flush()
    return Named(customer.id, customer.name, customer.public_id)


CUSTOMER = Flow(
    kind="customer",
    needs=("customer", "create"),
    titled_by="name",
    starts_on=("create_customer",),
    fields=(
        Field("name", Text(slot="customer"), slot="customer"),
        Field("contact", Text(slot="contact", is_person=True), required=False, ask="guided"),
        Field("phone", Exact("phone"), required=False, ask="guided"),
        Field("email", Exact("email"), required=False, ask="never"),
        Field("im", Handles(), required=False, ask="never"),
        Field("more", MoreWays(), required=False, ask="never", slot="-"),
        Field("position", OfPerson(name="position"), required=False, ask="never"),
        Field("department", OfPerson(name="department"), required=False, ask="never"),
        Field("industry", Trade(), required=False, ask="never"),
        Field("size", Size(), required=False, ask="never"),
        Field("address", Beside(name="address", max_chars=500), required=False, ask="never"),
        Field("source", Source(listed="sources"), required=False, ask="never", slot="-"),
        *(Field(name, Beside(name=name), required=False, ask="never", slot="-") for name in _ADDED),
        Field(
            "record",
            SameAs("customer", if_unknown="create"),
            ask="never",
            slot="-",
            propose=_same_one,
            within=("name", "phone", "email"),
        ),
    ),
    card=(
        Line("customer.card.name", ("name", "industry", "size", "source")),
        Line("customer.card.address", ("address",)),
        *(Line(f"customer.card.{name}", (name,)) for name in _ADDED),
        Line("customer.card.contact", ("contact", "position", "department")),
        Line("customer.card.ways", ("phone", "email", "more", "im")),
        Line("customer.card.record", ("record",)),
    ),
    save=_create,
)


def _update(world: World, values: Values) -> Saved:
    whose = customer_of(world, values["customer"])
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, whose.id, "edit")
    person = None
    if "contact" in values:
        named = contact_of(world, values["contact"], whose, {})
        person = fetch(world.tx, world.actor, world.crm, records.Contact, named.id, "edit")
    for key in _FACTS:
        if key in values:
            setattr(customer, key, values[key])
    for key in _OF_PERSON:
        if key in values and person is not None:
            setattr(person, key, values[key])
    for key in _ADDED:
        if key in values:
            _add(world, customer if key == "needs" or person is None else person, key, values[key])
    if "full_name" in values and person is not None:
        _rename(person, values["full_name"])
    if "alias" in values:
        customer.aliases = [*dict.fromkeys([*customer.aliases, values["alias"]])]
    if "new_name" in values:
        customer.aliases = [*dict.fromkeys([*customer.aliases, customer.name])]  # it is still found by its old name
        customer.name = values["new_name"]
    update_ways(person or customer, values)
    world.session.flush()
    return saved(
        world,
        world.words.say("customer_update.saved", name=person.name if person else customer.name),
        *new_ones(world, whose, None),
        buttons=_then(world, customer, values),
        about={"customer": customer, "contact": person},
    )


def _then(world: World, customer: "records.Customer", values: Values) -> tuple[Press, ...]:
    """A need may be the beginning of a deal: one tap makes it."""
    if "needs" not in values:
        return ()
    given = {"customer": ref(customer), "name": shortened(values["needs"], MAX_SUBJECT)}
    action = {"do": "start", "flow": "opportunity", "values": given}
    return (Press(world.words.say("card.new_opportunity"), action, is_open=True),)


def _add(world: World, record: "records.Customer | records.Contact", key: str, said: str) -> None:
    """「不喝酒」 comes to 「喜欢下午打电话」; what is there already is not said twice."""
    old = getattr(record, key)
    if not old or said not in old:
        setattr(record, key, world.words.say("traits.both", old=old, new=said) if old else said)


def _rename(person: "records.Contact", name: str) -> None:
    """「陈经理叫陈立群」: how somebody was called so far stays as how they are addressed."""
    if person.title is None and is_way_of_address(person.name):
        person.title = person.name
    person.name = name


def _is_about_known(heard: Understanding, world: World) -> bool:
    """「他的电话是139…」 is understood as somebody new; after 张总 was spoken of, it is about them."""
    is_name = not {"new_name", "alias"}.isdisjoint(heard.slots)
    if is_name and "customer" not in heard.slots:
        return spoken_of(world, "customer") is not None
    if is_name:
        return world.find("customer", str(heard.slots["customer"].value), {}).is_sure
    is_person = with_person(world, CUSTOMER_UPDATE, heard) is not heard
    return heard.intent == "update_customer" or is_person or bool(meant(world, CUSTOMER_UPDATE, heard))


def _present(values: Values, world: World) -> Values:
    """What is known now of whom the change is about."""
    person, customer = values.get("contact"), values.get("customer")
    cls: Any = records.Contact if person else records.Customer
    record = world.session.get(cls, (person or customer or {}).get("id", 0))
    if record is None:
        return {}
    facts = {key: getattr(record, key, None) for key in (*_OF_PERSON, *_FACTS)}
    ways = {
        "phone": replaced(record.phones, values["phone"], values) if "phone" in values else None,
        "email": replaced(record.emails, values["email"], values) if "email" in values else None,
    }
    return {**facts, **ways, "new_name": record.name}


def _spoken_of(values: Values, world: World) -> Json | Guess | None:
    """The company of the person named alone, else whom the talk was about."""
    person = values.get("contact", {})
    spoken = None if "id" in person else spoken_of(world, "customer")
    return Guess(spoken) if spoken else customer_of_contact(values, world)


CUSTOMER_UPDATE = Flow(
    kind="customer_update",
    needs=("customer", "edit"),
    along=("contact",),
    starts_on=("update_customer", "create_customer"),
    openings={name: lambda world: {} for name in ("start", "rename", "known_as")},
    gathers=("customer", "contact"),
    fits=_is_about_known,
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=_spoken_of),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("phone", Exact("phone"), required=False, ask="never"),
        Field("email", Exact("email"), required=False, ask="never"),
        Field("position", OfPerson(name="position", is_added=True), required=False, ask="never"),
        Field("department", OfPerson(name="department", is_added=True), required=False, ask="never"),
        Field("industry", Trade(), required=False, ask="never"),
        Field("size", Size(), required=False, ask="never"),
        Field("address", LongText(max_chars=500), required=False, ask="never"),
        Field("source", Source(listed="sources"), required=False, ask="never", slot="-"),
        Field("im", Handles(), required=False, ask="never"),
        Field("more", MoreWays(), required=False, ask="never", slot="-"),
        Field("is_another", Another(), required=False, ask="never", slot="-"),
        Field("new_name", Text(), required=False, ask="never", is_whole=True),
        Field("alias", Text(), required=False, ask="never", is_whole=True),
        Field("decision_role", Role("decision_roles", "decision_role"), required=False, ask="never"),
        Field("full_name", Trait(name="full_name"), required=False, ask="never", is_whole=True),
        *(Field(name, Trait(name=name), required=False, ask="never", adds=True) for name in _ADDED),
    ),
    card=(
        Line("customer_update.card.who", ("customer", "contact")),
        Line("customer_update.card.full_name", ("full_name",)),
        Line("customer_update.card.new_name", ("new_name",)),
        Line("customer_update.card.alias", ("alias",)),
        Line("customer_update.card.phone", ("phone",)),
        Line("customer_update.card.email", ("email",)),
        Line("customer_update.card.more", ("more",)),
        Line("customer_update.card.im", ("im",)),
        Line("customer_update.card.department", ("department",)),
        Line("customer_update.card.role", ("position",)),
        Line("customer_update.card.decision_role", ("decision_role",)),
        Line("customer_update.card.facts", ("industry", "size", "address", "source")),
        *(Line(f"customer_update.card.{name}", (name,)) for name in _ADDED),
    ),
    needs_any=("phone", "email", "more", "im", "full_name", "new_name", "alias", *_OF_PERSON, *_FACTS, *_ADDED),
    before=_present,
    save=_update,
)
