"""What stands on the paper of a document, whatever its format: title, facts, table, sums, and what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.dialogs.agreed import show_share, show_tax, when
from bot.dialogs.lines import line_total, show_discount
from bot.dialogs.show import show_money
from bot.rules.documents import lines_of
from bot.world import World
from config.catalog import Catalog
from config.types import Money, minor_digits


@dataclass(frozen=True, slots=True)
class Paper:
    """``facts``: label and value, above the table. ``rows``: the table below its ``head``, numbers as numbers.
    ``total``: its label, as it is read and as a number. ``notes``: label and value, below it."""

    title: str
    facts: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: Sequence[Sequence[str | Decimal]]
    total: tuple[str, str, Decimal | None]
    notes: Sequence[tuple[str, str]]


def paper_of(world: World, document: Any) -> Paper:
    """The paper of a quote, a contract or an order."""
    words = world.words
    label = {key: words.say(f"paper.{key}") for key in _LABELS}
    sales = world.crm.sales
    facts = [(label["seller"], sales.seller), (label["seller_address"], sales.seller_address)]
    facts += [(label["number"], document.number), (label["customer"], document.customer.name)]
    facts.append((label["customer_address"], document.customer.address or ""))
    facts += [(label[key], _day(getattr(document, key, None))) for key in ("valid_until", "signed_on")]
    lines = lines_of(document)
    head = [label[key] for key in ("line", "product", "quantity", "unit", "unit_price", "discount", "sum")]
    amounts = [amount for line in lines for amount in (_price(line), line_total(line)) if amount is not None]
    is_whole = all(amount.value == amount.value.to_integral_value() for amount in amounts)
    rows = [_row(n, line, world, is_whole=is_whole) for n, line in enumerate(lines, 1)]
    total = show_money(document.amount, words) if document.amount else ""
    return Paper(
        words.say(f"paper.title.{document.kind}"),
        [(name, value) for name, value in facts if value],
        head,
        rows,
        (label["total"], total, _amount(document.amount, is_whole=is_whole) if document.amount else None),
        _notes(world, document, label),
    )


_LABELS = (
    "seller", "seller_address", "number", "customer", "customer_address", "valid_until", "signed_on", "line", "product",
    "quantity", "unit", "unit_price", "discount", "sum", "total", "tax", "terms",
)  # fmt: skip


def _price(line: dict[str, Any]) -> Money | None:
    return Money.from_json(line["unit_price"]) if line["unit_price"] else None


def _row(number: int, line: dict[str, Any], world: World, *, is_whole: bool) -> list[str | Decimal]:
    price, total = _price(line), line_total(line)
    return [
        Decimal(number),
        line["product"],
        Decimal(line["quantity"]).normalize(),
        line["unit"] or "",
        _amount(price, is_whole=is_whole) if price else "",
        show_discount(line["discount"], world.words),
        _amount(total, is_whole=is_whole) if total else "",
    ]


def _amount(money: Money, *, is_whole: bool) -> Decimal:
    """The number of an amount: with its currency's own decimals, unless all amounts of the paper are whole."""
    is_whole = is_whole and money.value == money.value.to_integral_value()
    return money.value.quantize(Decimal(1) if is_whole else Decimal(1).scaleb(-minor_digits(money.currency or "")))


def _notes(world: World, document: Any, label: dict[str, str]) -> list[tuple[str, str]]:
    """Terms of payment with their instalments, of a contract."""
    terms = getattr(document, "payment_terms", None)
    notes = [(label["tax"], _tax(document, world.words))] if document.tax else []
    notes += [(label["terms"], str(terms))] if terms else []
    for item in getattr(document, "instalments", ()):
        part = f"{when(item.milestone, world.words)} {show_share(f'{item.share:f}')}%"
        amount = show_money(item.amount, world.words) if item.amount else ""
        facts = (amount, _day(item.due_on))
        notes.append((part, world.words.line(facts)))
    return notes


def _tax(document: Any, words: Catalog) -> str:
    """Whether tax is in the total; where its rate is known, what it comes to."""
    said, rate, total = show_tax(document.tax, words), document.tax_rate, document.amount
    if rate is None or total is None:
        return said
    share = rate / (1 + rate) if document.tax_included else rate
    tax = Money.from_minor(Money(total.value * share, total.currency).to_minor(), total.currency or "")
    if document.tax_included:
        return words.say("tax.of_amount", tax=said, amount=show_money(tax, words))
    whole = Money(total.value + tax.value, total.currency)
    return words.say("tax.on_top", tax=said, amount=show_money(tax, words), whole=show_money(whole, words))


def _day(day: Any) -> str:
    """With its year: a paper is kept."""
    return day.isoformat() if day else ""
