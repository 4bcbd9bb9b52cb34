"""Products and what became of them: the price list, what sells best, who has not ordered for longer than usual."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.lines import line_total
from bot.dialogs.model import Json
from bot.rules.access import require, select_visible, visible
from bot.rules.bought import lines_bought, purchases
from bot.world import World
from config.types import Money
from nlu.folding import fold
from nlu.names import normalise
from storage import records

YEAR = timedelta(days=365)
MANY = 2000


def keep(world: World, name: str, price: Json, unit: str | None) -> "records.Product":
    """The product of this name with its price: a new one, or the one that is there."""
    cls = records.Product
    query = select(cls).where(cls.name_key == normalise(name), cls.deleted_at.is_(None))
    product = world.session.scalars(query).first()
    require(world.actor, world.crm, "product", "edit" if product else "create")
    if product is None:
        product = records.Product(name=name, name_key=normalise(name))
        world.session.add(product)
    product.unit_price = Money.from_json(price)
    product.unit = unit or product.unit
    world.session.flush()
    return product


def price_list(world: World) -> "list[records.Product]":
    """All products that the actor may see, by name."""
    cls = records.Product
    query = select_visible(world.actor, world.crm, cls).order_by(cls.name)
    return list(world.session.scalars(query.limit(MANY)))


@dataclass(frozen=True, slots=True)
class Sold:
    """What was bought of a product within a year, in one currency."""

    product: str
    quantity: Decimal
    amount: Money


def best_sold(world: World) -> list[Sold]:
    """Products by what was bought of them in the last year, the largest amount of each currency first."""
    quantity: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    amount: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    since = world.now.date() - YEAR
    for bought in (one for one in purchases(world) if one.day >= since):
        for line in lines_bought(world, bought.item):
            total = line_total(line)
            if total is not None and total.currency:
                key = (line["product"], total.currency)
                quantity[key] += Decimal(line["quantity"])
                amount[key] += total.value
    found = [Sold(name, quantity[name, code], Money(amount[name, code], code)) for name, code in amount]
    return sorted(found, key=lambda sold: (sold.amount.currency or "", -sold.amount.value))


@dataclass(frozen=True, slots=True)
class Gap:
    """A customer who orders about every ``usual`` days and has not for ``since``."""

    customer: Any
    usual: int
    since: int


def reorder_gaps(world: World) -> list[Gap]:
    """Customers who have not ordered for longer than they usually do, the longest overdue first."""
    days: dict[int, list[date]] = defaultdict(list)
    customers: dict[int, Any] = {}
    for bought in purchases(world):
        days[bought.item.customer_id].append(bought.day)
        customers[bought.item.customer_id] = bought.item.customer
    gaps = []
    for customer_id, found in days.items():
        dates = sorted(set(found))
        if len(dates) > 1:
            usual = (dates[-1] - dates[0]).days // (len(dates) - 1)
            since = (world.now.date() - dates[-1]).days
            if since > usual:
                gaps.append(Gap(customers[customer_id], usual, since))
    return sorted(gaps, key=lambda gap: gap.usual - gap.since)


def named_in(world: World, text: str) -> "records.Product | None":
    """The product whose name stands in the text, the longest where several do; a Latin name only as whole words."""
    cls, said = records.Product, fold(text)
    query = select(cls.id, cls.name).where(visible(world.actor, world.crm, cls)).limit(MANY)
    rows = [row for row in world.tx.connection.execute(query) if _stands_in(fold(row.name), said)]
    found = max(rows, key=lambda row: len(row.name), default=None)
    return world.session.get(cls, found.id) if found is not None else None


def _stands_in(name: str, said: str) -> bool:
    if not name.isascii():
        return name in said
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?:e?s)?(?![a-z0-9])", said) is not None


def retire(world: World, product: "records.Product") -> None:
    """Sell it no more: it leaves the list and the quotes to come; what was sold of it stands as it is."""
    require(world.actor, world.crm, "product", "delete")
    product.deleted_at = world.now
    world.session.flush()
