"""Rules about service requests: reported, taken, handled step by step, resolved, and opened again."""

from uuid import uuid4

from bot.errors import Refused
from bot.rules.access import Named, fetch, require
from bot.world import World
from storage import records

# The legal moves between states; taking a request is the move to in_progress.
MOVES = {
    "open": ("in_progress", "resolved", "closed"),
    "in_progress": ("open", "resolved", "closed"),
    "resolved": ("in_progress", "closed"),
    "closed": ("in_progress",),
}


def report(world: World, customer: Named, contact: Named | None, description: str) -> "records.ServiceRequest":
    """A new request. Its number is its id, which is known once it is written."""
    require(world.actor, world.crm, "service_request", "create")
    request = records.ServiceRequest(
        number=f"new-{uuid4()}",
        customer_id=customer.id,
        contact_id=contact.id if contact else None,
        description=description,
        requested_at=world.now,
        status="open",
    )
    world.session.add(request)
    world.session.flush()
    request.number = request.public_id
    world.session.flush()
    return request


def fetch_request(world: World, request_id: int) -> "records.ServiceRequest":
    return fetch(world.tx, world.actor, world.crm, records.ServiceRequest, request_id, "edit")


def move(world: World, request: "records.ServiceRequest", status: str) -> None:
    """Move a request to a state. Reopening keeps the steps and forgets when it was resolved. Raises Refused."""
    if status == request.status:
        return
    if status not in MOVES[request.status]:
        labels = [world.crm.label("service_statuses", code, world.words.language) for code in (request.status, status)]
        raise Refused("error.status_not_allowed", frm=labels[0], to=labels[1])
    if status == "open" and request.status != "open":
        request.handler_id = None
    request.status = status
    request.resolved_at = world.now if status == "resolved" else None
    if status == "in_progress" and request.handler_id is None:
        request.handler_id = world.actor.user_id


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
