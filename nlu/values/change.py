"""The small change behind whole units: 五元三毛, 三块五, 10 dollars and 43 cents."""

from decimal import Decimal
from typing import Final

from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader

__all__ = ["chinese_change", "is_small_change", "value_at", "western_change"]

# 50万 is money unless something is counted; these may follow an amount.
_COUNTED: Final = frozenset({"unit", "cur", "measure", "measure_ge", "dayunit", "monthunit", "oclock"})


def value_at(r: Reader, at: int) -> Decimal | None:
    """The number of a token; None when it is none."""
    value = r.tokens[at].kinds.get(NUMBER)
    return value if isinstance(value, Decimal) else None


def chinese_change(r: Reader, value: Decimal, at: int, word: str) -> tuple[Decimal, int]:
    """五元三毛, 三块五, 3块2毛5"""
    if "half" in r.glued(at) and word == "块":
        return value + Decimal("0.5"), at + 1
    tail = value_at(r, at) if NUMBER in r.glued(at) else None
    if tail is None or tail >= 10 or tail != int(tail):
        return value, at
    if "mao" in r.glued(at + 1):
        value, at = value + tail / 10, at + 2
        cents = value_at(r, at) if NUMBER in r.glued(at) else None
        if cents is not None and cents < 10:
            return value + cents / 100, at + 1 + ("fen" in r.glued(at + 1))
        return value, at
    if "fen" in r.glued(at + 1):
        return value + tail / 100, at + 2
    if word == "块" and r.glued(at + 1).keys().isdisjoint(_COUNTED):
        return value + tail / 10, at + 1
    return value, at


def western_change(r: Reader, value: Decimal, at: int) -> tuple[Decimal, int]:
    """10 dollars and 43 cents, 15 dollars 50"""
    place = at + ("and" in r.kinds[at])
    cents = value_at(r, place) if NUMBER in r.kinds[place] else None
    if cents is None or cents >= 100 or cents != int(cents) or r.tokens[place].scaled:
        return value, at
    after = r.kinds[place + 1]
    if "minor" in after:
        return value + cents / 100, place + 2
    if (
        after.keys() & {"cur", "unit", "measure", "percent", "month", "ampm", "to", NUMBER, "scale", "minor"}
        or r.tokens[place].digits == 1
    ):
        return value, at
    if place > at and cents >= 10 and r.ends_clause(place):  # twenty ringgit and 43
        return value + cents / 100, place + 1
    if (
        cents >= 10
        and not r.chinese
        and r.tokens[at - 1].word in ("dollars", "dollar", "usd", "euros", "euro", "pounds", "pound", "bucks", "buck")
    ):
        return value + cents / 100, place + 1
    return value, at


# 五毛一个, 两毛五; not 六角螺母, 九牛一毛而已
_BEHIND_MAO: Final = frozenset("钱的一每多左以到和吧了呢零一二三四五六七八九两")


def is_small_change(r: Reader, at: int, place: int) -> bool:
    """Does a unit of small change stand at ``place``, behind the number at ``at``?"""
    kinds, word = r.kinds[place], r.tokens[place].word
    if "mao" in kinds:
        follows = r.after(place)
        return not "\u4e00" <= follows <= "\u9fff" or len(word) > 1 or follows in _BEHIND_MAO
    if word == "p" and (r.chinese or r.tokens[at].digits > 2):  # 1080P
        return False
    return "minor" in kinds and (len(word) > 1 or r.tokens[place].gap == 0)
