"""How much of a target is reached, and whether that is as much as the time that is gone."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from bot.rules.access import visible
from bot.talk.periods import days_in
from bot.targets.exchange import Exchange
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
    """Deals won in a period: how many, how much in each currency, and how much of each on which day."""

    count: int
    amounts: tuple[Money, ...]
    by_day: tuple[tuple[Money, date], ...] = ()

    def in_one(self, rates: Exchange) -> tuple[Decimal, tuple[Money, ...]]:
        """All of it in one currency, each day's at the rate of the day; and what no rate converts."""
        worth = [(money, rates.convert(money, closed_on=day)) for money, day in self.by_day]
        left_out = tuple(money for money, known in worth if known is None)
        return sum((known.value for _money, known in worth if known is not None), _ZERO), left_out


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
        select(cls.amount_currency, cls.closed_on, func.count().label("won"), func.sum(cls.amount_minor).label("minor"))
        .where(
            visible(world.actor, world.crm, cls),
            owned_by(world, whose, cls),
            cls.stage.in_(won),
            cls.closed_on >= period.start,
            cls.closed_on <= min(period.end, world.now.date()),
        )
        .group_by(cls.amount_currency, cls.closed_on)
        .order_by(cls.amount_currency, cls.closed_on)
    )
    rows = world.tx.connection.execute(query).all()
    by_day = tuple(
        (Money.from_minor(int(row.minor), row.amount_currency), row.closed_on) for row in rows if row.amount_currency
    )
    totals: dict[str, Decimal] = {}
    for money, _day in by_day:
        totals[money.currency or ""] = totals.get(money.currency or "", _ZERO) + money.value
    amounts = tuple(Money(value, code) for code, value in totals.items())
    return Won(sum(row.won for row in rows), amounts, by_day)


def reached(world: World, whose: Whose, metric: Metric, period: Period) -> Reached | None:
    """How far they are with a target; each deal counts at the rate of the day on which it was won. None without one."""
    target = target_for(world, whose, metric, period)
    if target is None:
        return None
    won = won_in(world, whose, period)
    rates = Exchange(world, target.currency or world.currency, min(period.end, world.now.date()))
    total, left_out = won.in_one(rates)
    value = {"count": Decimal(won.count), "revenue": total}.get(metric)
    if value is None:
        value = total * 100 / target.market if target.market else _ZERO
    pace = Pace(value, target.value, days_gone(period, world.now.date()), days_in(period))
    if metric == "count":
        return Reached(whose, target, pace)
    return Reached(whose, target, pace, left_out, tuple(sorted(rates.used)))
