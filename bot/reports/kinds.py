"""What kind of deal a question counts, whoever's it is and whenever it closes: the conditions on a deal itself."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from bot.reports.query import Query
from bot.reports.rates import Rates
from bot.reports.traits import traits_of
from bot.world import World
from config.types import Money, minor_digits
from storage import records


def kind_of(world: World, query: Query, columns: Any) -> list[ColumnElement[bool]]:
    """The conditions of a question about customer, product, trade, currency and size, on a table of deals."""
    parts: list[ColumnElement[bool]] = []
    if query.customers:
        parts.append(columns.customer_id.in_(query.customers))
    if query.product is not None:
        parts.append(columns.product == query.product if query.product else columns.product.is_(None))
    parts += traits_of(world, query, columns)
    if query.currency:
        parts.append(columns.amount_currency == query.currency)
    if query.not_currencies:
        others = columns.amount_currency.not_in(query.not_currencies)
        parts.append(or_(columns.amount_currency.is_(None), others))
    if query.buyers and query.start is not None:
        bought = bought_before(world, query, columns)
        parts.append(bought if query.buyers == "old" else ~bought)
    if query.least is not None:
        parts.append(sized(world, columns, query.least, is_least=True))
    if query.most is not None:
        parts.append(sized(world, columns, query.most, is_least=False))
    return parts


def why_lost(world: World, query: Query, columns: Any) -> list[ColumnElement[bool]]:
    """The conditions about whom or what a deal was lost to."""
    parts: list[ColumnElement[bool]] = []
    if query.reason is not None:
        parts.append(columns.lost_reason == query.reason if query.reason else columns.lost_reason.is_(None))
    if query.is_to_rival:
        parts.append(_to_rival(world, columns))
    if query.rival is not None:
        parts.append(columns.competitor == query.rival if query.rival else columns.competitor.is_(None))
    return parts


def sized(world: World, columns: Any, limit: Money, *, is_least: bool) -> ColumnElement[bool]:
    """Deals worth at least, or at most, an amount: other currencies at today's rates, those without one left out."""
    rates, today = Rates(world.tx, world.currency), world.now.date()
    known = {code: rates.on(code, today) for code in {*world.crm.currencies, world.currency, limit.currency or ""}}
    own = known.get(limit.currency or world.currency)
    if own is None:
        return _within(columns, limit.currency or "", limit.to_minor(), is_least=is_least)
    worth = Decimal(limit.to_minor()) * own.rate / 10 ** minor_digits(own.currency)
    parts = []
    for code, rate in sorted(known.items()):
        if rate is None:
            continue
        exact = (worth / rate.rate).scaleb(minor_digits(code)) if code != own.currency else Decimal(limit.to_minor())
        rounded = exact.to_integral_value(ROUND_CEILING if is_least else ROUND_FLOOR)
        parts.append(_within(columns, code, int(rounded), is_least=is_least))
    return or_(*parts)


def _within(columns: Any, code: str, minor: int, *, is_least: bool) -> ColumnElement[bool]:
    fits = columns.amount_minor >= minor if is_least else columns.amount_minor <= minor
    return and_(columns.amount_currency == code, fits)


def bought_before(world: World, query: Query, columns: Any) -> ColumnElement[bool]:
    """Whether the customer had bought before the period began."""
    c: Any = records.Opportunity.__table__.alias("bought").c
    won = [stage.code for stage in world.crm.stages_of("won")]
    found = select(c.id).where(
        c.customer_id == columns.customer_id, c.stage.in_(won), c.closed_on < query.start, c.deleted_at.is_(None)
    )
    return found.exists()


def _to_rival(world: World, columns: Any) -> ColumnElement[bool]:
    """Whether a rival took the deal: one is named, or the reason is that they chose another."""
    reasons = [item for item in world.crm.items("lost_reasons") if item.code == "competitor"]
    labels = [label for item in reasons for label in (item.code, *item.labels.values())]
    return or_(columns.competitor.is_not(None), columns.lost_reason.in_(labels))
