"""The rows a question is about, and their exact sums: in each currency for itself, never in floating point.

Sums of whole months, or of all time, over teams come from the kept ones; everything else is added up from the rows,
with an index that holds all that is needed. Both give the same, which a test holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select

from bot.reports.kinds import bought_before, kind_of, why_lost
from bot.reports.query import By, Query, What, is_whole_months
from bot.reports.rates import Rates
from bot.reports.scope import Scope, left_out, scope_of
from bot.reports.traits import TRAITS, trait_column, trait_of
from bot.world import World
from config.lists import StageKind
from config.types import Period, minor_digits
from storage import records
from storage.history import NEVER, NO_TEAM
from storage.tables import opportunity_history, pipeline_totals

_KINDS: dict[What, tuple[StageKind, ...]] = {
    "won": ("won",), "cycle": ("won",), "lost": ("lost",), "rate": ("won", "lost"),
}  # fmt: skip

# The parts of a question that the kept sums know nothing of.
_NARROWER = (
    "product", "industry", "source", "size", "place", "reason", "rival", "is_to_rival", "customers", "not_owners",
    "not_teams", "not_customers", "not_currencies", "as_of", "least", "most", "is_undated", "buyers", "deals",
    "among",)  # fmt: skip


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
    _start, after = Period(day, day).instants(world.now.tzinfo)
    return (after - timedelta(microseconds=1)).astimezone(UTC)


def book_of(world: World, query: Query) -> Book:
    return book_at(end_of(query.as_of, world)) if query.as_of else now_book()


def condition(world: World, query: Query, book: Book, scope: Scope | None = None) -> ColumnElement[bool]:
    """Which rows of the book the question counts."""
    columns = book.columns
    scope = scope or scope_of(world, query)
    parts = [book.alive, scope.condition(columns), columns.stage.in_(stages_of(world, query))]
    parts += left_out(world, query, columns)
    if query.start is not None and query.end is not None:
        parts.append(book.closes.between(query.start, query.end))
    if query.is_undated:
        parts.append(book.closes.is_(None))
    if query.deals:
        parts.append(book.id.in_(query.deals))
    parts += kind_of(world, query, columns) + why_lost(world, query, columns)
    return and_(*parts)


def stages_of(world: World, query: Query) -> tuple[str, ...]:
    """The stages that count."""
    if query.stage:
        return (query.stage,)
    kinds = _KINDS.get(query.what, ("open",))
    found = (stage.code for stage in world.crm.stages if stage.kind in kinds)
    return tuple(code for code in found if code not in query.not_stages)


def sums(world: World, query: Query, by: By = "") -> list[Sum]:
    """The sums of a question by stage and currency, and by what else was asked."""
    scope = scope_of(world, query)
    period = query.period
    is_kept = by in ("", "stage", "team") and (period is None or is_whole_months(period))
    if is_kept and _is_of_teams(query, scope):
        return _kept(world, query, scope, by)
    book = book_of(world, query)
    c = book.columns
    key = key_column(world, query, by, book)
    currency = func.coalesce(c.amount_currency, "")
    found = select(key, c.stage, currency, func.count(), func.coalesce(func.sum(c.amount_minor), 0))
    found = found.where(condition(world, query, book, scope)).group_by(key, c.stage, currency)
    rows = [_sum(by, *row) for row in world.tx.connection.execute(found)]
    return [replace(row, key=trait_of(world.crm, by, row.key)) for row in rows] if by in TRAITS else rows


def _is_of_teams(query: Query, scope: Scope) -> bool:
    """Whether nothing but teams, stages and currencies decide what counts: that is what the kept sums know."""
    plain = Query()
    return not scope.is_about_people and all(getattr(query, name) == getattr(plain, name) for name in _NARROWER)


def _kept(world: World, query: Query, scope: Scope, by: By) -> list[Sum]:
    c = pipeline_totals.c
    key: Any = c.team_id if by == "team" else c.stage
    found = select(key, c.stage, c.currency, func.sum(c.count), func.sum(c.amount_minor))
    found = found.where(c.stage.in_(stages_of(world, query)))
    if query.period is not None:
        found = found.where(c.month.between(query.start, query.end))
    teams = scope.only_teams
    if teams is not None:
        found = found.where(c.team_id.in_(sorted(teams)))
    if query.currency:
        found = found.where(c.currency == query.currency)
    found = found.group_by(key, c.stage, c.currency).having(func.sum(c.count) != 0)
    return [_sum(by, *row) for row in world.tx.connection.execute(found)]


def key_column(world: World, query: Query, by: By, book: Book) -> Any:
    """What the rows are told apart by."""
    c = book.columns
    if by == "buyers":
        return case((bought_before(world, query, c), "old"), else_="new")
    if by in TRAITS:
        return func.coalesce(trait_column(by, c), "")
    keys: dict[str, Callable[[], Any]] = {
        "owner": lambda: c.owner_id,
        "team": lambda: func.coalesce(c.team_id, NO_TEAM),
        "product": lambda: func.coalesce(c.product, ""),
        "customer": lambda: c.customer_id,
        "day": lambda: func.coalesce(cast(book.closes, String), ""),
        "month": lambda: func.coalesce(func.substr(cast(book.closes, String), 1, 7), ""),
        "reason": lambda: func.coalesce(c.lost_reason, ""),
        "rival": lambda: func.coalesce(c.competitor, ""),
    }
    return keys.get("month" if by == "quarter" else by, lambda: c.stage)()


def _sum(by: By, key: Any, stage: str, currency: str | None, count: int, minor: Any) -> Sum:
    if by == "quarter" and key:
        key = f"{key[:5]}{(int(key[5:7]) - 1) // 3 * 3 + 1:02}"  # its first month stands for it
    return Sum(key, stage, currency or "", int(count), int(minor or 0))  # none: hidden from who asks


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


def deals(world: World, query: Query, *, limit: int = 200) -> Sequence[Any]:
    """The rows themselves, as the book has them: the largest first, or those that close first."""
    book = book_of(world, query)
    c = book.columns
    found: Select[Any] = select(
        book.id.label("id"), c.owner_id, c.customer_id, c.stage, c.amount_minor, c.amount_currency,
        c.expected_close, c.closed_on, c.product,
    )  # fmt: skip
    if query.what == "lost":
        found = found.add_columns(c.lost_reason, c.competitor)
    found = found.where(condition(world, query, book))
    order: tuple[Any, ...] = (c.amount_minor.is_(None), _worth(world, c).desc(), book.id)
    if query.rows == "close":
        order = (book.closes.is_(None), book.closes, book.id)
    return world.tx.connection.execute(found.order_by(*order).limit(limit)).all()


def about(world: World) -> dict[str, float]:
    """About what a minor unit of each currency is worth in the organisation's: for the order of large and small, not
    for a figure. One without a rate counts as it is."""
    rates, digits, today = Rates(world.tx, world.currency), minor_digits(world.currency), world.now.date()
    known = {code: rates.on(code, today) for code in {*world.crm.currencies, world.currency}}
    return {
        code: (float(rate.rate) if rate else 1.0) * 10.0 ** (digits - minor_digits(code))
        for code, rate in sorted(known.items())
    }


def _worth(world: World, columns: Any) -> ColumnElement[Any]:
    worth: ColumnElement[Any] = columns.amount_minor * case(about(world), value=columns.amount_currency, else_=1.0)
    return worth
