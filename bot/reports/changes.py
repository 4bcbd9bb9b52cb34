"""What became of the pipeline between two moments: deal by deal, so that the causes add up to the difference."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

from sqlalchemy import Select, and_, case, false, func, literal, or_, select

from bot.reports.figures import Book, condition, stages_of
from bot.reports.kinds import kind_of
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
    for row in world.tx.connection.execute(_added_up(_changed(world, query, since, until))):
        alike = _read(row)
        for cause, currency, minor in _causes(alike, kinds):
            amounts = found.steps.setdefault(cause, {})
            amounts[currency] = amounts.get(currency, 0) + minor
        for what in _counted(alike, kinds, order):
            found.counts[what] += alike.deals
            if what == "up":
                found.arrived[alike.n_stage] += alike.deals
    return found


def changed_deals(world: World, query: Query, since: datetime, until: datetime) -> list[Changed]:
    """The deals behind the differences, cause by cause, the largest first."""
    kinds = {stage.code: stage.kind for stage in world.crm.stages}
    rows = world.tx.connection.execute(_changed(world, query, since, until)).all()
    found = [Changed(row, *one) for row in rows for one in _causes(row, kinds)]
    return sorted(found, key=lambda one: (CAUSES.index(one.cause), -abs(one.minor), one.deal.id))


def did(world: World, query: Query, what: str, since: datetime, until: datetime) -> list[Any]:
    """The deals of the question that did one of what a summary counts in between, the largest first."""
    order = {stage.code: n for n, stage in enumerate(world.crm.stages)}
    kinds = {stage.code: stage.kind for stage in world.crm.stages}
    rows = world.tx.connection.execute(_changed(world, query, since, until)).all()
    found = [row for row in rows if what in _counted(row, kinds, order)]
    return sorted(found, key=lambda row: (-row.n_minor, row.id))


# What decides the cause: of the deals that are alike in this, the amounts can be added up. All that is yes or no or one
# of a few stands in one number, by which a million deals are sorted in half the time.
DECIDES = ("w_stage", "n_stage", "w_currency", "n_currency")
_FLAGS = ("was_there", "w_binned", "n_binned", "w_mine", "n_mine", "w_in", "n_in")
_MOVED = ("unset", "later", "same", "earlier")
_GREW = (0, 1, -1)
_FEW = {"moved": _MOVED, "grew": _GREW}


class _Alike(SimpleNamespace):
    """Changed deals that are alike in all that decides the cause, with their amounts together."""


def _changed(world: World, query: Query, since: datetime, until: datetime) -> Select[Any]:
    """The deals with a change in between, as they were and as they are; whether they count, then and now."""
    was, now = opportunity_history.alias("w"), opportunity_history.alias("n")
    scope = scope_of(world, query)
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    joined = and_(was.c.opportunity_id == now.c.opportunity_id, was.c.since <= since, was.c.until > since)
    columns: list[Any] = [now.c.opportunity_id.label("id"), now.c.owner_id, now.c.customer_id]
    for mark, side in (("w", was), ("n", now)):
        columns += [
            side.c.stage.label(f"{mark}_stage"),
            func.coalesce(side.c.amount_minor, 0).label(f"{mark}_minor"),
            func.coalesce(side.c.amount_currency, "").label(f"{mark}_currency"),
            side.c.expected_close.label(f"{mark}_closes"),
            side.c.deleted_at.is_not(None).label(f"{mark}_binned"),
            _mine(world, query, side, scope).label(f"{mark}_mine"),
            _inside(world, query, side, scope).label(f"{mark}_in"),
        ]
    columns += [was.c.id.is_not(None).label("was_there"), _moved(was, now), _grew(was, now)]
    mine = or_(*(_mine(world, query, side, scope) for side in (was, now)))
    is_last = or_(now.c.until.is_(None), now.c.until > until)
    found = select(*columns).select_from(now.outerjoin(was, joined)).where(is_last, mine)
    if scope.is_limited:
        found = found.where(now.c.opportunity_id.in_(_touched(scope, since, until)))
    return found.where(now.c.since > since, now.c.since <= until)


def _touched(scope: Scope, since: datetime, until: datetime) -> Select[Any]:
    """The deals that were or became theirs with a change in between: few of all that changed."""
    c = opportunity_history.c
    came, went = (and_(moment > since, moment <= until) for moment in (c.since, c.until))
    return select(c.opportunity_id).where(scope.condition(c), or_(came, went))


def _added_up(changed: Select[Any]) -> Select[Any]:
    """The changed deals that are alike as one row: how many, and their amounts together."""
    c = changed.subquery().c
    marks: Any = literal(0)
    for place, name in enumerate(_FLAGS):
        marks = marks + case((c[name], 1 << place), else_=0)
    for name, weight in _weights():
        marks = marks + c[name] * weight
    alike = [marks.label("marks"), *(c[name] for name in DECIDES)]
    amounts = [func.sum(c[name]).label(name) for name in ("w_minor", "n_minor")]
    return select(*alike, *amounts, func.count().label("deals")).group_by(*alike)


def _weights() -> Iterator[tuple[str, int]]:
    """The places in the number of what is one of a few, after the bits of the flags."""
    weight = 1 << len(_FLAGS)
    for name, values in _FEW.items():
        yield name, weight
        weight *= len(values)


def _read(row: Any) -> _Alike:
    """A sum, with its marks by their names again."""
    flags = {name: bool(row.marks >> place & 1) for place, name in enumerate(_FLAGS)}
    few = {name: row.marks // weight % len(_FEW[name]) for name, weight in _weights()}
    return _Alike(**row._mapping, **flags, **few)


def _moved(was: Any, now: Any) -> Any:
    """Where the date of closing went, by its place in `_MOVED`."""
    old, new = was.c.expected_close, now.c.expected_close
    places = {name: place for place, name in enumerate(_MOVED)}
    later, same = ((new > old, places["later"]), (new == old, places["same"]))
    return case((new.is_(None), places["unset"]), later, same, else_=places["earlier"]).label("moved")


def _grew(was: Any, now: Any) -> Any:
    """Whether the amount is larger, smaller or the same, by its place in `_GREW`."""
    old, new = (func.coalesce(side.c.amount_minor, 0) for side in (was, now))
    return case((new > old, _GREW.index(1)), (new < old, _GREW.index(-1)), else_=_GREW.index(0)).label("grew")


def _inside(world: World, query: Query, side: Any, scope: Scope) -> Any:
    """Whether the deal counts in the open pipeline that is asked about."""
    book = Book(side.c, side.c.deleted_at.is_(None), side.c.opportunity_id)
    return condition(world, query, book, scope)


def _mine(world: World, query: Query, side: Any, scope: Scope) -> Any:
    """Whether it is a deal of theirs at all, whatever its stage, its dates, or whether it was put into the bin."""
    parts = [side.c.id.is_not(None), scope.condition(side.c)]
    parts += left_out(world, query, side.c)
    parts += kind_of(world, query, side.c)
    return and_(*parts) if stages_of(world, query) else false()


def _causes(row: Any, kinds: Mapping[str, str]) -> list[tuple[Cause, str, int]]:
    """Why the deal's open amount changed: nothing, one cause, or in another currency two."""
    was, now, old, new = int(row.w_minor), int(row.n_minor), row.w_currency, row.n_currency
    if row.w_in and row.n_in:
        if old == new:
            grew = _GREW[row.grew]
            return [("raised" if grew > 0 else "cut", new, now - was)] if grew else []
        return [("cut", old, -was), ("raised", new, now)]
    if row.w_in:
        return [(_why_out(row, kinds), old, -was)]
    return [(_why_in(row, kinds), new, now)] if row.n_in else []


