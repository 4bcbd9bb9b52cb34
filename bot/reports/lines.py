"""The rows of a report, each added up, with the question behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.reports import show
from bot.reports.figures import Sum, about
from bot.reports.query import OVER_TIME, By, Query, current
from bot.reports.traits import TRAITS, trait_label
from bot.reports.worth import weighted
from bot.rules.access import teams_below
from bot.targets.whose import people_of, whose_of
from bot.world import World
from storage import records

MAX_LINES = 10
MAX_MOMENTS = 31


@dataclass(frozen=True, slots=True)
class Report:
    """What is said, and the question behind each of its numbered lines: "why 3"."""

    reply: Reply
    lines: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a report, added up: amounts and weighted amounts in minor units by currency."""

    label: str
    query: Query
    count: int
    amounts: dict[str, int]
    weighted: dict[str, int]

    def size(self, rates: Mapping[str, float]) -> tuple[float, int]:
        """What rows are sorted by: about what they are worth."""
        return sum(minor * rates.get(code, 0.0) for code, minor in self.amounts.items()), self.count

    def rank(self, query: Query, rates: Mapping[str, float]) -> tuple[float, float, int]:
        """The same for a question by number, or by what a deal is worth on average."""
        worth, count = self.size(rates)
        first = count if query.is_by_count else worth / max(1, count) if query.is_average else worth
        return first, worth, count


def main_currency(world: World, found: Sequence[Sum]) -> str:
    """The organisation's, unless all amounts are in others: then the one with most deals."""
    counts: dict[str, int] = {}
    for item in found:
        if item.minor:
            counts[item.currency] = counts.get(item.currency, 0) + item.count
    return max(counts, key=lambda code: counts[code]) if counts and world.currency not in counts else world.currency


def added(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Amounts in minor units, each with its currency, added up by currency; those without a currency are left out."""
    total: dict[str, int] = {}
    for currency, minor in amounts:
        if currency:
            total[currency] = total.get(currency, 0) + minor
    return total


def per_currency(found: Sequence[Sum]) -> dict[str, int]:
    """The amounts of sums, in minor units by currency."""
    return added((item.currency, item.minor) for item in found)


def count_of(found: Sequence[Sum]) -> int:
    return sum(item.count for item in found)


def line_of(label: str, query: Query, found: Sequence[Sum], chances: Mapping[str, int]) -> Line:
    """All of the sums as one row."""
    likely = added((item.currency, weighted(item.minor, chances.get(item.stage, 0))) for item in found)
    return Line(label, query, count_of(found), per_currency(found), likely)


def stage_lines(world: World, query: Query, found: Sequence[Sum], chances: Mapping[str, int]) -> list[Line]:
    """A line for every open stage, also where nothing is in it."""
    stages = [s for s in world.crm.stages if (s.code == query.stage if query.stage else s.kind == "open")]
    return [
        line_of(
            stage.labels[world.words.language],
            replace(query, stage=stage.code, by=""),
            [item for item in found if item.stage == stage.code],
            chances,
        )
        for stage in stages
        if stage.code not in query.not_stages
    ]


def split(world: World, query: Query, found: Sequence[Sum], chances: Mapping[str, int]) -> list[Line]:
    """A line for each person, team, product, customer or month; the largest first, months in their order."""
    named: tuple[Any, ...] = {"owner": query.owners, "team": query.teams}.get(query.by, ())
    named = query.among or (() if query.is_default else named)
    if query.is_least_first and query.by == "owner":
        named = tuple(person.id for person in people_of(world, whose_of(world, query)))  # nothing at all is least
    labels = labels_of(world, query.by, {*named, *(item.key for item in found)})
    lines = [
        line_of(label, only(world, query, key), [item for item in found if item.key == key], chances)
        for key, label in labels.items()
    ]
    if query.by in OVER_TIME:
        return sorted(lines, key=lambda line: (line.query.start is None, line.query.start))
    rates = about(world)
    return sorted(lines, key=lambda line: line.rank(query, rates), reverse=not query.is_least_first)


def shown(query: Query, lines: Sequence[Line]) -> Sequence[Line]:
    """As many rows as are told one by one: as many as are asked for, all months of a year, but of people only the
    first."""
    return lines[: query.first or (MAX_MOMENTS if query.by in OVER_TIME else MAX_LINES)]


def labels_of(world: World, by: By, keys: set[Any]) -> dict[Any, str]:
    """What the keys of a way to split are called."""
    words = world.words
    classes: dict[str, Any] = {"owner": records.User, "team": records.Team, "customer": records.Customer}
    if by in classes:
        found = show.names(world, classes[by], keys)
        if by == "team":
            found |= {
                key: show.who(world, only(world, Query(by="team"), key)) for key in _with_teams_below(world, keys)
            }
        return {key: found.get(key) or words.say(f"report.no_{by}") for key in keys}
    if by == "buyers":
        return {key: words.say(f"report.buyers.{key}") for key in ("new", "old")}
    if by in TRAITS:
        return {key: trait_label(world, by, key) for key in keys}
    if by in ("product", "reason", "rival"):
        return {key: key or words.say(f"report.no_{by}") for key in keys}
    written = {"month": show.month, "quarter": show.quarter}.get(by, show.full_day)
    return {key: written(first_day(key), world) if key else words.say("report.no_date") for key in keys}


def _with_teams_below(world: World, keys: set[Any]) -> set[Any]:
    """Those of the teams to which others belong."""
    team: Any = records.Team
    above = select(team.parent_id).where(team.parent_id.in_(sorted(filter(None, keys))), team.deleted_at.is_(None))
    return set(world.tx.connection.scalars(above))


def first_day(key: str) -> date:
    """The first day that a month (2026-10), a quarter (likewise) or a day (2026-10-05) stands for."""
    return date.fromisoformat(f"{key}-01"[:10])


def moment_key(by: By, day: date) -> str:
    """The key of the day, month or quarter that a day is in."""
    if by == "day":
        return day.isoformat()
    return f"{day.year:04}-{(day.month - 1) // 3 * 3 + 1 if by == 'quarter' else day.month:02}"


def line_key(world: World, by: By, row: Any, at: datetime) -> Any:
    """The line that a row of some moment counts in: its person's, its team's, or that of the moment."""
    if by == "owner":
        return row.owner_id
    if by == "team":
        return row.team_id or 0
    return moment_key(by, at.astimezone(world.now.tzinfo).date())


def only(world: World, query: Query, key: Any) -> Query:
    """The question about one line."""
    if query.by == "owner":
        return replace(query, owners=(key or 0,), by="")
    if query.by == "team":  # those below it have lines of their own
        below = tuple(sorted(teams_below(world.tx, key) - {key})) if key else ()
        return replace(query, teams=(key,), owners=(), not_teams=below, by="")
    if query.by == "customer":
        return replace(query, customers=(key,), by="")
    if query.by == "product":
        return replace(query, product=key, by="")
    if query.by in TRAITS:
        return replace(query, **{query.by: key}, by="")
    if query.by == "buyers":
        return replace(query, buyers=key, by="")
    if query.by == "reason":
        return replace(query, reason=key, by="")
    if query.by == "rival":
        return replace(query, rival=key, by="")
    if not key:
        return replace(query, by="")
    day = first_day(key)
    whole = current(query.by, day)
    start, end = max(whole.start, query.start or whole.start), min(whole.end, query.end or whole.end)
    return replace(query, start=start, end=end, grain=query.by, by="")
