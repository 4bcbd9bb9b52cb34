"""Rules about service requests: reported, taken, handled step by step, resolved, and opened again.

Whatever happens to one is written down as an event, and whoever it concerns is told: the customer's person in their
own chat, the handler in theirs. Nobody is told what they did themselves.
"""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened
from bot.errors import Refused
from bot.messages.notices import tell_contact, tell_user
from bot.rules import surveys
from bot.rules.access import Named, fetch, require
from bot.rules.reminders import hand_about, settle_about
from bot.world import World
from config.catalog import Catalog
from storage import records

# The legal moves between states; taking a request is the move to in_progress.
MOVES = {
    "open": ("in_progress", "resolved", "closed"),
    "in_progress": ("open", "resolved", "closed"),
    "resolved": ("in_progress", "closed"),
    "closed": ("in_progress",),
}
DONE = ("resolved", "closed")
AGENT = "service"  # the role of those whom requests are assigned to
_HAPPENED = {"open": "returned", "in_progress": "taken", "resolved": "resolved", "closed": "closed"}


def report(world: World, customer: Named, contact: Named | None, description: str) -> "records.ServiceRequest":
    """A new request, told by a colleague."""
    request = records.ServiceRequest(contact_id=contact.id if contact else None, description=description)
    return write_request(world, request, customer.id)


def write_request(world: World, request: "records.ServiceRequest", customer_id: int) -> "records.ServiceRequest":
    """Store a new request. Its number is its id, which is known once it is written."""
    require(world.actor, world.crm, "service_request", "create")
    request.customer_id, request.number = customer_id, f"new-{uuid4()}"
    request.requested_at, request.status = world.now, "open"
    world.session.add(request)
    world.session.flush()
    request.number = request.public_id
    world.session.flush()
    happened(world, request, "reported")
    return request


def fetch_request(world: World, request_id: int) -> "records.ServiceRequest":
    return fetch(world.tx, world.actor, world.crm, records.ServiceRequest, request_id, "edit")


def move(world: World, request: "records.ServiceRequest", status: str) -> None:
    """Move a request to a state. Reopening keeps the steps and forgets when it was resolved. Raises Refused."""
    before = request.status
    if status == before:
        return
    if status not in MOVES[before]:
        labels = [world.crm.label("service_statuses", code, world.words.language) for code in (before, status)]
        raise Refused("error.status_not_allowed", frm=labels[0], to=labels[1])
    if status == "open":
        request.handler_id = None
    request.status = status
    if status != "closed" or before != "resolved":
        request.resolved_at = world.now if status == "resolved" else None
    if status in ("in_progress", "resolved") and request.handler_id is None:
        request.handler_id = world.actor.user_id or None
    event = happened(world, request, "reopened" if before in DONE and status not in DONE else _HAPPENED[status])
    _follow(world, request, event)


def _follow(world: World, request: "records.ServiceRequest", event: "records.ServiceEvent") -> None:
    """What a move leads to: the customer hears that it is done, and is asked later; or is not asked any more. Nobody
    need go there again for what is done."""
    if event.what in DONE:
        settle_about(world, request.kind, request.id)
    if event.what == "reopened":
        surveys.cancel(world.session, request.id)
    elif event.what == "resolved":
        surveys.plan(world, request)
    if event.what in DONE and not (event.what == "closed" and request.resolved_at is not None):
        tell_contact(
            world.tx,
            world.settings,
            request.contact_id,
            lambda words: _done(words, request, event.what),
            key=f"service:{event.id}",
        )


def subject_of(request: "records.ServiceRequest") -> str:
    """What was reported, short: Latin letters are half as wide."""
    return shortened(request.description, 60 if request.description.isascii() else 30)


def _done(words: Catalog, request: "records.ServiceRequest", what: str) -> Reply:
    subject = subject_of(request)
    still = Press(words.say("desk.button.still"), {"do": "reopen", "id": request.id}, is_open=True)
    return Reply(words.say(f"desk.told.{what}", number=request.number, subject=subject), (still,))


