"""What became of the pipeline between two moments: deal by deal, so that the causes add up to the difference."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import and_, false, or_, select

from bot.reports.figures import Book, condition, stages_of
from bot.reports.query import Query
from bot.reports.scope import Scope, left_out, scope_of
from bot.world import World
from storage.tables import opportunity_history

# Why the open amount is another one, each deal for one of them; the order is that of the waterfall.
Cause: TypeAlias = Literal[
    "new", "reopened", "entered", "assigned", "raised", "cut", "won", "lost", "slipped", "earlier", "left", "removed"
]
CAUSES: tuple[Cause, ...] = Cause.__args__  # type: ignore[attr-defined]
# What a summary counts.
COUNTED = ("new", "up", "back", "slipped", "won", "lost")


@dataclass(frozen=True, slots=True)
class Difference:
    """The causes with their amounts, {currency: minor units}, and how many deals did what."""

    steps: dict[Cause, dict[str, int]]
    counts: Counter[str]
    arrived: Counter[str]  # by stage: how many were moved up to it


@dataclass(frozen=True, slots=True)
class Changed:
    """A deal of which the open amount is another one, for one cause, by so many minor units."""

    deal: Any
    cause: Cause
    currency: str
    minor: int


def differences(world: World, query: Query, since: datetime, until: datetime) -> Difference:
    """What happened to the question's open deals after ``since``, up to ``until``."""
    found = Difference({}, Counter(), Counter())
    order = {stage.code: n for n, stage in enumerate(world.crm.stages)}
    kinds = {stage.code: stage.kind for stage in world.crm.stages}
    for row in _changed(world, query, since, until):
        for cause, currency, minor in _causes(row, kinds):
            amounts = found.steps.setdefault(cause, {})
            amounts[currency] = amounts.get(currency, 0) + minor
        for what in _counted(row, kinds, order):
            found.counts[what] += 1
            if what == "up":
                found.arrived[row.n_stage] += 1
    return found


def changed_deals(world: World, query: Query, since: datetime, until: datetime) -> list[Changed]:
    """The deals behind the differences, cause by cause, the largest first."""
    kinds = {stage.code: stage.kind for stage in world.crm.stages}
    rows = _changed(world, query, since, until)
    found = [Changed(row, *one) for row in rows for one in _causes(row, kinds)]
    return sorted(found, key=lambda one: (CAUSES.index(one.cause), -abs(one.minor), one.deal.id))


def _changed(world: World, query: Query, since: datetime, until: datetime) -> Sequence[Any]:
    """The deals with a change in between, as they were and as they are; whether they count, then and now."""
    was, now = opportunity_history.alias("w"), opportunity_history.alias("n")
    scope = scope_of(world, query)
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    joined = and_(was.c.opportunity_id == now.c.opportunity_id, was.c.since <= since, was.c.until > since)
    names = ("stage", "amount_minor", "amount_currency", "expected_close", "closed_on", "deleted_at")
    facts = [now.c.opportunity_id.label("id"), now.c.owner_id, now.c.customer_id]
    columns = [side.c[name].label(f"{mark}_{name}") for side, mark in ((was, "w"), (now, "n")) for name in names]
    mine = [_mine(world, query, side, scope).label(f"{mark}_mine") for side, mark in ((was, "w"), (now, "n"))]
    inside = [_inside(world, query, side, scope).label(f"{mark}_in") for side, mark in ((was, "w"), (now, "n"))]
    found = select(was.c.id.label("was"), *facts, *columns, *mine, *inside).select_from(now.outerjoin(was, joined))
    found = found.where(
        now.c.since > since, now.c.since <= until, or_(now.c.until.is_(None), now.c.until > until), or_(*mine)
    )
    return world.tx.connection.execute(found).all()


def _inside(world: World, query: Query, side: Any, scope: Scope) -> Any:
    """Whether the deal counts in the open pipeline that is asked about."""
    book = Book(side.c, side.c.deleted_at.is_(None), side.c.opportunity_id)
    return condition(world, query, book, scope)


def _mine(world: World, query: Query, side: Any, scope: Scope) -> Any:
    """Whether it is a deal of theirs at all, whatever its stage, its dates, or whether it was put into the bin."""
    parts = [side.c.id.is_not(None), scope.condition(side.c)]
    parts += left_out(world, query, side.c)
    if query.customers:
        parts.append(side.c.customer_id.in_(query.customers))
    if query.product is not None:
        parts.append(side.c.product == query.product if query.product else side.c.product.is_(None))
    return and_(*parts) if stages_of(world, query) else false()


def _causes(row: Any, kinds: Mapping[str, str]) -> list[tuple[Cause, str, int]]:
    """Why the deal's open amount changed: nothing, one cause, or in another currency two."""
    was, now = row.w_amount_minor or 0, row.n_amount_minor or 0
    old, new = row.w_amount_currency or "", row.n_amount_currency or ""
    if row.w_in and row.n_in:
        if old == new:
            return [("raised" if now > was else "cut", new, now - was)] if now != was else []
        return [("cut", old, -was), ("raised", new, now)]
    if row.w_in:
        return [(_why_out(row, kinds), old, -was)]
    return [(_why_in(row, kinds), new, now)] if row.n_in else []


def _why_out(row: Any, kinds: Mapping[str, str]) -> Cause:
    if row.n_deleted_at is not None:
        return "removed"
    if not row.n_mine:
        return "left"
    kind = kinds.get(row.n_stage, "open")
    if kind == "won":
        return "won"
    if kind == "lost":
        return "lost"
    if row.n_expected_close is None or (row.w_expected_close and row.n_expected_close > row.w_expected_close):
        return "slipped"
    return "earlier" if row.n_expected_close != row.w_expected_close else "left"


def _why_in(row: Any, kinds: Mapping[str, str]) -> Cause:
    if row.was is None or row.w_deleted_at is not None:
        return "new"
    if not row.w_mine:
        return "assigned"
    return "reopened" if kinds.get(row.w_stage, "open") != "open" else "entered"


def _counted(row: Any, kinds: Mapping[str, str], order: dict[str, int]) -> list[str]:
    """What a summary says of the deal; it may have done several things."""
    done = []
    if row.n_in and not row.w_in and _why_in(row, kinds) == "new":
        done.append("new")
    if row.w_in and row.n_in and row.w_stage != row.n_stage:
        done.append("up" if order.get(row.n_stage, 0) > order.get(row.w_stage, 0) else "back")
    later = row.w_expected_close and row.n_expected_close and row.n_expected_close > row.w_expected_close
    if row.w_in and later and kinds.get(row.n_stage, "open") == "open" and row.n_deleted_at is None and row.n_mine:
        done.append("slipped")
    kind = kinds.get(row.n_stage, "open")
    if row.n_mine and row.n_deleted_at is None and kind != "open" and (row.was is None or row.w_stage != row.n_stage):
        done.append(kind)
    return done
