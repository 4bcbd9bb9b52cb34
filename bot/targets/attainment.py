"""How much of a target is reached, and whether that is as much as the time that is gone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from bot.periods import days_in
from bot.rules.access import visible
from bot.rules.rates import Rates
from bot.targets.targets import Metric, Target, target_for
from bot.targets.whose import Whose, owned_by
from bot.world import World
from config.types import Money, Period
from storage import records

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Pace:
    """What was reached of an aim, after so many days of all. Days that have begun count."""

    reached: Decimal
    aim: Decimal
    gone: int
    days: int

    @property
    def done(self) -> Decimal:
        """In per cent of the aim."""
        return self.reached * 100 / self.aim if self.aim else _ZERO

    @property
    def time(self) -> Decimal:
        """How much of the time is gone, in per cent."""
        return Decimal(self.gone * 100) / self.days

    @property
    def expected(self) -> Decimal:
        """What an even pace would have reached by now."""
        return self.aim * self.gone / self.days

    @property
    def ahead(self) -> Decimal:
        """How much more than that was reached; below zero: less."""
        return self.reached - self.expected

    @property
    def missing(self) -> Decimal:
        return max(_ZERO, self.aim - self.reached)


def days_gone(period: Period, today: date) -> int:
    """How many days of a period have begun."""
    return min(max((today - period.start).days + 1, 0), days_in(period))


@dataclass(frozen=True, slots=True)
class Won:
    """Deals won in a period: how many, and how much in each currency."""

    count: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """What somebody reached of one target. ``left_out``: amounts that no rate converts; ``rated``: the rates' days."""

    whose: Whose
    target: Target
    pace: Pace
    left_out: tuple[Money, ...] = ()
    rated: tuple[date, ...] = ()


def won_in(world: World, whose: Whose, period: Period) -> Won:
    """What was won from the first day of a period to its last, or until today."""
    cls: Any = records.Opportunity
    won = [stage.code for stage in world.crm.stages_of("won")]
    query = (
        select(cls.amount_currency, func.count().label("won"), func.sum(cls.amount_minor).label("minor"))
        .where(
            visible(world.actor, world.crm, cls),
            owned_by(world, whose, cls),
            cls.stage.in_(won),
            cls.closed_on >= period.start,
            cls.closed_on <= min(period.end, world.now.date()),
        )
        .group_by(cls.amount_currency)
        .order_by(cls.amount_currency)
    )
    rows = world.tx.connection.execute(query).all()
    amounts = [Money.from_minor(int(row.minor), row.amount_currency) for row in rows if row.amount_currency]
    return Won(sum(row.won for row in rows), tuple(amounts))


def reached(world: World, whose: Whose, metric: Metric, period: Period) -> Reached | None:
    """How far they are with a target, by the rates of today (of its last day, once that is past); None without one."""
    target = target_for(world, whose, metric, period)
    if target is None:
        return None
    won = won_in(world, whose, period)
    rates = Rates(world.tx, target.currency or world.currency, min(period.end, world.now.date()))
    converted = [rates.convert(money) for money in won.amounts]
    total = sum((money.value for money in converted if money is not None), _ZERO)
    value = {"count": Decimal(won.count), "revenue": total}.get(metric)
    if value is None:
        value = total * 100 / target.market if target.market else _ZERO
    pace = Pace(value, target.value, days_gone(period, world.now.date()), days_in(period))
    if metric == "count":
        return Reached(whose, target, pace)
    out = tuple(money for money, known in zip(won.amounts, converted, strict=True) if known is None)
    return Reached(whose, target, pace, out, tuple(sorted(rates.used)))
