"""How many customers there are: of whom, of which kind, split as asked; 「哪个行业客户最多」, "customers by rep"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from bot.dialogs.reply import Press
from bot.reports import show
from bot.reports.buttons import ask, why
from bot.reports.drawn import counted_drawn
from bot.reports.heads import per_head
from bot.reports.lines import MAX_LINES, Report, labels_of, only
from bot.reports.query import By, Query
from bot.reports.scope import left_out, scope_of
from bot.reports.traits import TRAITS, trait_column, trait_of, traits_of
from bot.rules.access import visible
from bot.tables import tabled
from bot.world import World
from storage import records

_BYS: tuple[By, ...] = ("owner", "team", *TRAITS)
_OFFERED: tuple[By, ...] = ("owner", "industry", "source", "place")
MAX_LISTED = 200


def clientele(world: World, query: Query) -> Report:
    """How many they are, in all and by what was asked; of each line the share, too."""
    query = replace(query, by=query.by if query.by in _BYS else "")
    counted = _counted(world, query)
    total = sum(counted.values())
    labels = labels_of(world, query.by, set(counted)) if query.by else {}
    turn = 1 if query.is_least_first else -1
    order = sorted(labels, key=lambda key: (turn * counted[key], labels[key]))
    rows = [(labels[key], str(counted[key]), show.share(counted[key], total, world.words)) for key in order[:MAX_LINES]]
    rest = order[MAX_LINES:]
    if rest:
        count = sum(counted[key] for key in rest)
        rows.append(
            (world.words.say("report.rest", lines=len(rest)), str(count), show.share(count, total, world.words))
        )
    said = [world.words.say("report.customers_total", count=total)]
    head = [show.head(world, query), *per_head(world, query, total)]
    reply = tabled(world.words, head, rows, said, _buttons(world, query))
    series, shown = [world.words.say("report.what.customers")], order[:MAX_LINES]
    reply = counted_drawn(world, query, reply, series, [(labels[key], (counted[key],)) for key in shown])
    return Report(reply, tuple(only(world, query, key) for key in shown))


def _counted(world: World, query: Query) -> dict[Any, int]:
    """The number by key; a single one where nothing is split."""
    cls: Any = records.Customer
    key = trait_column(query.by, cls) if query.by in TRAITS else getattr(cls, f"{query.by}_id", None)
    condition = condition_of(world, query)
    if key is None:
        return {"": world.tx.connection.scalar(select(func.count()).select_from(cls).where(condition)) or 0}
    found: dict[Any, int] = {}
    for kept, count in world.tx.connection.execute(select(key, func.count()).where(condition).group_by(key)):
        line = trait_of(world.crm, query.by, kept) if query.by in TRAITS else kept or 0
        found[line] = found.get(line, 0) + int(count)
    return found


def condition_of(world: World, query: Query) -> ColumnElement[bool]:
    """Which customers count: those there were by the end of the period."""
    cls: Any = records.Customer
    parts = [visible(world.actor, world.crm, cls), scope_of(world, query).condition(cls)]
    parts += left_out(world, replace(query, not_customers=()), cls)
    parts += traits_of(world, query, cls)
    if query.period is not None:
        parts.append(cls.created_at < query.period.instants(world.now.tzinfo)[1])
    return and_(*parts)


def listed(world: World, query: Query) -> tuple[int, Sequence[Any]]:
    """How many, and the customers themselves, by name."""
    cls: Any = records.Customer
    condition = condition_of(world, query)
    count = world.tx.connection.scalar(select(func.count()).select_from(cls).where(condition)) or 0
    columns = (cls.name, cls.industry, cls.address, cls.owner_id)
    rows = world.tx.connection.execute(select(*columns).where(condition).order_by(cls.name, cls.id).limit(MAX_LISTED))
    return count, rows.all()


def _buttons(world: World, query: Query) -> tuple[Press, ...]:
    plain = replace(query, by="")
    offered = [by for by in _OFFERED if by != query.by and not (by == "owner" and len(query.owners) == 1)]
    return (*(ask(world, f"by_{by}", replace(plain, by=by)) for by in offered), why(world, query))
