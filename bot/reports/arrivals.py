"""What is new: the customers, or the deals, that were entered in a period; by person, team or month."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from bot.dialogs.reply import Press
from bot.reports import show
from bot.reports.buttons import ask, before, why
from bot.reports.compared import difference
from bot.reports.drawn import counted_drawn
from bot.reports.figures import Sum
from bot.reports.heads import per_head
from bot.reports.kinds import kind_of
from bot.reports.lines import MAX_LINES, MAX_MOMENTS, Report, labels_of, line_key, only, per_currency
from bot.reports.query import OVER_TIME, By, Query
from bot.reports.scope import left_out, scope_of
from bot.reports.traits import TRAITS, trait_of, traits_of
from bot.rules.access import visible
from bot.tables import tabled
from bot.world import World
from storage import records

MAX_ROWS = 50_000
_COLUMNS = ("id", "created_at", "owner_id", "team_id")


def arrivals(world: World, query: Query) -> Report:
    """How many came, split as asked; of deals the amounts, too; beside the period before."""
    words = world.words
    rows = rows_of(world, query)
    by: By = query.by if query.by in (*OVER_TIME, "owner", "team") or _is_by_trait(query) else ""
    counted = Counter(_key(world, by, row) for row in rows) if by else Counter[Any]()
    labels = labels_of(world, by, set(counted)) if by else {}
    order = sorted(labels) if by in OVER_TIME else sorted(labels, key=lambda key: (-counted[key], labels[key]))
    order = order[: MAX_MOMENTS if by in OVER_TIME else MAX_LINES]
    head = [show.head(world, query), *per_head(world, query, len(rows))]
    said = [_total(world, query, rows)]
    other = query.beside(world.now.date())
    if other.period is not None:
        count = len(rows_of(world, other))
        shown = {"period": show.days(other.period, world), "count": count}
        said.append(words.say("report.arrived_other" if query.other_start else "report.arrived_before", **shown))
        if query.is_compared:
            gap = difference(world, "arrived", len(rows), count)
            head.append(words.say("report.compared.periods", period=shown["period"], parts=gap))
    counts = [(labels[key], str(counted[key])) for key in order]
    reply = tabled(words, head, counts, said, _buttons(world, query))
    lines = tuple(only(world, query, key) for key in order)
    series = [world.words.say(f"report.what.{query.what}")]
    return Report(counted_drawn(world, query, reply, series, [(labels[key], (counted[key],)) for key in order]), lines)


def rows_of(world: World, query: Query) -> Sequence[Any]:
    """The customers or deals themselves, the newest first."""
    cls = class_of(query)
    names = (*_COLUMNS, "name", *(("amount_minor", "amount_currency", "stage") if query.what == "opened" else ()))
    names = (*names, TRAITS[query.by]) if _is_by_trait(query) else names
    found = select(*(getattr(cls, name) for name in names)).where(_condition(world, query, cls))
    return world.tx.connection.execute(found.order_by(cls.created_at.desc(), cls.id.desc()).limit(MAX_ROWS)).all()


def _is_by_trait(query: Query) -> bool:
    return query.what == "newcomers" and query.by in TRAITS


def _key(world: World, by: By, row: Any) -> Any:
    """The line that a newcomer counts in."""
    if by in TRAITS:
        return trait_of(world.crm, by, getattr(row, TRAITS[by]))
    return line_key(world, by, row, row.created_at)


def class_of(query: Query) -> Any:
    return records.Opportunity if query.what == "opened" else records.Customer


def _condition(world: World, query: Query, cls: Any) -> ColumnElement[bool]:
    parts = [visible(world.actor, world.crm, cls), scope_of(world, query).condition(cls)]
    parts += left_out(world, replace(query, not_customers=()), cls)
    if query.what == "opened":
        parts += kind_of(world, query, cls)
    else:
        parts += [cls.id.in_(query.customers)] if query.customers else []
        parts += traits_of(world, query, cls)
    if query.period is not None:
        start, end = query.period.instants(world.now.tzinfo)
        parts += [cls.created_at >= start, cls.created_at < end]
    return and_(*parts)


def _total(world: World, query: Query, rows: Sequence[Any]) -> str:
    key = f"report.{query.what}_total"
    if query.what == "newcomers":
        return world.words.say(key, count=len(rows))
    worth = [Sum(None, row.stage, row.amount_currency or "", 1, row.amount_minor or 0) for row in rows]
    return world.words.say(key, count=len(rows), amount=show.amounts(per_currency(worth), world))


def _buttons(world: World, query: Query) -> tuple[Press, ...]:
    plain = replace(query, by="")
    found = [ask(world, f"by_{by}", replace(plain, by=by)) for by in ("owner", "month") if query.by != by]
    return (*found, why(world, query), *before(world, query))
