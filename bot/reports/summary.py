"""A summary as it is said: the numbers, what changed, the next question as a button, and a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.dialogs.model import Press, Reply
from bot.reports import show
from bot.reports.changes import COUNTED, Difference, differences
from bot.reports.figures import Converted, Sum, converted, end_of, probabilities, sums, undated, weighted
from bot.reports.query import By, Query, current
from bot.reports.rates import Rate, Rates
from bot.world import World
from config.types import Money
from storage import records

MAX_LINES = 10


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

    def size(self, main: str) -> tuple[int, int, int]:
        """What rows are sorted by."""
        return self.amounts.get(main, 0), sum(self.amounts.values()), self.count


def pipeline(world: World, query: Query) -> Report:
    """Per stage or by what was asked: count, amount, weighted amount; the total; what changed."""
    chances = probabilities(world, end_of(query.as_of, world) if query.as_of else None)
    by: By = query.by or "stage"
    found = sums(world, query, by)
    main = main_currency(world, found)
    lines = _stage_lines(world, query, found, chances) if by == "stage" else _lines(world, query, found, chances)
    moved = None if query.as_of else _since(world, query)
    said = [show.head(world, query)]
    said += [_said(world, line, main, moved[1] if moved and by == "stage" else None) for line in lines[:MAX_LINES]]
    said += _rest(world, lines, main)
    said += totals(world, query, found, chances)
    said += _done(world, query)
    missing = undated(world, query)
    if missing:
        said.append(world.words.say("report.undated", count=missing))
    if moved:
        said.append(_changed(world, *moved))
    return Report(_drawn(world, query, Reply("\n".join(said), buttons(world, query)), lines, main), _asked(lines))


def _done(world: World, query: Query) -> list[str]:
    """What was won and lost in the period already."""
    if query.start is None or query.start > world.now.date() or query.as_of is not None or query.stage:
        return []
    won, lost = (sums(world, replace(query, what=what, by="")) for what in ("won", "lost"))
    if not won and not lost:
        return []
    amount = show.amounts(_per_currency(won), world)
    return [world.words.say("report.done", won=_count(won), amount=amount, lost=_count(lost))]


def closed(world: World, query: Query) -> Report:
    """What was won or lost in a period, by what was asked, beside the period before."""
    found = sums(world, query, query.by)
    main = main_currency(world, found)
    said = [show.head(world, query)]
    lines: list[Line] = []
    if query.by and found:
        lines = _lines(world, query, found, {})
        said += [_said(world, line, main, None) for line in lines[:MAX_LINES]] + _rest(world, lines, main)
    said += totals(world, query, found, {})
    if query.period is not None:
        before = sums(world, query.shifted(-1))
        period = show.days(query.shifted(-1).period or query.period, world)
        amount = show.amounts(_per_currency(before), world)
        said.append(world.words.say("report.before", period=period, count=_count(before), amount=amount))
    reply = Reply("\n".join(said), buttons(world, query))
    return Report(_drawn(world, query, reply, lines, main), _asked(lines))


def main_currency(world: World, found: Sequence[Sum]) -> str:
    """The organisation's, unless all amounts are in others: then the one with most deals."""
    counts: dict[str, int] = {}
    for item in found:
        if item.minor:
            counts[item.currency] = counts.get(item.currency, 0) + item.count
    return max(counts, key=lambda code: counts[code]) if counts and world.currency not in counts else world.currency


def _per_currency(found: Sequence[Sum]) -> dict[str, int]:
    total: dict[str, int] = {}
    for item in found:
        if item.currency:
            total[item.currency] = total.get(item.currency, 0) + item.minor
    return total


def _count(found: Sequence[Sum]) -> int:
    return sum(item.count for item in found)


def _stage_lines(world: World, query: Query, found: Sequence[Sum], chances: dict[str, int]) -> list[Line]:
    """A line for every open stage, also where nothing is in it."""
    stages = [s for s in world.crm.stages if (s.code == query.stage if query.stage else s.kind == "open")]
    return [
        _line(
            stage.labels[world.words.language],
            replace(query, stage=stage.code, by=""),
            [item for item in found if item.stage == stage.code],
            chances,
        )
        for stage in stages
    ]


