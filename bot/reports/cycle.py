"""How long it took from a deal's first day until it was won: of all that were, or split as asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import mean, median
from typing import Any

from sqlalchemy import select

from bot.reports import show
from bot.reports.buttons import buttons
from bot.reports.figures import book_of, condition, key_column
from bot.reports.lines import MAX_LINES, MAX_MOMENTS, Report, labels_of, only
from bot.reports.query import OVER_TIME, Query
from bot.reports.traits import TRAITS, trait_of
from bot.tables import tabled
from bot.world import World
from config.types import Row


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    query: Query
    days: Sequence[int]


def cycle(world: World, query: Query) -> Report:
    """The mean and the middle of the days, and of how many deals; the longest first, or the shortest."""
    found = _days(world, query)
    labels: dict[Any, str] = labels_of(world, query.by, set(found)) if query.by else {}
    rows = [_Row(label, only(world, query, key), found[key]) for key, label in labels.items()]
    if query.by in OVER_TIME:
        rows = sorted(rows, key=lambda row: (row.query.start is None, row.query.start))[:MAX_MOMENTS]
    else:
        rows = sorted(rows, key=lambda row: mean(row.days), reverse=not query.is_least_first)
        rows = rows[: query.first or MAX_LINES]
    every = [days for own in found.values() for days in own]
    total = _told(world, "total", every) if every else world.words.say("report.cycle.none")
    table: list[Row] = [(row.label, _told(world, "row", row.days)) for row in rows]
    reply = tabled(
        world.words, [show.head(world, query)], table, [total, *_before(world, query)], buttons(world, query)
    )
    return Report(reply, tuple(row.query for row in rows))


def _days(world: World, query: Query) -> dict[Any, list[int]]:
    """How many days each won deal took, by what it is split by."""
    book = book_of(world, query)
    c = book.columns
    wanted = select(key_column(world, query, query.by, book), c.created_at, c.closed_on)
    wanted = wanted.where(condition(world, query, book), c.closed_on.is_not(None))
    found: dict[Any, list[int]] = {}
    for key, began, closed in world.tx.connection.execute(wanted):
        key = trait_of(world.crm, query.by, key) if query.by in TRAITS else _moment(query, key)
        found.setdefault(key, []).append(max(0, (closed - _day(world, began)).days))
    return found


def _moment(query: Query, key: Any) -> Any:
    """The first month of the quarter stands for it."""
    return f"{key[:5]}{(int(key[5:7]) - 1) // 3 * 3 + 1:02}" if query.by == "quarter" and key else key


def _day(world: World, at: datetime) -> date:
    return at.astimezone(world.now.tzinfo).date()


def _told(world: World, name: str, days: Sequence[int]) -> str:
    facts = {"mean": round(mean(days)), "middle": round(median(days)), "count": len(days)}
    return world.words.say(f"report.cycle.{name}", **facts)


def _before(world: World, query: Query) -> list[str]:
    other = query.beside(world.now.date())
    if other.period is None:
        return []
    every = [days for own in _days(world, other).values() for days in own]
    period = show.days(other.period, world)
    return [world.words.say("report.cycle.before", period=period, said=_told(world, "row", every))] if every else []
