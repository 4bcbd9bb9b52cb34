"""「1 美元 = 7.12」, "EUR rate 7.8": a rate that finance or an administrator sets in chat, dated today or as said."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from bot.dialogs.reply import Reply
from bot.errors import Refused
from bot.flows.shared import saved
from bot.reports import show
from bot.reports.rates import currency_named, set_rate
from bot.world import World
from config.phrasing import any_way, phrasing
from nlu.types import Understanding

MAX_CHARS = 60


def rate_said_in(world: World, heard: Understanding) -> Reply | None:
    """The rate saved, None where the message sets none. Raises NotAllowed, Refused."""
    text = heard.text.strip()
    if len(text) > MAX_CHARS or not phrasing("rate_cue").search(text):
        return None
    valid_on = world.now.date()
    for value in heard.of_kind("date"):
        days = [side.days.start for side in (value.past, value.future) if side is not None]
        if days:  # "from 1 December" said on 30 November is no year ago
            valid_on = min(days, key=lambda day: abs(day - world.now.date()))
            text = (text[: value.start] + text[value.end :]).strip(" ，,")
    found = next(_rates_in(world, text), None)
    if found is None:
        return None
    match, currency = found
    base = currency_named(world, match["base"] or match["other"] or "") or world.currency
    if currency == base:
        return None
    if world.currency not in (currency, base):
        raise Refused("report.rate_base", base=world.currency)
    rate = Decimal(match["rate"]) / Decimal(match["units"] or 1)
    if not rate or valid_on > world.now.date():
        raise Refused("report.rate_wrong")
    set_rate(world, currency, base, rate, valid_on)
    shown = {"currency": currency, "base": base, "rate": f"{rate.normalize():f}", "day": show.one_day(valid_on, world)}
    return saved(world, world.words.say("report.rate_saved", **shown)).reply


def _rates_in(world: World, text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where a text gives a rate, from each of its letters on: 「加一个港币汇率 0.92」 begins with no currency."""
    named: dict[str, str | None] = {}
    for start in range(len(text)):
        match = _said().match(text, start)
        if match is None:
            continue
        word = match["word"]
        if word not in named:
            named[word] = currency_named(world, word)
        currency = named[word]
        if currency is not None:
            yield match, currency


@cache
def _said() -> re.Pattern[str]:
    """「100 日元 = 4.8 元」, "USD to CNY rate is 7.1"."""
    word, of = any_way("currency"), any_way("possessive")
    return re.compile(
        rf"(?:(?P<units>\d{{1,6}})\s*)?(?P<word>{word})\s*(?:(?:/|{any_way('rate_to')})\s*(?P<other>{word})?)?{of}?\s*"
        rf"{any_way('rate_word')}?\s*(?:[=＝:：]|{any_way('rate_is')})?\s*"
        rf"(?P<rate>\d{{1,9}}(?:\.\d{{1,10}})?)\s*(?P<base>{word})?",
        re.IGNORECASE,
    )
