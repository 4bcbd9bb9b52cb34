"""「张伟报的和系统算的差多少」, "Ben's commit vs the system": each commit beside the computed forecast, and the gap."""

from decimal import Decimal

from bot.dialogs.show import show_day
from bot.forecast.backtest import HIGH, LOW
from bot.forecast.commits import committers
from bot.forecast.outlook import Forecast, forecasts
from bot.forecast.replies import about, too_little
from bot.reports.buttons import ask
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.rules.access import require
from bot.tables import tabled
from bot.talk.periods import named, quarter_of
from bot.targets.said import exact, rates_named
from bot.targets.whose import query_of, whose_of
from bot.world import World
from config.types import Row


def against_forecast(world: World, query: Query) -> Report:
    """The gap in a line; below it the people of a team, those who promise most beyond their forecast first."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    words, today = world.words, world.now.date()
    whole, *each = forecasts(
        world, [whose, *(committers(world, whose, period) if whose.kind != "user" else [])], period
    )
    each = sorted((one for one in each if one.commit is not None), key=_gap, reverse=not query.is_least_first)
    day = show_day(today, words, today=today)
    head = words.say("forecast.against.title", who=whose.name, period=named(period, words, today=today), day=day)
    said = [_told(world, whole), *([] if whole.ahead is not None else [too_little(world, whole.known)])]
    notes = rates_named(world, tuple(sorted(whole.rates.used)), whole.left_out)
    asked = query_of("forecast", whose, period)
    buttons = (ask(world, "forecast", asked), ask(world, "attainment", query_of("attainment", whose, period)))
    reply = tabled(words, [head, *said], [_row(world, one) for one in each], notes, buttons)
    return Report(reply, tuple(query_of("forecast", one.whose, period) for one in each))


def _gap(one: Forecast) -> Decimal:
    return one.commit.amount - one.total(0.5) if one.commit is not None else Decimal(0)


def _told(world: World, one: Forecast) -> str:
    """「承诺 ¥420,000，预测 ¥436,000（八成把握 … – …）：承诺低 ¥16,000（4%），在区间内。」"""
    low, point, high = (one.total(share) for share in (LOW, 0.5, HIGH))
    shown = {"low": about(world, low), "point": about(world, point), "high": about(world, high)}
    if one.commit is None:
        return world.words.say("forecast.against.no_commit", **shown)
    amount = one.commit.amount
    place = "above" if amount > high else "below" if amount < low else "within"
    facts = {"commit": exact(world, amount), "gap": _said(world, one)}
    return world.words.say(f"forecast.against.{place}", **facts, **shown)


def _said(world: World, one: Forecast) -> str:
    """How much the commit is above or below the forecast, and in per cent of that."""
    gap, point = _gap(one), one.total(0.5)
    way = "more" if gap > 0 else "less" if gap < 0 else "even"
    percent = f"{abs(gap) * 100 / point:.0f}" if point else "100"
    return world.words.say(f"forecast.against.{way}", gap=about(world, abs(gap)), percent=percent)


def _row(world: World, one: Forecast) -> Row:
    words = world.words
    commit = exact(world, one.commit.amount) if one.commit is not None else ""
    cells = (words.say("forecast.against.commit", commit=commit),
             words.say("forecast.against.point", point=about(world, one.total(0.5))))  # fmt: skip
    return (one.whose.name, *cells, _said(world, one))
