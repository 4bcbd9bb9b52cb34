"""The rows a question is about, and their exact sums: in each currency for itself, never in floating point.

Sums of whole months over teams come from the kept ones; everything else is added up from the rows, with an index that
holds all that is needed. Both give the same, which a test holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, insert, or_, select

from bot.reports.query import By, Query, is_whole_months
from bot.reports.rates import Rate, Rates
from bot.reports.scope import Scope, scope_of
from bot.world import World
from storage import records
from storage.history import NEVER, NO_TEAM
from storage.tables import opportunity_history, pipeline_totals, stage_probabilities


@dataclass(frozen=True, slots=True)
class Sum:
    """How many deals, and how much in minor units, of one stage in one currency; ``key`` is what it was asked by."""

    key: Any
    stage: str
    currency: str
    count: int
    minor: int


@dataclass(frozen=True, slots=True)
class Book:
    """A table of deals to read from: as they are, or as they stood at a moment."""

    columns: Any
    alive: ColumnElement[bool]
    id: Any

    @property
    def closes(self) -> ColumnElement[date]:
        return func.coalesce(self.columns.closed_on, self.columns.expected_close)


def now_book() -> Book:
    """The deals as they are."""
    cls = records.Opportunity
    return Book(cls, cls.deleted_at.is_(None), cls.id)


def book_at(moment: datetime) -> Book:
    """The deals as they stood at a moment."""
    c = opportunity_history.c
    stood = and_(c.since <= moment, or_(c.until.is_(None), c.until > moment), c.deleted_at.is_(None))
    return Book(c, stood, c.opportunity_id)


def end_of(day: date, world: World) -> datetime:
    """The last moment of a day where the person is."""
    after = datetime.combine(day + timedelta(days=1), time(), world.now.tzinfo)
    return (after - timedelta(microseconds=1)).astimezone(UTC)


def book_of(world: World, query: Query) -> Book:
    return book_at(end_of(query.as_of, world)) if query.as_of else now_book()


def condition(world: World, query: Query, book: Book, scope: Scope | None = None) -> ColumnElement[bool]:
    """Which rows of the book the question counts."""
    columns = book.columns
    scope = scope or scope_of(world, query)
    parts = [book.alive, scope.condition(columns), columns.stage.in_(stages_of(world, query))]
    if query.start is not None and query.end is not None:
        parts.append(book.closes.between(query.start, query.end))
    if query.customers:
        parts.append(columns.customer_id.in_(query.customers))
    if query.product is not None:
        parts.append(columns.product == query.product if query.product else columns.product.is_(None))
    if query.currency:
        parts.append(columns.amount_currency == query.currency)
    return and_(*parts)


def stages_of(world: World, query: Query) -> tuple[str, ...]:
    """The stages that count."""
    if query.stage:
        return (query.stage,)
    kind = query.what if query.what in ("won", "lost") else "open"
    return tuple(stage.code for stage in world.crm.stages_of(kind))


def sums(world: World, query: Query, by: By = "") -> list[Sum]:
    """The sums of a question by stage and currency, and by what else was asked."""
    scope = scope_of(world, query)
    period = query.period
    is_by_kept = by in ("", "stage", "team")
    if is_by_kept and _is_of_teams(query, scope) and period is not None and is_whole_months(period):
        return _kept(world, query, scope, by)
    book = book_of(world, query)
    c = book.columns
    key = _key(by, book)
    currency = func.coalesce(c.amount_currency, "")
    found = select(key, c.stage, currency, func.count(), func.coalesce(func.sum(c.amount_minor), 0))
    found = found.where(condition(world, query, book, scope)).group_by(key, c.stage, currency)
    return [_sum(by, *row) for row in world.tx.connection.execute(found)]


def _is_of_teams(query: Query, scope: Scope) -> bool:
    """Whether nothing but teams, stages and currencies decide what counts: that is what the kept sums know."""
    return not (scope.is_about_people or query.customers or query.product is not None or query.as_of)


def _kept(world: World, query: Query, scope: Scope, by: By) -> list[Sum]:
    c = pipeline_totals.c
    key: Any = c.team_id if by == "team" else c.stage
    found = select(key, c.stage, c.currency, func.sum(c.count), func.sum(c.amount_minor)).where(
        c.month.between(query.start, query.end), c.stage.in_(stages_of(world, query))
    )
    teams = scope.only_teams
    if teams is not None:
        found = found.where(c.team_id.in_(sorted(teams)))
    if query.currency:
        found = found.where(c.currency == query.currency)
    found = found.group_by(key, c.stage, c.currency).having(func.sum(c.count) != 0)
    return [_sum(by, *row) for row in world.tx.connection.execute(found)]


def _key(by: By, book: Book) -> Any:
    c = book.columns
    keys: dict[str, Callable[[], Any]] = {
        "owner": lambda: c.owner_id,
        "team": lambda: func.coalesce(c.team_id, NO_TEAM),
        "product": lambda: func.coalesce(c.product, ""),
        "customer": lambda: c.customer_id,
        "day": lambda: func.coalesce(cast(book.closes, String), ""),
        "month": lambda: func.coalesce(func.substr(cast(book.closes, String), 1, 7), ""),
    }
    return keys.get(by, lambda: c.stage)()


def _sum(by: By, key: Any, stage: str, currency: str, count: int, minor: Any) -> Sum:
    return Sum(key, stage, currency, int(count), int(minor))


def undated(world: World, query: Query) -> int:
    """How many deals the question leaves out because nobody said when they will close."""
    if query.period is None or query.what != "pipeline":
        return 0
    scope = scope_of(world, query)
    if _is_of_teams(query, scope):
        never = replace(query, start=NEVER, end=NEVER)
        return sum(item.count for item in _kept(world, never, scope, ""))
    book = book_of(world, query)
    is_open = condition(world, query.within(None), book, scope)
    return int(world.tx.connection.execute(select(func.count()).where(is_open, book.closes.is_(None))).scalar() or 0)


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


def deals(world: World, query: Query, *, limit: int = 200) -> "Sequence[Any]":
    """The rows themselves, the largest first: id, owner_id, customer_id, stage, amount, dates, as the book has them."""
    book = book_of(world, query)
    c = book.columns
    found: Select[Any] = select(
        book.id.label("id"), c.owner_id, c.customer_id, c.stage, c.amount_minor, c.amount_currency,
        c.expected_close, c.closed_on, c.product,
    )  # fmt: skip
    found = found.where(condition(world, query, book))
    order = (c.amount_minor.is_(None), c.amount_minor.desc(), book.id)
    return world.tx.connection.execute(found.order_by(*order).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Converted:
    """What an amount is in the organisation's currency, and by which rates; ``minor`` None where one is not known."""

    minor: int | None
    rates: tuple[Rate, ...] = ()


def converted(world: World, query: Query, rates: Rates, currency: str, amount: int) -> Converted:
    """The sum of a question in one currency, in the organisation's: open ones by the rate of the day, closed ones each
    by the rate of its closing."""
    if query.what not in ("won", "lost"):
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
