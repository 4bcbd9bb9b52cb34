"""What records come to: each currency by itself, and what is cancelled does not count beside what is asked for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.dialogs.show import show_money
from bot.questions.kinds import KINDS
from bot.questions.question import Question
from bot.reports.rates import Rates
from bot.rules.sums import billed_of, paid_of
from bot.world import World
from config.types import Money


def sums_of(world: World, question: Question, items: Sequence[Any]) -> dict[str, int]:
    """By currency, in minor units: the amounts, or what is left of them where it is asked what is not paid, or not
    invoiced."""
    if not KINDS[question.kind].has_amount:
        return {}
    is_all_void = all(getattr(item, "status", "") == "cancelled" for item in items)
    settled = billed_of if "unbilled" in question.states else paid_of if "unpaid" in question.states else None
    got = settled(world.tx, items) if settled is not None else {}
    sums: Counter[str] = Counter()
    for item in items:
        if item.amount_minor is not None and (is_all_void or getattr(item, "status", "") != "cancelled"):
            sums[item.amount_currency] += item.amount_minor - got.get(item.id, 0)
    return dict(sorted(sums.items()))


def average_of(world: World, question: Question, items: Sequence[Any]) -> str:
    """The mean of the scores, or of the amounts, each currency by itself."""
    score = KINDS[question.kind].score
    if score:
        scores = [getattr(item, score) for item in items]
        mean = f"{sum(scores) / len(scores):.2f}".rstrip("0").rstrip(".")
        return world.words.say("question.say.points", score=mean)
    by_currency: dict[str, list[int]] = {}
    for item in items:
        by_currency.setdefault(item.amount_currency, []).append(item.amount_minor)
    return shown(world, ((code, round(sum(all_) / len(all_))) for code, all_ in sorted(by_currency.items())))


def mean_of(world: World, question: Question, rates: Rates, items: Sequence[Any]) -> int:
    """The mean of records beside that of others: of scores in hundredths, of amounts what they are worth."""
    score = KINDS[question.kind].score
    if score:
        total: int = sum(getattr(item, score) for item in items)
        return round(total * 100 / len(items))
    return worth(world, rates, sums_of(world, question, items)) // len(items)


def shown(world: World, amounts: Iterable[tuple[str, int]]) -> str:
    told = (show_money(Money.from_minor(minor, code), world.words) for code, minor in amounts)
    return world.words.say("common.and_separator").join(told)


def worth(world: World, rates: Rates, sums: dict[str, int]) -> int:
    """What sums are worth beside others: by today's rates, where one is known."""
    known = ((rates.on(code, world.now.date()), minor) for code, minor in sums.items())
    return sum(rate.convert(minor) for rate, minor in known if rate is not None)
