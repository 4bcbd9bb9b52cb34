"""What may be asked about, kind by kind: its dates, its states, whose it is and what it may lack.

The words for all of it stand in ``question.toml`` of each language under the same names: a contract's state
``uninvoiced`` is known by ``[state.contract] uninvoiced``, its date ``signed`` by ``[date.contract] signed``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from bot.questions.question import Question
from bot.rules.access import visible
from bot.rules.sums import WITHOUT_DUES, is_for
from bot.world import World
from config.lists import StageKind
from storage import records
from storage.tables import name_keys

SOON = 14  # days within which a quote is about to expire
_FIGURES = frozenset({"count", "many", "whom", "who", "by_customer", "by_owner", "by_person", "by_month"})
State: TypeAlias = "Callable[[World, Any], ColumnElement[bool]]"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record. ``dates``: the columns by what a verb says of them, the usual one first; those in ``ahead`` lie
    in the future. ``person``: whose it is. ``lacks``: the columns that may be empty. ``asked``: what may be asked of
    one. ``amount`` and ``score``: what can be added up, and averaged. ``text``: columns in which a word is sought.
    ``is_money``: it comes in or is asked for, and this month's is meant where no time is named; ``unfinished``: the
    statuses of what is still to be done."""

    name: str
    dates: Mapping[str, str]
    ahead: frozenset[str] = frozenset()
    person: str = "owner_id"
    statuses: str = ""
    states: Mapping[str, State] = field(default_factory=dict)
    lacks: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    has_amount: bool = False
    score: str = ""
    is_money: bool = False
    unfinished: tuple[str, ...] = ()

    def usual(self, question: Question) -> tuple[str, ...]:
        """The state that is meant where none is named: of deals the open ones; of requests what is still to be done,
        unless it is asked about a customer, a time, or figures."""
        is_open = not (question.status or question.record or question.dated in ("closed", "resolved"))
        is_deal = self.name == "opportunity" and question.dated != "added"
        is_told = question.customers or question.since or question.until or question.words
        is_counted = not _FIGURES.isdisjoint(question.asks)
        is_queue = bool(self.unfinished) and not (is_told or is_counted)
        return ("open",) if is_open and (is_deal or is_queue) else ()

    @property
    def cls(self) -> Any:
        return records.record_class(self.name)


def _in(column: str, *codes: str) -> State:
    return lambda world, cls: getattr(cls, column).in_(codes)


def _total_of(cls: Any, other: Any) -> Any:
    """What was paid or invoiced on a paper so far."""
    total = select(func.coalesce(func.sum(other.amount_minor), 0))
    return total.where(is_for(other, cls, cls.id), other.deleted_at.is_(None)).scalar_subquery()


def _unpaid(world: World, cls: Any) -> "ColumnElement[bool]":
    stands = cls.status.not_in(WITHOUT_DUES) if hasattr(cls, "status") else cls.deleted_at.is_(None)
    return and_(stands, cls.amount_minor > _total_of(cls, records.Payment))


def _paid(world: World, cls: Any) -> "ColumnElement[bool]":
    return and_(cls.amount_minor.is_not(None), cls.amount_minor <= _total_of(cls, records.Payment))


def _invoiced(world: World, cls: Any) -> "ColumnElement[bool]":
    invoice = records.Invoice
    return exists().where(is_for(invoice, cls, cls.id), invoice.deleted_at.is_(None))


def _uninvoiced(world: World, cls: Any) -> "ColumnElement[bool]":
    return and_(cls.status.not_in((*WITHOUT_DUES, "draft")), not_(_invoiced(world, cls)))


def _unbilled(world: World, cls: Any) -> "ColumnElement[bool]":
    """Something of it, or all, is still to be invoiced."""
    is_due = cls.status.not_in((*WITHOUT_DUES, "draft"))
    return and_(is_due, cls.amount_minor > _total_of(cls, records.Invoice))


def _no_order(world: World, cls: Any) -> "ColumnElement[bool]":
    order = records.Order
    return ~exists().where(order.contract_id == cls.id, order.deleted_at.is_(None))


def _open_quote(world: World, cls: Any) -> "ColumnElement[bool]":
    is_good = or_(cls.valid_until.is_(None), cls.valid_until >= world.now.date())
    return and_(cls.status.in_(("draft", "sent")), is_good)


