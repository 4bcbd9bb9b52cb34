"""The way a deal has gone: for how long it goes on or went, and when it came to each stage."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day
from bot.world import World
from config.catalog import Catalog
from storage import records
from storage.tables import opportunity_history

MAX_STEPS = 10


def of_deal(world: World, fact: str, deal: "records.Opportunity") -> Reply:
    """The days in all and those in the stage where it stands; then a line for each stage it came to, but for where
    there was only one."""
    words, today = world.words, world.now.date()
    steps = list(_steps(world, deal))
    begun, end = steps[0][1], deal.closed_on or today
    of = {"name": deal.name, "customer": deal.customer.name}
    counted = {"days": _days(words, begun, end), "day": show_day(begun, words, today=today)}
    key = "over" if deal.closed_on else "today" if begun == today else "now"
    lines = [words.say(f"fact.path_{key}", **of, **counted)]
    ends = [*(day for _stage, day in steps[1:]), end]
    told = [(stage, day, until) for (stage, day), until in zip(steps, ends, strict=True)]
    for stage, day, until in told[-MAX_STEPS:] if len(told) > 1 or not deal.closed_on else ():
        label = world.crm.label("stages", stage, words.language)
        shown = {"stage": label, "day": show_day(day, words, today=today)}
        is_end = deal.closed_on is not None and (stage, day) == steps[-1]
        lines.append(words.say("fact.path_end" if is_end else "fact.path_step", **shown, days=_days(words, day, until)))
    return Reply("\n".join(lines))


def _days(words: Catalog, start: date, end: date) -> str:
    """「3 天」, "1 day"; what began and ended on one day took no more than that day."""
    count = max((end - start).days, 1)
    return words.say("fact.path_days", count=count)


def _steps(world: World, deal: "records.Opportunity") -> Iterator[tuple[str, date]]:
    """The stages the deal came to, and on which days; back to an earlier one counts anew."""
    c = opportunity_history.c
    query = select(c.stage, c.since).where(c.opportunity_id == deal.id).order_by(c.since, c.id)
    stood = [(row.stage, _day(world, row.since)) for row in world.tx.connection.execute(query)]
    stood = stood or [(deal.stage, _day(world, deal.created_at))]
    yield stood[0][0], min(stood[0][1], _day(world, deal.created_at))
    yield from (now for before, now in pairwise(stood) if now[0] != before[0])


def _day(world: World, at: datetime) -> date:
    return at.astimezone(world.now.tzinfo).date()
