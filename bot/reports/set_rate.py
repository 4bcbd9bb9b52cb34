"""「1 美元 = 7.12」, "EUR rate 7.8": a rate that finance or an administrator sets in chat, dated today or as said."""

import re
from decimal import Decimal

from bot.dialogs.model import Reply
from bot.errors import Refused
from bot.flows.shared import saved
from bot.reports import show
from bot.reports.rates import currency_named, set_rate
from bot.world import World
from nlu.types import Understanding

_WORD = r"(?:[A-Za-z]{3,12}(?: ?dollars?)?|[\u4e00-\u9fff]{1,3}[元镑币圆]|欧元|美金|港币|日元|新元)"
_SAID = re.compile(
    rf"(?:(?P<units>\d{{1,6}})\s*)?(?P<word>{_WORD})\s*(?:(?:对|兑|to|in|/)\s*(?P<other>{_WORD})?)?(?:的)?\s*"
    rf"(?:汇率|rate|exchange rate)?\s*(?:[=＝:：]|is|equals|等于|是|为|调到|改成|to)?\s*"
    rf"(?P<rate>\d{{1,9}}(?:\.\d{{1,10}})?)"
    rf"\s*(?P<base>{_WORD})?"
)
_CUE = re.compile(r"=|＝|汇率|\brate\b|等于|\bequals\b")
MAX_CHARS = 60


def rate_said_in(world: World, heard: Understanding) -> Reply | None:
    """The rate saved, None where the message sets none. Raises NotAllowed, Refused."""
    text = heard.text.strip()
    if len(text) > MAX_CHARS or not _CUE.search(text.casefold()):
        return None
    valid_on = world.now.date()
    for value in heard.of_kind("date"):
        if value.past is not None:
            valid_on = value.past.days.start
            text = (text[: value.start] + text[value.end :]).strip(" ，,")
    match = _SAID.search(text)
    if match is None:
        return None
    currency = currency_named(world, match["word"])
    base = currency_named(world, match["base"] or match["other"] or "") or world.currency
    if currency is None or currency == base:
        return None
    if world.currency not in (currency, base):
        raise Refused("report.rate_base", base=world.currency)
    rate = Decimal(match["rate"]) / Decimal(match["units"] or 1)
    if not rate or valid_on > world.now.date():
        raise Refused("report.rate_wrong")
    set_rate(world, currency, base, rate, valid_on)
    shown = {"currency": currency, "base": base, "rate": f"{rate.normalize():f}", "day": show.one_day(valid_on, world)}
    return saved(world, world.words.say("report.rate_saved", **shown)).reply
