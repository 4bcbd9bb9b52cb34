"""Report a service request, and hand it to whoever is to see to it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Gathers, Guess, Json, Line, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.types import Exact, LongText, Ref
from bot.flows.follow_up_whose import customer_of_contact
from bot.flows.shared import name_of, new_ones, ref, reference, saved
from bot.rules import service
from bot.rules.access import fetch, visible
from bot.rules.customers import contact_of, customer_of
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.catalog import catalog
from config.phrasing import phrasing
from config.types import Language
from nlu.types import Slot, Understanding
from storage import records

MIN_TOLD = 10  # characters
MIN_PROBLEM = 2  # letters


def _report(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contact = (
        contact_of(world, values["contact"], customer, values)
        if "contact" in values and _is_of_customer(values)
        else None
    )
    request = service.report(world, customer, contact, values["description"])
    words = world.words
    facts = {"number": request.number, "customer": customer.name}
    said = words.say("service_request.saved", **facts)
    if "handler" in values:
        service.hand_to(world, request, values["handler"]["id"])
        service.move(world, request, "in_progress")
        said = words.say("service_request.handed", handler=values["handler"]["name"], **facts)
    return saved(
        world,
        said,
        *new_ones(world, customer, contact),
        buttons=service.handler_buttons(world.words, request)[:1],
        about={"customer": customer, "contact": contact, "service_request": request},
    )


@dataclass(frozen=True, slots=True)
class _Handler(Gathers):
    """The colleague who is to see to it: 「让张伟处理」, "give it to Tom". JSON: {"id", "name"}."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        found = catalog(heard.lang).pattern("service_request.hand_to").search(heard.text)
        return self._colleague(next(filter(None, found.groups())), world) if found is not None else None

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return self._colleague(answer.text.strip(), world)

    def _colleague(self, said: str, world: AnyWorld) -> Json | None:
        found = world.find("user", said, {}).matches
        return {"id": found[0].id, "name": found[0].name} if len(found) == 1 else None

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> None:
        return None

    def show(self, value: Json, world: AnyWorld) -> str:
        return str(value["name"])

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


def _is_of_customer(values: Values) -> bool:
    """Is the person who was named the customer's, and not the colleague who is to handle it?"""
    person, handler = values.get("contact"), values.get("handler")
    return not (person and handler and name_of(person) == handler["name"])


def _is_new(heard: Understanding, world: World) -> bool:
    """Is it a new request? So is what reads like a hand-over, where the customer has none that could be handed over:
    "Aldgate says the scanner is broken, give it to Tom"."""
    if heard.intent == "create_service_request":
        return True
    customer = next((int(match.name.key) for match in heard.names if match.name.kind == "customer"), None)
    if customer is None or not _rest(heard.text, heard.lang) or reference("SR", heard.text)[0] is not None:
        return False
    cls: Any = records.ServiceRequest
    theirs = select(cls.id).where(visible(world.actor, world.crm, cls), cls.customer_id == customer)
    return world.session.scalars(theirs.where(cls.status.in_(("open", "in_progress"))).limit(1)).first() is None


def _rest(text: str, language: Language) -> str:
    """What stands before the words that hand a request over; "" where there are none, or next to nothing."""
    found = catalog(language).pattern("service_request.hand_to").search(text)
    rest = text[: found.start()].strip(" ,，;；。.") if found is not None else ""
    return rest if len(rest) >= MIN_TOLD else ""


def _told(values: Values, world: World) -> Json | None:
    return _rest(world.said, world.words.language) or None


def _of_note(world: World) -> Values:
    """What the note says that was just saved: "log that as a complaint"."""
    number = world.focus.get("follow_up")
    note = fetch(world.tx, world.actor, world.crm, records.FollowUp, number) if number is not None else None
    return {"customer": ref(note.customer), "description": note.content} if note is not None else {}


def _problem_alone(value: Json, world: World, values: Values) -> Json | None:
    """The problem without the wish to have it registered: 「外壳有划痕，帮我开个工单」."""
    told = phrasing("wish_to_report").sub("", str(value)).strip(" ，,。")
    handed = world.words.pattern("service_request.hand_to").search(told) if "handler" in values else None
    told = told[: handed.start()].strip(" ，,。") if handed is not None and handed.end() == len(told) else told
    return told if len(told) >= MIN_PROBLEM else None


def _whose(values: Values, world: World) -> Json | Question | Guess | None:
    """A problem of nobody is that of the company of who told of it, else of whom the talk was about."""
    theirs = customer_of_contact(values, world)
    if theirs is not None:
        return theirs
    spoken = spoken_of(world, "customer") if "description" in values else None
    return Guess(spoken) if spoken else None


SERVICE_REQUEST = Flow(
    kind="service_request",
    needs=("service_request", "create"),
    starts_on=("create_service_request", "update_service_request"),
    openings={"start": lambda world: {}, "of_note": _of_note},
    fits=_is_new,
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=_whose),
        Field("description", LongText(slot="description", is_verbatim=True), propose=_told, check=_problem_alone),
        Field("handler", _Handler(), required=False, ask="never", slot="-"),
        Field(
            "contact",
            Ref("contact", if_unknown="create"),
            required=False,
            ask="never",
            applies=_is_of_customer,
            within=("customer",),
        ),
        Field("phone", Exact("phone"), required=False, ask="never"),
    ),
    card=(
        Line("service_request.card.who", ("customer", "contact", "phone")),
        Line("service_request.card.description", ("description",)),
        Line("service_request.card.handler", ("handler",)),
    ),
    save=_report,
)
