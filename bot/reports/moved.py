"""「哪些商机退回了」, "which deals moved forward": open deals that changed their stage, from which to which."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogs.model import Press, Reply
from bot.reports import show
from bot.reports.buttons import ask, why
from bot.reports.changes import did
from bot.reports.lines import Report
from bot.reports.query import Query, What
from bot.reports.rows import names_of, seen
from bot.reports.slipped import looked_at
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World

# What a summary calls it.
DID: Mapping[What, str] = {"moved_up": "up", "moved_back": "back"}


def moved(world: World, memory: Memory, query: Query) -> Report:
    """How many and how much, then the deals."""
    found, buttons = moved_deals(world, query), _buttons(world, query)
    head = [show.head(world, query), _total(world, query, found)]
    lines = moved_lines(world, found)
    if len(found) > len(lines):
        head.append(world.words.say("report.why.hidden", count=len(found) - len(lines)))
    if not lines:
        return Report(Reply("\n".join(head), buttons))
    listed = page(world, memory, "report", lines, len(lines))
    text = "\n".join([*head, *listed.text.split("\n")[1:]])  # the head says how many already
    return Report(replace(listed, text=text, buttons=(*listed.buttons, *buttons)))


def moved_deals(world: World, query: Query) -> Sequence[Any]:
    """The deals as the summary counts them, the largest first."""
    counted, since, until = looked_at(world, query)
    return did(world, counted, DID[query.what], since, until)


def moved_lines(world: World, found: Sequence[Any]) -> list[str]:
    """A line for each deal that may be looked at: what, whose, how much, from which stage to which."""
    words = world.words
    may_see = {row.id for row in seen(world, found)}
    shown = [row for row in found if row.id in may_see]
    names = names_of(world, shown)
    rows = (
        (
            names["deal"].get(row.id, ""),
            names["customer"].get(row.customer_id, ""),
            show.money(row.n_minor, row.n_currency, words) if row.n_currency else "",
            _stages(world, row),
            names["owner"].get(row.owner_id, ""),
        )
        for row in shown
    )
    return [words.say("common.value_separator").join(filter(None, row)) for row in rows]


def _stages(world: World, row: Any) -> str:
    """「方案制定 → 需求分析」."""
    then, now = (world.crm.label("stages", code, world.words.language) for code in (row.w_stage, row.n_stage))
    return world.words.say("report.slipped.moved", then=then, now=now)


def _total(world: World, query: Query, found: Sequence[Any]) -> str:
    if not found:
        return world.words.say(f"report.{query.what}_none")
    total: dict[str, int] = {}
    for row in found:
        total[row.n_currency] = total.get(row.n_currency, 0) + row.n_minor
    return world.words.say(f"report.{query.what}", count=len(found), amount=show.amounts(total, world))


def _buttons(world: World, query: Query) -> tuple[Press, ...]:
    before = [ask(world, "before", query.shifted(-1))] if query.period else []
    changes = ask(world, "changes", replace(query, what="changes"))
    return (why(world, query), changes, *before)
