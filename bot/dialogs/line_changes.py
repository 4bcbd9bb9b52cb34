"""Corrections to lines in plain words: 「数量改成 300」, 「第 2 行单价 1,200」, "remove the gateway"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.dialogs.model import Json, World
from bot.errors import InvalidValue
from config.phrasing import number_of, phrasing
from config.types import Money
from nlu.folding import fold
from nlu.goods import Goods, read_goods
from nlu.patterns import pattern
from nlu.types import Understanding, Value

NEAR = Decimal(3)  # a number that is so many times another's is no change of it
_BEFORE_PRICE = pattern(r"[,，]\s*(?=[£$€¥]?\d)")  # "installation, £3,000"


@dataclass(frozen=True, slots=True)
class _Said:
    """What a correction says of a line: the values it names."""

    number: Value | None
    money: Value | None
    percent: Value | None


def amended(lines: Sequence[Json], heard: Understanding, world: World) -> list[Json] | None:
    """The lines as the message wants them, None where it does not speak of them. Raises `InvalidValue`."""
    low = fold(heard.text)
    each = _each_priced(lines, read_goods(heard))
    if each is not None:
        return each
    rows = _rows(lines, low)
    if not rows and len(lines) == 1 and any(phrasing(name).search(low) for name in ("more", "fewer")):
        rows = [] if read_goods(heard, is_list=True) else [0]  # 「再加 5000 个」
    if phrasing("removes").search(low) and rows and not any(heard.of_kind("money")):  # "drop the price to £30"
        left = [line for n, line in enumerate(lines) if n not in rows]
        if not left:
            raise InvalidValue("lines.last")
        return left
    add = phrasing("adds").match(low)
    if add is not None and not rows:
        goods = read_goods(world.understand(_BEFORE_PRICE.sub(" ", heard.text[add.end() :])), is_list=True)
        return [*lines, *map(dump, goods)] if goods else None
    if heard.correction is None and not rows and read_goods(heard, is_list=True):
        return None  # another line, and no word about those that are there
    return _changed(lines, heard, low, rows, world)


def _each_priced(lines: Sequence[Json], goods: Sequence[Goods]) -> list[Json] | None:
    """The lines with the prices of one that are told, 「猫砂 16.5 一袋，猫粮 95」; None where anything else is."""
    found = {}
    for item in goods:
        rows = _rows(lines, fold(item.product))
        if not item.is_each or item.unit_price is None or len(rows) != 1:
            return None
        found[rows[0]] = {"unit_price": item.unit_price.to_json()}
    return [with_new(line, found.get(n, {})) for n, line in enumerate(lines)] if found else None


def dump(item: Goods) -> Json:
    """An item that was read, as a draft holds it."""
    return {
        "product": item.product,
        "quantity": f"{item.quantity:f}",
        "unit": item.unit,
        "unit_price": item.unit_price.to_json() if item.unit_price else None,
        "discount": None if not item.discount else f"{item.discount.normalize():f}",
        **({"is_each": True} if item.is_each else {}),  # only the price of one was told
    }


def _changed(
    lines: Sequence[Json], heard: Understanding, low: str, rows: Sequence[int], world: World
) -> list[Json] | None:
    sized = _by_size(lines, heard, low, rows, world)
    if sized is not None:
        rows, new = sized
    else:
        new = _new_values(lines, heard, low, rows, world)
    if not new:
        return None
    if not rows and heard.correction is not None and heard.correction.old:
        rows = _rows_with(lines, world.understand(heard.correction.old))
        if not rows:
            return None
    if not rows and ("discount" in new or len(lines) == 1):
        rows = range(len(lines))
    if not rows:
        raise InvalidValue("lines.which_line")
    return [with_new(line, new) if n in rows else line for n, line in enumerate(lines)]


def _by_size(
    lines: Sequence[Json], heard: Understanding, low: str, rows: Sequence[int], world: World
) -> tuple[list[int], Mapping[str, Json]] | None:
    """A bare number in the place of another, "they want 13.80", 「改成1.18万」: the price or the quantity of a line
    that it is nearest to; None where it is nearer to what all come to, or to nothing."""
    correction = heard.correction
    if correction is None or correction.field or correction.old:
        return None
    new = world.understand(correction.new)
    both = _both(new) if len(lines) == 1 else None
    if both is not None:
        return [0], both
    said = _values(new)
    value, number = said.money or said.number, _price(said)["value"]
    if value is None or value.unit or said.percent or value.text.strip() != correction.new.strip():
        return None
    if any(phrasing(name).search(low) for name in ("price", "quantity", "more", "fewer", "discount")):
        return None
    shown = rows or range(len(lines))
    near = [(apart(line["quantity"], number), n, "quantity") for n, line in enumerate(lines) if n in shown]
    near = [one for one in near if said.money is None or said.money.is_bare]
    priced = [(n, line) for n, line in enumerate(lines) if n in shown and line["unit_price"]]
    near += [(apart(line["unit_price"]["value"], number), n, "unit_price") for n, line in priced]
    total = sum(Decimal(line["quantity"]) * Decimal(line["unit_price"]["value"]) for _n, line in priced)
    far, n, part = min(near, default=(NEAR, 0, ""))
    if far >= NEAR or apart(f"{total}", number) < far:
        return None
    return [n], {"unit_price": _price(said)} if part == "unit_price" else {"quantity": number}


def _both(heard: Understanding) -> Mapping[str, Json] | None:
    """「25000 个，3 块」, "160 at 65": so many at another price; None for anything else."""
    figures = [value for value in heard.values if value.number is not None or value.money is not None]
    if len(figures) != 2 or figures[0].kind != "number" or figures[1].unit:
        return None
    price = figures[1].money or Money(figures[1].number or Decimal(0))
    price = Money(price.value) if figures[1].is_bare else price
    return {"quantity": f"{figures[0].number:f}", "unit_price": price.to_json()}


def apart(old: str, new: str) -> Decimal:
    """How many times as large the one is as the other, from 1 on."""
    one, other = sorted((Decimal(old), Decimal(new)))
    return other / one if one > 0 else NEAR


def with_new(line: Json, new: Mapping[str, Json]) -> Json:
    """The line with its new parts; a price that was named without a currency is in that of the old one."""
    price, old = new.get("unit_price"), line["unit_price"]
    if price and old and price["currency"] is None:
        new = {**new, "unit_price": {**price, "currency": old["currency"]}}
    if "more" in new:  # 「再加 20 把」, 「少 50 袋」
        new = {"quantity": f"{Decimal(line['quantity']) + Decimal(new['more']):f}"}
    return {**line, **new}


def _new_values(
    lines: Sequence[Json], heard: Understanding, low: str, rows: Sequence[int], world: World
) -> Mapping[str, Json]:
    """The parts of a line that the message gives anew; {} where it is about another thing."""
    correction = heard.correction
    field = correction.field if correction else None
    if phrasing("no_discount").search(low):
        return {"discount": None}
    said = _values(world.understand(_without_rows(lines, correction.new if correction else heard.text)))
    is_price = field == "unit_price" or phrasing("price").search(low)
    if said.percent is not None and phrasing("discount").search(low):
        return {"discount": share_off(said.percent, low)}
    if is_price and (said.money or said.number):
        return {"unit_price": _price(said)}
    is_more = bool(rows) and said.number is not None and phrasing("more").search(low) is not None
    if is_more and said.number is not None and said.money is None:
        return {"more": f"{said.number.number:f}"}
    is_less = bool(rows) and said.number is not None and phrasing("fewer").search(low) is not None
    if is_less and said.number is not None and said.number.number and said.money is None:
        return {"more": f"{-said.number.number:f}"}
    is_quantity = field == "quantity" or phrasing("quantity").search(low) is not None
    is_bare = correction is not None and field is None and said.money is None
    if said.number is not None and (is_quantity or is_bare or (rows and said.money is None)):
        unit = {"unit": said.number.unit} if said.number.unit else {}
        return {"quantity": f"{said.number.number:f}", **unit}
    if is_quantity and said.money is not None and said.money.money is not None:
        return {"quantity": f"{said.money.money.value:f}"}
    return {"unit_price": _price(said)} if rows and said.money is not None else {}


def _values(heard: Understanding) -> _Said:
    return _Said(*(next(iter(heard.of_kind(kind)), None) for kind in ("number", "money", "percent")))


def _price(said: _Said) -> Json:
    value = said.money or said.number
    money = value.money if value else None
    if value is not None and money is not None and value.is_bare:
        money = Money(money.value)
    return (money or Money(value.number if value and value.number is not None else Decimal(0))).to_json()


def share_off(percent: Value, low: str) -> str:
    share = (percent.number or Decimal(0)) / 100
    is_left = phrasing("share_left").search(percent.text) is not None
    return f"{(1 - share if is_left else share).normalize():f}"


def _rows(lines: Sequence[Json], low: str) -> list[int]:
    """The lines that the message names, by their number or their product."""
    found = phrasing("line_number").search(low)
    if found is not None:
        n = number_of(found[found.lastindex or 0])
        if not 1 <= n <= len(lines):
            raise InvalidValue("lines.no_line", number=n)
        return [n - 1]
    named = [n for n, line in enumerate(lines) if fold(line["product"]) in low or _stem(line["product"]) in low]
    if not named:  # 「底料」 of 牛油底料, "the chairs" of treatment chairs
        parts = [n for n, line in enumerate(lines) if any(part in low for part in _parts(line["product"]))]
        return parts if len(parts) == 1 else []
    longest = max((len(lines[n]["product"]) for n in named), default=0)
    return [n for n in named if len(lines[n]["product"]) == longest]


def _stem(product: str) -> str:
    """An English name without the s of the plural: "the gateway" means the gateways."""
    low = fold(product)
    return low[:-1] if low.isascii() and low.endswith("s") and len(low) > 3 else low


def _parts(product: str) -> list[str]:
    """What is enough of a product's name: two characters in a row, the last word."""
    low = _stem(product)
    return [low.split()[-1]] if low.isascii() else [low[n : n + 2] for n in range(len(low) - 1)]


def _rows_with(lines: Sequence[Json], old: Understanding) -> list[int]:
    """The lines that have the value which is said to be wrong."""
    numbers = {v.number for v in old.of_kind("number")} | {v.money.value for v in old.of_kind("money") if v.money}
    return [
        n
        for n, line in enumerate(lines)
        if Decimal(line["quantity"]) in numbers
        or (line["unit_price"] and Decimal(line["unit_price"]["value"]) in numbers)
    ]


def _without_rows(lines: Sequence[Json], text: str) -> str:
    """The words of a change without those that say which line: its number would be taken for a quantity."""
    low = fold(text)
    spans = [m.span() for m in phrasing("line_number").finditer(low)]
    for line in lines:
        at = low.find(fold(line["product"]))
        if at >= 0:
            spans.append((at, at + len(line["product"])))
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
