"""What amounts are worth: weighted with the probability of their stage, and in the organisation's currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import func, insert, select

from bot.reports.figures import book_of, condition
from bot.reports.query import CLOSED, Query
from bot.reports.rates import Rate, Rates
from bot.world import World
from storage.tables import stage_probabilities


def probabilities(world: World, at: datetime | None = None) -> dict[str, int]:
    """The probability of each stage in per cent, now or as it was at a moment.

    Whenever it is asked for, what crm.toml says now is noted if it differs from what was noted last: what has been
    said with one probability is said with it again.
    """
    c = stage_probabilities.c
    noted = world.tx.connection.execute(select(c.stage, c.since, c.probability).order_by(c.since, c.id)).all()
    newest = {row.stage: row.probability for row in noted}
    current = {stage.code: stage.probability for stage in world.crm.stages}
    changed = {code: value for code, value in current.items() if newest.get(code) != value}
    if changed:
        since = world.now.astimezone(UTC)
        rows = [{"since": since, "stage": code, "probability": value} for code, value in changed.items()]
        world.tx.connection.execute(insert(stage_probabilities), rows)
    if at is None:
        return current
    then = dict(current)
    for row in reversed(noted):  # the oldest known one counts for what was before it
        then[row.stage] = row.probability if row.since > at else then[row.stage]
    return then | {row.stage: row.probability for row in noted if row.since <= at}


def weighted(minor: int, probability: int) -> int:
    """The likely part of an amount, in minor units, rounded half to even."""
    return int((Decimal(minor) * probability / 100).to_integral_value(ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class Converted:
    """What an amount is in the organisation's currency, and by which rates; ``minor`` None where one is not known."""

    minor: int | None
    rates: tuple[Rate, ...] = ()


def converted(world: World, query: Query, rates: Rates, currency: str, amount: int) -> Converted:
    """The sum of a question in one currency, in the organisation's: open ones by the rate of the day, closed ones each
    by the rate of its closing."""
    if query.what not in CLOSED:
        rate = rates.at_close(currency, query.as_of) if query.as_of else rates.on(currency, world.now.date())
        return Converted(rate.convert(amount), (rate,)) if rate else Converted(None)
    total, used = 0, []
    book = book_of(world, query)
    c = book.columns
    found = select(c.closed_on, c.expected_close, func.sum(c.amount_minor)).where(
        condition(world, query, book), c.amount_currency == currency
    )
    for closed_on, expected, minor in world.tx.connection.execute(found.group_by(c.closed_on, c.expected_close)):
        rate = rates.at_close(currency, closed_on or expected or world.now.date())
        if rate is None:
            return Converted(None)
        total += rate.convert(int(minor or 0))
        used.append(rate)
    return Converted(total, tuple(dict.fromkeys(used)))


@dataclass(frozen=True, slots=True)
class Worth:
    """What sums come to in the organisation's currency, minor units; None where one of the rates is not known.
    ``foreign``: what each other currency is worth."""

    minor: int | None
    foreign: dict[str, Converted]


def worth_of(world: World, query: Query, amounts: Mapping[str, int]) -> Worth:
    """What the amounts of a question come to."""
    rates, base = Rates(world.tx, world.currency), world.currency
    codes = sorted(code for code, minor in amounts.items() if minor and code != base)
    foreign = {code: converted(world, query, rates, code, amounts[code]) for code in codes}
    known = [value.minor for value in foreign.values() if value.minor is not None]
    total = amounts.get(base, 0) + sum(known) if len(known) == len(foreign) else None
    return Worth(total, foreign)