def _expired(world: World, cls: Any) -> "ColumnElement[bool]":
    return or_(cls.status == "expired", and_(cls.status.in_(("draft", "sent")), cls.valid_until < world.now.date()))


def _expiring(world: World, cls: Any) -> "ColumnElement[bool]":
    today = world.now.date()
    return and_(cls.status.in_(("draft", "sent")), cls.valid_until.between(today, today + timedelta(days=SOON)))


def _unquoted(world: World, cls: Any) -> "ColumnElement[bool]":
    quote = records.Quote
    is_quoted = exists().where(quote.opportunity_id == cls.id, quote.deleted_at.is_(None))
    return and_(_stage("open")(world, cls), ~is_quoted)


def _stage(kind: StageKind) -> State:
    return lambda world, cls: cls.stage.in_([stage.code for stage in world.crm.stages_of(kind)])


def _late_deal(world: World, cls: Any) -> "ColumnElement[bool]":
    return and_(_stage("open")(world, cls), cls.expected_close < world.now.date())


def _stepless(world: World, cls: Any) -> "ColumnElement[bool]":
    return and_(_stage("open")(world, cls), or_(cls.next_step.is_(None), cls.next_step == ""))


def bought_within(world: World, since: date, until: date) -> "ColumnElement[bool]":
    """A deal with the customer was won on one of the days."""
    deal = records.Opportunity
    won = [one.code for one in world.crm.stages_of("won")]
    is_theirs = and_(deal.customer_id == records.Customer.id, deal.deleted_at.is_(None), deal.stage.in_(won))
    return exists().where(is_theirs, deal.closed_on.between(since, until))


def _buys(stage: StageKind) -> State:
    def condition(world: World, cls: Any) -> "ColumnElement[bool]":
        deal = records.Opportunity
        stages = [one.code for one in world.crm.stages_of(stage)]
        return exists().where(deal.customer_id == cls.id, deal.deleted_at.is_(None), deal.stage.in_(stages))

    return condition


def _dealless(world: World, cls: Any) -> "ColumnElement[bool]":
    deal = records.Opportunity
    return ~exists().where(deal.customer_id == cls.id, deal.deleted_at.is_(None))


def _not(state: State) -> State:
    return lambda world, cls: not_(state(world, cls))


def _troubled(world: World, cls: Any) -> "ColumnElement[bool]":
    request = records.ServiceRequest
    is_open = request.status.in_(("open", "in_progress"))
    return exists().where(request.customer_id == cls.id, request.deleted_at.is_(None), is_open)


def _late_request(world: World, cls: Any) -> "ColumnElement[bool]":
    rule = world.crm.service
    waits = and_(cls.status == "open", cls.requested_at < world.now - rule.take_within)
    is_open = cls.status.in_(("open", "in_progress"))
    return and_(is_open, or_(waits, cls.requested_at < world.now - rule.solve_within))


def _peopleless(world: World, cls: Any) -> "ColumnElement[bool]":
    contact = records.Contact
    return ~exists().where(contact.customer_id == cls.id, contact.deleted_at.is_(None))


def _double(world: World, cls: Any) -> "ColumnElement[bool]":
    """Another that the person may see goes by the same name, number or address."""
    own, other = name_keys.alias(), name_keys.alias()
    is_same = and_(other.c.key == own.c.key, other.c.form == own.c.form, other.c.kind == own.c.kind)
    seen = select(cls.id).where(visible(world.actor, world.crm, cls))
    return exists().where(
        own.c.kind == cls.kind,
        own.c.record_id == cls.id,
        own.c.form.in_(("name", "phone", "email")),
        is_same,
        other.c.record_id != cls.id,
        other.c.record_id.in_(seen),
    )


def _untouched(days: int) -> State:
    def condition(world: World, cls: Any) -> "ColumnElement[bool]":
        note = records.FollowUp
        of = note.customer_id == (cls.id if cls is records.Customer else cls.customer_id)
        return ~exists().where(of, note.deleted_at.is_(None), note.occurred_at > world.now - timedelta(days=days))

    return condition


def _channel(code: str) -> State:
    return lambda world, cls: cls.channel == code


