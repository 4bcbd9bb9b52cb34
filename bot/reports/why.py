"""「为什么」: the rows behind a figure, with the filter, the rates and the cut-off, under the asker's own rights."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from bot.dialogs.model import Reply
from bot.lookups.lists import page
from bot.reports import show
from bot.reports.figures import book_of, condition, deals, stages_of, sums
from bot.reports.query import Query
from bot.reports.rates import Rates
from bot.reports.summary import rate_said
from bot.rules.access import visible
from bot.talk.memory import Memory
from bot.world import World
from storage import records


def why(world: World, memory: Memory, query: Query) -> Reply:
    """The figure, how it is counted, and its rows."""
    query = replace(query, by="", what=query.what if query.what in ("won", "lost") else "pipeline")
    found = sums(world, query)
    words, count = world.words, sum(item.count for item in found)
    amounts: dict[str, int] = {}
    for item in found:
        amounts[item.currency] = amounts.get(item.currency, 0) + item.minor
    said = [words.say("report.why.head", who=show.who(world, query), count=count, amount=show.amounts(amounts, world))]
    said.append(_filter(world, query))
    said += _rates(world, query, [code for code in amounts if code and code != world.currency])
    rows = _visible(world, query)
    hidden = count - _count_visible(world, query)
    if hidden > 0:
        said.append(words.say("report.why.hidden", count=hidden))
    if not rows:
        return Reply("\n".join(said))
    listed = page(world, memory, "report", _lines(world, rows), count - hidden)
    return replace(listed, text="\n".join([*said, listed.text]))


def _filter(world: World, query: Query) -> str:
    """Which rows count, and as of when."""
    words = world.words
    labels = [world.crm.label("stages", code, words.language) for code in stages_of(world, query)]
    period = show.days(query.period, world) if query.period else words.say("report.any_time")
    dated = words.say("report.why.closed_on" if query.what in ("won", "lost") else "report.why.expected", period=period)
    day = show.one_day(query.as_of or world.now.date(), world)
    at = words.say("report.known", day=day, time="24:00" if query.as_of else f"{world.now:%H:%M}")
    return words.say("report.why.filter", stages=words.say("common.and_separator").join(labels), dated=dated, at=at)


def _rates(world: World, query: Query, currencies: list[str]) -> list[str]:
    rates, words = Rates(world.tx, world.currency), world.words
    said = []
    for code in sorted(currencies):
        if query.what in ("won", "lost"):
            said.append(words.say("report.why.rate_at_close", currency=code))
            continue
        rate = rates.at_close(code, query.as_of) if query.as_of else rates.on(code, world.now.date())
        shown = rate_said(world, rate) if rate else words.say("report.why.no_rate")
        said.append(words.say("report.why.rate", currency=code, rate=shown))
    return said


def _visible(world: World, query: Query) -> list[Any]:
    rows = deals(world, query)
    cls = records.Opportunity
    mine = select(cls.id).where(cls.id.in_([row.id for row in rows]), visible(world.actor, world.crm, cls))
    ids = set(world.tx.connection.execute(mine).scalars())
    return [row for row in rows if row.id in ids]


def _count_visible(world: World, query: Query) -> int:
    book, cls = book_of(world, query), records.Opportunity
    seen = select(cls.id).where(visible(world.actor, world.crm, cls))
    counted = select(func.count()).where(condition(world, query, book), book.id.in_(seen))
    return int(world.tx.connection.execute(counted).scalar() or 0)


def _lines(world: World, rows: list[Any]) -> list[str]:
    return [deal_line(world, row, names) for names in [names_of(world, rows)] for row in rows]


def names_of(world: World, rows: list[Any]) -> dict[str, dict[int, str]]:
    """What the deals, their customers and their owners are called."""
    return {
        "deal": show.names(world, records.Opportunity, [row.id for row in rows]),
        "customer": show.names(world, records.Customer, [row.customer_id for row in rows]),
        "owner": show.names(world, records.User, [row.owner_id for row in rows]),
    }


def deal_line(world: World, row: Any, names: dict[str, dict[int, str]]) -> str:
    """「冷库改造 · 蓝海物流 · 方案制定 · ¥500,000 · 12-31 · 张伟」."""
    words = world.words
    closes = row.closed_on or row.expected_close
    facts = (
        names["deal"].get(row.id, ""),
        names["customer"].get(row.customer_id, ""),
        world.crm.label("stages", row.stage, words.language),
        show.money(row.amount_minor, row.amount_currency, words) if row.amount_currency else "",
        show.one_day(closes, world) if closes else "",
        names["owner"].get(row.owner_id, ""),
    )
    return words.say("common.value_separator").join(fact for fact in facts if fact)
