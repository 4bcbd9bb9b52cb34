"""A summary as it is said: the numbers, what changed, the next question as a button, and a picture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.reports import show
from bot.reports.buttons import buttons
from bot.reports.changes import COUNTED, Difference, differences
from bot.reports.compared import compared
from bot.reports.drawn import drawn
from bot.reports.figures import end_of, sums, undated
from bot.reports.heads import each, per_head
from bot.reports.lines import (
    Line,
    Report,
    added,
    count_of,
    line_of,
    main_currency,
    per_currency,
    shown,
    split,
    stage_lines,
)
from bot.reports.query import By, Query
from bot.reports.totals import beside, mean, totals
from bot.reports.worth import probabilities, worth_of
from bot.tables import tabled
from bot.world import World
from config.types import Row


def pipeline(world: World, query: Query) -> Report:
    """Per stage or by what was asked: count, amount, weighted amount; the total; what changed."""
    chances = probabilities(world, end_of(query.as_of, world) if query.as_of else None)
    by: By = query.by or "stage"
    found = sums(world, query, by)
    main = main_currency(world, found)
    lines = stage_lines(world, query, found, chances) if by == "stage" else split(world, query, found, chances)
    moved = None if query.as_of else _since(world, query)
    rows = [_row(world, line, main, moved[1] if moved and by == "stage" else None) for line in shown(query, lines)]
    rows += _rest(world, query, lines)
    said = totals(world, query, line_of("", query, found, chances)) + _done(world, query)
    missing = undated(world, query)
    if missing:
        said.append(world.words.say("report.undated", count=missing))
    if moved:
        said.append(_changed(world, query, *moved))
    head = [show.head(world, query), *_per_head(world, query, line_of("", query, found, chances))]
    reply = tabled(world.words, head, rows, said, buttons(world, query))
    return Report(drawn(world, query, reply, shown(query, lines), main), _asked(query, lines))


def closed(world: World, query: Query) -> Report:
    """What was won or lost in a period, by what was asked, beside the period before."""
    found = sums(world, query, query.by)
    main = main_currency(world, found)
    lines = (
        split(world, query, found, {}) if query.by and (found or query.is_least_first or not query.is_default) else []
    )
    if query.is_per_head and query.by == "team":
        lines = sorted(lines, key=lambda line: each(world, line), reverse=not query.is_least_first)
    told = (_row(world, line, main, None, is_average=query.is_average) for line in shown(query, lines))
    rows = [*told, *_rest(world, query, lines)]
    total = line_of("", query, found, {})
    said = totals(world, query, total) + beside(world, query, total)
    head = [show.head(world, query), *compared(world, query, total, lines), *_per_head(world, query, total)]
    reply = tabled(world.words, head, rows, said, buttons(world, query))
    return Report(drawn(world, query, reply, shown(query, lines), main), _asked(query, lines))


def _per_head(world: World, query: Query, total: Line) -> list[str]:
    return per_head(world, query, total.count, worth_of(world, query, total.amounts).minor)


def _done(world: World, query: Query) -> list[str]:
    """What was won and lost in the period already."""
    if query.start is None or query.start > world.now.date() or query.as_of is not None or query.stage:
        return []
    won, lost = (sums(world, replace(query, what=what, by="")) for what in ("won", "lost"))
    if not won and not lost:
        return []
    key = "report.done" if lost or not query.not_stages else "report.done_won"
    amount = show.amounts(per_currency(won), world)
    return [
        world.words.say(
            key, won=count_of(won), amount=amount, **({"lost": count_of(lost)} if key == "report.done" else {})
        )
    ]


def _row(world: World, line: Line, main: str, moved: Difference | None, *, is_average: bool = False) -> Row:
    words = world.words
    several = {code: minor for code, minor in line.amounts.items() if minor}
    cells = [line.label, str(line.count), show.amounts(several or {main: 0}, world, main)]
    if line.query.what == "pipeline":
        cells.append(words.say("report.weighted", amount=show.amounts(line.weighted, world, main)))
    if line.query.what == "won" and line.count > 1 and is_average:
        worth = worth_of(world, line.query, line.amounts).minor
        shown = show.money(mean(worth, line.count), world.currency, words) if worth is not None else ""
        cells += [words.say("report.mean_of", amount=shown)] if shown else []
    if line.query.is_per_head and not line.query.owners:
        cells += _per_head(world, line.query, line)
    up = moved.arrived.get(line.query.stage, 0) if moved else 0
    return (*cells, words.say("report.arrived", count=up)) if up else tuple(cells)


def _rest(world: World, query: Query, lines: Sequence[Line]) -> list[Row]:
    rest = lines[len(shown(query, lines)) :]
    if not rest:
        return []
    total = added(amount for line in rest for amount in line.amounts.items())
    count = sum(line.count for line in rest)
    return [(world.words.say("report.rest", lines=len(rest)), str(count), show.amounts(total, world))]


def _since(world: World, query: Query) -> tuple[datetime, Difference]:
    """From when the changes are told, and what they are: of the period that is running or over, else of this week."""
    today = world.now.date()
    monday = today - timedelta(days=today.weekday())
    start = query.start if query.start is not None and query.start <= today else monday
    since = datetime.combine(start, time(), world.now.tzinfo)
    until = world.now
    if query.end is not None and query.end < today:
        until = end_of(query.end, world)
    return since, differences(world, query, since - timedelta(microseconds=1), until)


def _changed(world: World, query: Query, since: datetime, found: Difference) -> str:
    words = world.words
    told = [name for name in COUNTED if found.counts[name] and name not in query.not_stages]
    parts = [words.say(f"report.did.{name}", count=found.counts[name]) for name in told]
    day = show.one_day(since.date(), world)
    if not parts:
        return words.say("report.unchanged", day=day)
    return words.say("report.changed", day=day, parts=words.say("common.list_separator").join(parts))


def _asked(query: Query, lines: Sequence[Line]) -> tuple[Query, ...]:
    return tuple(line.query for line in shown(query, lines))
