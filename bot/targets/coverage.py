"""Pipeline coverage: how many times the open deals of a period hold what is still missing of its target."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from bot.dialogs.show import show_money
from bot.reports.buttons import ask, why
from bot.reports.figures import Sum, sums
from bot.reports.lines import Report, per_currency
from bot.reports.query import Query
from bot.rules.access import require
from bot.tables import tabled
from bot.talk.periods import named, quarter_of
from bot.targets.attainment import Reached, reached
from bot.targets.exchange import Exchange
from bot.targets.said import day_of, rates_named
from bot.targets.whose import Whose, people_of, query_of, whose_of
from bot.world import World
from config.types import Money, Period, Row

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is open of somebody in a period, beside what is missing; ``target`` None where there is none. Amounts in
    ``currency``."""

    whose: Whose
    pipeline: Decimal
    target: Reached | None
    currency: str
    left_out: tuple[Money, ...] = ()
    rated: tuple[date, ...] = ()

    @property
    def times(self) -> Decimal | None:
        """None without a target, or where nothing is missing any more."""
        missing = self.target.pace.missing if self.target else None
        return self.pipeline / missing if missing else None


def coverage_of(world: World, query: Query) -> Report:
    """The coverage of somebody, and of the people of a team one by one, the thinnest first."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    words, today = world.words, world.now.date()
    title = words.say("attainment.title", who=whose.name, period=named(period, words, today=today))
    head = words.say("coverage.head", title=title, day=day_of(world, today))
    whole = _covered(world, whose, period, sums(world, query_of("pipeline", whose, period)))
    by_owner = sums(world, query_of("pipeline", whose, period), "owner") if whose.kind != "user" else []
    people = [
        _covered(world, one, period, [item for item in by_owner if item.key == one.id])
        for one in people_of(world, whose)
    ]
    people.sort(key=lambda one: (one.times is None, one.times))
    notes = rates_named(
        world, tuple(sorted({*whole.rated, *(day for one in people for day in one.rated)})), whole.left_out
    )
    open_deals = query_of("pipeline", whose, period)
    buttons = (why(world, open_deals), ask(world, "attainment", replace(open_deals, what="attainment")))
    reply = tabled(words, [head, _said(world, whole)], [_row(world, one) for one in people], notes, buttons)
    lines = [query_of("pipeline", one.whose, period) for one in people]
    return Report(reply, tuple(lines))


def _covered(world: World, whose: Whose, period: Period, found: Sequence[Sum]) -> Coverage:
    """Open deals are worth what they are today."""
    target = reached(world, whose, "revenue", period)
    currency = (target.target.currency if target else None) or world.currency
    rates = Exchange(world, currency, world.now.date())
    amounts = [Money.from_minor(minor, code) for code, minor in per_currency(found).items() if minor]
    worth = [(money, rates.convert(money)) for money in amounts]
    total = sum((known.value for _money, known in worth if known is not None), Decimal(0))
    left_out = tuple(money for money, known in worth if known is None)
    return Coverage(whose, total, target, currency, left_out, tuple(sorted(rates.used)))


def _said(world: World, one: Coverage) -> str:
    words, facts = world.words, {"pipeline": _money(world, one, one.pipeline)}
    if one.target is None:
        return words.say("coverage.no_target", **facts)
    pace = one.target.pace
    facts |= {"target": _money(world, one, pace.aim), "reached": _money(world, one, pace.reached)}
    if one.times is None:
        return words.say("coverage.made", **facts)
    return words.say("coverage.times", times=_times(one.times), missing=_money(world, one, pace.missing), **facts)


def _row(world: World, one: Coverage) -> Row:
    words, pipeline = world.words, _money(world, one, one.pipeline)
    if one.target is None:
        return (one.whose.name, pipeline, words.say("coverage.row_no_target"))
    if one.times is None:
        return (one.whose.name, pipeline, words.say("coverage.row_made"))
    missing = words.say("coverage.row_missing", missing=_money(world, one, one.target.pace.missing))
    return (one.whose.name, pipeline, missing, words.say("coverage.row_times", times=_times(one.times)))


def _times(value: Decimal) -> str:
    return f"{value.quantize(TENTH, ROUND_HALF_EVEN):f}"


def _money(world: World, one: Coverage, value: Decimal) -> str:
    return show_money(Money(value.quantize(Decimal(1), ROUND_HALF_EVEN), one.currency), world.words)
