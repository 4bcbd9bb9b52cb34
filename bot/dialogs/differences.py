"""An amount that is told by what of it changes: 「砍了20万」, "up by 10%", 「打个九折」, "that's dollars"."""

import re
from decimal import Decimal
from functools import cache

from bot.dialogs.model import Json, World
from config.phrasing import phrasing, ways
from nlu.types import Understanding, Value

MAX_CURRENCY = 24
MAX_CHARS = 40  # who says more tells a story
FEW = 1000  # below this an amount of thousands is told in thousands
_SCALES = {"en": 1_000, "zh": 10_000}  # what a number alone is told in
_DIGITS = re.compile(r"\d{1,6}(?:\.\d+)?")
_SIGNS = {"less": -1, "more": 1}


def difference_in(heard: Understanding, world: World) -> Json | None:
    """The change of an amount, as `Amount.moved` takes it; None where a message says anything else.

    JSON: {"by": -1, "value": "200000", "currency": "CNY", "is_assumed": false}, or {"by": -1, "percent": "10"}.
    """
    text = heard.text
    values = [value for value in heard.values if value.money or value.kind == "percent"]
    if len(text) > MAX_CHARS or len(values) != 1:
        return None
    if phrasing("not_changed_yet").search(text) or phrasing("rivals_price").search(text):
        return None
    before, behind = text[: values[0].start], text[values[0].end :]
    for name, sign in _SIGNS.items():
        if any(lead.search(before) and follows.match(behind) for lead, follows in _changes(name)):
            return {"by": sign, **_size(values[0], world)}
    return None


def currency_in(heard: Understanding, world: World) -> Json | None:
    """Another currency for the same amount: 「是美元」, "that's dollars"; None where a message says anything else.

    JSON: {"in": "USD"}.
    """
    text = heard.text.strip(" 。.!！")
    if len(text) > MAX_CURRENCY or any(character.isdigit() for character in text):
        return None
    word = phrasing("currency_lead").sub("", text)
    found = [value for value in world.values_in(f"1 {word}") if value.money is not None]
    is_all = len(found) == 1 and found[0].end - found[0].start == len(word) + 2
    money = found[0].money if is_all else None
    return {"in": money.currency} if money is not None and money.currency and word else None


def is_bare_number(heard: Understanding) -> bool:
    """Is the amount corrected to a number and nothing else: 「金额改成42」?"""
    said = heard.correction
    return said is not None and said.field in (None, "amount") and _DIGITS.fullmatch(said.new) is not None


def other_digits(heard: Understanding, old: Json, world: World) -> Json | None:
    """The amount with other leading digits: of €54,000 "45, not 54", or "45" alone, is €45,000. None where it is said
    in any other way."""
    said = heard.correction
    if said is None or _DIGITS.fullmatch(said.new) is None:
        return None
    was, new = Decimal(old["value"]), Decimal(said.new)
    if said.old is None:
        usual = _SCALES[world.words.language]
        scale = Decimal(usual) if new < FEW <= was and usual <= was < usual * FEW else None
    else:
        scale = was / Decimal(said.old) if _DIGITS.fullmatch(said.old) and Decimal(said.old) else None
        scale = scale if scale is not None and scale > 1 and scale == 10 ** (scale.adjusted()) else None
    return {**old, "value": f"{(new * scale).normalize():f}"} if scale is not None else None


def _size(value: Value, world: World) -> Json:
    if value.money is None:
        share = value.number or Decimal(0)
        return {"percent": str(100 - share if phrasing("what_is_left").search(value.text) else share)}
    is_named = phrasing("money_sign").search(value.text) is not None
    currency = value.money.currency or world.currency
    return {"value": str(value.money.value), "currency": currency, "is_assumed": not is_named}


@cache
def _changes(name: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """What stands before and behind the size of a change, for each way to say it: "cut by |", "knock | off"."""
    parts = (way.partition("…") for way in ways(f"amount_{name}"))
    return tuple(
        (re.compile(f"(?:{before})$", re.IGNORECASE), re.compile(f"(?:{behind})", re.IGNORECASE))
        for before, _gap, behind in parts
    )
