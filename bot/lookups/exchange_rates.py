"""The exchange rates as they are known today, and what an amount is in another currency."""

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day, show_money
from bot.reports.rates import Rate, Rates, currency_named
from bot.talk.memory import Memory
from bot.talk.phrases import filled, gaps_of, is_phrase
from bot.world import World
from config.types import Money, minor_digits

MAX_CHARS = 40


def asked(world: World, text: str) -> Json | None:
    """The command of 「汇率多少」, "euro rate", 「1200美元是多少人民币」; None for any other text."""
    if len(text) > MAX_CHARS:
        return None
    if is_phrase(world.words, "exchange_rate.asked", text):
        return {"do": "rates"}
    word = filled(world.words, "exchange_rate.of", text)
    code = currency_named(world, word) if word else None
    if code is not None:
        return {"do": "rates", "of": code}
    parts = gaps_of(world.words, "exchange_rate.convert", text)
    money = _amount(world, parts["amount"]) if parts else None
    into = currency_named(world, parts.get("currency", "")) or world.currency if parts else None
    return {"do": "rates", "amount": money.to_json(), "into": into} if money is not None and into else None


def _amount(world: World, said: str) -> Money | None:
    """The amount in a currency that the words are, and nothing else."""
    found = next(iter(world.understand(said).of_kind("money")), None)
    is_all = found is not None and found.end - found.start == len(said)
    return found.money if found is not None and is_all and found.money and found.money.currency else None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The amount in the other currency, or one line a currency: its newest rate and since when it holds."""
    rates = Rates(world.tx, world.currency)
    if "amount" in action:
        return _converted(world, rates, Money.from_json(action["amount"]), action["into"])
    codes = [action["of"]] if "of" in action else [code for code in rates.currencies if code != world.currency]
    known = [rate for code in codes if (rate := rates.on(code, world.now.date())) is not None]
    lines = [_line(world, rate) for rate in known if rate.currency != rate.base]
    return Reply("\n".join(lines) or world.words.say("exchange_rate.none"))


def _converted(world: World, rates: Rates, money: Money, into: str) -> Reply:
    """By way of the organisation's currency."""
    day = world.now.date()
    rate, back = rates.on(money.currency or "", day), rates.on(into, day)
    if rate is None or back is None:
        return Reply(world.words.say("exchange_rate.none"))
    value = round(money.value * rate.rate / back.rate, minor_digits(into))
    lines = [_line(world, one) for one in (rate, back) if one.currency != one.base]
    amounts = {"amount": show_money(money, world.words), "value": show_money(Money(value, into), world.words)}
    return Reply("\n".join([world.words.say("exchange_rate.comes_to", **amounts), *lines]))


def _line(world: World, rate: Rate) -> str:
    day = show_day(rate.valid_on, world.words, today=world.now.date())
    shown = f"{round(rate.rate, 6).normalize():f}"
    return world.words.say("exchange_rate.line", currency=rate.currency, base=rate.base, rate=shown, day=day)
