"""Who was in touch with customers how often, and what the customers said against it, with counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened
from bot.reports import show
from bot.reports.buttons import ask, before, why
from bot.reports.compared import difference
from bot.reports.drawn import counted_drawn
from bot.reports.heads import per_head
from bot.reports.lines import MAX_MOMENTS, Report, labels_of, line_key, only
from bot.reports.query import OVER_TIME, By, Query
from bot.reports.scope import left_out, scope_of
from bot.reports.themes import themes_of
from bot.reports.traits import traits_of
from bot.rules.access import visible
from bot.tables import tabled
from bot.targets.whose import people_of, whose_of
from bot.world import World
from config.types import Row
from storage import records

MAX_LINES = 14
MAX_NOTES = 20_000


def activity(world: World, query: Query) -> Report:
    """Counts of visits, calls … for each person, day, team or month."""
    words, channels = world.words, world.crm.items("channels")
    by = _split_by(query)
    counted: dict[Any, Counter[str]] = {}
    for row in notes_of(world, query):
        counted.setdefault(line_key(world, by, row, row.occurred_at), Counter())[row.channel] += 1
    is_by_each = query.by == "owner" and not query.owners
    if is_by_each or (query.is_least_first and by == "owner"):  # who did nothing at all is asked for, too
        counted |= {one.id: Counter() for one in people_of(world, whose_of(world, query)) if one.id not in counted}
    labels = labels_of(world, by, set(counted))
    is_timed, sign = by in OVER_TIME, 1 if query.is_least_first else -1
    order = sorted(counted) if is_timed else sorted(counted, key=lambda key: (sign * counted[key].total(), labels[key]))
    told: list[Row] = []
    for key in order[: MAX_MOMENTS if is_timed else MAX_LINES]:
        used = [item for item in channels if counted[key][item.code]]
        parts = [f"{item.labels[words.language]} {counted[key][item.code]}" for item in used]
        joined = words.line(parts)
        told.append((labels[key], str(counted[key].total()), joined))
    total = sum((one for one in counted.values()), Counter())
    said = [words.say("report.activity.total", count=total.total())]
    series = [item.labels[words.language] for item in channels]
    rows = [(labels[key], [counted[key][item.code] for item in channels]) for key in order]
    head = [show.head(world, query), *_compared(world, query, total.total())]
    head += per_head(world, query, total.total())
    reply = tabled(words, head, told, said, _buttons(world, query, by))
    lines = tuple(only(world, replace(query, by=by), key) for key in order[:MAX_MOMENTS])
    return Report(counted_drawn(world, query, reply, series, rows), lines)


def _compared(world: World, query: Query, count: int) -> list[str]:
    """How many more or fewer than before, where that is asked for."""
    other = query.beside(world.now.date())
    if not query.is_compared or other.period is None or query.period is None:
        return []
    gap = difference(world, "notes", count, len(notes_of(world, other)))
    return [world.words.say("report.compared.periods", period=show.days(other.period, world), parts=gap)]


def _split_by(query: Query) -> By:
    """By person, unless it is asked otherwise or is about one person: then day by day."""
    if query.by in (*OVER_TIME, "owner", "team"):
        return query.by
    return "day" if len(query.owners) == 1 else "owner"


def feedback(world: World, query: Query) -> Report:
    """What customers said against it, by theme: how many notes hold it, and one of them in its own words."""
    words = world.words
    found: dict[str, list[Any]] = {}
    notes = [row for row in notes_of(world, query) if row.feedback]
    for row in notes:
        for theme in themes_of(words, row.feedback):
            found.setdefault(theme, []).append(row)
    said = [show.head(world, query), words.say("report.feedback.total", count=len(notes))]
    order = sorted(found, key=lambda theme: (theme == "other", -len(found[theme]), theme))
    customers = show.names(world, records.Customer, [found[theme][0].customer_id for theme in order])
    for number, theme in enumerate(order, 1):
        row = found[theme][0]
        shown = {"label": words.say(f"report.theme.{theme}"), "count": len(found[theme])}
        quote = {"customer": customers.get(row.customer_id, ""), "quote": shortened(row.feedback, 40)}
        said.append(words.say("list.row", number=number, text=words.say("report.feedback.row", **shown, **quote)))
    reply = Reply("\n".join(said), (why(world, query), *before(world, query)))
    return Report(reply, tuple(replace(query, theme=theme) for theme in order))


def notes_of(world: World, query: Query) -> Sequence[Any]:
    """The notes themselves, the newest first; those with feedback of a theme, where one is given."""
    cls = records.FollowUp
    names = ("id", "owner_id", "team_id", "channel", "occurred_at", "customer_id", "content", "feedback")
    found = select(*(getattr(cls, name) for name in names)).where(_condition(world, query))
    rows = world.tx.connection.execute(found.order_by(cls.occurred_at.desc(), cls.id.desc()).limit(MAX_NOTES)).all()
    if query.what == "activity":
        return rows
    is_of = query.theme or None
    said = [row for row in rows if row.feedback]
    return [row for row in said if is_of is None or is_of in themes_of(world.words, row.feedback)]


def _condition(world: World, query: Query) -> ColumnElement[bool]:
    cls = records.FollowUp
    parts = [visible(world.actor, world.crm, cls), scope_of(world, query).condition(cls)]
    parts += left_out(world, query, cls)
    if query.period is not None:
        start, end = query.period.instants(world.now.tzinfo)
        parts += [cls.occurred_at >= start, cls.occurred_at < end]
    if query.customers:
        parts.append(cls.customer_id.in_(query.customers))
    if query.channel:
        parts.append(cls.channel == query.channel)
    parts += traits_of(world, query, cls)
    return and_(*parts)


def _buttons(world: World, query: Query, by: By) -> tuple[Press, ...]:
    other: By = "owner" if by == "day" else "day"
    return (ask(world, f"by_{other}", replace(query, by=other)), why(world, query), *before(world, query))
