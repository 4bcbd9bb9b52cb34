"""The rows a question is about, and their exact sums: in each currency for itself, never in floating point.

Sums of whole months, or of all time, over teams come from the kept ones; everything else is added up from the rows,
with an index that holds all that is needed. Both give the same, which a test holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select

from bot.reports.query import By, Query, What, is_whole_months
from bot.reports.rates import Rates
from bot.reports.scope import Scope, left_out, scope_of
from bot.world import World
from config.lists import StageKind
from config.types import Period, minor_digits
from storage import records
from storage.history import NEVER, NO_TEAM
from storage.tables import opportunity_history, pipeline_totals

_KINDS: dict[What, tuple[StageKind, ...]] = {"won": ("won",), "lost": ("lost",), "rate": ("won", "lost")}


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
    if query.customers:
        parts.append(columns.customer_id.in_(query.customers))
    if query.product is not None:
        parts.append(columns.product == query.product if query.product else columns.product.is_(None))
    if query.industry is not None:
        forms = [form for form, code in _industries(world).items() if code == query.industry]
        parts.append(func.coalesce(_industry(columns), "").in_([query.industry, *forms]))
    if query.reason is not None:
        parts.append(columns.lost_reason == query.reason if query.reason else columns.lost_reason.is_(None))
    if query.is_to_rival:
        parts.append(_to_rival(world, columns))
    if query.rival is not None:
        parts.append(columns.competitor == query.rival if query.rival else columns.competitor.is_(None))
    if query.currency:
        parts.append(columns.amount_currency == query.currency)
    if query.not_currencies:
        others = columns.amount_currency.not_in(query.not_currencies)
        parts.append(or_(columns.amount_currency.is_(None), others))
    return and_(*parts)


def stages_of(world: World, query: Query) -> tuple[str, ...]:
    """The stages that count."""
    if query.stage:
        return (query.stage,)
    kinds = _KINDS.get(query.what, ("open",))
    found = (stage.code for stage in world.crm.stages if stage.kind in kinds)
    return tuple(code for code in found if code not in query.not_stages)


def _to_rival(world: World, columns: Any) -> ColumnElement[bool]:
    """Whether a rival took the deal: one is named, or the reason is that they chose another."""
    reasons = [item for item in world.crm.items("lost_reasons") if item.code == "competitor"]
    labels = [label for item in reasons for label in (item.code, *item.labels.values())]
    return or_(columns.competitor.is_not(None), columns.lost_reason.in_(labels))


def sums(world: World, query: Query, by: By = "") -> list[Sum]:
    """The sums of a question by stage and currency, and by what else was asked."""
    scope = scope_of(world, query)
    period = query.period
    is_kept = by in ("", "stage", "team") and (period is None or is_whole_months(period))
    if is_kept and _is_of_teams(query, scope):
        return _kept(world, query, scope, by)
    book = book_of(world, query)
    c = book.columns
    key = _key(by, book)
    currency = func.coalesce(c.amount_currency, "")
    found = select(key, c.stage, currency, func.count(), func.coalesce(func.sum(c.amount_minor), 0))
    found = found.where(condition(world, query, book, scope)).group_by(key, c.stage, currency)
    rows = [_sum(by, *row) for row in world.tx.connection.execute(found)]
    if by == "industry":
        codes = _industries(world)
        return [replace(row, key=codes.get(row.key, row.key)) for row in rows]
    return rows


def _industries(world: World) -> dict[str, str]:
    """The codes of the industries on the list, by what customers may have of them: the code, or a label."""
    items = world.crm.items("industries")
    return {form: item.code for item in items for form in (item.code, *item.labels.values())}


def _is_of_teams(query: Query, scope: Scope) -> bool:
    """Whether nothing but teams, stages and currencies decide what counts: that is what the kept sums know."""
    is_narrower = query.customers or query.not_owners or query.not_teams or query.not_customers or query.not_currencies
    return not (
        scope.is_about_people
        or is_narrower
        or query.product is not None
        or query.industry is not None
        or query.reason is not None
        or query.is_to_rival
        or query.rival is not None
        or query.as_of
    )


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


def _key(by: By, book: Book) -> Any:
    c = book.columns
    keys: dict[str, Callable[[], Any]] = {
        "owner": lambda: c.owner_id,
        "team": lambda: func.coalesce(c.team_id, NO_TEAM),
        "product": lambda: func.coalesce(c.product, ""),
        "customer": lambda: c.customer_id,
        "industry": lambda: func.coalesce(_industry(c), ""),
        "day": lambda: func.coalesce(cast(book.closes, String), ""),
        "month": lambda: func.coalesce(func.substr(cast(book.closes, String), 1, 7), ""),
        "reason": lambda: func.coalesce(c.lost_reason, ""),
        "rival": lambda: func.coalesce(c.competitor, ""),
    }
    return keys.get("month" if by == "quarter" else by, lambda: c.stage)()


def _industry(columns: Any) -> Any:
    """The industry of whose deal it is."""
    customer = records.Customer
    return select(customer.industry).where(customer.id == columns.customer_id).scalar_subquery()


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
