"""Rules about customers and their people: creating them once, finding the ones that are there already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import IntegrityError

from bot.dialogs.model import Found, Json, Match, Values
from bot.rules.access import Named, check, fetch, require, select_visible, visible
from bot.rules.alike import are_much_alike
from bot.rules.fields import unsearchable
from bot.rules.hints import with_hints
from bot.world import World
from nlu.names import core_name, normalise, phone_key
from nlu.people import is_way_of_address
from nlu.phones import phone_kind
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
        if len(value) >= len(getattr(contact, key) or ""):  # 采购 is but a short word for the 采购总监 that is known
            setattr(contact, key, value)
    add_ways(contact, values)
    world.session.flush()


def ways_of(values: Values) -> dict[str, list[str]]:
    """How somebody is reached, as a draft tells it and a new record keeps it."""
    ways = {"phones": _told(values, "phone"), "emails": _told(values, "email"), "im": values.get("im", [])}
    return {key: found for key, found in ways.items() if found}


def _told(values: Values, name: str) -> list[str]:
    """The numbers or the addresses of a draft, the first one first."""
    more = [way for way in values.get("more", ()) if ("@" in way) == (name == "email")]
    return list(dict.fromkeys([*([values[name]] if values.get(name) else []), *more]))


def likely_duplicates(world: World, name: str, phone: str | None, email: str | None) -> Found:
    """Customers that may be the same: by phone, e-mail, full name, or the name without its legal body and place; where
    there is none, those whose names are much alike."""
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
    found = _found(
        world, "customer", query.order_by(records.Customer.updated_at.desc(), records.Customer.id).limit(_MANY)
    )
    return found if found.matches else _much_alike(world, name)


def _much_alike(world: World, name: str) -> Found:
    """Customers whose names sound the same or have one other letter: 兰海物流, "Corvall Medical"."""
    near = world.find("customer", name, {})
    alike = tuple(match for match in near.matches if not near.is_sure and are_much_alike(name, match.name))
    return Found(alike[:_MANY], is_sure=False)


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
    _add_all(record, values)
    _put_handles(record, values.get("im", ()))


def _add_all(record: "records.Customer | records.Contact", values: Values) -> None:
    phones = [phone for phone in _told(values, "phone") if phone not in record.phones]
    known = {email.casefold() for email in record.emails}
    emails = [email for email in _told(values, "email") if email.casefold() not in known]
    record.phones = [*record.phones, *phones] if phones else record.phones
    record.emails = [*record.emails, *emails] if emails else record.emails


def replaced(known: Sequence[str], new: str, values: Values) -> str | None:
    """The number or the address in whose place a new one comes: the first of its kind, a mobile number for a mobile
    number; None where it is told as another, or there is none."""
    if values.get("is_another"):
        return None
    if "@" in new:
        return next(iter(known), None)
    kind = phone_kind(new)
    return next((old for old in known if not kind or phone_kind(old) in ("", kind)), None)


def update_ways(record: "records.Customer | records.Contact", values: Values) -> None:
    """The new number and address stand where the old ones stood, the rest stay; of each messenger there is one name."""
    for name, key in (("phone", "phones"), ("email", "emails")):
        new, known = values.get(name), getattr(record, key)
        old = replaced(known, new, values) if new else None
        if old is not None:
            setattr(record, key, list(dict.fromkeys(new if way == old else way for way in known)))
    _add_all(record, values)
    _put_handles(record, values.get("im", ()))


def _put_handles(record: "records.Customer | records.Contact", handles: Sequence[str]) -> None:
    if handles:
        services = {handle.partition(":")[0] for handle in handles}
        record.im = [*handles, *(old for old in record.im or () if old.partition(":")[0] not in services)]
