"""「为什么」: the rows behind a figure, with the filter, the rates and the cut-off, under the asker's own rights."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from bot.dialogs.reply import Reply
from bot.reports import show
from bot.reports.behind import BEHIND
from bot.reports.figures import book_of, condition, deals, end_of, stages_of, sums
from bot.reports.lines import count_of, per_currency
from bot.reports.query import CLOSED, OF_DEALS, Query, What
from bot.reports.rates import Rates
from bot.reports.rows import deal_lines, seen
from bot.reports.totals import rate_said
from bot.reports.worth import probabilities
from bot.rules.access import visible
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from storage import records

# What is counted as deals by their stage, though it is asked by another name.
COUNTED_AS: dict[What, What] = {
    "watch": "pipeline", "attainment": "won", "stays": "pipeline", "coverage": "pipeline", "what_if": "pipeline",
    "commits": "forecast", "against": "forecast",
}  # fmt: skip


def why(world: World, memory: Memory, query: Query) -> Reply:
    """The figure, how it is counted, and its rows."""
    query = replace(query, by="", rows="", share="", whole=(), what=COUNTED_AS.get(query.what, query.what))
    if query.what not in OF_DEALS:
        head, rows = BEHIND[query.what](world, query)
        return _told(world, memory, head, rows, len(rows))
    found = sums(world, query)
    count, amounts = count_of(found), per_currency(found)
    shown = show.amounts(amounts, world)
    said = [world.words.say("report.why.head", who=show.who(world, query), count=count, amount=shown)]
    said.append(_filter(world, query))
    said += _rates(world, query, [code for code in amounts if code != world.currency])
    if query.what == "pipeline":
        said.append(_chances(world, query))
    rows = seen(world, deals(world, query))
    hidden = count - _count_visible(world, query)
    if hidden > 0:
        said.append(world.words.say("report.why.hidden", count=hidden))
    return _told(world, memory, said, deal_lines(world, rows), count - hidden)


def _told(world: World, memory: Memory, said: Sequence[str], rows: Sequence[str], count: int) -> Reply:
    """The head, and the rows as a list that "more" continues."""
    if not rows:
        return Reply("\n".join(said))
    listed = page(world, memory, "report", rows, count)
    return replace(listed, text="\n".join([*said, listed.text]))


def _filter(world: World, query: Query) -> str:
    """Which rows count, and as of when."""
    words = world.words
    labels = [world.crm.label("stages", code, words.language) for code in stages_of(world, query)]
    labels += [words.say("report.why.to_rival")] if query.is_to_rival else []
    period = show.days(query.period, world) if query.period else words.say("report.any_time")
    dated = words.say("report.why.closed_on" if query.what in CLOSED else "report.why.expected", period=period)
    day = show.one_day(query.as_of or world.now.date(), world)
    at = words.say("report.known", day=day, time="24:00" if query.as_of else f"{world.now:%H:%M}")
    return words.say("report.why.filter", stages=words.say("common.and_separator").join(labels), dated=dated, at=at)


def _rates(world: World, query: Query, currencies: list[str]) -> list[str]:
    """The rates by which other currencies are converted, and the chances by which open deals are weighted."""
    rates, words = Rates(world.tx, world.currency), world.words
    said = []
    for code in sorted(currencies):
        if query.what in CLOSED:
            said.append(words.say("report.why.rate_at_close", currency=code))
            continue
        rate = rates.at_close(code, query.as_of) if query.as_of else rates.on(code, world.now.date())
        shown = rate_said(world, rate) if rate else words.say("report.why.no_rate")
        said.append(words.say("report.why.rate", currency=code, rate=shown))
    return said


def _chances(world: World, query: Query) -> str:
    """The probabilities by which open deals are weighted: of a day that is gone, those of then."""
    chances = probabilities(world, end_of(query.as_of, world) if query.as_of else None)
    words = world.words
    parts = (
        words.say("report.why.chance", stage=world.crm.label("stages", code, words.language), percent=chances[code])
        for code in stages_of(world, query)
    )
    return words.say("report.why.weighted", parts=words.say("common.and_separator").join(parts))


def _count_visible(world: World, query: Query) -> int:
    book, cls = book_of(world, query), records.Opportunity
    seen_ids = select(cls.id).where(visible(world.actor, world.crm, cls))
    counted = select(func.count()).where(condition(world, query, book), book.id.in_(seen_ids))
    return int(world.tx.connection.execute(counted).scalar() or 0)