_WAYS = {"phone": "phones", "email": "emails", "address": "address", "industry": "industry", "size": "size"}
# What is not is looked for before what is: 「没付清」 before 「付清」.
_PAPER = {"unbilled": _unbilled, "uninvoiced": _uninvoiced, "invoiced": _invoiced, "unpaid": _unpaid, "paid": _paid}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "customer",
            {"added": "created_at"},
            states={"dealless": _dealless, "unbought": _not(_buys("won")), "bought": _buys("won"),
                    "idle": _not(_buys("open")), "in_talks": _buys("open"), "troubled": _troubled,
                    "peopleless": _peopleless, "double": _double},
            lacks={**_WAYS, "source": "source"},
            text=("source", "needs"),
        ),
        Kind(
            "contact",
            {"added": "created_at"},
            states={"double": _double},
            lacks={"phone": "phones", "email": "emails", "position": "position", "department": "department"},
            text=("position", "department"),
        ),
        Kind(
            "opportunity",
            {"closes": "expected_close", "closed": "closed_on", "added": "created_at"},
            ahead=frozenset({"closes"}),
            statuses="stages",
            states={"open": _stage("open"), "won": _stage("won"), "lost": _stage("lost"), "late": _late_deal,
                    "stepless": _stepless, "unquoted": _unquoted},
            lacks={"amount": "amount_minor", "close": "expected_close", "product": "product", "contact": "contact_id"},
            text=("product", "competitor", "name"),
            has_amount=True,
        ),
        Kind(
            "follow_up",
            {"happened": "occurred_at"},
            states={"seen": _in("channel", "visit", "meeting"),
                    **{code: _channel(code) for code in ("visit", "call", "email", "meeting", "chat")}},
        ),
        Kind(
            "quote",
            {"issued": "created_at", "expires": "valid_until"},
            ahead=frozenset({"expires"}),
            statuses="quote_statuses",
            states={"expiring": _expiring, "open": _open_quote, "unanswered": _in("status", "sent"),
                    "accepted": _in("status", "accepted"),
                    "declined": _in("status", "declined"), "draft": _in("status", "draft"), "expired": _expired},
            asked=("valid_until", "status", "customer"),
            has_amount=True,
        ),
        Kind(
            "contract",
            {"signed": "signed_on", "added": "created_at"},
            statuses="contract_statuses",
            states={**_PAPER, "orderless": _no_order, "active": _in("status", "active"),
                    "completed": _in("status", "completed"), "cancelled": _in("status", "cancelled")},
            lacks={"signed": "signed_on", "terms": "payment_terms", "amount": "amount_minor"},
            asked=("payment_terms", "signed_on", "status", "rest", "paid", "customer"),
            has_amount=True,
        ),
        Kind(
            "order",
            {"placed": "created_at"},
            statuses="order_statuses",
            states={"awaiting": _in("status", "awaiting_payment"), **_PAPER, "on_the_way": _in("status", "shipped"),
                    "unshipped": _in("status", "placed", "awaiting_payment", "paid"),
                    "shipped": _in("status", "shipped", "delivered"), "delivered": _in("status", "delivered"),
                    "cancelled": _in("status", "cancelled")},
            asked=("status", "placed", "rest", "paid", "customer"),
            has_amount=True,
        ),
        Kind(
            "invoice",
            {"issued": "issued_on"},
            states={"unpaid": _unpaid, "paid": _paid},
            asked=("issued_on", "rest", "paid", "customer"),
            has_amount=True,
            is_money=True,
        ),
        Kind("payment", {"received": "received_on"}, has_amount=True, is_money=True),
        Kind(
            "service_request",
            {"reported": "requested_at", "resolved": "resolved_at"},
            person="handler_id",
            statuses="service_statuses",
            states={"open": _in("status", "open", "in_progress"), "done": _in("status", "resolved", "closed"),
                    "late": _late_request, "free": lambda world, cls: cls.handler_id.is_(None)},
            asked=("status", "handler"),
            text=("description",),
            unfinished=("open", "in_progress"),
        ),
        Kind(
            "survey",
            {"answered": "answered_at"},
            person="handler_id",
            states={"unanswered": _in("status", "planned", "sent", "expired"), "answered": _in("status", "answered"),
                    "low": lambda world, cls: cls.satisfaction <= world.crm.surveys.low,
                    "high": lambda world, cls: cls.satisfaction >= 4},
            score="satisfaction",
        ),
    )
}  # fmt: skip


def untouched(days: int) -> State:
    """The condition that nobody has been in touch with a customer, or the customer of a record, for so many days."""
    return _untouched(days)
