"""The last lines of a report: the sum in each currency, what it is worth in one, and how that compares."""

from decimal import ROUND_HALF_EVEN, Decimal

from bot.reports import show
from bot.reports.figures import sums
from bot.reports.lines import Line, count_of, per_currency
from bot.reports.query import Query
from bot.reports.rates import Rate
from bot.reports.worth import Converted, Worth, worth_of
from bot.world import World


def totals(world: World, query: Query, total: Line) -> list[str]:
    """The total in each currency, what the others are worth in the organisation's, and all together."""
    words, base = world.words, world.currency
    key = "report.total" if query.what == "pipeline" else "report.total_closed"
    amounts = {"amount": show.amounts(total.amounts, world), "weighted": show.amounts(total.weighted, world)}
    said = [words.say(key, count=total.count, **amounts)]
    said += in_one(world, query, total)
    worth = worth_of(world, query, total.amounts)
    if query.what == "won" and total.count > 1 and worth.minor is not None:
        shown = show.money(mean(worth.minor, total.count), base, words)
        said.append(words.say("report.mean", amount=shown))
    return said


def in_one(world: World, query: Query, total: Line) -> list[str]:
    """What the amounts in other currencies are worth in the organisation's, and all together."""
    words, base = world.words, world.currency
    worth = worth_of(world, query, total.amounts)
    said = [_foreign(world, query, code, total, value) for code, value in worth.foreign.items()]
    known = [value.minor for value in worth.foreign.values() if value.minor is not None]
    if known and len(total.amounts) > 1:
        together = total.amounts.get(base, 0) + sum(known)
        said.append(words.say("report.together", amount=show.money(together, base, words)))
    return said


def mean(minor: int, count: int) -> int:
    return int((Decimal(minor) / count).to_integral_value(ROUND_HALF_EVEN))


def _foreign(world: World, query: Query, code: str, total: Line, value: Converted) -> str:
    words = world.words
    count = count_of([item for item in sums(world, query) if item.currency == code])
    amount = {"count": count, "amount": show.money(total.amounts[code], code, words)}
    if value.minor is None:
        return words.say("report.foreign_unknown", currency=code, **amount)
    rates = words.say("common.and_separator").join(rate_said(world, rate) for rate in value.rates[-2:])
    return words.say("report.foreign", base=show.money(value.minor, world.currency, words), rates=rates, **amount)


def rate_said(world: World, rate: Rate) -> str:
    """「11-23 汇率 7.12」."""
    shown = f"{rate.rate.quantize(Decimal('0.000001')).normalize():f}"
    return world.words.say("report.rate", day=show.one_day(rate.valid_on, world), rate=shown)


def beside(world: World, query: Query, total: Line) -> list[str]:
    """What it was in the period before, or at the same time a year ago, and how much more it is now."""
    other = query.beside(world.now.date())
    if other.period is None:
        return []
    found = sums(world, other)
    amounts = per_currency(found)
    key = "report.other" if query.other_start else "report.year_before" if query.to_year else "report.before"
    period = show.days(other.period, world)
    said = world.words.say(key, period=period, count=count_of(found), amount=show.amounts(amounts, world))
    now, then = worth_of(world, query, total.amounts), worth_of(world, other, amounts)
    return [said + growth(world, now, then)]


def growth(world: World, now: Worth, then: Worth) -> str:
    """「，现在多 20%」, "" where there was nothing, or no rate says how much it was."""
    if now.minor is None or not then.minor:
        return ""
    percent = int((Decimal(now.minor - then.minor) * 100 / then.minor).to_integral_value(ROUND_HALF_EVEN))
    key = "report.more" if percent > 0 else "report.less" if percent < 0 else "report.even"
    return world.words.say(key, percent=abs(percent))
