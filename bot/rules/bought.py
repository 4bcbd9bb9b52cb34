"""What was bought: orders; where a contract has none yet, the contract; where a won deal has neither, the deal.

Nothing counts twice. An order without a contract, and a contract without a deal, may well be of a won deal that nobody
linked it to: it is taken for that of the same amount, else for the one that closed nearest to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from bot.dialogs.model import Json
from bot.rules.access import visible
from bot.rules.contracts import quoted, won_without
from bot.rules.documents import lines_of
from bot.rules.papers import CANCELLED
from bot.world import World
from storage import records

MANY = 2000


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase: an order, a contract or a won deal, and the day that it counts from."""

    day: date
    item: Any


def purchases(world: World, customer_id: int | None = None) -> list[Bought]:
    """What a customer bought, or all of them did, the newest first."""
    order, contract = records.Order, records.Contract
    ordered = select(order.contract_id).where(order.contract_id.is_not(None), *_stand(order, None))
    orders = _seen(world, order, customer_id)
    contracts = _seen(world, contract, customer_id, contract.id.not_in(ordered))
    found = [Bought(day_of(world, item), item) for item in (*orders, *contracts, *_deals(world, customer_id))]
    return sorted(found, key=lambda bought: (bought.day, bought.item.id), reverse=True)


def lines_bought(world: World, item: Any) -> list[Json]:
    """The lines of a purchase, as far as they are known: a deal's are those of its accepted quote."""
    if isinstance(item, records.Opportunity):
        quote = quoted(world, {"opportunity": {"id": item.id}})
        return lines_of(quote) if quote is not None else []
    return lines_of(item)


def day_of(world: World, item: Any) -> date:
    """The day that a paper, a payment or a won deal counts from."""
    told = (getattr(item, name, None) for name in ("issued_on", "received_on", "signed_on", "closed_on"))
    placed: date = item.created_at.astimezone(world.now.tzinfo).date()
    return next((day for day in told if day), placed)


def _stand(cls: Any, customer_id: int | None) -> "list[ColumnElement[bool]]":
    of_customer = [cls.customer_id == customer_id] if customer_id is not None else []
    return [cls.deleted_at.is_(None), cls.status != CANCELLED, *of_customer]


def _seen(world: World, cls: Any, customer_id: int | None, *more: "ColumnElement[bool]") -> Iterable[Any]:
    query = select(cls).where(visible(world.actor, world.crm, cls), *_stand(cls, customer_id), *more)
    return world.session.scalars(query.order_by(cls.id.desc()).limit(MANY))


def _deals(world: World, customer_id: int | None) -> "list[records.Opportunity]":
    """Won deals of which there is no paper, linked or not, whoever may see it."""
    deals = won_without(world, customer_id)
    if not deals:
        return []
    order, contract = records.Order, records.Contract
    unlinked = (
        select(order).where(order.contract_id.is_(None), *_stand(order, customer_id)),
        select(contract).where(contract.opportunity_id.is_(None), *_stand(contract, customer_id)),
    )
    papers = [paper for query in unlinked for paper in world.session.scalars(query.limit(MANY))]
    taken = {deal.id for paper in papers if (deal := _deal_of(world, paper, deals)) is not None}
    return [deal for deal in deals if deal.id not in taken]


def _deal_of(world: World, paper: Any, deals: "list[records.Opportunity]") -> "records.Opportunity | None":
    """The deal that a paper without a link may be of."""
    day = day_of(world, paper)
    here = [deal for deal in deals if deal.customer_id == paper.customer_id and deal.created_at <= paper.created_at]
    same = [deal for deal in here if deal.amount == paper.amount]
    return min(same or here, key=lambda deal: abs((day_of(world, deal) - day).days), default=None)
