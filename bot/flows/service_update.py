"""Take a service request, note what was done, resolve it, open it again."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Question, Values
from bot.dialogs.reply import Reply, Saved
from bot.dialogs.show import shortened, show_moment
from bot.dialogs.types import Choice, LongText, Ref
from bot.dialogs.values import Moment
from bot.errors import Refused
from bot.flows.rating import Rating
from bot.flows.service_request import SERVICE_REQUEST
from bot.flows.shared import name_of, reference, saved
from bot.rules import service, surveys
from bot.rules.access import visible
from bot.rules.follow_ups import instant, is_exact_time
from bot.rules.reminders import remind
from bot.talk.memory import Memory
from bot.world import World
from storage import records


def taken(world: World) -> Values:
    """What 「这个我来处理」 says."""
    return {"request_status": "in_progress", "handler": {"id": world.actor.user_id, "name": world.actor.name}}


def _which(values: Values, world: World) -> Json | Guess | Question | None:
    """The request meant: the one that is named by its number, the customer's only one, the one spoken of, else the
    question which."""
    cls: Any = records.ServiceRequest
    query = select(cls).where(visible(world.actor, world.crm, cls))
    number = reference("SR", world.said)[0]
    if number is not None:
        named = world.session.scalars(query.where(cls.id == number)).one_or_none()
        return _ref(named) if named is not None else None
    customer = values.get("customer")
    if isinstance(customer, dict) and "id" in customer:
        query = query.where(cls.customer_id == customer["id"])
    is_settled = values.get("request_status") == "open" or _is_only_rated(values)
    states = ("resolved", "closed") if is_settled else ("open", "in_progress")
    found = list(world.session.scalars(query.where(cls.status.in_(states)).order_by(cls.id.desc()).limit(6)))
    if len(found) == 1:
        return _ref(found[0])
    spoken = [item for item in found if item.id == world.focus.get("service_request")]
    if spoken:
        return Guess(_ref(spoken[0]))
    if not found and customer is None:
        spoken_of = _spoken_of(world, query)
        if spoken_of is None and not is_settled:
            raise Refused("service_update.none_open")
        return spoken_of
    if not found:
        return None
    key = "service_update.which_of" if customer else "service_update.which"
    options = tuple(Option(_label(item, is_anyones=customer is None), _ref(item)) for item in found)
    return Question(world.words.say(key, customer=name_of(customer)), options)


def _is_only_rated(values: Values) -> bool:
    """Is told how satisfied they were, and nothing that is done or to be done?"""
    return "satisfaction" in values and not values.keys() & {"request_status", "handler", "measures"}


def _label(item: "records.ServiceRequest", *, is_anyones: bool) -> str:
    """What a button calls a request: whose it is, unless they are all of one customer."""
    return shortened(f"{item.customer.name} · {item.description}" if is_anyones else _ref(item)["name"], 40)


def _spoken_of(world: World, query: "Select[Any]") -> Guess | None:
    """The request that the talk is about, though it is settled: 「客户说又漏了」, right after it was resolved."""
    number = world.focus.get("service_request")
    item = world.session.scalars(query.where(records.ServiceRequest.id == number)).first() if number else None
    return Guess(_ref(item)) if item is not None else None


def _back_to_work(values: Values, world: World) -> Json | None:
    """Where nothing but trouble is told of a request that was resolved, it is to be opened again."""
    chosen = values.get("service_request")
    request = world.session.get(records.ServiceRequest, chosen["id"]) if isinstance(chosen, dict) else None
    is_settled = request is not None and request.status in service.DONE
    return "in_progress" if is_settled and not values.keys() & {"handler", "measures", "satisfaction"} else None


def _ref(request: "records.ServiceRequest") -> Json:
    return {"id": request.id, "name": f"{request.number} {shortened(request.description, 40)}"}


def _legal_status(value: Json, world: World, values: Values) -> Json | Question | None:
    """The status as it will be: what is reopened goes on where it was. A question for a move there is not."""
    chosen = values.get("service_request")
    request = world.session.get(records.ServiceRequest, chosen["id"]) if chosen else None
    if request is None or value == request.status:
        return None
    if value == "open" and request.status in ("resolved", "closed"):
        return "in_progress"
    allowed = service.MOVES[request.status]
    if value in allowed:
        return None

    def label(code: str) -> str:
        return world.crm.label("service_statuses", code, world.words.language)

    text = world.words.say("error.status_not_allowed", frm=label(request.status), to=label(value))
    return Question(text, tuple(Option(label(code), code) for code in allowed))


def _update(world: World, values: Values) -> Saved:
    request = service.fetch_request(world, values["service_request"]["id"])
    if "handler" in values:
        service.hand_to(world, request, values["handler"]["id"])
        if request.status == "open":
            service.move(world, request, "in_progress")
    if "measures" in values:
        service.add_step(world, request, values["measures"])
    if "request_status" in values:
        service.move(world, request, values["request_status"])
    world.session.flush()
    rated = ""
    if "satisfaction" in values:
        surveys.pass_on(world, request, values["satisfaction"], values.get("feedback", ""))
        rated = world.words.say("service_update.rated", score=values["satisfaction"])
    return updated(world, request, rated, _remind_of_visit(world, request, values))


def _remind_of_visit(world: World, request: "records.ServiceRequest", values: Values) -> str:
    """Whoever has said when they will go on is reminded then; what was written, in words."""
    if "visit_at" not in values:
        return ""
    told, about = values["visit_at"], ("service_request", request.id)
    subject = world.words.line((request.number, service.subject_of(request)))
    made = remind(world, subject, instant(world, told), about=about, is_exact=is_exact_time(told))
    return world.words.say("reminder.saved_at", at=show_moment(made.remind_at, world.words, now=world.now))


def updated(world: World, request: "records.ServiceRequest", *more: str) -> Saved:
    """How a request stands now, and what can be done next. ``more``: what else was written down."""
    words = world.words
    label = world.crm.label("service_statuses", request.status, words.language)
    handler = world.session.get(records.User, request.handler_id) if request.handler_id else None
    key = "service_update.saved_by" if handler else "service_update.saved"
    is_open = request.status == "in_progress"
    return saved(
        world,
        words.say(key, number=request.number, status=label, handler=handler.name if handler else ""),
        *more,
        buttons=service.handler_buttons(words, request) if is_open else (),
        about={"customer": request.customer, "service_request": request},
    )


def act(world: World, memory: Memory, action: Json) -> Reply:
    """The buttons under a message about a request: one tap takes or resolves it.

    Raises NotFound, NotAllowed, Refused.
    """
    request = service.fetch_request(world, action["id"])
    status = {"take": "in_progress", "resolve": "resolved"}[action["op"]]
    if action["op"] == "take":
        service.hand_to(world, request, world.actor.user_id)
    service.move(world, request, status)
    memory.focus["service_request"] = request.id
    reply = updated(world, request).reply
    words = service.added(request)[-3:] if action["op"] == "take" else []
    lines = [world.words.say("service_update.customer_added", text=shortened(text, 200)) for text in words]
    return replace(reply, text="\n".join([reply.text, *lines]))


_RESOLVED = {"request_status": "resolved"}


def _closed(world: World) -> Values:
    """ "close it" closes the request just spoken of where it is resolved already; else it is resolved first."""
    number = world.focus.get("service_request")
    request = world.session.get(records.ServiceRequest, number) if number else None
    if request is None or request.status != "resolved":
        return _RESOLVED
    return {"service_request": _ref(request), "request_status": "closed"}


SERVICE_UPDATE = Flow(
    kind="service_update",
    needs=("service_request", "edit"),
    titled_by="service_request",
    gathers=("service_request",),
    starts_on=("update_service_request",),
    openings={
        "start": lambda world: {},
        "take": taken,
        "close": _closed,
        "resolve": lambda world: _RESOLVED,
        "reopen": lambda world: {"request_status": "open"},
        "hand_over": lambda world: {},
    },
    fields=(
        Field("customer", Ref("customer", if_unknown="ignore"), required=False, ask="never"),
        Field(
            "service_request",
            Ref("service_request"),
            propose=_which,
            within=("customer",),
        ),
        Field(
            "request_status",
            Choice("service_statuses", "request_status"),
            required=False,
            ask="never",
            check=_legal_status,
            propose=_back_to_work,
            within=("service_request",),
        ),
        Field("handler", Ref("user"), required=False, ask="never"),
        Field("measures", LongText(slot="measures", is_verbatim=True), required=False, ask="never", adds=True),
        Field("visit_at", Moment("future"), required=False, ask="never"),
        Field("satisfaction", Rating(), required=False, ask="never"),
        Field(
            "feedback",
            LongText(slot="feedback"),
            required=False,
            ask="never",
            applies=lambda values: "satisfaction" in values,
        ),
    ),
    card=(
        Line("service_update.card.which", ("service_request", "customer")),
        Line("service_update.card.status", ("request_status",)),
        Line("service_update.card.handler", ("handler",)),
        Line("service_update.card.measures", ("measures",)),
        Line("service_update.card.visit", ("visit_at",)),
        Line("service_update.card.satisfaction", ("satisfaction", "feedback")),
    ),
    needs_any=("request_status", "handler", "measures", "satisfaction"),
    save=_update,
)


def broken_again(world: World, about: Values, said: str) -> tuple[Flow, Values]:
    """What 「又漏了」 leads to: a request that was settled is opened again, one that is worked on has more in it, and
    where there is none a new one is made. ``about``: the customer, where one is named."""
    cls: Any = records.ServiceRequest
    query = select(cls).where(cls.id == world.focus.get("service_request"), visible(world.actor, world.crm, cls))
    spoken = world.session.scalars(query).one_or_none() if not about else None
    if spoken is not None and spoken.status not in service.DONE:
        return SERVICE_UPDATE, {"service_request": _ref(spoken), "measures": said}
    reopened = {**about, "request_status": "open"}
    settled = _which(reopened, world)
    if isinstance(settled, Question):
        return SERVICE_UPDATE, reopened
    if settled is not None:
        one = settled.value if isinstance(settled, Guess) else settled
        return SERVICE_UPDATE, {"service_request": one, "request_status": "in_progress", "measures": said}
    return SERVICE_REQUEST, {**about, "description": said}
