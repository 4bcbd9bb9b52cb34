"""What may be asked about, kind by kind: its dates, its states, whose it is and what it may lack.

The words for all of it stand in ``question.toml`` of each language under the same names: a contract's state
``uninvoiced`` is known by ``[state.contract] uninvoiced``, its date ``signed`` by ``[date.contract] signed``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from bot.questions import events, states
from bot.questions.question import DENIED, SPLITS, Question
from bot.questions.states import State, has_deal, in_stage, is_one_of, negated, with_status
from bot.world import World
from storage import records

_FIGURES = frozenset({"count", "many", "whom", "who", "share", *SPLITS})


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be asked about one kind of record, by the names that ``question.toml`` has for it."""

    name: str
    dates: Mapping[str, str]  # the column of each date; the one that is meant where no verb says which comes first
    ahead: frozenset[str] = frozenset()  # the dates that lie in the future
    person: str = "owner_id"  # the column that says whose it is
    statuses: str = ""  # the list of crm.toml that has its statuses, "" for none
    states: Mapping[str, State] = field(default_factory=dict)  # in the order in which they are looked for
    lacks: Mapping[str, str] = field(default_factory=dict)  # the columns that may be empty
    asked: tuple[str, ...] = ()  # the fields that may be asked of a single record
    text: tuple[str, ...] = ()  # the columns in which a word is sought
    has_amount: bool = False  # it can be added up
    score: str = ""  # the column that can be averaged, "" for none
    is_money: bool = False  # it comes in or is asked for: this month's is meant where no time is named
    unfinished: tuple[str, ...] = ()  # the statuses of what is still to be done

    def usual(self, question: Question) -> tuple[str, ...]:
        """The state that is meant where none is named: of deals the open ones; of requests what is still to be done,
        unless it is asked about a customer, a time, or figures."""
        is_open = not (question.status or question.record or question.dated in ("closed", "resolved"))
        is_deal = self.name == "opportunity" and question.dated != "added"
        is_told = question.customers or question.since or question.until or question.words
        is_counted = not _FIGURES.isdisjoint(question.asks)
        is_queue = bool(self.unfinished) and not (is_told or is_counted)
        return ("open",) if is_open and (is_deal or is_queue) else ()

    def can_split(self, by: str) -> bool:
        """Can its records be put together by that? Customers are not by customer; what is no paper has no product."""
        if by == "by_customer":
            return self.name not in ("customer", "contact")
        if by == "by_product":
            return self.has_amount
        return by != "by_status" or bool(self.statuses)

    def condition(self, world: World, state: str) -> ColumnElement[bool]:
        """The condition of a state, or of one that is denied."""
        name = state.removeprefix(DENIED)
        found = self.states[name]
        return (found if name == state else negated(found))(world, self.cls)

    @property
    def cls(self) -> Any:
        return records.record_class(self.name)


_WAYS = {"phone": "phones", "email": "emails", "address": "address", "industry": "industry", "size": "size"}
# What is not is looked for before what is: 「没付清」 before 「付清」.
_PAPER: Mapping[str, State] = {
    "unbilled": states.unbilled, "uninvoiced": states.uninvoiced, "invoiced": states.invoiced,
    "unpaid": states.unpaid, "paid": states.paid,
}  # fmt: skip

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "customer",
            {"added": "created_at"},
            states={"dealless": states.dealless, "idle": negated(has_deal("open")), "in_talks": has_deal("open"),
                    "troubled": states.troubled, "peopleless": states.peopleless, "double": states.double,
                    **{name: events.state(name) for name in events.STATES}},
            lacks={**_WAYS, "source": "source"},
            text=("source", "needs"),
        ),
        Kind(
            "contact",
            {"added": "created_at"},
            states={"double": states.double},
            lacks={"phone": "phones", "email": "emails", "position": "position", "department": "department"},
            text=("position", "department"),
        ),
        Kind(
            "opportunity",
            {"closes": "expected_close", "closed": "closed_on", "added": "created_at"},
            ahead=frozenset({"closes"}),
            statuses="stages",
            states={"open": in_stage("open"), "won": in_stage("won"), "lost": in_stage("lost"),
                    "late": states.late_deal, "stepless": states.stepless, "unquoted": states.unquoted},
            lacks={"amount": "amount_minor", "close": "expected_close", "product": "product", "contact": "contact_id"},
            text=("product", "competitor", "name"),
            has_amount=True,
        ),
        Kind(
            "follow_up",
            {"happened": "occurred_at"},
            states={"seen": is_one_of("channel", "visit", "meeting"),
                    **{code: is_one_of("channel", code) for code in ("visit", "call", "email", "meeting", "chat")}},
        ),
        Kind(
            "quote",
            {"issued": "created_at", "expires": "valid_until"},
            ahead=frozenset({"expires"}),
            statuses="quote_statuses",
            states={"expiring": states.expiring, "open": states.open_quote, "unanswered": with_status("sent"),
                    "accepted": with_status("accepted"), "declined": with_status("declined"),
                    "draft": with_status("draft"), "expired": states.expired},
            asked=("valid_until", "status", "customer"),
            has_amount=True,
        ),
        Kind(
            "contract",
            {"signed": "signed_on", "added": "created_at"},
            statuses="contract_statuses",
            states={**_PAPER, "orderless": states.no_order, "active": with_status("active"),
                    "completed": with_status("completed"), "cancelled": with_status("cancelled")},
            lacks={"signed": "signed_on", "terms": "payment_terms", "amount": "amount_minor"},
            asked=("payment_terms", "signed_on", "status", "rest", "paid", "customer"),
            has_amount=True,
        ),
        Kind(
            "order",
            {"placed": "created_at"},
            statuses="order_statuses",
            states={"awaiting": with_status("awaiting_payment"), **_PAPER, "on_the_way": with_status("shipped"),
                    "unshipped": with_status("placed", "awaiting_payment", "paid"),
                    "shipped": with_status("shipped", "delivered"), "delivered": with_status("delivered"),
                    "cancelled": with_status("cancelled")},
            asked=("status", "placed", "rest", "paid", "customer"),
            has_amount=True,
        ),
        Kind(
            "invoice",
            {"issued": "issued_on"},
            states={"unpaid": states.unpaid, "paid": states.paid},
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
            states={"open": with_status("open", "in_progress"), "done": with_status("resolved", "closed"),
                    "late": states.late_request, "free": lambda world, cls: cls.handler_id.is_(None)},
            asked=("status", "handler"),
            text=("description",),
            unfinished=("open", "in_progress"),
        ),
        Kind(
            "survey",
            {"answered": "answered_at"},
            person="handler_id",
            states={"unanswered": with_status("planned", "sent", "expired"), "answered": with_status("answered"),
                    "low": lambda world, cls: cls.satisfaction <= world.crm.surveys.low,
                    "high": lambda world, cls: cls.satisfaction >= 4},
            score="satisfaction",
        ),
    )
}  # fmt: skip
