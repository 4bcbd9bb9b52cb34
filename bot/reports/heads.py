"""「人均」, "per head": what comes on one of the reps whose figures they are, whether they did anything or not."""

from dataclasses import replace
from decimal import Decimal

from bot.reports import show
from bot.reports.lines import Line
from bot.reports.query import OF_DEALS, Query
from bot.reports.totals import mean
from bot.targets.whose import people_of, whose_of
from bot.world import World


def per_head(world: World, query: Query, count: int, worth: int | None = None) -> list[str]:
    """「人均 8.6 单，¥2,216,800（5 人）」; ``worth`` in minor units of the organisation's currency, None where it has
    none or no rate says it; [] where nobody asked."""
    heads = len(_heads(world, query)) if query.is_per_head else 0
    if not heads:
        return []
    facts = {"count": show.tenth(Decimal(count) / heads), "heads": heads}
    if worth is not None:
        facts["amount"] = show.amounts({world.currency: mean(worth, heads)}, world)
    kind = "notes" if query.what not in (*OF_DEALS, "opened") else "deals" if worth is None else "worth"
    return [world.words.say(f"report.per_head.{kind}", **facts)]


def each(world: World, line: Line) -> Decimal:
    """How many deals of the line come on one of its people."""
    return Decimal(line.count) / max(1, len(_heads(world, line.query)))


def _heads(world: World, query: Query) -> set[int]:
    """The ids of who is meant: those named, else the reps of the teams, without who is left out."""
    if query.owners:
        return set(query.owners)
    parts = [replace(query, teams=(team,)) for team in query.teams] or [query]
    found = {person.id for part in parts for person in people_of(world, whose_of(world, part))}
    out = (whose_of(world, replace(query, teams=(team,))) for team in query.not_teams)
    return found - set(query.not_owners) - {person.id for team in out for person in people_of(world, team)}