def _why_out(row: Any, kinds: Mapping[str, str]) -> Cause:
    if row.n_binned:
        return "removed"
    if not row.n_mine:
        return "left"
    kind = kinds.get(row.n_stage, "open")
    if kind == "won":
        return "won"
    if kind == "lost":
        return "lost"
    moved = _MOVED[row.moved]
    if moved in ("unset", "later"):
        return "slipped"
    return "earlier" if moved == "earlier" else "left"


def _why_in(row: Any, kinds: Mapping[str, str]) -> Cause:
    if not row.was_there or row.w_binned:
        return "new"
    if not row.w_mine:
        return "assigned"
    return "reopened" if kinds.get(row.w_stage, "open") != "open" else "entered"


def _counted(row: Any, kinds: Mapping[str, str], order: dict[str, int]) -> list[str]:
    """What a summary says of a deal, or of several alike; each may have done several things."""
    done = []
    if row.n_in and not row.w_in and _why_in(row, kinds) == "new":
        done.append("new")
    if row.w_in and row.n_in and row.w_stage != row.n_stage:
        done.append("up" if order.get(row.n_stage, 0) > order.get(row.w_stage, 0) else "back")
    kind = kinds.get(row.n_stage, "open")
    is_there = row.n_mine and not row.n_binned
    if row.w_in and _MOVED[row.moved] == "later" and kind == "open" and is_there:
        done.append("slipped")
    if is_there and kind != "open" and (not row.was_there or row.w_stage != row.n_stage):
        done.append(kind)
    return done