def _lines(world: World, query: Query, found: Sequence[Sum], chances: dict[str, int]) -> list[Line]:
    """A line for each person, team, product, customer or month; the largest first, months in their order."""
    labels = _labels(world, query.by, {item.key for item in found})
    lines = [
        _line(labels[key], _only(world, query, key), [item for item in found if item.key == key], chances)
        for key in labels
    ]
    if query.by in ("month", "day"):
        return sorted(lines, key=lambda line: (line.query.start is None, line.query.start))
    main = main_currency(world, found)
    return sorted(lines, key=lambda line: line.size(main), reverse=True)


def _line(label: str, query: Query, found: Sequence[Sum], chances: dict[str, int]) -> Line:
    likely: dict[str, int] = {}
    for item in found:
        if item.currency:
            likely[item.currency] = likely.get(item.currency, 0) + weighted(item.minor, chances.get(item.stage, 0))
    return Line(label, query, _count(found), _per_currency(found), likely)


def _labels(world: World, by: By, keys: set[Any]) -> dict[Any, str]:
    words = world.words
    classes: dict[str, Any] = {"owner": records.User, "team": records.Team, "customer": records.Customer}
    if by in classes:
        found = show.names(world, classes[by], keys)
        return {key: found.get(key) or words.say(f"report.no_{by}") for key in keys}
    if by == "product":
        return {key: key or words.say("report.no_product") for key in keys}
    shown = show.month if by == "month" else show.full_day
    return {key: shown(_first(key), world) if key else words.say("report.no_date") for key in keys}


def _first(key: str) -> date:
    """The first day that a month (2026-10) or a day (2026-10-05) stands for."""
    return date.fromisoformat(f"{key}-01"[:10])


def _only(world: World, query: Query, key: Any) -> Query:
    """The question about one line."""
    if query.by == "owner":
        return replace(query, owners=(key or 0,), teams=query.teams, by="")
    if query.by == "team":
        return replace(query, teams=(key,), owners=(), by="")
    if query.by == "customer":
        return replace(query, customers=(key,), by="")
    if query.by == "product":
        return replace(query, product=key, by="")
    if not key:
        return replace(query, by="")
    whole = current("month" if query.by == "month" else "day", _first(key))
    start, end = max(whole.start, query.start or whole.start), min(whole.end, query.end or whole.end)
    return replace(query, start=start, end=end, grain=query.by, by="")


def _said(world: World, line: Line, main: str, moved: Difference | None) -> str:
    words = world.words
    several = {code: minor for code, minor in line.amounts.items() if minor}
    amount = show.amounts(several, world) if several else show.money(0, main, words)
    key = "report.row" if line.query.what == "pipeline" else "report.row_closed"
    said = words.say(
        key, label=line.label, count=line.count, amount=amount, weighted=show.amounts(line.weighted, world)
    )
    up = moved.arrived.get(line.query.stage, 0) if moved else 0
    return words.say("report.arrived", row=said, count=up) if up else said


def _rest(world: World, lines: Sequence[Line], main: str) -> list[str]:
    rest = lines[MAX_LINES:]
    if not rest:
        return []
    total: dict[str, int] = {}
    for line in rest:
        for code, minor in line.amounts.items():
            total[code] = total.get(code, 0) + minor
    count = sum(line.count for line in rest)
    return [world.words.say("report.rest", lines=len(rest), count=count, amount=show.amounts(total, world))]


def totals(world: World, query: Query, found: Sequence[Sum], chances: dict[str, int]) -> list[str]:
    """The total in each currency, what the others are worth in the organisation's, and all together."""
    words, base = world.words, world.currency
    line = _line("", query, found, chances)
    key = "report.total" if query.what == "pipeline" else "report.total_closed"
    shown = {"amount": show.amounts(line.amounts, world), "weighted": show.amounts(line.weighted, world)}
    said = [words.say(key, count=line.count, **shown)]
    rates, together, is_any = Rates(world.tx, base), line.amounts.get(base, 0), False
    for code in sorted(code for code, minor in line.amounts.items() if minor and code != base):
        items = [item for item in found if item.currency == code]
        value = converted(world, query, rates, code, line.amounts[code])
        said.append(_foreign(world, code, items, value))
        if value.minor is not None:
            together, is_any = together + value.minor, True
    if is_any:
        said.append(words.say("report.together", amount=show.money(together, base, words)))
    return said


