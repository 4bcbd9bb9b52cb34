"""「如果北辰的单子丢了，本季度预测还剩多少」, "what if we win Corval": the figures with and without some deals.

Nothing is changed. The pipeline and its weighted sum differ by exactly these deals; the forecast plays the same draws
again, with these deals worth nothing in them, so that the difference is theirs alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.dialogs.reply import Reply
from bot.forecast.backtest import HIGH, LOW
from bot.forecast.outlook import Forecast, forecast
from bot.forecast.replies import about
from bot.reports.buttons import ask
from bot.reports.figures import Sum, deals, sums
from bot.reports.lines import Report, count_of, per_currency
from bot.reports.query import Query
from bot.reports.rows import deal_lines, seen
from bot.reports.worth import probabilities
from bot.rules.access import require
from bot.talk.periods import named, quarter_of
from bot.targets.exchange import Exchange
from bot.targets.said import exact, rates_named
from bot.targets.whose import query_of, whose_of
from bot.world import World
from config.types import Money

MAX_DEALS = 8  # that are told one by one
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Side:
    """How it stands on one side of the if: open deals, their worth, what is won with the likely part, the forecast."""

    count: int
    pipeline: Decimal
    weighted: Decimal
    won: Decimal
    found: Forecast


def what_if(world: World, query: Query) -> Report:
    """The deals, and each figure before and after."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    words, today = world.words, world.now.date()
    rows = seen(world, deals(world, replace(query, what="pipeline", fate="").within(None)))
    was, then, rates = _sides(world, query, rows)
    key = f"forecast.what_if.{query.fate}" + ("_one" if len(rows) == 1 else "")
    head = words.say(key, who=whose.name, period=named(period, words, today=today), count=len(rows))
    lines = [head, *(words.say("list.row", number=n, text=text) for n, text in enumerate(_shown(world, rows), 1))]
    if len(rows) > MAX_DEALS:
        lines.append(words.say("list.rest", count=len(rows) - MAX_DEALS))
    lines += [*_compared(world, was, then), *_outside(world, query, rows)]
    unknown = [
        money for money in _amounts(sums(world, query_of("pipeline", whose, period))) if rates.convert(money) is None
    ]
    lines += rates_named(world, tuple(sorted(rates.used)), tuple(unknown))
    lines.append(words.say("forecast.what_if.nothing_changed"))
    asked = query_of("forecast", whose, period)
    return Report(
        Reply("\n".join(lines), (ask(world, "forecast", asked), ask(world, "why", replace(asked, what="pipeline"))))
    )


def _shown(world: World, rows: Sequence[Any]) -> list[str]:
    return deal_lines(world, rows[:MAX_DEALS])


def _sides(world: World, query: Query, rows: Sequence[Any]) -> tuple[_Side, _Side, Exchange]:
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    asked = query_of("pipeline", whose, period)
    rates, chances = Exchange(world, world.currency, world.now.date()), probabilities(world)
    everything, these = sums(world, asked), sums(world, replace(asked, deals=query.deals))
    now = forecast(world, whose, period)
    was = _Side(count_of(everything), _worth(rates, everything), now.weighted, now.won_amount, now)
    less = _worth(rates, these)
    likely = sum((_worth(rates, [one]) * chances.get(one.stage, 0) / 100 for one in these), _ZERO)
    gained = _ZERO
    if query.fate == "won":
        amounts = [Money.from_minor(row.amount_minor, row.amount_currency) for row in rows if row.amount_currency]
        gained = sum((worth.value for money in amounts if (worth := rates.convert(money)) is not None), _ZERO)
    found = forecast(world, whose, period, without=frozenset(query.deals))
    then = _Side(
        was.count - count_of(these), was.pipeline - less, was.weighted - likely + gained, was.won + gained, found
    )
    return was, then, rates


def _amounts(found: Sequence[Sum]) -> list[Money]:
    return [Money.from_minor(minor, code) for code, minor in per_currency(found).items() if minor]


def _worth(rates: Exchange, found: Sequence[Sum]) -> Decimal:
    return sum((worth.value for money in _amounts(found) if (worth := rates.convert(money)) is not None), _ZERO)


def _compared(world: World, was: _Side, then: _Side) -> list[str]:
    """Each figure, before and after."""
    words = world.words
    counts = {"count": was.count, "count_then": then.count}
    amounts = {"amount": exact(world, was.pipeline), "amount_then": exact(world, then.pipeline)}
    lines = [words.say("forecast.what_if.pipeline", **counts, **amounts)]
    gap = then.weighted - was.weighted
    key = "weighted_more" if gap > 0 else "weighted_less" if gap < 0 else "weighted_same"
    facts = {
        "before": exact(world, was.weighted),
        "after": exact(world, then.weighted),
        "gap": exact(world, abs(gap)),
    }
    lines.append(words.say(f"forecast.what_if.{key}", **facts))
    if was.found.ahead is None or then.found.ahead is None:
        return lines
    points = {"before": _point(world, was), "after": _point(world, then)}
    lines.append(words.say("forecast.what_if.forecast", **points))
    target = was.found.target
    worth = was.found.rates.convert(Money(target.pace.aim, target.target.currency)) if target else None
    if worth is not None:
        chances = {"before": _chance(was, worth.value), "after": _chance(then, worth.value)}
        lines.append(words.say("forecast.what_if.target", target=exact(world, worth.value), **chances))
    return lines


def _point(world: World, side: _Side) -> str:
    assert side.found.ahead is not None  # noqa: S101 — the caller's branch
    shares = {"low": LOW, "point": 0.5, "high": HIGH}
    found = {name: side.won + Decimal(repr(side.found.ahead.quantile(share))) for name, share in shares.items()}
    return world.words.say("forecast.what_if.point", **{name: about(world, value) for name, value in found.items()})


def _chance(side: _Side, aim: Decimal) -> int:
    """Of a target, to the next ten per cent: finer would say more than is known."""
    assert side.found.ahead is not None  # noqa: S101 — the caller's branch
    return round(float((side.found.ahead.amounts >= float(aim - side.won)).mean()) * 10) * 10


def _outside(world: World, query: Query, rows: Sequence[Any]) -> list[str]:
    """Deals that were not to close in the period: of those only a win would count in it."""
    period = query.period or quarter_of(world.now.date())
    count = sum(1 for row in rows if row.expected_close not in period)
    return [world.words.say("forecast.what_if.outside", count=count)] if count and query.fate != "won" else []
