"""Which open deals are most likely to be won, and why: the list, one deal, and how such chances turned out so far."""

from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from bot.dialogs.reply import Reply
from bot.forecast.lives import past_now
from bot.forecast.odds import Odds, chances_of, kept
from bot.forecast.replies import too_little_of
from bot.reports import show
from bot.reports.buttons import ask, why
from bot.reports.figures import deals
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.reports.rows import deal_line, names_of, seen
from bot.rules.access import require
from bot.targets.said import whole
from bot.world import World

LOOKED_AT = 300  # the largest open deals
HOW_MANY = 5
STEP = 5  # percent; finer would say more than is known


def likely(world: World, query: Query) -> Report:
    """The open deals with the best chance, each with its reason."""
    require(world.actor, world.crm, "opportunity", "view")
    asked = replace(query, what="pipeline", by="", rows="", as_of=None)
    rows = seen(world, deals(world, asked, limit=LOOKED_AT))
    head = [show.head(world, replace(query, as_of=None))]
    if not rows:
        return Report(Reply("\n".join([*head, world.words.say("odds.none")]), is_empty=True))
    past = past_now(world)
    found = chances_of(world, past, [row.id for row in rows], query.end)
    if not found:
        return Report(Reply("\n".join([*head, too_little_of(world, past)]), (ask(world, "watch", asked),)))
    best = sorted((row for row in rows if row.id in found), key=lambda row: -found[row.id].chance)
    names = names_of(world, best[:HOW_MANY])
    for number, row in enumerate(best[:HOW_MANY], 1):
        odds = found[row.id]
        text = world.words.say("odds.row", deal=deal_line(world, row, names), percent=percent(odds.chance))
        head += [world.words.say("list.row", number=number, text=text), _because(world, row, odds)]
    until = show.one_day(query.end, world) if query.end else ""
    head.append(world.words.say("odds.until" if until else "odds.within_a_year", day=until))
    return Report(Reply("\n".join(head), (why(world, query), ask(world, "watch", asked))))


def of_deal(world: World, fact: str, deal: Any) -> Reply:
    """The chance of one deal."""
    words = world.words
    if deal.closed_on is not None:
        stage = world.crm.label("stages", deal.stage, words.language)
        return Reply(words.say("odds.over", name=deal.name, stage=stage, day=show.one_day(deal.closed_on, world)))
    past = past_now(world)
    odds = chances_of(world, past, [deal.id], None).get(deal.id)
    if odds is None:
        return Reply(too_little_of(world, past))
    name = words.say("fact.named", name=deal.name, customer=deal.customer.name)
    said = [words.say("odds.one", name=name, percent=percent(odds.chance)), _because(world, deal, odds)]
    return Reply("\n".join(said))


def reckoned(world: World, query: Query) -> tuple[list[str], list[str]]:
    """How such chances are reckoned, and what came of those of the past; no rows."""
    words = world.words
    record = kept(past_now(world), world.now.date(), world.now.tzinfo or UTC)
    said = [words.say("odds.how", who=show.who(world, query))]
    for name in ("likely", "unlikely"):
        count, won = getattr(record, name), getattr(record, f"{name}_won")
        if count:
            said.append(words.say(f"odds.kept_{name}", count=count, won=won, percent=whole(Decimal(won * 100) / count)))
    return said, []


def percent(chance: float) -> int:
    """To the next five, and never 0 or 100: nothing is certain before it is signed."""
    return min(max(round(chance * 100 / STEP) * STEP, STEP), 100 - STEP)


def _because(world: World, deal: Any, odds: Odds) -> str:
    words, today = world.words, world.now.date()
    stage = world.crm.label("stages", deal.stage, words.language)
    key = "odds.because_none" if not odds.cases else "odds.because" if odds.weeks else "odds.because_fresh"
    said = [words.say(key, stage=stage, weeks=odds.weeks, cases=odds.cases, won=odds.won)]
    if deal.expected_close is not None and deal.expected_close < today:
        said.append(words.say("odds.late", days=(today - deal.expected_close).days))
    return words.say("odds.reason", reasons=words.say("alarms.also").join(said))
