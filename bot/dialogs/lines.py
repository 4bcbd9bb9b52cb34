"""A field of several lines: what is quoted, agreed or ordered. The sum is always that of its lines, to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.dialogs.line_changes import amended, dump
from bot.dialogs.model import Gathers, Json, Option, Parts, Values, World
from bot.dialogs.retold import retold
from bot.dialogs.show import show_money
from bot.dialogs.values import Amount
from bot.errors import InvalidValue
from config.catalog import Catalog
from config.types import Money
from nlu.folding import fold
from nlu.goods import Goods, read_goods
from nlu.patterns import pattern
from nlu.types import Slot, Understanding

MAX_LINES = 200
MAX_SHOWN = 8  # lines of a table that a phone shows at once
MAX_QUANTITY = Decimal(10) ** 12
MAX_DECIMALS = 6
_CLAUSE = pattern(r"[,，;；。、\n]")
SHORT_WORDS, SHORT_HAN = 2, 6  # a name of goods, rather than a sentence
MAX_BESIDE = 10  # characters between an amount and the word that says that it is the total


@dataclass(frozen=True, slots=True)
class Lines(Parts):
    """JSON: [{"product", "quantity": "200", "unit", "unit_price": {"value", "currency"}, "discount": "0.1"}, …].

    ``needs_price``: a line without a price is asked about until it has one.
    """

    needs_price: bool = False
    name: str = "lines"  # of the field, so that an answer adds to what is there

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        present = values.get(self.name, [])
        goods = read_goods(answer, is_list=True)
        if not goods:
            return self._priced(present, answer, world)
        return self.checked(merged(present, [dump(item) for item in goods]), world, values)

    def take(self, slot: Slot, world: World, values: Values) -> None:
        return None

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        """The lines that stand in a message which tells more than them."""
        goods = _told(heard)
        if not goods:
            return None
        said = [v.money.currency for v in heard.of_kind("money") if v.money and not v.is_bare]
        currency = next(filter(None, said), None)
        lines = [dump(item) for item in goods]
        for line in lines:
            if line["unit_price"] and currency:
                line["unit_price"]["currency"] = line["unit_price"]["currency"] or currency
        return self.checked(lines, world, values)

    def amend(self, value: Json, heard: Understanding, world: World) -> Json | None:
        """The lines as a correction wants them: 「数量改成 300」, "remove the gateway"; None where it is about another
        thing."""
        lines = retold(value, heard, world) or amended(value, heard, world)
        return None if lines is None else self.checked(lines, world, {})

    def is_unfinished(self, value: Json) -> bool:
        return self.needs_price and any(line["unit_price"] is None for line in value)

    def ask_more(self, value: Json, words: Catalog) -> str:
        """The question that goes on with the lines that are there."""
        bare = next((line["product"] for line in value if line["unit_price"] is None), None)
        return words.say("lines.price", product=bare) if bare and self.needs_price else words.say("lines.more")

    def show(self, value: Json, world: World) -> str:
        rows = [row(n, line, world.words) for n, line in enumerate(value, 1)]
        if len(rows) > MAX_SHOWN:
            rows = [*rows[: MAX_SHOWN - 1], world.words.say("lines.rest", count=len(rows) - MAX_SHOWN + 1)]
        return "\n".join(rows)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def checked(self, lines: list[Json], world: World, values: Values) -> list[Json]:
        """The lines, each sound and all in one currency. Raises `InvalidValue` with what is wrong."""
        if len(lines) > MAX_LINES:
            raise InvalidValue("lines.too_many", max=MAX_LINES)
        lines = in_currency(lines, values, world.currency)
        currencies = sorted({line["unit_price"]["currency"] for line in lines if line["unit_price"]})
        if len(currencies) > 1:
            raise InvalidValue("lines.currencies", currencies=world.words.say("common.list_separator").join(currencies))
        for line in lines:
            _check(line, world.words)
        return lines

    def _priced(self, lines: list[Json], answer: Understanding, world: World) -> list[Json] | None:
        """A bare amount is the price that was asked for."""
        bare = next((n for n, line in enumerate(lines) if line["unit_price"] is None), None)
        values = list(answer.of_kind("money", "number"))
        found = next((v.money or Money(v.number or Decimal(0)) for v in values), None)
        if bare is None or found is None:
            return None
        changed = [*lines]
        changed[bare] = {**lines[bare], "unit_price": found.to_json()}
        return self.checked(changed, world, {})


@dataclass(frozen=True, slots=True)
class Total(Amount, Gathers):
    """What the lines come to. In a longer message it stands beside a word for it: 「总价 25 万」, "$20k in all"."""

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        low = fold(heard.text)
        for value in heard.of_kind("money", "number"):
            before = _CLAUSE.split(low[max(0, value.start - MAX_BESIDE) : value.start])[-1]
            behind = _CLAUSE.split(low[value.end : value.end + MAX_BESIDE])[0]
            words = world.words.words("lines.total_words")
            said = value.money or (Money(value.number) if value.number is not None and not value.unit else None)
            if said is not None and any(word in text for word in words for text in (before, behind)):
                return self._dump(said, world, values)
        return None


def _told(heard: Understanding) -> list[Goods]:
    """The goods of a message that tells more than them; beside others also what has a price and no number, "4 ovens at
    2,000, install 300"."""
    goods = read_goods(heard)
    listed = read_goods(heard, is_list=True) if goods else []
    return [item for item in listed if item in goods or _is_short(item.product)]


