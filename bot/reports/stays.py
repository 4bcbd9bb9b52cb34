"""「合同谈判阶段停得最久的商机」, "how long have my deals been in negotiation?": open deals by how long they have stood
in their stage, the longest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.reports import show
from bot.reports.buttons import buttons
from bot.reports.figures import book_of, condition
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.reports.rows import changed_lines, changed_reply
from bot.talk.memory import Memory
from bot.world import World
from storage.tables import opportunity_history

MAX_ROWS = 200


@dataclass(frozen=True, slots=True)
class Stay:
    """A deal in its stage: since when, and with its amount in minor units."""

    id: int
    owner_id: int
    customer_id: int
    stage: str
    minor: int
    currency: str
    since: datetime


def stays(world: World, memory: Memory, query: Query) -> Report:
    """The deals with the days they have stood where they stand."""
    query = replace(query, by="", rows="")
    found = found_stays(world, query)
    reply = changed_reply(world, memory, [show.head(world, query)], found, stay_lines(world, found))
    if not found:
        reply = replace(reply, text=f"{reply.text}\n{world.words.say('report.stays.none')}")
    asked = buttons(world, replace(query, what="pipeline"))
    return Report(replace(reply, buttons=(*reply.buttons, *asked)))


def found_stays(world: World, query: Query) -> Sequence[Stay]:
    """The open deals that are asked about, those that have stood longest first."""
    book = book_of(world, query)
    c, past = book.columns, opportunity_history.c
    moved = select(func.max(past.until)).where(past.opportunity_id == book.id, past.stage != c.stage).scalar_subquery()
    since: Any = func.coalesce(moved, c.created_at).label("since")
    columns = (c.owner_id, c.customer_id, c.stage, c.amount_minor, c.amount_currency)
    rows = select(book.id, *columns, since).where(condition(world, query, book))
    if query.stood:
        rows = rows.where(func.coalesce(moved, c.created_at) <= world.now - timedelta(days=query.stood))
    order = since.desc() if query.is_least_first else since
    found = world.tx.connection.execute(rows.order_by(order, book.id).limit(query.first or MAX_ROWS))
    return [Stay(*row[:4], row[4] or 0, row[5] or "", _aware(row[6])) for row in found]


def _aware(at: Any) -> datetime:
    """An instant as a database function gives it."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stay_lines(world: World, found: Sequence[Stay]) -> list[str]:
    """A line for each deal that may be looked at: what, whose, how much, where and for how long."""
    return changed_lines(world, found, lambda stay: (stay.minor, stay.currency, _told(world, stay)))


def _told(world: World, stay: Stay) -> str:
    """「合同谈判 46 天」."""
    today = world.now.date()
    days = (today - stay.since.astimezone(world.now.tzinfo).date()).days
    stage = world.crm.label("stages", stay.stage, world.words.language)
    return world.words.say("report.stays.days", stage=stage, days=days, count=days)
