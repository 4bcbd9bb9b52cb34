"""「平均多久解决」, "average time to resolve": how long service requests took, of those resolved in a period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import mean, median
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from bot.dialogs.reply import Press
from bot.reminders.message import span
from bot.reports import show
from bot.reports.buttons import ask, before, why
from bot.reports.lines import MAX_LINES, MAX_MOMENTS, Report, labels_of, line_key, only
from bot.reports.query import OVER_TIME, By, Query
from bot.reports.scope import left_out, scope_of
from bot.rules.access import visible
from bot.tables import tabled
from bot.world import World
from config.types import Row
from storage import records

MAX_ROWS = 20_000
_BYS: tuple[By, ...] = ("owner", "team", *OVER_TIME)


def resolving(world: World, query: Query) -> Report:
    """The mean and the middle in all, beside the period before; then by who handled them, or by month."""
    query = _of_all(world, query)
    by: By = query.by if query.by in _BYS else "owner"
    found = requests_of(world, query)
    split: dict[Any, list[timedelta]] = {}
    for row in found:
        split.setdefault(line_key(world, by, _Handled(row), row.resolved_at), []).append(took(row))
    labels = labels_of(world, by, set(split))
    order = sorted(split) if by in OVER_TIME else sorted(split, key=lambda key: (_mean(split[key]), labels[key]))
    order = order[: MAX_MOMENTS if by in OVER_TIME else MAX_LINES]
    said = [_whole(world, found), *_before(world, query)]
    rows = [_row(world, labels[key], split[key]) for key in order]
    reply = tabled(world.words, [show.head(world, query), *said], rows, [], _buttons(world, query, by))
    return Report(reply, tuple(only(world, replace(query, by=by), key) for key in order))


class _Handled:
    """A request as one of whoever handled it."""

    def __init__(self, row: Any) -> None:
        self.owner_id, self.team_id = row.handler_id, row.team_id


def requests_of(world: World, query: Query) -> Sequence[Any]:
    """The requests themselves, those that took longest first."""
    cls: Any = records.ServiceRequest
    query = _of_all(world, query)
    columns = (cls.id, cls.number, cls.description, cls.customer_id, cls.requested_at, cls.resolved_at, cls.handler_id)
    found = select(*columns, cls.team_id).where(_condition(world, query, cls)).limit(MAX_ROWS)
    return sorted(world.tx.connection.execute(found).all(), key=took, reverse=True)


def _of_all(world: World, query: Query) -> Query:
    """Where nobody was named, all that are seen: whoever handles requests has none of the customers."""
    sees_all = world.crm.level(world.actor.role, "service_request", "view") == "all"
    return replace(query, owners=(), teams=()) if query.is_default and sees_all and not world.actor.audience else query


def took(row: Any) -> timedelta:
    length: timedelta = row.resolved_at - row.requested_at
    return max(timedelta(0), length)


def _condition(world: World, query: Query, cls: Any) -> ColumnElement[bool]:
    parts = [visible(world.actor, world.crm, cls), cls.resolved_at.is_not(None)]
    if query.owners and not query.is_default:
        parts += [cls.handler_id.in_(query.owners), scope_of(world, replace(query, owners=())).condition(cls)]
    else:
        parts.append(scope_of(world, query).condition(cls))
    parts += left_out(world, query, cls)
    parts += [cls.customer_id.in_(query.customers)] if query.customers else []
    if query.period is not None:
        start, end = query.period.instants(world.now.tzinfo)
        parts += [cls.resolved_at >= start, cls.resolved_at < end]
    return and_(*parts)


def _mean(times: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=mean(time.total_seconds() for time in times))


def _middle(times: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(time.total_seconds() for time in times))


def _whole(world: World, found: Sequence[Any]) -> str:
    words, times = world.words, [took(row) for row in found]
    if not times:
        return words.say("report.resolving.none")
    facts = {"mean": span(world, _mean(times), units=2), "middle": span(world, _middle(times), units=2)}
    return words.say("report.resolving.total", count=len(times), **facts)


def _before(world: World, query: Query) -> list[str]:
    if query.period is None:
        return []
    other = query.beside(world.now.date())
    times = [took(row) for row in requests_of(world, other)]
    if other.period is None or not times:
        return []
    shown = {"period": show.days(other.period, world), "count": len(times)}
    return [world.words.say("report.resolving.before", mean=span(world, _mean(times), units=2), **shown)]


def _row(world: World, label: str, times: Sequence[timedelta]) -> Row:
    return label, str(len(times)), world.words.say("report.resolving.row", mean=span(world, _mean(times), units=2))


def _buttons(world: World, query: Query, by: By) -> tuple[Press, ...]:
    other: By = "month" if by == "owner" else "owner"
    return (ask(world, f"by_{other}", replace(query, by=other)), why(world, query), *before(world, query))
