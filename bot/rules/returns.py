"""Goods of an order that come back: what the order, its contract and its invoices come to is less by what they cost.

Each of the three keeps what still stands, so that every sum is right without knowing of returns; what they were stays
in the history. Money that was paid for what came back is owed to the customer: it is below zero of what is left.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.lines import total_of
from bot.dialogs.model import Json
from bot.rules import instalments, papers, sums, told_apart
from bot.rules.access import visible
from bot.rules.documents import lines_of, rewrite_lines
from bot.rules.papers import CANCELLED
from bot.world import World
from config.types import Money
from storage import records

WITH_US = ("placed", "awaiting_payment")  # nothing of such an order has gone out
MAX_ORDERS = 20  # of one customer, the newest


def orders_with(world: World, customer_id: int) -> "list[records.Order]":
    """The customer's orders of which something can come back, with those first of which the message names goods."""
    cls = records.Order
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer_id)
    query = query.where(cls.status.not_in(sums.WITHOUT_DUES)).order_by(cls.id.desc()).limit(MAX_ORDERS)
    found = [order for order in world.session.scalars(query) if total_of(lines_of(order)) == order.amount]
    named = told_apart.named_in(world.said, found)
    return [order for order in named if order.status not in WITH_US] or named


def take_back(world: World, order: "records.Order", part: Sequence[Json]) -> list[tuple[Any, Money]]:
    """Take goods off an order, and their worth off what hangs on it; the papers that come to less now, each with what
    it came to before."""
    worth = total_of(part)
    assert worth is not None  # noqa: S101 — every line of such an order has a price
    assert order.amount is not None  # noqa: S101 — and so has it
    changed: list[tuple[Any, Money]] = [(order, order.amount)]
    left = _without(lines_of(order), part)
    rewrite_lines(world, order, left)
    if left:
        order.amount = total_of(left)
    else:
        order.status = CANCELLED
    contract = order.contract
    if contract is not None and contract.amount is not None:
        changed.append((contract, contract.amount))
        _lessen(world, contract, part, worth)
    world.session.flush()
    return changed + list(_credited(world, order, contract))


def _without(lines: Sequence[Json], part: Iterable[Json]) -> list[Json]:
    """What is left of lines without a part of them."""
    gone = {line["product"]: Decimal(line["quantity"]) for line in part}
    left = [(line, Decimal(line["quantity"]) - gone.get(line["product"], Decimal(0))) for line in lines]
    return [{**line, "quantity": f"{quantity:f}"} for line, quantity in left if quantity > 0]


def _lessen(world: World, contract: "records.Contract", part: Sequence[Json], worth: Money) -> None:
    """Take the goods off a contract that tells them, else what they cost; its instalments come to the rest."""
    lines, amount = lines_of(contract), contract.amount
    left = _without(lines, part)
    total = total_of(left)
    assert amount is not None  # noqa: S101 — asked by who calls
    if lines and total is not None and total_of(lines) == amount and left != lines:
        rewrite_lines(world, contract, left)
        contract.amount = total
    else:
        contract.amount = Money(max(amount.value - worth.value, Decimal(0)), amount.currency)
    world.session.flush()
    instalments.follow(world, contract, papers.present(world, contract).get("payment_terms"))


def _credited(world: World, *of: Any) -> Iterable[tuple[Any, Money]]:
    """The invoices that come to less, the newest first: no paper is invoiced with more than it comes to."""
    cls = records.Invoice
    for paper in of:
        if paper is None:
            continue
        worth = 0 if getattr(paper, "status", "") == CANCELLED else paper.amount_minor or 0
        over = sums.billed(world.tx, paper) - worth
        mine = getattr(cls, f"{paper.kind}_id") == paper.id
        for invoice in world.session.scalars(select(cls).where(mine).order_by(cls.id.desc())).all():
            less = min(over, invoice.amount_minor or 0)
            if less > 0 and invoice.amount is not None:
                yield invoice, invoice.amount
                invoice.amount = Money.from_minor((invoice.amount_minor or 0) - less, invoice.amount_currency or "")
                over -= less
        world.session.flush()
