"""Rules about customers and their people: creating them once, finding the ones that are there already."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError

from bot.dialogs.model import Json, Values
from bot.rules.access import Named, check, require, select_visible, visible
from bot.world import World
from nlu.names import core_name, normalise, phone_key
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
    return Named(customer.id, customer.name, customer.public_id)


def _same_name(world: World, name: str) -> Named:
    """The customer that somebody of the same team has just created under this name."""
    query = select_visible(world.actor, world.crm, records.Customer)
    found = world.session.scalars(query.where(records.Customer.name_key == normalise(name)).limit(1)).one()
    return Named(found.id, found.name, found.public_id)


def contact_of(world: World, value: Json, customer: Named | None, **facts: Any) -> Named:
    """The contact a draft refers to: the one it names, or a new one at the customer."""
    if "id" in value:
        return check(world.tx, world.actor, world.crm, records.Contact, value["id"])
    require(world.actor, world.crm, "contact", "create")
    contact = records.Contact(name=value["new"], customer_id=customer.id if customer else None, **facts)
    world.create(contact)
    return Named(contact.id, contact.name, contact.public_id)


def ways_of(values: Values) -> dict[str, list[str]]:
    """The phone number and the e-mail address of a draft, as a new record keeps them."""
    ways = {"phones": values.get("phone"), "emails": values.get("email")}
    return {key: [way] for key, way in ways.items() if way}


def likely_duplicates(world: World, name: str, phone: str | None, email: str | None) -> "list[records.Customer]":
    """Customers that may be the same: by phone, e-mail, full name, or the name without its legal body and place."""
    connection = world.tx.connection
    wanted: list[tuple[str, str]] = [("name", normalise(name)), ("short", normalise(core_name(name)))]
    if phone:
        wanted.append(("phone", phone_key(phone) or normalise(phone)))
    if email:
        wanted.append(("email", email.strip().casefold()))
    ids: dict[int, None] = {}
    for form, key in wanted:
        forms = ("name", "alias", "short") if form in ("name", "short") else (form,)
        ids.update(dict.fromkeys(search.by_key(connection, "customer", {key}, forms)))
    people = [id_ for form, key in wanted[2:] for id_ in search.by_key(connection, "contact", {key}, (form,))]
    condition: ColumnElement[bool] = records.Customer.id.in_(ids)
    if people:
        at = select(records.Contact.customer_id).where(
            records.Contact.id.in_(people), visible(world.actor, world.crm, records.Contact)
        )
        condition = or_(condition, records.Customer.id.in_(at))
    query = select_visible(world.actor, world.crm, records.Customer).where(condition)
    return list(world.session.scalars(query.order_by(records.Customer.updated_at.desc()).limit(_MANY)))


def add_ways(record: "records.Customer | records.Contact", *, phone: str | None, email: str | None) -> None:
    """Add a phone number and an e-mail address that are not there yet; nothing is taken away."""
    if phone and phone not in record.phones:
        record.phones = [*record.phones, phone]
    if email and email.casefold() not in map(str.casefold, record.emails):
        record.emails = [*record.emails, email]


def update_ways(record: "records.Customer | records.Contact", *, phone: str | None, email: str | None) -> None:
    """The new number and address become the first; the old ones stay behind them."""
    if phone:
        record.phones = [phone, *(old for old in record.phones[1:] if old != phone)]
    if email:
        record.emails = [email, *(old for old in record.emails[1:] if old.casefold() != email.casefold())]
