"""Report a service request; take it, note what was done, resolve it, open it again."""

from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Json, Line, Option, Question, Saved, Values
from bot.dialogs.types import Choice, Exact, LongText, Ref
from bot.flows.shared import name_of, saved
from bot.rules import service
from bot.rules.access import fetch, visible
from bot.rules.customers import add_ways, contact_of, customer_of, ways_of
from bot.world import World
from storage import records


def _report(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["contact"], customer, **ways_of(values)) if "contact" in values else None
    if "phone" in values and contact is not None and "id" in values["contact"]:
        known = fetch(world.tx, world.actor, world.crm, records.Contact, contact.id, "edit")
        add_ways(known, phone=values["phone"], email=None)
    request = service.report(world, customer, contact, values["description"])
    return saved(world, world.words.say("service_request.saved", number=request.number, customer=customer.name))


SERVICE_REQUEST = Flow(
    kind="service_request",
    starts_on=("create_service_request",),
    fields=(
        Field("customer", Ref("customer", if_unknown="create")),
        Field("description", LongText(slot="description")),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("phone", Exact("phone"), required=False, ask="never"),
    ),
    card=(
        Line("service_request.card.who", ("customer", "contact", "phone")),
        Line("service_request.card.description", ("description",)),
    ),
    save=_report,
)


def _which(values: Values, world: World) -> Json | Question | None:
    """The one open request there is: the customer's, else the one the actor works on, else the question."""
    cls: Any = records.ServiceRequest
    query = select(cls).where(visible(world.actor, world.crm, cls))
    customer = values.get("customer")
    if isinstance(customer, dict) and "id" in customer:
        query = query.where(cls.customer_id == customer["id"])
    else:
        query = query.where(cls.status != "closed")
    states = ("resolved", "closed") if values.get("request_status") == "open" else ("open", "in_progress", "resolved")
    found = list(world.session.scalars(query.where(cls.status.in_(states)).order_by(cls.id.desc()).limit(6)))
    options = tuple(Option(f"{item.number} {item.description[:30]}", _ref(item)) for item in found)
    if len(options) == 1:
        return options[0].value
    if not options:
        return None
    return Question(world.words.say("service_update.which", customer=name_of(customer)), options)


def _ref(request: "records.ServiceRequest") -> Json:
    return {"id": request.id, "name": f"{request.number} {request.description[:40]}"}


def _update(world: World, values: Values) -> Saved:
    request = service.fetch_request(world, values["service_request"]["id"])
    words = world.words
    status = values.get("request_status")
    if "handler" in values:
        request.handler_id = values["handler"]["id"]
        if status is None and request.status == "open":
            status = "in_progress"
    if "measures" in values:
        service.add_step(world, request, values["measures"])
    if status is not None:
        if status == "open" and request.status in ("resolved", "closed"):
            status = "in_progress"  # reopened: whoever handled it goes on
        service.move(world, request, status)
    world.session.flush()
    label = world.crm.label("service_statuses", request.status, words.language)
    return saved(world, words.say("service_update.saved", number=request.number, status=label))


SERVICE_UPDATE = Flow(
    kind="service_update",
    starts_on=("update_service_request",),
    fields=(
        Field("customer", Ref("customer", if_unknown="ignore"), required=False, ask="never"),
        Field("request_status", Choice("service_statuses", "request_status"), required=False, ask="never"),
        Field("handler", Ref("user"), required=False, ask="never"),
        Field("measures", LongText(slot="measures"), required=False, ask="never"),
        Field("service_request", Ref("service_request"), propose=_which, within=("customer",)),
    ),
    card=(
        Line("service_update.card.which", ("service_request", "customer")),
        Line("service_update.card.status", ("request_status",)),
        Line("service_update.card.handler", ("handler",)),
        Line("service_update.card.measures", ("measures",)),
    ),
    needs_any=("request_status", "handler", "measures"),
    save=_update,
)
