"""The target that holds for somebody and a period: the one that was set, or what smaller ones add up to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select

from bot.rules.access import visible
from bot.targets.exchange import Exchange
from bot.targets.whose import Whose, people_of
from bot.world import World
from config.types import Money, Period
from storage import records

Metric = Literal["revenue", "count", "market_share"]
METRICS: tuple[Metric, ...] = ("revenue", "count", "market_share")


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at. ``people``: so many people's targets it is the sum of, 0 where it was set as it is.

    ``currency`` is None for a count; of a market share it is the market's, with its size and where that is from.
    """

    metric: Metric
    value: Decimal
    currency: str | None = None
    people: int = 0
    market: Decimal | None = None
    source: str | None = None


def target_for(world: World, whose: Whose, metric: Metric, period: Period) -> Target | None:
    """The target of a person or team; that of a team without one is the sum of its people's."""
    found = _own(world, whose, metric, period)
    if found is not None or metric == "market_share":
        return found
    theirs = [_own(world, person, metric, period) for person in people_of(world, whose)]
    return _sum(world, metric, [target for target in theirs if target is not None], period)


def _sum(world: World, metric: Metric, targets: Sequence[Target], period: Period) -> Target | None:
    """The targets together, in the organisation's currency where theirs differ."""
    if not targets:
        return None
    codes = {target.currency for target in targets}
    code = codes.pop() if len(codes) == 1 else world.currency
    rates = Exchange(world, code or "", min(period.end, world.now.date()))
    amounts = [rates.convert(Money(target.value, target.currency or code)) for target in targets]
    total = sum((amount.value for amount in amounts if amount is not None), Decimal(0))
    return Target(metric, total, code, people=len(targets))


def _own(world: World, whose: Whose, metric: Metric, period: Period) -> Target | None:
    """What was set for exactly them: for the period, or for parts that fill it."""
    rows = live_targets(world, whose, metric, within=period)
    chosen = tiling(period, [(Period(row.period_start, row.period_end), row) for row in rows])
    if not chosen:
        return None
    first = chosen[0]
    code = first.currency if all(row.currency == first.currency for row in chosen) else world.currency
    if metric == "market_share":
        return Target(metric, first.value, first.currency, 0, first.market_size, first.market_source)
    rates = Exchange(world, code or "", min(period.end, world.now.date()))
    values = [rates.convert(Money(row.value, row.currency or code)) for row in chosen]
    return Target(metric, sum((value.value for value in values if value is not None), Decimal(0)), code)


def live_targets(world: World, whose: Whose, metric: Metric, *, within: Period) -> "Sequence[records.SalesTarget]":
    """The targets that were set for exactly them and lie within a period, the newest first."""
    cls: Any = records.SalesTarget
    if whose.kind == "user":
        mine = (cls.owner_id == whose.id) & cls.for_team_id.is_(None)
    else:
        mine = cls.for_team_id == whose.id
    query = select(cls).where(
        visible(world.actor, world.crm, cls),
        mine,
        cls.metric == metric,
        cls.period_start >= within.start,
        cls.period_end <= within.end,
    )
    return world.session.scalars(query.order_by(cls.id.desc())).all()


def tiling(whole: Period, parts: Iterable[tuple[Period, Any]]) -> list[Any]:
    """Parts that fill a period day by day without a gap or an overlap, as few as can be; [] where there are none such.

    Of two parts of the same period the first counts.
    """
    begins: dict[date, dict[date, Any]] = {}
    for period, value in parts:
        if whole.start <= period.start <= period.end <= whole.end:
            begins.setdefault(period.start, {}).setdefault(period.end, value)
    after = whole.end + timedelta(days=1)
    fewest: dict[date, list[Any]] = {after: []}
    for start in sorted(begins, reverse=True):
        ways = [
            [value, *fewest[end + timedelta(days=1)]]
            for end, value in begins[start].items()
            if end + timedelta(days=1) in fewest
        ]
        if ways:
            fewest[start] = min(ways, key=len)
    return fewest.get(whole.start, [])
