"""Reconciliation: what was agreed against what was ordered, invoiced and paid, for a customer and a period.

Each currency is an account of its own, in minor units. The differences are named by document, and add up to the
differences of the sums: agreed − invoiced, and invoiced − paid.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, select

from bot.rules.access import visible
from bot.rules.sums import WITHOUT_DUES
from bot.world import World
from config.types import Period
from storage import records

Kind: TypeAlias = Literal["unordered", "uninvoiced", "loose_invoice", "unpaid", "loose_payment"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that does not come out even. ``minor`` below zero: more than was agreed (or asked for)."""

    kind: Kind
    document: Any
    minor: int


@dataclass(frozen=True, slots=True)
class Account:
    """The documents of one currency. Those without dues, and what is in the bin, are left out."""

    currency: str
    contracts: tuple[Any, ...]
    orders: tuple[Any, ...]
    invoices: tuple[Any, ...]
    payments: tuple[Any, ...]

    @property
    def contracted(self) -> int:
        return _sum(self.contracts)

    @property
    def ordered(self) -> int:
        return _sum(self.orders)

    @property
    def invoiced(self) -> int:
        return _sum(self.invoices)

    @property
    def paid(self) -> int:
        return _sum(self.payments)

    @property
    def agreed(self) -> int:
        """What is to be invoiced: the contracts, and the orders that belong to none of them."""
        return self.contracted + _sum(self._alone)

    @property
    def _alone(self) -> tuple[Any, ...]:
        known = {contract.id for contract in self.contracts}
        return tuple(order for order in self.orders if order.contract_id not in known)

    def differences(self) -> list[Difference]:
        """Where the documents do not come out even."""
        return [item for item in (*self._unordered(), *self._uninvoiced(), *self._unpaid()) if item.minor]

    def _unordered(self) -> Iterator[Difference]:
        for contract in self.contracts:
            ordered = _sum(order for order in self.orders if order.contract_id == contract.id)
            yield Difference("unordered", contract, contract.amount_minor - ordered)

    def _uninvoiced(self) -> Iterator[Difference]:
        left = list(self.invoices)
        for document in (*self.contracts, *self._alone):
            key = f"{document.kind}_id"
            own = [invoice for invoice in left if getattr(invoice, key) == document.id]
            left = [invoice for invoice in left if invoice not in own]
            yield Difference("uninvoiced", document, document.amount_minor - _sum(own))
        for invoice in left:
            yield Difference("loose_invoice", invoice, -invoice.amount_minor)

    def _unpaid(self) -> Iterator[Difference]:
        known = {invoice.id for invoice in self.invoices}
        for invoice in self.invoices:
            own = _sum(payment for payment in self.payments if payment.invoice_id == invoice.id)
            yield Difference("unpaid", invoice, invoice.amount_minor - own)
        for payment in self.payments:
            if payment.invoice_id not in known:
                yield Difference("loose_payment", payment, -payment.amount_minor)


def accounts(world: World, customer_id: int, period: Period | None = None) -> list[Account]:
    """The customer's accounts, by currency; with a period, of what was signed, ordered, issued and received in it."""
    found = {kind: _documents(world, kind, customer_id, period) for kind in ("contract", "order", "invoice", "payment")}
    currencies = sorted({item.amount_currency for items in found.values() for item in items})
    return [
        Account(currency, *(tuple(i for i in items if i.amount_currency == currency) for items in found.values()))
        for currency in currencies
    ]


def unpaid_invoices(world: World) -> list[tuple[Any, int]]:
    """The invoices that are not paid in full, the oldest first, each with what is missing."""
    from sqlalchemy.orm import joinedload  # like the records themselves: the first answer needs none

    invoice, payment = records.Invoice, records.Payment
    received = (
        select(payment.invoice_id, func.sum(payment.amount_minor).label("minor"))
        .where(payment.invoice_id.is_not(None), payment.deleted_at.is_(None))
        .group_by(payment.invoice_id)
        .subquery()
    )
    left: Any = func.coalesce(invoice.amount_minor, 0) - func.coalesce(received.c.minor, 0)
    query = (
        select(invoice, left)
        .outerjoin(received, received.c.invoice_id == invoice.id)
        .where(visible(world.actor, world.crm, invoice), left > 0)
        .options(joinedload(invoice.customer))
        .order_by(invoice.issued_on, invoice.id)
    )
    return [(item, int(minor)) for item, minor in world.session.execute(query)]


def _documents(world: World, kind: str, customer_id: int, period: Period | None) -> Sequence[Any]:
    cls: Any = records.record_class(kind)
    query = select(cls).where(
        visible(world.actor, world.crm, cls), cls.customer_id == customer_id, cls.amount_minor.is_not(None)
    )
    if kind in ("contract", "order"):
        query = query.where(cls.status.not_in(WITHOUT_DUES))
    items = world.session.scalars(query.order_by(cls.id)).all()
    if period is None:
        return items
    return [item for item in items if period.start <= dated(item, world.now) <= period.end]


def dated(document: Any, now: datetime) -> date:
    """The day that counts for a document."""
    for key in ("signed_on", "issued_on", "received_on"):
        day: date | None = getattr(document, key, None)
        if day is not None:
            return day
    created: datetime = document.created_at
    return created.astimezone(now.tzinfo).date()


def _sum(documents: Iterable[Any]) -> int:
    return sum(document.amount_minor for document in documents)
