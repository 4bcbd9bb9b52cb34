"""What the flows of documents share: which document is meant, its legal moves, and the buttons below it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from bot.dialogs.model import Check, Field, Guess, Json, Option, Propose, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Press
from bot.dialogs.show import show_day, show_money
from bot.dialogs.types import Choice, Ref, Text
from bot.errors import InvalidValue, Refused
from bot.flows.shared import name_of, ref
from bot.rules import opportunities, payments
from bot.rules.access import visible
from bot.rules.documents import bases_of, named
from bot.rules.pronouns import spoken_of
from bot.rules.told_apart import named_in
from bot.world import World
from nlu.folding import fold
from storage import records

# The statuses that something of a status may move to.
Allowed = Callable[[World, str], tuple[str, ...]]
STATUSES = {"quote": "quote_statuses", "contract": "contract_statuses", "order": "order_statuses"}
MAX_CHOICES = 6
NUMBER = Text(max_chars=40, is_number=True)  # of a paper
USUAL_TAX: Json = {"included": True, "rate": None}


def hangs_on(kind: str, propose: Propose, *, within: str = "customer") -> Field:
    """A field for the document that another hangs on: proposed, or named by its number, and never asked for."""
    return Field(
        kind,
        Ref(kind, if_unknown="ignore" if kind == "opportunity" else "refuse"),
        required=False,
        ask="never",
        slot=kind if kind == "opportunity" else f"{kind}_number",
        propose=propose,
        within=(within,),
    )


def tax_of(*kinds: str) -> Propose:
    """A proposal: what is said of tax in the first document of these kinds that the draft hangs on; that it is in the
    amounts goes without saying."""

    def propose(values: Values, world: World) -> Json | None:
        found = [document.tax for document in bases_of(world, values, *kinds) if document.tax]
        return next((tax for tax in found if tax != USUAL_TAX), None)

    return propose


def choice(
    world: World, values: Values, kind: str, fitting: "ColumnElement[bool] | None" = None
) -> Json | Guess | Question | None:
    """The document meant: the one that was spoken of, or the only one that fits; else the question which. They are the
    customer's, where nobody is named those of whom the talk is about.

    Where none fits all are meant: what is wrong with it is said later. Raises Refused where there is none.
    """
    customer = values.get("customer")
    if isinstance(customer, dict) and "id" not in customer:
        return None
    nth = _nth(world, customer, kind)
    if nth is not None:
        return named(nth)
    whose = customer or spoken_of(world, "customer")
    found = _meant(world, customer, kind, fitting) or _meant(world, customer, kind, None)
    if not found:
        if whose is None:
            return None
        kind_label = world.words.say(f"common.kind.{kind}")
        raise Refused("documents.none_at", customer=name_of(whose), kind=kind_label)
    if len(found) == 1:
        return named(found[0]) if customer else Guess(named(found[0]))
    options = tuple(Option(described(world, item), named(item)) for item in found)
    key = "documents.which_of" if whose else "documents.which"
    text = world.words.say(key, customer=name_of(whose), kind=world.words.say(f"common.kind.{kind}"))
    return Question(text, options)


def _meant(world: World, customer: Json, kind: str, fitting: "ColumnElement[bool] | None") -> list[Any]:
    """The papers of the customer, or of whom the talk is about: those that the message names by what they are about,
    else, where nobody is named, the one that was spoken of."""
    cls: Any = records.record_class(kind)
    query = select(cls).where(visible(world.actor, world.crm, cls))
    if fitting is not None:
        query = query.where(fitting)
    whose = customer or spoken_of(world, "customer")
    if whose is not None:
        query = query.where(cls.customer_id == whose["id"])
    found = list(world.session.scalars(query.order_by(cls.id.desc()).limit(MAX_CHOICES)))
    told = named_in(world.said, found) if whose is not None else found
    last = world.focus.get(kind) if not customer else None
    if len(told) < len(found) or last is None:
        return told
    spoken = world.session.scalars(query.where(cls.id == last)).first()
    return [spoken] if spoken is not None else found


def place_said(world: World, kind: str) -> int | None:
    """Which one in its order a message means, from 0 on: 「第一个订单」; None where it does not say."""
    said = fold(world.said)
    labels = (re.escape(world.words.say(f"common.kind.{kind}")), *world.words.words(f"documents.also.{kind}"))
    patterns = (rf"(?:{nth})\s?(?:{'|'.join(labels)})" for nth in world.words.words("documents.nth"))
    return next((place for place, pattern in enumerate(patterns) if re.search(pattern, said)), None)


def another_order(world: World) -> Any:
    """ "second one too", after an order was spoken of: that order of the same customer. Raises InvalidValue."""
    nths = enumerate(world.words.words("documents.nth"))
    place = next((place for place, nth in nths if re.search(nth, fold(world.said))), None)
    return _at(world, spoken_of(world, "customer"), "order", place)


def _nth(world: World, customer: Json, kind: str) -> Any:
    """「第一个订单」, "the second invoice": of those of the customer, in the order in which they were made. Raises
    InvalidValue where there are not so many."""
    return _at(world, customer or spoken_of(world, "customer"), kind, place_said(world, kind))


def _at(world: World, whose: Json | None, kind: str, place: int | None) -> Any:
    if place is None or whose is None:
        return None
    cls: Any = records.record_class(kind)
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == whose["id"])
    found = world.session.scalars(query.order_by(cls.id).offset(place).limit(1)).first()
    if found is None:
        facts = {"customer": name_of(whose), "kind": world.words.say(f"common.kind.{kind}"), "place": place + 1}
        raise InvalidValue("documents.no_place", **facts)
    return found


def spoken(world: World, kind: str, customer: Json | None) -> Any:
    """The paper of a kind that the talk was about, where it is that customer's; else the newest of whom it is about."""
    if kind not in world.focus and "customer" not in world.focus:
        return None
    found = _meant(world, None, kind, None)
    return next((item for item in found if customer in (None, {}) or item.customer_id == customer["id"]), None)


