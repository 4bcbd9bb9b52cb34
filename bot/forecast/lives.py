"""How deals went: when each came into which stage and what it was worth then, as the audit trail tells."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from bot.rules.access import visible
from bot.targets.exchange import Exchange
from bot.world import World
from config.crm import Crm
from config.types import Money
from storage import records
from storage.tables import audit

DAY_S = 86_400.0
SLIP = 1 / 24  # of a day: a stage that was left within the hour was a mistake that was put right
MAX_LIVES = 6_000  # of more deals, every second (third …) one tells as much


@dataclass(frozen=True, slots=True)
class Life:
    """One deal. Days are counted from 1970. ``path``: (day, place of the stage); the places after the open stages are
    won and lost. ``amounts``: (day, worth in one currency). ``closes``: (day, when it was expected, as an
    ordinal)."""

    id: int
    owner_id: int | None
    team_id: int | None
    path: tuple[tuple[float, int], ...]
    amounts: tuple[tuple[float, float], ...]
    closes: tuple[tuple[float, float], ...] = ()

    @property
    def begun(self) -> float:
        return self.path[0][0]

    def stage_at(self, day: float) -> tuple[float, int] | None:
        """Since when it was where, on a day; None before it began."""
        place = bisect_right(self.path, (day, 1 << 30))
        return self.path[place - 1] if place else None

    def amount_at(self, day: float) -> float:
        return _at(self.amounts, day) or 0.0

    def close_at(self, day: float) -> float | None:
        """When it was expected to be won, as one thought on a day."""
        return _at(self.closes, day)

    def won_between(self, first: float, last: float, won: int) -> bool:
        """Was it won after the first moment and no later than the last, and is it still?"""
        now = self.stage_at(last)
        return now is not None and now[1] == won and now[0] > first


def _at(values: Sequence[tuple[float, float]], day: float) -> float | None:
    """The value that held on a day; before the first one, the first."""
    place = bisect_right(values, (day, float("inf")))
    return values[max(place - 1, 0)][1] if values else None


@dataclass(frozen=True, slots=True)
class Past:
    """The deals that somebody may learn from. ``share``: of how many one was looked at (1 of 1, 1 of 2 …)."""

    lives: tuple[Life, ...]
    open_stages: tuple[str, ...]
    share: int = 1

    @property
    def won(self) -> int:
        """The place of "won" among the stages; that of "lost" follows."""
        return len(self.open_stages)


def day_number(moment: datetime) -> float:
    return moment.timestamp() / DAY_S


def past_of(world: World, rates: Exchange) -> Past:
    """How all deals went that the person may see, in the currency of the rates."""
    cls: Any = records.Opportunity
    seen = visible(world.actor, world.crm, cls)
    count = world.tx.connection.execute(select(func.count()).select_from(cls).where(seen)).scalar_one()
    share = max(1, -(-count // MAX_LIVES))
    wanted = select(cls.id, cls.owner_id, cls.team_id, cls.amount_currency).where(seen, cls.id % share == 0)
    if share == 1:
        wanted = select(cls.id, cls.owner_id, cls.team_id, cls.amount_currency).where(seen)
    open_stages = tuple(stage.code for stage in world.crm.stages_of("open"))
    return Past(tuple(_lives(world, wanted, rates, _places(world.crm))), open_stages, share)


def past_now(world: World) -> Past:
    """The same in the organisation's currency, at today's rates."""
    return past_of(world, Exchange(world, world.currency, world.now.date()))


def lives_among(world: World, ids: Sequence[int], rates: Exchange) -> dict[int, Life]:
    """How certain deals went, by their id; one of which only the end is known is not there."""
    cls: Any = records.Opportunity
    columns = (cls.id, cls.owner_id, cls.team_id, cls.amount_currency)
    wanted = select(*columns).where(visible(world.actor, world.crm, cls), cls.id.in_(ids))
    return {life.id: life for life in _lives(world, wanted, rates, _places(world.crm))}


def _places(crm: Crm) -> dict[str, int]:
    """The place of each stage: the open ones in order, then won, then lost."""
    opened = [stage.code for stage in crm.stages_of("open")]
    places = {code: place for place, code in enumerate(opened)}
    places |= {stage.code: len(opened) for stage in crm.stages_of("won")}
    return places | {stage.code: len(opened) + 1 for stage in crm.stages_of("lost")}


def _lives(world: World, wanted: Select[Any], rates: Exchange, places: dict[str, int]) -> Iterable[Life]:
    deals = {row.id: row for row in world.tx.connection.execute(wanted)}
    chosen = wanted.with_only_columns(records.Opportunity.id)
    query = select(audit.c.record_id, audit.c.at, audit.c.changes).where(
        audit.c.kind == "opportunity", audit.c.record_id.in_(chosen)
    )
    found: dict[int, list[tuple[float, Any]]] = {}
    for row in world.tx.connection.execute(query.order_by(audit.c.record_id, audit.c.id)):
        found.setdefault(row.record_id, []).append((day_number(row.at), row.changes))
    for number, changes in found.items():
        path = _path(changes, places)
        if path:
            deal = deals[number]
            amounts = tuple(_amounts(changes, deal.amount_currency, rates))
            yield Life(number, deal.owner_id, deal.team_id, path, amounts, tuple(_closes(changes)))


def _path(changes: Sequence[tuple[float, Any]], places: dict[str, int]) -> tuple[tuple[float, int], ...]:
    """The stages in order; () for a deal of which only the end is known, or whose stages are no longer there."""
    moves = [(day, change["stage"][1]) for day, change in changes if "stage" in change]
    if not moves or any(stage not in places for _day, stage in moves):
        return ()
    path: list[tuple[float, int]] = []
    for day, stage in moves:
        if path and day - path[-1][0] < SLIP:
            day, _slip = path.pop()
        if not path or path[-1][1] != places[stage]:
            path.append((day, places[stage]))
    return tuple(path) if path and path[0][1] < min(_closed(places)) else ()


def _closed(places: dict[str, int]) -> list[int]:
    """The places of won and lost."""
    return sorted(set(places.values()))[-2:]


def _amounts(changes: Sequence[tuple[float, Any]], code: str | None, rates: Exchange) -> Iterable[tuple[float, float]]:
    """What it was worth from when on. An amount that no rate converts is worth nothing here; it is told apart."""
    for day, change in changes:
        minor = change.get("amount_minor", (None, None))[1]
        if minor is not None and code is not None:
            worth = rates.convert(Money.from_minor(minor, code))
            if worth is not None:
                yield day, float(worth.value)


def _closes(changes: Sequence[tuple[float, Any]]) -> Iterable[tuple[float, float]]:
    for day, change in changes:
        said = change.get("expected_close", (None, None))[1]
        if said is not None:
            yield day, float(date.fromisoformat(said).toordinal())
