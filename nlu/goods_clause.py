"""What one clause says of goods: 「网关 200 套，单价 1,250」, "12 gateways at $125 each, 10% off"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from config.types import Money
from nlu.clauses import Clause
from nlu.folding import fold
from nlu.goods_counts import measured
from nlu.goods_words import (
    ALL,
    CARRIAGE,
    COUNTED_NOT,
    EACH,
    LABELS,
    MINUS,
    NO_DISCOUNT,
    NOT_GOODS,
    NUMBER,
    OFF,
    PER,
    PRICE,
    PRICE_BEHIND,
    QUANTITY,
    ROUGHLY,
    TERMS,
    TIMES,
    TOTAL,
    WORD,
)
from nlu.types import Value

__all__ = ["Goods", "read_clause"]

TIME = "次"


@dataclass(frozen=True, slots=True)
class Goods:
    """One item as the words give it. ``discount`` is the share taken off: 0.1 for 9 折. ``for_all``: it is meant for
    every item of the message. ``is_each``: the price of one was told, and not how many, 「16.5 一袋」."""

    product: str = ""
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Money | None = None
    discount: Decimal | None = None
    for_all: bool = False
    is_each: bool = False


def read_clause(text: str, low: str, clause: Clause, blank: Sequence[tuple[int, int]]) -> Goods:
    """What one clause says."""
    start, end, said, inside = clause
    if (odd := NO_DISCOUNT.search(said)) is not None:  # it takes nothing off: that must not be dropped in silence
        return Goods(discount=1 - Decimal(odd["left"]) / 100)
    counted = measured(low, _quantity(low, start, inside))
    price = _price(low, start, inside, counted)
    each = counted if counted and price and counted.number == 1 and EACH.search(low, 0, counted.end) else None
    counted = None if each else counted
    is_bare = counted is None or not (price or counted.unit not in (None, TIME))  # 「到货一次」
    is_carriage = CARRIAGE.fullmatch(said) is not None
    if TERMS.search(said) or (is_bare and NOT_GOODS.search(said) and not is_carriage):
        return Goods()
    percent = next((v for v in inside if v.kind == "percent"), None)
    used = [v for v in (counted, each, price, percent) if v] + [
        v for v in inside if v.kind == "money" and v is not price
    ]
    behind = PRICE_BEHIND.match(low, price.end, end) if price else None  # 「200|一台」 names no goods
    product = _product(text, low, (start, end), used, [*blank, *([behind.span()] if behind else ())])
    is_labelled = price is not None and _is_priced(low, price, start)
    if price is not None and not (counted or each or is_labelled or product):
        price = None  # an amount alone is what all of it comes to
    per = PER.search(said)
    measure = counted or each
    unit = (measure.unit if measure and measure.unit not in TIMES else None) or (
        per.group("unit") if per and price else None
    )
    return Goods(
        product,
        _signed(low, counted, counted.number) if counted else None,
        unit,
        _amount(low, price) if price else None,
        _discount(percent, said),
        bool(ALL.search(said)),
        each is not None or (behind is not None and counted is None),
    )


def _quantity(low: str, start: int, inside: Sequence[Value]) -> Value | None:
    """The number that counts: behind 数量, with a unit, else the first bare one that is no price."""
    numbers = [v for v in inside if v.kind == "number" and v.unit not in COUNTED_NOT]
    is_priced = all(v.unit is None and _is_priced(low, v, start) for v in numbers)
    if is_priced:  # 「报价：网关 200」, "a quote, |300| tablets at 210": a bare number beside a word of money
        numbers += [v for v in inside if v.kind == "money" and NUMBER.fullmatch(v.text)]
        numbers = [replace(v, number=v.money.value) for v in numbers if v.money]
    labelled = [v for v in numbers if QUANTITY.search(low[start : v.start])]
    counted = sorted([v for v in numbers if v.unit], key=lambda v: EACH.search(low[: v.end]) is not None)
    bare = [v for v in numbers if not v.unit and not _is_priced(low, v, start) and not TOTAL.search(low[: v.start])]
    return next(iter([*labelled, *counted, *bare]), None)


def _price(low: str, start: int, inside: Sequence[Value], counted: Value | None) -> Value | None:
    taken = counted.start if counted else -1
    amounts = [v for v in inside if v.kind == "money" and v.start != taken]
    amounts = [v for v in amounts if not TOTAL.search(low[start : v.start])]
    numbers = [v for v in inside if v.kind == "number" and v is not counted and not v.unit]
    labelled = [v for v in (*amounts, *numbers) if _is_priced(low, v, start)]
    exact = [v for v in amounts if not ROUGHLY.search(low[start : v.start])]
    return next(iter([*labelled, *exact, *(numbers if counted else ())]), None)


def _is_priced(low: str, value: Value, start: int) -> bool:
    return bool(PRICE.search(low[start : value.start].rstrip("-−–")) or PRICE_BEHIND.match(low, value.end))


def _signed(low: str, value: Value, number: Decimal | None) -> Decimal | None:
    is_negative = number is not None and MINUS.search(low[max(0, value.start - 8) : value.start])
    return -number if is_negative and number is not None else number


def _amount(low: str, value: Value) -> Money | None:
    money = value.money or (Money(value.number) if value.number is not None else None)
    if money is None:
        return None
    return Money(_signed(low, value, money.value) or Decimal(0), money.currency)


def _discount(percent: Value | None, clause: str) -> Decimal | None:
    if percent is None or percent.number is None:
        return None
    share = percent.number / 100
    if "折" in percent.text:
        return 1 - share
    return share if OFF.search(clause) else None


def _product(
    text: str, low: str, span: tuple[int, int], used: Sequence[Value], blank: Sequence[tuple[int, int]]
) -> str:
    """The words of a clause that name what is sold: those before the number, or what follows it; "" for none."""
    start, end = span
    letters = list(text[start:end])
    counted = next((v for v in used if v.kind == "number"), None)
    for a, b in [*((v.start, v.end) for v in used), *blank]:
        for n in range(max(a, start), min(b, end)):
            letters[n - start] = "\0"
    masked = "".join(letters)
    for match in list(LABELS.finditer(fold(masked))):
        masked = masked[: match.start()] + "\0" * len(match.group()) + masked[match.end() :]
    pieces = [
        (m.start() + start, m.group().strip(" \t-–—:：()（）\"'“”「」").removeprefix("的"))
        for m in re.finditer(r"[^\0]+", masked)
    ]
    pieces = [(at, piece) for at, piece in pieces if WORD.search(piece)]
    if not pieces:
        return ""
    behind = [p for p in pieces if counted is not None and p[0] >= counted.end]
    before = [p for p in pieces if p not in behind]
    is_english = not any("\u4e00" <= letter <= "\u9fff" for letter in masked)
    _at, piece = (behind or before)[0] if is_english or not before else before[-1]
    return piece[:200]
