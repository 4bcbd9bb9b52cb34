"""「哪些单子推迟了」, "which deals slipped": what was to close in a period and was put off, or its day went by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.dialogs.reply import Press
from bot.reports import show
from bot.reports.buttons import ask, before, why
from bot.reports.changes import did
from bot.reports.figures import deals, end_of
from bot.reports.lines import Report, added
from bot.reports.query import MONTHS, Query, current
from bot.reports.rows import changed_lines, changed_reply
from bot.tables import tabled
from bot.talk.memory import Memory
from bot.world import World
from config.types import Period
from storage import history, records

MAX_OVERDUE = 500  # that are listed
MANY = 50_000  # open deals among which those are looked for that were often put off


@dataclass(frozen=True, slots=True)
class Late:
    """A deal that did not close when it was to, with its amount in minor units; ``now``: None where its day just went
    by."""

    id: int
    owner_id: int
    customer_id: int
    minor: int
    currency: str
    then: date
    now: date | None


def slipped(world: World, memory: Memory, query: Query) -> Report:
    """How many and how much, then the deals; or by whom."""
    found, buttons = late_deals(world, query), _buttons(world, query)
    head = [show.head(world, query), *_totals(world, found)]
    if query.by == "owner" and found:
        return _by_owner(world, query, found, head)
    reply = changed_reply(world, memory, head, found, late_lines(world, found))
    return Report(replace(reply, buttons=(*reply.buttons, *buttons)))


def late_deals(world: World, query: Query) -> list[Late]:
    """Those put off, as the summary counts them, and those whose day is over; each the largest first."""
    if query.times:
        return _often(world, query)
    counted, since, until = looked_at(world, query)
    moved = [
        Late(row.id, row.owner_id, row.customer_id, row.n_minor, row.n_currency, row.w_closes, row.n_closes)
        for row in did(world, counted, "slipped", since, until)
    ]
    known = {late.id for late in moved}
    period, yesterday = _period(world, query), world.now.date() - timedelta(days=1)
    over = counted.within(Period(period.start, min(period.end, yesterday)))
    return [*moved, *(_over(row) for row in deals(world, over, limit=MAX_OVERDUE) if row.id not in known)]


def _often(world: World, query: Query) -> list[Late]:
    """The open deals whose day was moved later so often, from the first day it had to the one it has; the largest
    first."""
    rows = {row.id: row for row in deals(world, replace(query, what="pipeline", by="", rows=""), limit=MANY)}
    days = history.expected_days(world.tx.connection, rows)
    late = {one: [new > old for old, new in pairwise(said)].count(True) for one, said in days.items()}
    often = [row for row in rows.values() if late.get(row.id, 0) >= query.times]
    return [
        Late(row.id, row.owner_id, row.customer_id, row.amount_minor or 0, row.amount_currency or "",
             days[row.id][0], row.expected_close)
        for row in often
    ]  # fmt: skip


def looked_at(world: World, query: Query) -> tuple[Query, datetime, datetime]:
    """Which open deals are looked at, and from when to when they may have changed.

    Of a month, a quarter, a year: what was to close in it. Of a week or a day: whatever changed in it.
    """
    period = _period(world, query)
    asked = replace(query, what="pipeline", by="", rows="", as_of=None).within(period)
    counted = asked if query.grain in MONTHS else asked.within(None)
    since = end_of(period.start - timedelta(days=1), world)
    return counted, since, min(end_of(period.end, world), world.now.astimezone(UTC))


def _period(world: World, query: Query) -> Period:
    return query.period or current("quarter", world.now.date())


def _over(row: Any) -> Late:
    minor, code = row.amount_minor or 0, row.amount_currency or ""
    return Late(row.id, row.owner_id, row.customer_id, minor, code, row.expected_close, None)


def late_lines(world: World, found: Sequence[Late]) -> list[str]:
    """A line for each deal that may be looked at: what, whose, how much, from when to when."""
    return changed_lines(world, found, lambda late: (late.minor, late.currency, _moved(world, late)))


def _moved(world: World, late: Late) -> str:
    """「11-20 → 12-31」, 「11-20 已过」."""
    then = show.one_day(late.then, world)
    if late.now is None:
        return world.words.say("report.slipped.over", day=then)
    return world.words.say("report.slipped.moved", then=then, now=show.one_day(late.now, world))


def _totals(world: World, found: Sequence[Late]) -> list[str]:
    """How many were put off, and of how many the day is over."""
    said = []
    for key, some in (("put_off", [o for o in found if o.now]), ("overdue", [o for o in found if not o.now])):
        total = added((late.currency, late.minor) for late in some)
        if some:
            amount = show.amounts(total, world)
            said.append(world.words.say(f"report.slipped.{key}", count=len(some), amount=amount))
    return said or [world.words.say("report.slipped.none")]


def _by_owner(world: World, query: Query, found: Sequence[Late], head: Sequence[str]) -> Report:
    counts = Counter(late.owner_id for late in found).most_common()
    names = show.names(world, records.User, [owner for owner, _count in counts])
    rows = [(names.get(owner, ""), str(count)) for owner, count in counts]
    lines = tuple(replace(query, owners=(owner,), by="") for owner, _count in counts)
    return Report(tabled(world.words, head, rows, [], _buttons(world, query)), lines)


def _buttons(world: World, query: Query) -> tuple[Press, ...]:
    found = [ask(world, "by_owner", replace(query, by="owner"))] if not query.by and len(query.owners) != 1 else []
    return (*found, why(world, query), *before(world, query))