def _foreign(world: World, code: str, items: Sequence[Sum], value: Converted) -> str:
    words = world.words
    shown = {"count": _count(items), "amount": show.money(sum(item.minor for item in items), code, words)}
    if value.minor is None:
        return words.say("report.foreign_unknown", currency=code, **shown)
    rates = words.say("common.and_separator").join(rate_said(world, rate) for rate in value.rates[-2:])
    return words.say("report.foreign", base=show.money(value.minor, world.currency, words), rates=rates, **shown)


def rate_said(world: World, rate: Rate) -> str:
    """「11-23 汇率 7.12」."""
    shown = f"{rate.rate.quantize(Decimal('0.000001')).normalize():f}"
    return world.words.say("report.rate", day=show.one_day(rate.valid_on, world), rate=shown)


def _since(world: World, query: Query) -> tuple[datetime, Difference]:
    """From when the changes are told, and what they are: of the period that is running or over, else of this week."""
    today = world.now.date()
    monday = today - timedelta(days=today.weekday())
    start = query.start if query.start is not None and query.start <= today else monday
    since = datetime.combine(start, time(), world.now.tzinfo)
    until = world.now
    if query.end is not None and query.end < today:
        until = end_of(query.end, world)
    return since, differences(world, query, since - timedelta(microseconds=1), until)


def _changed(world: World, since: datetime, found: Difference) -> str:
    words = world.words
    parts = [words.say(f"report.did.{name}", count=found.counts[name]) for name in COUNTED if found.counts[name]]
    day = show.one_day(since.date(), world)
    if not parts:
        return words.say("report.unchanged", day=day)
    return words.say("report.changed", day=day, parts=words.say("common.list_separator").join(parts))


def buttons(world: World, query: Query, *, is_bridge: bool = False) -> tuple[Press, ...]:
    """The next questions."""
    words = world.words

    def press(name: str, other: Query) -> Press:
        return Press(words.say(f"report.button.{name}"), {"do": "report", "query": other.to_json()}, is_open=True)

    found = [press("by_owner", replace(query, by="owner"))] if query.by != "owner" and len(query.owners) != 1 else []
    if query.by:
        found.append(press("by_stage", replace(query, by="")))
    if query.what == "pipeline" and query.as_of is None:
        found.append(press("watch", replace(query, what="watch", by="")))
        if not is_bridge:
            found.append(press("changes", replace(query, what="changes", by="")))
    if query.as_of is not None:
        found.append(press("to_now", replace(query, what="changes", by="")))
    found.append(Press(words.say("report.button.why"), {"do": "why", "query": query.to_json()}, is_open=True))
    if query.period is not None:
        found.append(press("before", query.shifted(-1)))
    return tuple(found)


def _asked(lines: Sequence[Line]) -> tuple[Query, ...]:
    return tuple(line.query for line in lines[:MAX_LINES])


def _drawn(world: World, query: Query, reply: Reply, lines: Sequence[Line], main: str) -> Reply:
    """The reply with its picture: a funnel of the lines, in the main currency."""
    from bot.pictures.funnel import StageBar, funnel
    from bot.pictures.sheet import Head
    from bot.pictures.trend import Line as Curve
    from bot.pictures.trend import trend

    if not lines:
        return reply
    head = Head(show.title(world, query), show.subtitle(world, query))

    def value(amounts: dict[str, int]) -> Decimal:
        return Money.from_minor(amounts.get(main, 0), main).value

    if query.by in ("month", "day"):
        curve = Curve(world.words.say(f"report.what.{query.what}"), tuple(value(line.amounts) for line in lines))
        picture = trend(head, [line.label for line in lines], [curve], unit=main, words=world.words)
    else:
        is_open = query.what == "pipeline"
        bars = [
            StageBar(line.label, line.count, value(line.amounts), value(line.weighted) if is_open else None)
            for line in lines[:MAX_LINES]
        ]
        picture = funnel(head, bars, unit=main, words=world.words)
    return replace(reply, picture=picture.png, picture_alt=picture.alt)
