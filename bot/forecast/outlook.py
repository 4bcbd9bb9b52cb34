"""The forecast of a person or a team for a period: what is won, what is likely, the weighted pipeline, the commits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.forecast.backtest import width_now
from bot.forecast.lives import Life, Past, day_number, past_of
from bot.rules.access import teams_below, visible
from bot.targets.attainment import Reached, Won, reached, won_in
from bot.targets.exchange import Exchange
from bot.targets.whose import Whose, owned_by
from bot.world import World
from config.types import Money, Period
from storage import records

if TYPE_CHECKING:
    from bot.forecast.model import Known, Outlook

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Commit:
    """What people have committed to: how many of them, and how much in all."""

    people: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """``ahead`` is None where the history is too short, or nothing is left of the period. Amounts in ``rates.into``."""

    whose: Whose
    period: Period
    known: "Known"
    won: Won
    won_amount: Decimal
    ahead: "Outlook | None"
    weighted: Decimal
    commit: Commit | None
    target: Reached | None
    rates: Exchange
    left_out: tuple[Money, ...]

    def won_by(self, day: date) -> Decimal:
        """What had been won by the end of a day of the period."""
        return Won(0, (), tuple(pair for pair in self.won.by_day if pair[1] <= day)).in_one(self.rates)[0]

    def total(self, share: float) -> Decimal:
        """A quantile of all that will have been won by the end: what is won is certain."""
        return self.won_amount + (Decimal(repr(self.ahead.quantile(share))) if self.ahead else _ZERO)


def forecast(world: World, whose: Whose, period: Period, *, without: frozenset[int] = frozenset()) -> Forecast:
    """The forecast as of now, in the organisation's currency; as if the deals ``without`` were worth nothing."""
    return forecasts(world, [whose], period, without=without)[0]


def forecasts(
    world: World, several: Sequence[Whose], period: Period, *, without: frozenset[int] = frozenset()
) -> list[Forecast]:
    """The forecasts of several, learnt from the same past."""
    from bot.forecast.model import known_by  # NumPy is loaded by the first question that needs it

    rates = Exchange(world, world.currency, min(period.end, world.now.date()))
    past = past_of(world, rates)
    known = known_by(past, day_number(world.now))
    ahead = _looking_ahead(world, past, known, period, without)
    found = []
    for whose in several:
        won = won_in(world, whose, period)
        won_amount, unknown = won.in_one(rates)
        weighted, uncounted = _weighted(world, whose, period, rates)
        left_out = tuple(dict.fromkeys((*unknown, *uncounted)))
        target, commit = reached(world, whose, "revenue", period), commits_for(world, whose, period, rates)
        found.append(
            Forecast(
                whose, period, known, won, won_amount, ahead(whose), won_amount + weighted, commit, target, rates,
                left_out,
            )
        )  # fmt: skip
    return found


def _looking_ahead(
    world: World, past: Past, known: "Known", period: Period, without: frozenset[int]
) -> "Callable[[Whose], Outlook | None]":
    """What is yet to be won of somebody's deals; None where the history is too short, or nothing is left."""
    from bot.forecast.model import Window, learnt, look_ahead, luck

    now, end = day_number(world.now), _midnight(world, period.end + timedelta(days=1))
    if not known.is_enough or end <= now:
        return lambda whose: None
    window = Window(now, max(now, _midnight(world, period.start)), end)
    width = width_now(past, today=world.now.date(), zone=world.now.tzinfo or UTC)
    chances = learnt(past, window, luck(window))

    def ahead(whose: Whose) -> "Outlook | None":
        mine = [_worth_nothing(one) if one.id in without else one for one in lives_of(world, past, whose)]
        return look_ahead(past, mine, window, chances=chances).stretched(width)

    return ahead


def _worth_nothing(life: Life) -> Life:
    """The same deal without an amount: luck is drawn for it as before."""
    return replace(life, amounts=((life.begun, 0.0),))


def lives_of(world: World, past: Past, whose: Whose) -> Sequence[Life]:
    """Those of the deals that are theirs."""
    if whose.kind == "all":
        return past.lives
    if whose.kind == "user":
        return [life for life in past.lives if life.owner_id == whose.id]
    teams = teams_below(world.tx, whose.id)
    return [life for life in past.lives if life.team_id in teams]


def stage_chances(world: World) -> list[float]:
    """The chance of each open stage, as crm.toml has it."""
    return [stage.probability / 100 for stage in world.crm.stages_of("open")]


def _midnight(world: World, day: date) -> float:
    return day_number(datetime.combine(day, time(), world.now.tzinfo))


def _weighted(world: World, whose: Whose, period: Period, rates: Exchange) -> tuple[Decimal, list[Money]]:
    """Open deals that are expected to close in the period, times the chance of their stage."""
    cls: Any = records.Opportunity
    chances = {stage.code: Decimal(stage.probability) / 100 for stage in world.crm.stages_of("open")}
    query = (
        select(cls.stage, cls.amount_currency, func.sum(cls.amount_minor).label("minor"))
        .where(
            visible(world.actor, world.crm, cls),
            owned_by(world, whose, cls),
            cls.stage.in_(chances),
            cls.amount_minor.is_not(None),
            cls.expected_close <= period.end,
            cls.expected_close >= period.start,
        )
        .group_by(cls.stage, cls.amount_currency)
    )
    if period.end < world.now.date():
        return _ZERO, []
    total, unknown = _ZERO, []
    for row in world.tx.connection.execute(query):
        money = Money.from_minor(int(row.minor), row.amount_currency)
        worth = rates.convert(money)
        if worth is None:
            unknown.append(money)
        else:
            total += worth.value * chances[row.stage]
    return total, unknown


def committed(world: World, whose: Whose, period: Period) -> list[Money]:
    """What each has committed to last for just this period; of a team its people."""
    cls: Any = records.ForecastCommit
    query = select(cls.owner_id, cls.amount_minor, cls.amount_currency).where(
        visible(world.actor, world.crm, cls),
        owned_by(world, whose, cls),
        cls.period_start == period.start,
        cls.period_end == period.end,
    )
    latest = {row.owner_id: row for row in world.tx.connection.execute(query.order_by(cls.id))}
    return [
        Money.from_minor(row.amount_minor, row.amount_currency)
        for row in latest.values()
        if row.amount_minor is not None
    ]


def commits_for(world: World, whose: Whose, period: Period, rates: Exchange) -> Commit | None:
    """The commits for just this period, as far as there is a rate for them; of a team those of its people."""
    made = committed(world, whose, period)
    amounts = [worth.value for amount in made if (worth := rates.convert(amount)) is not None]
    return Commit(len(amounts), sum(amounts, _ZERO)) if amounts else None
