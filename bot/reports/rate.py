"""The win rate: of what was decided, how much was won; by number of deals, and by amount."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.dialogs.reply import Reply
from bot.pictures.sheet import Head
from bot.pictures.trend import Line as Curve
from bot.pictures.trend import trend
from bot.pictures.units import PERCENT
from bot.reports import show
from bot.reports.buttons import buttons
from bot.reports.drawn import pictured
from bot.reports.figures import Sum, sums
from bot.reports.lines import MAX_LINES, MAX_MOMENTS, Report, count_of, labels_of, only, per_currency
from bot.reports.query import OVER_TIME, Query
from bot.reports.worth import worth_of
from bot.tables import tabled
from bot.world import World
from config.types import Row


@dataclass(frozen=True, slots=True)
class _Row:
    """Won and lost, of all or of one of those by whom it is split."""

    label: str
    query: Query
    won: int
    lost: int

    @property
    def percent(self) -> Decimal:
        return Decimal(self.won * 100) / (self.won + self.lost)


def rate(world: World, query: Query) -> Report:
    """Won, lost and the share of each row; the whole, also by amount, beside the period before."""
    found = sums(world, query, query.by)
    words = world.words
    said: list[str] = []
    rows = _rows(world, query, found) if query.by else []
    whole = _row(world, "", query, found)
    if whole.won + whole.lost:
        said.append(_total(world, whole) + _by_amount(world, query))
        said += _before(world, query)
    else:
        said.append(words.say("report.rate_none"))
    table = [_cells(world, row) for row in rows]
    reply = tabled(words, [show.head(world, query)], table, said, buttons(world, query))
    return Report(_drawn(world, query, reply, rows), tuple(row.query for row in rows))


def _row(world: World, label: str, query: Query, found: Sequence[Sum]) -> _Row:
    won = {stage.code for stage in world.crm.stages_of("won")}
    count = count_of([item for item in found if item.stage in won])
    return _Row(label, query, count, count_of(found) - count)


def _rows(world: World, query: Query, found: Sequence[Sum]) -> list[_Row]:
    """The best rate first, months in their order."""
    labels: dict[Any, str] = labels_of(world, query.by, {item.key for item in found})
    rows = [
        _row(world, label, only(world, query, key), [item for item in found if item.key == key])
        for key, label in labels.items()
    ]
    if query.by in OVER_TIME:
        return sorted(rows, key=lambda row: (row.query.start is None, row.query.start))[:MAX_MOMENTS]
    best_first = sorted(rows, key=lambda row: (row.percent, row.won), reverse=not query.is_least_first)
    return best_first[: query.first or MAX_LINES]


def _total(world: World, row: _Row) -> str:
    return world.words.say("report.rate_total", won=row.won, lost=row.lost, percent=show.tenth(row.percent))


def _cells(world: World, row: _Row) -> Row:
    counts = (world.words.say(f"report.{what}", count=getattr(row, what)) for what in ("won", "lost"))
    return (row.label, *counts, f"{show.tenth(row.percent)}%")


def _by_amount(world: World, query: Query) -> str:
    """The same by amount in the organisation's currency, "" where a rate is not known."""
    won, lost = (replace(query, what=what, by="") for what in ("won", "lost"))
    worth = [worth_of(world, one, per_currency(sums(world, one))).minor for one in (won, lost)]
    if worth[0] is None or worth[1] is None or not sum(filter(None, worth)):
        return ""
    percent = Decimal(worth[0] * 100) / (worth[0] + worth[1])
    return world.words.say("report.rate_by_amount", percent=show.tenth(percent))


def _before(world: World, query: Query) -> list[str]:
    if query.period is None:
        return []
    other = query.beside(world.now.date())
    before = _row(world, "", other, sums(world, other))
    if other.period is None or not before.won + before.lost:
        return []
    key = "report.rate_year_before" if query.to_year else "report.rate_before"
    key = "report.rate_other" if query.other_start else key
    facts = {"won": before.won, "lost": before.lost, "percent": show.tenth(before.percent)}
    return [world.words.say(key, period=show.days(other.period, world), **facts)]


def _drawn(world: World, query: Query, reply: Reply, rows: Sequence[_Row]) -> Reply:
    """A curve of the months; a rate by person is told, since a bar would hide how few deals it is of."""
    if query.by not in OVER_TIME or not rows:
        return reply
    head = Head(show.title(world, query), show.subtitle(world, query))
    curve = Curve(world.words.say("report.what.rate"), tuple(row.percent for row in rows))
    picture = trend(head, [row.label for row in rows], [curve], unit=PERCENT, words=world.words)
    return pictured(reply, picture)
