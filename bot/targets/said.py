"""What is said about a target in a line."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from bot.dialogs.show import show_day, show_money
from bot.targets.attainment import Reached
from bot.targets.fields import in_words
from bot.world import World
from config.catalog import Catalog
from config.types import Money

FEW = 3  # days that are named one by one


def line_of(world: World, one: Reached) -> str:
    """「目标 ¥2,000,000，已完成 ¥1,200,000（60%），时间过了 62%，比进度少 ¥40,000。」"""
    words, pace = world.words, one.pace
    facts = {
        "target": shown(world, one, pace.aim),
        "reached": shown(world, one, pace.reached),
        "done": whole(pace.done),
        "time": whole(pace.time),
        "gap": shown(world, one, abs(pace.ahead)),
        "missing": shown(world, one, pace.missing),
    }
    if pace.missing == 0:
        key = "attainment.made"
    elif pace.gone == pace.days:
        key = "attainment.over"
    elif pace.gone == 0:
        key = "attainment.to_come"
    else:
        key = "attainment.ahead" if pace.ahead >= 0 else "attainment.behind"
    line = words.say(key, **facts)
    if one.target.people:
        line += words.say("attainment.sum_of", people=one.target.people)
    if one.target.market is not None:
        size = show_money(Money(one.target.market, one.target.currency), words)
        line += words.say("attainment.market_from" if one.target.source else "attainment.market", size=size,
                          source=one.target.source)  # fmt: skip
    return line


def exact(world: World, value: Decimal) -> str:
    """An amount in the organisation's currency, without decimals."""
    return show_money(Money(value.quantize(Decimal(1), ROUND_HALF_EVEN), world.currency), world.words)


def whole(number: Decimal) -> str:
    """Without decimals."""
    return f"{number.quantize(Decimal(1), ROUND_HALF_EVEN):f}"


def rates_named(world: World, rated: tuple[date, ...], left_out: tuple[Money, ...]) -> list[str]:
    """The days of the rates that were used, and what no rate converts."""
    words, lines = world.words, []
    separator = words.say("common.and_separator")
    if rated:
        days = [_short(words, day) for day in rated]
        listed = separator.join(days) if len(days) <= FEW else f"{days[0]} – {days[-1]}"
        lines.append(words.say("attainment.rates", days=listed))
    if left_out:
        amounts = separator.join(show_money(money, words) for money in left_out)
        lines.append(words.say("attainment.left_out", amounts=amounts))
    return lines


def _short(words: Catalog, day: date) -> str:
    month = words.words("common.date.months")[day.month - 1]
    return words.say("common.date.short", month=day.month, day=day.day, month_name=month)


def shown(world: World, one: Reached, value: Decimal) -> str:
    if one.target.metric == "revenue":
        return show_money(Money(value.quantize(Decimal(1), ROUND_HALF_EVEN), one.target.currency), world.words)
    digits = Decimal("0.1") if value != value.to_integral_value() else Decimal(1)
    plain = value.quantize(digits, ROUND_HALF_EVEN)
    return in_words(one.target.metric, f"{plain:f}", world.words)


def day_of(world: World, day: date) -> str:
    return show_day(day, world.words, today=world.now.date())