def order_meant(world: World, customer: Json | None) -> Any:
    """The order that a message means by its place, 「第一单」, or by 「这单」; None where it speaks of no order."""
    nth = _nth(world, customer, "order")
    is_this = world.words.pattern("documents.this_order").search(fold(world.said)) is not None
    return nth or (spoken(world, "order", customer) if is_this else None)


def open_invoices(world: World, order: Any) -> list[Any]:
    """The invoices of an order that are not paid in full, the oldest first."""
    found = payments.open_documents(world, "invoice", order.customer_id, is_payment=True)
    return [invoice for invoice in found if invoice.order_id == order.id]


def described(world: World, record: Any) -> str:
    """ "SO-2026-0001 · ¥225,000 · 已下单": enough to tell it from the customer's others."""
    listed = STATUSES.get(record.kind)
    received_on = getattr(record, "received_on", None)
    facts = (
        named(record)["name"],
        show_money(record.amount, world.words) if record.amount else "",
        show_day(received_on, world.words, today=world.now.date()) if received_on else "",
        world.crm.label(listed, record.status, world.words.language) if listed else "",
    )
    return world.words.line(facts)


def legal(kind: str, allowed: Allowed) -> Check:
    """A check: a status that the draft's document may move to; else the question which of the legal ones is meant."""

    def check(value: Json, world: World, values: Values) -> Question | None:
        chosen = values.get(kind)
        record = world.session.get(records.record_class(kind), chosen["id"]) if chosen else None
        if record is None:
            return None
        status: str = record.status  # type: ignore[attr-defined]
        codes = allowed(world, status)
        if chosen is None or value in codes:
            return None

        def label(code: str) -> str:
            return world.crm.label(STATUSES[kind], code, world.words.language)

        if value == status:
            raise Refused("documents.same_status", name=chosen["name"], status=label(status))
        facts = {"name": chosen["name"], "frm": label(status), "to": label(value)}
        if not codes:
            raise Refused("documents.no_more_moves", **facts)
        separator = world.words.say("common.list_separator")
        text = world.words.say("documents.illegal_move", allowed=separator.join(map(label, codes)), **facts)
        return Question(text, tuple(Option(label(code), code) for code in codes))

    return check


@dataclass(frozen=True, slots=True)
class NextStatus(Choice):
    """A status; offered are those that the draft's document may move to."""

    kind: str = ""
    allowed: Allowed = lambda world, status: ()

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
        chosen = values.get(self.kind)
        record: Any = world.session.get(records.record_class(self.kind), chosen["id"]) if chosen else None
        codes = self.allowed(world, record.status) if record is not None else self._codes(world)
        return tuple(Option(self.show(code, world), code) for code in codes)


def moves(world: World, record: Any, flow: str, allowed: Allowed) -> tuple[Press, ...]:
    """A button for each status that the document may move to."""
    values = {"customer": ref(record.customer), record.kind: named(record)}
    status = f"{record.kind}_status"

    def button(code: str) -> Press:
        action = {"do": "start", "flow": flow, "values": {**values, status: code}}
        return Press(world.crm.label(STATUSES[record.kind], code, world.words.language), action, is_open=True)

    return tuple(map(button, allowed(world, record.status)))


def start_button(world: World, flow: str, **values: Json) -> Press:
    """A button that begins another flow with what is known: nothing is typed twice."""
    action = {"do": "start", "flow": flow, "values": values}
    return Press(world.words.say(f"{flow}.button"), action, is_open=True)


def change_button(world: World, record: Any) -> Press:
    """The button below a saved document that opens its form again."""
    return start_button(world, f"{record.kind}_change", **{record.kind: named(record)})


def papers(world: World, record: Any) -> tuple[Press, ...]:
    """Buttons that hand out the document as a file."""
    action = {"do": "paper", "kind": record.kind, "id": record.id}
    return tuple(
        Press(world.words.say(f"documents.{form}"), {**action, "form": form}, is_open=True) for form in ("pdf", "xlsx")
    )


def whom_we_spoke_of(values: Values, world: World) -> Guess | None:
    """The customer that the talk is about, for a paper of whom nobody was named."""
    spoken = spoken_of(world, "customer")
    return Guess(spoken) if spoken else None


def only_open_deal(values: Values, world: World) -> Json | Guess | None:
    """The customer's open opportunity, where there is just one."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer:
        return None
    found = opportunities.open_at(world, customer["id"])
    return Guess(ref(found[0])) if len(found) == 1 else None