def hand_to(world: World, request: "records.ServiceRequest", user_id: int) -> None:
    """Give a request to a handler, who is told, and reminded of what is planned; the one before stays in its
    history."""
    if request.handler_id == user_id:
        return
    request.handler_id = user_id
    hand_about(world, request.kind, request.id, user_id)
    world.session.flush()
    if user_id == world.actor.user_id and request.status == "in_progress":
        happened(world, request, "taken")
    elif user_id != world.actor.user_id:
        event = happened(world, request, "assigned")
        tell_handler(world, request, event, "desk.handler.assigned")


def add_step(world: World, request: "records.ServiceRequest", measures: str) -> "records.ServiceStep":
    """Something was done about it; who does it has taken it."""
    step = records.ServiceStep(
        service_request_id=request.id, at=world.now, handler_id=world.actor.user_id, measures=measures
    )
    world.create(step)
    if request.status == "open":
        move(world, request, "in_progress")
    world.session.flush()
    return step


def happened(
    world: World, request: "records.ServiceRequest", what: str, text: str | None = None
) -> "records.ServiceEvent":
    """Write down what happened, with the handler it happened under and the customer's person who did it."""
    world.session.flush()
    return world.create(
        records.ServiceEvent(
            service_request_id=request.id,
            at=world.now,
            what=what,
            user_id=request.handler_id,
            contact_id=world.actor.contact_id,
            text=text,
        )
    )


def tell_handler(
    world: World, request: "records.ServiceRequest", event: "records.ServiceEvent", key: str, text: str = ""
) -> bool:
    """Tell whoever has the request, with buttons to take or resolve it; one that nobody has is told to all agents and
    to the customer's rep. Was anybody told?"""
    session = world.session
    contact = session.get(records.Contact, request.contact_id) if request.contact_id else None
    customer = session.get(records.Customer, request.customer_id)
    names = [customer.name if customer else "", contact.name if contact else ""]

    def compose(words: Catalog) -> Reply:
        named = words.line(dict.fromkeys(names))
        facts = {"number": request.number, "who": named, "subject": shortened(request.description, 200)}
        return Reply(words.say(key, **facts, text=shortened(text, 500)), handler_buttons(words, request))

    people = [request.handler_id] if request.handler_id is not None else [*agents(world), request.owner_id]
    others = [who for who in dict.fromkeys(people) if who is not None and who != world.actor.user_id]
    told = [tell_user(world.tx, world.settings, who, compose, key=f"service:{event.id}") for who in others]
    return any(told)


def agents(world: World) -> list[int]:
    """The colleagues who handle requests."""
    cls = records.User
    query = select(cls.id).where(cls.role == AGENT, cls.active, cls.deleted_at.is_(None)).order_by(cls.id)
    return list(world.session.scalars(query))


def added(request: "records.ServiceRequest") -> list[str]:
    """What the customer has added since it was reported."""
    return [event.text for event in request.events if event.what == "message" and event.text]


def handler_buttons(words: Catalog, request: "records.ServiceRequest") -> tuple[Press, ...]:
    """One tap each: take it while nobody has, say that it is done."""
    names = {"open": ("take", "resolve"), "in_progress": ("step", "resolve")}.get(request.status, ())
    return tuple(_handler_button(words, request, name) for name in names)


def _handler_button(words: Catalog, request: "records.ServiceRequest", name: str) -> Press:
    action: dict[str, Any] = {"do": "service", "op": name, "id": request.id}
    if name == "step":
        about = {"id": request.id, "name": f"{request.number} {shortened(request.description, 40)}"}
        action = {"do": "start", "flow": "service_update", "values": {"service_request": about}, "ask": "measures"}
    return Press(words.say(f"service_update.button.{name}"), action, is_open=True)
