"""「哪些商机退回了」, "which deals moved forward": open deals that changed their stage, from which to which."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogs.reply import Press
from bot.reports import show
from bot.reports.buttons import ask, before, why
from bot.reports.changes import did
from bot.reports.lines import Report, added
from bot.reports.query import Query, What
from bot.reports.rows import changed_lines, changed_reply
from bot.reports.slipped import looked_at
from bot.talk.memory import Memory
from bot.world import World

# What a summary calls it.
DID: Mapping[What, str] = {"moved_up": "up", "moved_back": "back"}


def moved(world: World, memory: Memory, query: Query) -> Report:
    """How many and how much, then the deals."""
    found, buttons = moved_deals(world, query), _buttons(world, query)
    head = [show.head(world, query), _total(world, query, found)]
    reply = changed_reply(world, memory, head, found, moved_lines(world, found))
    return Report(replace(reply, buttons=(*reply.buttons, *buttons)))


def moved_deals(world: World, query: Query) -> Sequence[Any]:
    """The deals as the summary counts them, the largest first."""
    counted, since, until = looked_at(world, query)
    return did(world, counted, DID[query.what], since, until)


def moved_lines(world: World, found: Sequence[Any]) -> list[str]:
    """A line for each deal that may be looked at: what, whose, how much, from which stage to which."""
    return changed_lines(world, found, lambda row: (row.n_minor, row.n_currency, _stages(world, row)))


def _stages(world: World, row: Any) -> str:
    """「方案制定 → 需求分析」."""
    then, now = (world.crm.label("stages", code, world.words.language) for code in (row.w_stage, row.n_stage))
    return world.words.say("report.slipped.moved", then=then, now=now)


def _total(world: World, query: Query, found: Sequence[Any]) -> str:
    if not found:
        return world.words.say(f"report.{query.what}_none")
    total = added((row.n_currency, row.n_minor) for row in found)
    return world.words.say(f"report.{query.what}", count=len(found), amount=show.amounts(total, world))


def _buttons(world: World, query: Query) -> tuple[Press, ...]:
    changes = ask(world, "changes", replace(query, what="changes"))
    return (why(world, query), changes, *before(world, query))
