"""What is said about targets: how far somebody is, in words and as a picture."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.memory import Memory
from bot.periods import before, named, period_from
from bot.pictures.attainment import Attained, attainment
from bot.pictures.sheet import Head
from bot.pictures.units import COUNT, PERCENT
from bot.targets.attainment import Reached, reached, won_in
from bot.targets.fields import in_words
from bot.targets.targets import METRICS
from bot.targets.whose import Whose, people_of
from bot.world import World
from config.types import Money, Period


def attained(world: World, memory: Memory, action: Json) -> Reply:
    """How far somebody is with each target of a period, and the people of a team one by one."""
    whose, period = Whose.from_json(action["who"]), period_from(action["period"])
    words = world.words
    title = words.say("attainment.title", who=whose.name, period=named(period, words, today=world.now.date()))
    found = [one for metric in METRICS if (one := reached(world, whose, metric, period)) is not None]
    buttons = _buttons(world, whose, period, has_target=bool(found))
    if not found:
        return Reply(f"{title}\n{_without(world, whose, period)}", buttons)
    lines = [title, *(line_of(world, one) for one in found), *_notes(world, found[0])]
    people = _people(world, whose, period) if found[0].target.metric == "revenue" else []
    lines += [_person(world, one) for one in people[: world.crm.limits.list_rows * 2]]
    picture = attainment(
        Head(title, words.say("attainment.as_of", day=_day(world, world.now.date()))),
        [_bar(one) for one in people or found[:1]],
        unit=_unit(found[0]),
        words=words,
    )
    return Reply("\n".join(lines), buttons, picture.png, picture.alt)


def line_of(world: World, one: Reached) -> str:
    """「目标 ¥2,000,000，已完成 ¥1,200,000（60%），时间过了 62%，比进度少 ¥40,000。」"""
    words, pace = world.words, one.pace
    facts = {
        "target": _shown(world, one, pace.aim),
        "reached": _shown(world, one, pace.reached),
        "done": whole(pace.done),
        "time": whole(pace.time),
        "gap": _shown(world, one, abs(pace.ahead)),
        "missing": _shown(world, one, pace.missing),
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


def whole(number: Decimal) -> str:
    """Without decimals."""
    return f"{number.quantize(Decimal(1), ROUND_HALF_EVEN):f}"


def rates_named(world: World, rated: tuple[date, ...], left_out: tuple[Money, ...]) -> list[str]:
    """The days of the rates that were used, and what no rate converts."""
    words, lines = world.words, []
    separator = words.say("common.and_separator")
    if rated:
        lines.append(words.say("attainment.rates", days=separator.join(_day(world, day) for day in rated)))
    if left_out:
        amounts = separator.join(show_money(money, words) for money in left_out)
        lines.append(words.say("attainment.left_out", amounts=amounts))
    return lines


def _notes(world: World, one: Reached) -> list[str]:
    return rates_named(world, one.rated, one.left_out)


def _without(world: World, whose: Whose, period: Period) -> str:
    """What was won, where there is no target to measure it by."""
    won, words = won_in(world, whose, period), world.words
    amounts = words.say("common.and_separator").join(show_money(money, words) for money in won.amounts)
    return words.say("attainment.none_won" if won.count else "attainment.none", count=won.count, amounts=amounts)


def _people(world: World, whose: Whose, period: Period) -> list[Reached]:
    found = [reached(world, person, "revenue", period) for person in people_of(world, whose)]
    return sorted((one for one in found if one is not None), key=lambda one: -one.pace.done)


def _person(world: World, one: Reached) -> str:
    facts = {"reached": _shown(world, one, one.pace.reached), "target": _shown(world, one, one.pace.aim)}
    return world.words.say("attainment.person", who=one.whose.name, done=whole(one.pace.done), **facts)


def _shown(world: World, one: Reached, value: Decimal) -> str:
    if one.target.metric == "revenue":
        return show_money(Money(value.quantize(Decimal(1), ROUND_HALF_EVEN), one.target.currency), world.words)
    digits = Decimal("0.1") if value != value.to_integral_value() else Decimal(1)
    plain = value.quantize(digits, ROUND_HALF_EVEN)
    return in_words(one.target.metric, f"{plain:f}", world.words)


def _bar(one: Reached) -> Attained:
    return Attained(one.whose.name, one.pace.reached, one.pace.aim, one.pace.expected)


def _unit(one: Reached) -> str:
    return {"revenue": one.target.currency or "", "count": COUNT}.get(one.target.metric, PERCENT)


def _day(world: World, day: date) -> str:
    return show_day(day, world.words, today=world.now.date())


def _buttons(world: World, whose: Whose, period: Period, *, has_target: bool) -> tuple[Press, ...]:
    words = world.words
    last = {"do": "attained", "who": whose.to_json(), "period": before(period).to_json()}
    buttons = [Press(words.say("attainment.button.before"), last, is_open=True)]
    if not has_target and world.crm.level(world.actor.role, "sales_target", "create") != "none" and whose.kind != "all":
        values = {"whose": whose.to_json(), "period": period.to_json()}
        start = {"do": "start", "flow": "sales_target", "values": values}
        buttons.insert(0, Press(words.say("attainment.button.set"), start, is_open=True))
    return tuple(buttons)
