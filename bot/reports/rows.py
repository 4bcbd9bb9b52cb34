"""The deals themselves: one line each, as a list that "more" continues."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.reports import show
from bot.reports.buttons import buttons
from bot.reports.figures import deals, sums
from bot.reports.lines import Report, line_of
from bot.reports.query import Query
from bot.reports.totals import in_one, totals
from bot.rules.access import visible
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from storage import records


def listed(world: World, memory: Memory, query: Query) -> Report:
    """The deals of a question, the largest or those that close first on top, and what they all come to."""
    rows = seen(world, deals(world, query))
    total = line_of("", query, sums(world, query), {})
    said = [show.head(world, query), *totals(world, replace(query, what="won", rows=""), total)[:1]]
    if query.into:
        said += in_one(world, query, total)
    if not rows:
        return Report(
            replace(page(world, memory, "report", [], 0), text="\n".join(said), buttons=buttons(world, query))
        )
    reply = page(world, memory, "report", deal_lines(world, rows), total.count, size=query.first)
    rows_said = reply.text.split("\n")[1:]  # the head of the page says again how many there are
    return Report(replace(reply, text="\n".join([*said, *rows_said]), buttons=(*reply.buttons, *buttons(world, query))))


def seen(world: World, rows: Sequence[Any]) -> list[Any]:
    """Those of the deals that the person may look at one by one."""
    cls = records.Opportunity
    mine = select(cls.id).where(cls.id.in_([row.id for row in rows]), visible(world.actor, world.crm, cls))
    ids = set(world.tx.connection.execute(mine).scalars())
    return [row for row in rows if row.id in ids]


def deal_lines(world: World, rows: Sequence[Any]) -> list[str]:
    """A line for each deal."""
    names = names_of(world, rows)
    return [deal_line(world, row, names) for row in rows]


def names_of(world: World, rows: Sequence[Any]) -> dict[str, dict[int, str]]:
    """What the deals, their customers and their owners are called."""
    return {
        "deal": show.names(world, records.Opportunity, [row.id for row in rows]),
        "customer": show.names(world, records.Customer, [row.customer_id for row in rows]),
        "owner": show.names(world, records.User, [row.owner_id for row in rows]),
    }


def changed_reply(world: World, memory: Memory, head: Sequence[str], found: Sequence[Any], lines: list[str]) -> Reply:
    """The head, how many of the deals found are hidden, and a line for each other one."""
    hidden = len(found) - len(lines)
    head = [*head, world.words.say("report.why.hidden", count=hidden)] if hidden else head
    reply = page(world, memory, "report", lines, len(lines)) if lines else Reply("")
    return replace(reply, text="\n".join([*head, *reply.text.split("\n")[1:]]))  # the head says how many already


def changed_lines(world: World, found: Sequence[Any], told: Callable[[Any], tuple[int, str, str]]) -> list[str]:
    """A line for each deal that may be looked at: what, whose, how much, what became of it. ``told`` gives of a deal
    its amount in minor units, the currency, and what became of it."""
    words = world.words
    shown = seen(world, found)
    names = names_of(world, shown)
    lines = []
    for row in shown:
        minor, currency, change = told(row)
        facts = (
            names["deal"].get(row.id, ""),
            names["customer"].get(row.customer_id, ""),
            show.money(minor, currency, words) if currency else "",
            change,
            names["owner"].get(row.owner_id, ""),
        )
        lines.append(words.line(facts))
    return lines


def _why_lost(world: World, row: Any) -> str:
    """To whom a lost deal went, else why it was lost; "" where neither is known."""
    rival, reason = getattr(row, "competitor", None), getattr(row, "lost_reason", None)
    return world.words.say("report.lost_to", rival=rival) if rival else reason or ""


def deal_line(world: World, row: Any, names: dict[str, dict[int, str]]) -> str:
    """「冷库改造 · 蓝海物流 · 方案制定 · ¥500,000 · 12-31 · 张伟」."""
    words = world.words
    closes = row.closed_on or row.expected_close
    facts = (
        names["deal"].get(row.id, ""),
        names["customer"].get(row.customer_id, ""),
        _why_lost(world, row) or world.crm.label("stages", row.stage, words.language),
        show.money(row.amount_minor, row.amount_currency, words) if row.amount_currency else "",
        show.one_day(closes, world) if closes else "",
        names["owner"].get(row.owner_id, ""),
    )
    return words.line(facts)