def _is_short(name: str) -> bool:
    return len(name.split()) <= SHORT_WORDS if name.isascii() else len(name) <= SHORT_HAN


def merged(present: Sequence[Json], new: Sequence[Json]) -> list[Json]:
    """The lines with new ones behind them; one of the same product is replaced in its place."""
    lines = [*present]
    for line in new:
        same = next((n for n, other in enumerate(lines) if other["product"] == line["product"]), None)
        if same is None:
            lines.append(line)
        else:
            kept = ("quantity", "unit", "is_each") if line.get("is_each") else ()
            told = {key: value for key, value in line.items() if value is not None and key not in kept}
            lines[same] = {**lines[same], **told}
    return lines


def in_currency(lines: Sequence[Json], values: Values, usual: str) -> list[Json]:
    """The lines with a currency for each price: one that was named without is in that of the others."""
    amount = values.get("amount")
    known = [line["unit_price"]["currency"] for line in lines if line["unit_price"] and line["unit_price"]["currency"]]
    named = known or [amount["currency"] for amount in (amount,) if amount and not amount.get("is_assumed")]
    currency = next(iter(named), usual)
    assumed = {"currency": currency} if named else {"currency": currency, "is_assumed": True}
    return [
        {**line, "unit_price": {**line["unit_price"], **assumed}}
        if line["unit_price"] and not line["unit_price"]["currency"]
        else line
        for line in lines
    ]


def line_total(line: Json) -> Money | None:
    """What a line comes to, rounded to the smallest unit of its currency; None without a price."""
    if line["unit_price"] is None:
        return None
    price = Money.from_json(line["unit_price"])
    share = 1 - Decimal(line["discount"] or 0)
    exact = replace(price, value=price.value * Decimal(line["quantity"]) * share)
    return Money.from_minor(exact.to_minor(), price.currency or "")


def total_of(lines: Sequence[Json]) -> Money | None:
    """The sum of the lines; None where one has no price, or where there is none."""
    totals = [line_total(line) for line in lines]
    sums = [total for total in totals if total is not None]
    if not sums or len(sums) < len(totals):
        return None
    return Money(sum((total.value for total in sums), Decimal(0)), sums[0].currency)


def row(number: int, line: Json, words: Catalog) -> str:
    """ "1 网关　200 套 × ¥1,250，9 折 = ¥225,000"."""
    quantity = show_quantity(Decimal(line["quantity"]), line["unit"], words)
    total = line_total(line)
    if total is None:
        return words.say("lines.row_bare", number=number, product=line["product"], quantity=quantity)
    price = show_money(Money.from_json(line["unit_price"]), words)
    discount = show_discount(line["discount"], words)
    key = "lines.row_discount" if discount else "lines.row"
    facts = {"product": line["product"], "quantity": quantity, "price": price, "discount": discount}
    return words.say(key, number=number, total=show_money(total, words), **facts)


def show_quantity(quantity: Decimal, unit: str | None, words: Catalog) -> str:
    """ "1,200 套", "2.5"."""
    whole = quantity == quantity.to_integral_value()
    number = f"{quantity:,.0f}" if whole else f"{quantity.normalize():,f}"
    return words.say("lines.quantity", number=number, unit=unit) if unit else number


def show_discount(discount: str | None, words: Catalog) -> str:
    """ "9 折", "10% off"; "" for none."""
    if not discount:
        return ""
    off = Decimal(discount) * 100
    left = (100 - off) / 10
    return words.say("common.discount", off=f"{off.normalize():f}", left=f"{left.normalize():f}")


def _check(line: Json, words: Catalog) -> None:
    """Raises `InvalidValue` where a line cannot be meant."""
    quantity = Decimal(line["quantity"])
    if not 0 < quantity < MAX_QUANTITY or -int(quantity.normalize().as_tuple().exponent) > MAX_DECIMALS:
        raise InvalidValue("lines.bad_quantity", product=line["product"], value=show_quantity(quantity, None, words))
    if not 0 <= Decimal(line["discount"] or 0) <= 1:
        raise InvalidValue("lines.bad_discount", product=line["product"])
    if line["unit_price"] is not None:
        price = Money.from_json(line["unit_price"])
        is_too_fine = Money.from_minor(price.to_minor(), price.currency or "").value != price.value
        if price.value < 0 or is_too_fine or not price.is_countable:
            shown = f"{price.value:,f}" if is_too_fine else show_money(price, words)  # that would round it
            raise InvalidValue("lines.bad_price", product=line["product"], value=shown)
