"""「和现在比」: from the pipeline as it stood to the pipeline as it is, cause by cause, in every currency."""

from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from decimal import Decimal

from bot.dialogs.reply import Reply
from bot.pictures.sheet import Head
from bot.pictures.waterfall import Step, waterfall
from bot.reports import show
from bot.reports.buttons import buttons
from bot.reports.changes import CAUSES, Cause, Difference, differences
from bot.reports.drawn import pictured
from bot.reports.figures import end_of, sums
from bot.reports.lines import Report, main_currency, per_currency
from bot.reports.query import Query
from bot.tables import tabled
from bot.world import World
from config.types import Money


@dataclass(frozen=True, slots=True)
class _Legs:
    """From a day and its amounts, the steps that lead on."""

    day: date
    start: dict[str, int]
    steps: dict[Cause, dict[str, int]]


def bridge(world: World, query: Query) -> Report:
    """The amounts then, what happened, and the amounts now."""
    since = since_when(world, query)
    asked = replace(query, what="pipeline", by="", as_of=None)
    current = sums(world, asked)
    moved = differences(world, asked, end_of(since, world), world.now.astimezone(UTC))
    after = per_currency(current)
    before = _start(after, moved)
    main = main_currency(world, current or sums(world, replace(asked, as_of=since)))
    words = world.words
    day = show.one_day(since, world)
    shown = {cause: amounts for cause in CAUSES if any((amounts := moved.steps.get(cause, {})).values())}
    head = words.say("report.bridge.head", who=show.title(world, asked), day=day, time=f"{world.now:%H:%M}")
    rows = [
        (words.say("report.bridge.start", day=day), show.amounts(before, world)),
        *((words.say(f"report.bridge.{cause}"), signed(world, amounts)) for cause, amounts in shown.items()),
        (words.say("report.bridge.end"), show.amounts(after, world)),
    ]
    reply = tabled(words, [head, *_gap(world, query, before, after)], rows, [], buttons(world, asked, bridge=query))
    lines = tuple(replace(query, what="changes", cause=cause) for cause in shown)
    return Report(_drawn(world, asked, reply, main, _Legs(since, before, shown)), lines)


def _gap(world: World, query: Query, before: dict[str, int], after: dict[str, int]) -> list[str]:
    """By how much it is more or less in all, where that is what was asked."""
    gap = {code: after.get(code, 0) - before.get(code, 0) for code in {*before, *after}}
    if not query.is_compared:
        return []
    said = signed(world, gap)
    return [world.words.say("report.bridge.gap", gap=said) if said else world.words.say("report.bridge.no_gap")]


def since_when(world: World, query: Query) -> date:
    """The day at whose end it begins."""
    today = world.now.date()
    if query.as_of is not None:
        return query.as_of
    if query.start is not None and query.start <= today:
        return query.start - timedelta(days=1)
    return today - timedelta(days=today.weekday() + 1)


def _start(end: dict[str, int], moved: Difference) -> dict[str, int]:
    """The amounts from which the causes lead to those of now; that they are the amounts of then is held by a test."""
    start = dict(end)
    for amounts in moved.steps.values():
        for currency, minor in amounts.items():
            start[currency] = start.get(currency, 0) - minor
    return start


def signed(world: World, amounts: dict[str, int]) -> str:
    """+¥900,000, −US$90,000."""
    parts = []
    for code in sorted(amounts, key=lambda code: (code != world.currency, code)):
        if amounts[code] and code:
            sign = "+" if amounts[code] > 0 else "−"
            parts.append(f"{sign}{show.money(abs(amounts[code]), code, world.words)}")
    return world.words.say("common.list_separator").join(parts)


def _drawn(world: World, query: Query, reply: Reply, main: str, legs: _Legs) -> Reply:
    """The reply with a waterfall in the main currency."""

    def value(amounts: dict[str, int]) -> Decimal:
        return Money.from_minor(amounts.get(main, 0), main).value

    steps = [
        Step(world.words.say(f"report.cause.{cause}"), value(amounts))
        for cause, amounts in legs.steps.items()
        if amounts.get(main)
    ]
    head = Head(show.title(world, replace(query, what="changes")), show.subtitle(world, query))
    first = Step(show.one_day(legs.day, world), value(legs.start))
    today = show.one_day(world.now.date(), world)
    picture = waterfall(head, first, steps, end=today, unit=main, words=world.words)
    return pictured(reply, picture)
