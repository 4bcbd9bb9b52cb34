"""Rules about customers and their people: creating them once, finding the ones that are there already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import IntegrityError

from bot.dialogs.model import Found, Json, Match, Values
from bot.rules.access import Named, check, fetch, require, select_visible, visible
from bot.rules.fields import unsearchable
from bot.rules.find import with_hints
from bot.world import World
from nlu.names import core_name, normalise, phone_key
from nlu.people import is_way_of_address
from storage import records, search

_MANY = 3


def customer_of(world: World, value: Json, **facts: Any) -> Named:
    """The customer a draft refers to: the one it names, or a new one with these facts.

    Two people who create the same customer at once end with one: the later save finds the earlier's.
    """
    if "id" in value:
        return check(world.tx, world.actor, world.crm, records.Customer, value["id"])
    require(world.actor, world.crm, "customer", "create")
    customer = records.Customer(name=value["new"], name_key=normalise(value["new"]), **facts)
    try:
        with world.tx.savepoint():
            world.create(customer)
    except IntegrityError:
        return _same_name(world, value["new"])
    return Named(customer.id, customer.name, customer.public_id, is_new=True)


def _same_name(world: World, name: str) -> Named:
    """The customer that somebody of the same team has just created under this name."""
    query = select_visible(world.actor, world.crm, records.Customer)
    found = world.session.scalars(query.where(records.Customer.name_key == normalise(name)).limit(1)).one()
    return Named(found.id, found.name, found.public_id)


def contact_of(world: World, value: Json, customer: Named | None, values: Values) -> Named:
    """The contact a draft refers to: the one it names, or a new one at the customer; with what the draft tells of them.

    What the draft says of somebody who is known counts from now on; numbers and addresses are added to theirs.
    """
    known = value.get("id") or (customer and _namesake(world, value, customer))
    facts = {key: values[key] for key in ("position", "department") if key in values}
    if known:
        if facts or ways_of(values):
            _complete(world, known, facts, values)
        return check(world.tx, world.actor, world.crm, records.Contact, known)
    require(world.actor, world.crm, "contact", "create")
    customer_id = customer.id if customer else None
    facts |= {"title": value["new"]} if is_way_of_address(value["new"]) else {}
    contact = world.create(records.Contact(name=value["new"], customer_id=customer_id, **facts, **ways_of(values)))
    return Named(contact.id, contact.name, contact.public_id, is_new=True)


def _namesake(world: World, value: Json, customer: Named) -> int | None:
    """Somebody of exactly this name at the customer, unless the person has said that it is another one."""
    if "besides" in value:
        return None
    cls = records.Contact
    ids = search.by_key(world.tx.connection, "contact", {normalise(value["new"])}, ("name",))
    query = select(cls.id).where(visible(world.actor, world.crm, cls), cls.id.in_(ids), cls.customer_id == customer.id)
    return world.tx.connection.execute(query.limit(1)).scalar() if ids else None


def _complete(world: World, contact_id: int, facts: Values, values: Values) -> None:
    contact = fetch(world.tx, world.actor, world.crm, records.Contact, contact_id, "edit")
    for key, value in facts.items():
        setattr(contact, key, value)
    add_ways(contact, values)
    world.session.flush()


def ways_of(values: Values) -> dict[str, list[str]]:
    """How somebody is reached, as a draft tells it and a new record keeps it."""
    ways = {"phones": [values.get("phone")], "emails": [values.get("email")], "im": values.get("im", [])}
    return {key: found for key, found in ways.items() if any(found)}


def likely_duplicates(world: World, name: str, phone: str | None, email: str | None) -> Found:
    """Customers that may be the same: by phone, e-mail, full name, or the name without its legal body and place."""
    connection = world.tx.connection
    keys = {"name": normalise(name), "short": normalise(core_name(name))}
    names = search.by_key(connection, "customer", set(keys.values()), ("name", "alias", "short"))
    condition: ColumnElement[bool] = records.Customer.id.in_([*names, *_by_ways(world, "customer", phone, email)])
    people = _by_ways(world, "contact", phone, email)
    if people:
        at = select(records.Contact.customer_id).where(
            records.Contact.id.in_(people), visible(world.actor, world.crm, records.Contact)
        )
        condition = or_(condition, records.Customer.id.in_(at))
    query = select_visible(world.actor, world.crm, records.Customer).where(condition)
    return _found(
        world, "customer", query.order_by(records.Customer.updated_at.desc(), records.Customer.id).limit(_MANY)
    )


def same_people(world: World, name: str, customer_id: int, phone: str | None, email: str | None) -> Found:
    """People of a customer that may be the same one: by name, phone, e-mail."""
    cls = records.Contact
    ids = [
        *search.by_key(world.tx.connection, "contact", {normalise(name)}, ("name",)),
        *_by_ways(world, "contact", phone, email),
    ]
    query = select_visible(world.actor, world.crm, cls).where(cls.id.in_(ids), cls.customer_id == customer_id)
    return _found(world, "contact", query.order_by(cls.updated_at.desc(), cls.id).limit(_MANY))


def _by_ways(world: World, kind: str, phone: str | None, email: str | None) -> list[int]:
    connection = world.tx.connection
    found: list[int] = []
    unseen = unsearchable(world.tx, world.actor, world.crm, kind)
    if phone and "phone" not in unseen:
        found += search.by_key(connection, kind, {phone_key(phone) or normalise(phone)}, ("phone",))
    if email and "email" not in unseen:
        found += search.by_key(connection, kind, {email.strip().casefold()}, ("email",))
    return found


def _found(world: World, kind: str, query: "Select[Any]") -> Found:
    matches = [Match(item.id, item.name) for item in world.session.scalars(query)]
    return with_hints(world.tx, world.actor, world.words, kind, Found(tuple(matches), is_sure=False))


def add_ways(record: "records.Customer | records.Contact", values: Values) -> None:
    """Add the number, the address and the names in messengers that are not there yet; nothing is taken away."""
    phone, email = values.get("phone"), values.get("email")
    if phone and phone not in record.phones:
        record.phones = [*record.phones, phone]
    if email and email.casefold() not in map(str.casefold, record.emails):
        record.emails = [*record.emails, email]
    _put_handles(record, values.get("im", ()))


def update_ways(record: "records.Customer | records.Contact", values: Values) -> None:
    """The new number and address become the first, the rest stay; of each messenger there is one name."""
    phone, email = values.get("phone"), values.get("email")
    if phone:
        record.phones = [phone, *(old for old in record.phones[1:] if old != phone)]
    if email:
        record.emails = [email, *(old for old in record.emails[1:] if old.casefold() != email.casefold())]
    _put_handles(record, values.get("im", ()))


def _put_handles(record: "records.Customer | records.Contact", handles: Sequence[str]) -> None:
    if handles:
        services = {handle.partition(":")[0] for handle in handles}
        record.im = [*handles, *(old for old in record.im or () if old.partition(":")[0] not in services)]
