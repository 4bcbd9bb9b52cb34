"""Goods in running text: 「网关 200 套，单价 1,250，9 折」, "200 gateways at $125, 10% off", a pasted list of lines.

The text is taken clause by clause. A clause with a name of its own begins another item; one that tells only a price or
a discount belongs to the item before it. Talk of validity, payment, numbers and totals is left alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from config.types import Money
from nlu.clauses import Clause, clauses
from nlu.folding import fold
from nlu.goods_clause import Goods, read_clause
from nlu.goods_counts import counted_values
from nlu.goods_words import (
    BULLET,
    CONTAINERS,
    FEE,
    HEAD,
    MEASURES,
    NO_COUNT,
    OF_WHAT,
    ON_PAPER,
    PAPER,
    PER,
    PER_TIME,
    RATIO,
    SOLD,
    SPLIT,
    TIME_UNITS,
    WORD,
)
from nlu.patterns import pattern
from nlu.types import Understanding

__all__ = ["Goods", "read_goods", "read_unit"]


def read_unit(text: str) -> str | None:
    """What a price is for: 套 in 「1,250 元/套」, "seat" in "$12 per seat"; None where it does not say."""
    match = PER.search(fold(text))
    return match.group("unit") if match else None


MAX_WORDS = 3  # of a name of goods
LEAST_PRICE = 100  # a bare number below it counts something
_ONLY_A_COUNT = pattern(r"[\s要再又和]*\d+[\u4e00-\u9fff]")
_ROWS = pattern(r"[;；。\n]")
# 2 cold rooms |not 1|
_GIVEN_UP = pattern(r"\b(?:not|instead of|rather than|as against) \d+\b(?![.,]?\d)")


def read_goods(heard: Understanding, *, is_list: bool = False, named: bool = True) -> list[Goods]:
    """The items of a message, in order. ``is_list``: it is nothing but items, so 「安装 5,000」 is one, too. Not
    ``named``: so many of what was named before, at a price, are an item: 「要两台，一台28万」."""
    low = fold(heard.text)
    blank = _blanks(heard, low)
    values = [v for v in counted_values(heard, low) if not any(a <= v.start < b for a, b in blank)]
    items: list[Goods] = []
    for clause in _with_names(clauses(low, SPLIT, values), low):
        part = read_clause(heard.text, low, clause, blank)
        if part == Goods():
            continue
        last = items[-1] if items else None
        if _is_only_off(part, items) or _is_off_at_the_end(part, items, low, clause):  # 「…；量大打 95 折」
            part = replace(part, product="", for_all=len(items) > 1)
        is_unit = _is_sold(part.unit) and part.product.removesuffix("s") == (part.unit or "").removesuffix("s")
        is_unit = is_unit or (last is not None and bool(part.product) and part.product == last.unit)
        if is_unit:  # "20 seats at $12 per seat", 「三个库，|每个库 4.6 万|」
            part = replace(part, product="")
        is_new = last is None or last.quantity is not None or (part.unit or "").isascii()
        is_apart = last is not None and last.unit_price is not None and part.unit_price is not None  # |500 bags at £12|
        is_plural = (part.unit or "").isascii() and part.unit not in TIME_UNITS
        if last is None and not part.product and part.unit in CONTAINERS and part.unit_price is not None:
            part = replace(part, product=part.unit or "", unit=None)
        if not part.product and part.unit and (_is_sold(part.unit) or (is_apart and is_plural)) and is_new:
            part = replace(part, product=part.unit or "", unit=None)
        same = next((n for n, item in enumerate(items) if part.product and item.product == part.product), None)
        if same is not None and part.quantity is None:  # 「…；水泵打 95 折」
            items[same] = _joined(items[same], part)
        elif part.for_all and not part.product and part.discount is not None:
            items = [replace(item, discount=part.discount) for item in items]
        elif last is None or (part.product and (not last.product or _is_measured(last))):
            if last is not None and not last.product:
                items.pop()
                part = _joined(part, last)
            items.append(part)
        elif part.product and not _is_measured(last) and not _is_what_it_counts(part, last):
            items[-1] = part
        else:
            items[-1] = _joined(last, replace(part, unit=part.product or part.unit) if last.product else part)
    items = _with_fees(_priced_behind(items, low), low)
    more = [] if named else [item for item in items if not item.product and item.quantity and item.unit_price]
    more += [item for item in items if _is_beside(item, items, low)]
    return [_finished(item) for item in items if item in more or _is_item(item, is_list=is_list)]


def _with_names(found: Iterable[Clause], low: str) -> Iterator[Clause]:
    """「|10 张|会议桌 2600 一张|」: a count that nothing stands before goes with the name behind it."""
    count: Clause | None = None
    for clause in found:
        if count is not None and count.end == clause.start:
            text = low[count.start : clause.end]
            clause = Clause(count.start, clause.end, text, [*count.values, *clause.values])
        elif count is not None:
            yield count
        is_count = len(clause.values) == 1 and _ONLY_A_COUNT.fullmatch(clause.text) is not None
        count = clause if is_count else None
        if not is_count:
            yield clause
    if count is not None:
        yield count


def _priced_behind(items: list[Goods], low: str) -> list[Goods]:
    """Beside goods with a price the large number behind others is theirs: "2 saws at 15,200, extractor |7,900|"; any
    number beside the price of one, 「猫砂 16.5 一袋，猫粮 |95|」."""
    if not any((item.quantity or item.is_each) and item.unit_price for item in items):
        return items
    least = 0 if any(item.is_each for item in items) else LEAST_PRICE

    def priced(item: Goods) -> Goods:
        is_bare = item.unit_price is None and item.unit is None and (item.quantity or -1) >= least
        if not is_bare or not re.search(rf"{re.escape(fold(item.product))}[\s:：]*(?:for |at )?\d", low):
            return item
        is_fee = FEE.search(fold(item.product)) is not None
        return replace(item, quantity=None, unit_price=Money(item.quantity or Decimal(0)), is_each=not is_fee)

    return [priced(item) for item in items]


def _with_fees(items: list[Goods], low: str) -> list[Goods]:
    """Beside goods with a price a fee is one, or as many as the goods it is told for each of: 「空调 20 台，每台 3200，
    安装费|每台| 300」, "12 benches at 340 and install for 900"; what has an article is one, "and |a| lightbox 640"."""
    counted = [item for item in items if item.quantity and item.unit_price]

    def told(item: Goods) -> Goods:
        if not counted or item.quantity is not None or item.unit_price is None:
            return item
        if re.search(rf"\b(?:an?|one) {re.escape(fold(item.product))}(?![a-z])", low) is not None:
            return replace(item, quantity=Decimal(1), is_each=False)
        if FEE.search(fold(item.product)) is None:
            return item
        of = [one for one in counted if item.unit == one.unit or item.is_each] if item.unit or item.is_each else []
        count = sum((one.quantity or Decimal(0) for one in of), Decimal(0))
        return replace(item, quantity=count or Decimal(1), is_each=False)

    return [told(item) for item in items]


def _is_what_it_counts(part: Goods, last: Goods) -> bool:
    """「压缩机维保，|三个库|，每个库 4.6 万」: is it no goods, but what those are counted by?"""
    is_counter = part.unit in (None, "个") and len(part.product) == 1
    return part.quantity is not None and is_counter and len(last.product) > 1


def _is_only_off(part: Goods, items: Sequence[Goods]) -> bool:
    """Does a clause of its own give a discount, and no goods that anything is said of?"""
    is_bare = part.discount is not None and part.quantity is None and part.unit_price is None
    is_known = any(part.product and part.product in item.product for item in items)
    return is_bare and bool(items) and bool(part.product) and not is_known


def _is_off_at_the_end(part: Goods, items: Sequence[Goods], low: str, clause: Clause) -> bool:
    """Does the discount stand behind all goods of one list, "12 desks at 85, 30 chairs at 24, 5% off"?"""
    is_bare = part == Goods(discount=part.discount) and part.discount is not None
    is_one_list = not any(item.discount for item in items) and _ROWS.search(low[: clause.start].strip()) is None
    return is_bare and is_one_list and all(item.quantity and item.unit_price for item in items)


def _is_sold(unit: str | None) -> bool:
    """Is what was counted itself what is sold: 10 servers?"""
    if unit is None or unit in SOLD:
        return unit is not None
    return unit.isascii() and len(unit) > 3 and unit.endswith("s") and unit not in MEASURES


def _is_item(item: Goods, *, is_list: bool) -> bool:
    if PAPER.fullmatch(item.product):
        return False  # 「要一份报价」
    if len(item.product) == 1 and item.unit_price is None:
        return False  # 「做一次外墙清洗」
    is_each = item.is_each and not item.product.isascii()  # "they pay 90 each" sells nothing
    is_priced = (is_list or is_each) and item.unit_price is not None
    return bool(item.product) and (item.quantity is not None or is_priced)


def _is_beside(item: Goods, items: Sequence[Goods], low: str) -> bool:
    """Beside goods with a number and a price: does its own stand right behind its name, "and pipework 3,100"?"""
    name = fold(item.product)
    is_short = name.isascii() and 0 < len(name.split()) <= MAX_WORDS and item.unit_price is not None
    is_first = any(one.quantity and one.unit_price for one in items)
    price = rf"{re.escape(name)} [£$€¥]?\d{{1,3}}(?:,?\d{{3}}|\d\d)\b"
    return is_short and is_first and re.search(price, low) is not None


def _finished(item: Goods) -> Goods:
    quantity = Decimal(1) if item.quantity is None else item.quantity
    return replace(item, quantity=quantity, is_each=item.is_each and item.quantity is None)


def _is_measured(item: Goods) -> bool:
    return item.quantity is not None or item.unit_price is not None


def _joined(first: Goods, more: Goods) -> Goods:
    """The item with what another clause adds; what is there already stays."""
    return Goods(
        first.product or more.product,
        first.quantity if first.quantity is not None else more.quantity,
        first.unit or more.unit,
        first.unit_price or more.unit_price,
        first.discount if first.discount is not None else more.discount,
        is_each=first.is_each or more.is_each,
    )


def _blanks(heard: Understanding, low: str) -> list[tuple[int, int]]:
    """What certainly names no goods: numbering, 「给蓝海报价：」, "quote for Northwind:", known customers."""
    found = [
        match.span() for pattern_ in (BULLET, RATIO, PER_TIME, ON_PAPER, _GIVEN_UP) for match in pattern_.finditer(low)
    ]
    counted = (v.start for v in heard.values if v.kind in ("number", "money") and not NO_COUNT.search(low, 0, v.start))
    first = next(counted, len(low))
    head = HEAD.search(low)
    if head is not None and head.end() <= first + 1 and WORD.search(low, head.end()):
        found.append(head.span())
    found += [(m.start, m.end) for m in heard.names if m.name.kind in ("customer", "contact") and m.sure == 1]
    numbers = (slot for name, slot in heard.slots.items() if name.endswith("_number"))
    found += [(slot.start, slot.end) for name, slot in heard.slots.items() if name == "phone"]
    found += [(slot.start, slot.end) for slot in numbers if not heard.text[slot.start : slot.end].isdigit()]
    customer, person = heard.slots.get("customer"), heard.slots.get("contact")
    if person is not None and person.end <= first:  # |吴主管|定了4台
        found.append((person.start, person.end))
    is_goods = customer is None or OF_WHAT.search(low, 0, customer.start) is not None
    return found if customer is None or is_goods else [*found, (customer.start, customer.end)]
