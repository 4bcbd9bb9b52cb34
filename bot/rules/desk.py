"""Rules about what customers' people report themselves: who gets it, what they may see of it, when it opens again.

Everything here is about requests of the person who is writing, and of nobody else.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened
from bot.messages.notices import tell_user
from bot.rules import service
from bot.world import World
from config.catalog import Catalog
from nlu.names import normalise
from storage import records

SHOWN_FOR = timedelta(days=30)  # how long a settled request is still shown


def report(world: World, description: str) -> "records.ServiceRequest":
    """A new request of the person who is writing, with a handler by the organisation's rule, who is told."""
    contact = _contact(world)
    customer = contact.customer or _as_customer(world, contact)
    request = records.ServiceRequest(contact_id=contact.id, description=description)
    request.owner_id, request.team_id = customer.owner_id, customer.team_id
    service.write_request(world, request, customer.id)
    request.handler_id = _handler_for(world, customer, besides=request.id)
    event = service.happened(world, request, "assigned")
    service.tell_handler(world, request, event, "desk.handler.new")
    return request


def _contact(world: World) -> "records.Contact":
    contact = world.session.get(records.Contact, world.actor.contact_id)
    assert contact is not None  # noqa: S101 — the actor was read from it
    return contact


def _as_customer(world: World, contact: "records.Contact") -> "records.Customer":
    """A person without a company is a customer of their own."""
    customer = records.Customer(name=contact.name, name_key=normalise(contact.name), customer_type="person")
    customer.owner_id, customer.team_id = contact.owner_id, contact.team_id
    world.session.add(customer)
    world.session.flush()
    contact.customer = customer
    return customer


def mine(world: World, *, status: tuple[str, ...], since: timedelta | None = None) -> "list[records.ServiceRequest]":
    """The person's own requests in these states, the newest first; ``since``: settled no longer ago."""
    cls = records.ServiceRequest
    query = select(cls).where(cls.contact_id == world.actor.contact_id, cls.deleted_at.is_(None))
    query = query.where(cls.status.in_(status))
    if since is not None:
        query = query.where(func.coalesce(cls.resolved_at, cls.updated_at) >= world.now - since)
    return list(world.session.scalars(query.order_by(cls.id.desc()).limit(20)))


def my_open(world: World) -> "list[records.ServiceRequest]":
    return mine(world, status=("open", "in_progress"))


def my_done(world: World) -> "list[records.ServiceRequest]":
    """Those that may be opened again, the last resolved first."""
    found = mine(world, status=service.DONE, since=world.crm.service.reopen_within)
    return sorted(found, key=lambda request: request.resolved_at or request.updated_at, reverse=True)


def my_request(world: World, request_id: int) -> "records.ServiceRequest | None":
    """The request, if it is the person's own."""
    cls = records.ServiceRequest
    query = select(cls).where(cls.id == request_id, cls.contact_id == world.actor.contact_id)
    return world.session.scalars(query.where(cls.deleted_at.is_(None))).one_or_none()


def reopen(world: World, request: "records.ServiceRequest", text: str) -> None:
    """ "Still broken": it goes on where it was, with its history; the handler is told."""
    service.move(world, request, "in_progress")
    if text:
        _say_to_handler(world, request, text, "desk.handler.reopened")
    else:
        event = service.happened(world, request, "message")
        service.tell_handler(world, request, event, "desk.handler.reopened_bare")


def add(world: World, request: "records.ServiceRequest", text: str) -> bool:
    """Something more about a request: kept with it, and told to the handler. Was anybody told?"""
    return _say_to_handler(world, request, text, "desk.handler.message")


def rep_of(world: World) -> "records.User | None":
    """The colleague who looks after the customer of the person who is writing."""
    customer = _contact(world).customer
    return world.session.get(records.User, customer.owner_id) if customer is not None and customer.owner_id else None


def tell_rep(world: World, rep: "records.User", text: str) -> bool:
    """What a customer's person wants of whoever looks after them: that colleague is told, with a button that keeps it
    as a note. Could they be?"""
    contact = _contact(world)
    customer = contact.customer
    assert customer is not None  # noqa: S101 — the rep is the customer's
    said = {
        "customer": {"id": customer.id, "name": customer.name},
        "contact": {"id": contact.id, "name": contact.name},
        "content": text,
        "channel": "chat",
    }

    def compose(words: Catalog) -> Reply:
        who = words.line(dict.fromkeys((customer.name, contact.name)))
        keep = Press(words.say("home.follow_up"), {"do": "start", "flow": "follow_up", "values": said}, is_open=True)
        return Reply(words.say("desk.rep_told", who=who, text=shortened(text, 500)), (keep,))

    return tell_user(world.tx, world.settings, rep.id, compose, key=f"desk:{world.inbox_id}")


def _say_to_handler(world: World, request: "records.ServiceRequest", text: str, key: str) -> bool:
    event = service.happened(world, request, "message", text)
    return service.tell_handler(world, request, event, key, text)


def _handler_for(world: World, customer: "records.Customer", *, besides: int) -> int | None:
    """Who gets the customer's request: the usual handler, else an agent of their team, else any agent."""
    rule = world.crm.service
    agents = service.agents(world)
    if rule.usual:
        usual = _usual(world, customer.id, besides)
        if usual is not None:
            return usual
    if rule.assign == "none" or not agents:
        return None
    near = select(records.User.id).where(records.User.id.in_(agents), records.User.team_id == customer.team_id)
    choice = list(world.session.scalars(near.order_by(records.User.id))) or agents
    return _next_in_turn(world, choice) if rule.assign == "round_robin" else _least_loaded(world, choice)


def _usual(world: World, customer_id: int, besides: int) -> int | None:
    """Who handled the customer's last request, if they still work here."""
    cls: Any = records.ServiceRequest
    query = select(cls.handler_id).join(records.User, records.User.id == cls.handler_id)
    query = query.where(cls.customer_id == customer_id, cls.id != besides, cls.deleted_at.is_(None))
    query = query.where(records.User.active, records.User.deleted_at.is_(None))
    return world.session.scalars(query.order_by(cls.id.desc()).limit(1)).first()


def _least_loaded(world: World, agents: list[int]) -> int:
    """Who has the fewest open requests; of several, who came first."""
    cls: Any = records.ServiceRequest
    query = select(cls.handler_id, func.count()).where(cls.handler_id.in_(agents), cls.deleted_at.is_(None))
    query = query.where(cls.status.in_(("open", "in_progress"))).group_by(cls.handler_id)
    load = {row[0]: row[1] for row in world.session.execute(query)}
    return min(agents, key=lambda agent: (load.get(agent, 0), agent))


def _next_in_turn(world: World, agents: list[int]) -> int:
    """Who comes after the one that was given the last request."""
    cls = records.ServiceEvent
    query = select(cls.user_id).where(cls.what == "assigned", cls.user_id.in_(agents), cls.deleted_at.is_(None))
    last = world.session.scalars(query.order_by(cls.id.desc()).limit(1)).first()
    return min(agents, key=lambda agent: (agent <= (last or 0), agent))
