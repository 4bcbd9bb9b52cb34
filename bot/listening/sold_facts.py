"""What a message about a sale names: customers, amounts, the numbers of papers, and where in it they stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from bot.dialogs.model import Json
from bot.rules import told_apart
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.catalog import catalog
from config.types import Money
from nlu.folding import fold
from nlu.goods import read_goods
from nlu.paper_numbers import invoice_named
from nlu.patterns import pattern
from nlu.tax import tax_spans
from nlu.term_parts import Part
from nlu.terms import read_terms
from nlu.types import Slot, Understanding, Value

PAPERS = ("contract", "order", "invoice", "quote")
PLACES = ("单", "个", "张", "笔", "份", "期", "次", "批")  # 「第二单」 counts nothing
_LATER_FIRST = ("order", "contract", "quote")
NAMED = ("customer", "contact", "opportunity")
_CLAUSE = pattern(r"(?:[^，,;；]|,(?=\d{3}))+")
_SAID_OF = pattern(
    r"(?:from|for|to|in|on|at|of|by|as|against|towards|this|that|they|has|have|is|was|came|comes|arrived|landed|cleared"
    r"|paid|received|today|yesterday|just|now|please|back|more|each)\b"
)
LEAST = 100  # a bare number below it counts something


def paper_of_talk(focus: Mapping[str, Json]) -> str | None:
    """The kind of the paper that the talk is about: what was saved last, or before a note or a promise."""
    last = focus.get("last")
    if last in (*PAPERS, "payment"):
        return str(last)
    is_between = last in ("follow_up", "reminder", "promise")
    return next((kind for kind in _LATER_FIRST if kind in focus), None) if is_between else None


def customers(heard: Understanding) -> list[Json]:
    return [{"id": int(m.name.key), "name": m.name.name} for m in heard.names if m.name.kind == "customer"]


def has_money(heard: Understanding) -> bool:
    return any(True for _ in heard.of_kind("money"))


def has_number(heard: Understanding) -> bool:
    return any(f"{kind}_number" in heard.slots for kind in PAPERS)


def without(heard: Understanding, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks there."""
    plain = fold(heard.text)
    for start, end in spans:
        plain = plain[:start] + " " * (end - start) + plain[end:]
    return plain


def facts_in(heard: Understanding) -> Iterator[tuple[int, int]]:
    """Where figures, days, names and numbers stand."""
    yield from ((match.start, match.end) for match in heard.names if match.name.kind in NAMED)
    counted = (v for v in heard.values if v.kind not in ("recurrence", "duration") and not _is_place(heard, v))
    yield from ((v.start, v.end) for v in counted)
    yield from (
        (slot.start, slot.end) for name, slot in heard.slots.items() if name.endswith("_number") or name == "contact"
    )
    yield from tax_spans(heard.text)


def _is_place(heard: Understanding, value: Value) -> bool:
    """「第二单」, 「一张票」 count nothing; 「60 张」 does."""
    is_counted = value.text[:1].isdigit() and not heard.text[: value.start].rstrip().endswith("第")
    return value.unit in PLACES and not is_counted


def goods_in(heard: Understanding) -> Iterator[tuple[int, int]]:
    """Where goods are told with their number and price: "4 ovens at 21,500 each"."""
    for clause in _CLAUSE.finditer(heard.text):
        inside = [value for value in heard.values if clause.start() <= value.start < clause.end()]
        if len([value for value in inside if value.kind in ("number", "money")]) > 1:
            yield clause.span()


def papers_named(world: World, heard: Understanding) -> list[tuple[int, int]]:
    """Where a message names what the papers of its customer are about: "the |maintenance| contract"."""
    customer = next(iter(customers(heard)), None) or spoken_of(world, "customer")
    return told_apart.spans(heard.text, told_apart.names_at(world, customer["id"])) if customer else []


def slots_of(heard: Understanding) -> dict[str, Slot]:
    """Who was named, the numbers that were said, and the amount, where it is just one."""
    slots = {name: slot for name, slot in heard.slots.items() if name.endswith("_number")}
    named = next((match for match in heard.names if match.name.kind == "customer"), None)
    if named is not None:
        slots["customer"] = Slot(named.name.name, named.start, named.end, named.sure, "a known name")
    money = [value for value in heard.of_kind("money") if value.money is not None and not _is_in(value, slots.values())]
    if len(money) > 1:  # 「24 万，分四期，每期 6 万」
        agreed = read_terms(heard)
        money = [value for value in money if not _is_in(value, agreed)]
    if len(money) == 1 and money[0].money is not None:
        slots["amount"] = Slot(money[0].money, money[0].start, money[0].end, 0.9, "the amount")
    return slots


def with_amount(heard: Understanding) -> Understanding:
    """What was heard, with the only bare number as the amount, where no form's words gave one and no goods are told."""
    found = None if "amount" in heard.slots or read_goods(heard) else slots_of(with_amounts(heard)).get("amount")
    return replace(heard, slots={**heard.slots, "amount": found}) if found is not None else heard


def with_invoice(heard: Understanding) -> Understanding:
    """What was heard, with the number of an invoice that was paid: 「付了发票 123 的 4 万」."""
    is_paid = catalog(heard.lang).pattern("sold.payment").search(fold(heard.text)) is not None
    named = invoice_named(heard.text) if is_paid and "invoice_number" not in heard.slots else None
    if named is None:
        return heard
    slot = Slot(heard.text[slice(*named)], *named, 0.9, "behind its label")
    return replace(heard, slots={**heard.slots, "invoice_number": slot})


def with_amounts(heard: Understanding) -> Understanding:
    """What was heard, with a bare number taken for an amount: "13,680 landed today"; in what currency, the paper tells,
    where nobody says it."""
    values = [
        replace(value, money=Money(value.money.value)) if value.money and value.is_bare else value
        for value in heard.values
    ]
    heard = replace(heard, values=tuple(values))
    numbers: list[Slot | Part] = [slot for name, slot in heard.slots.items() if name.endswith("_number")]
    numbers += read_terms(heard)  # "4 payments of 9,000"
    bare = [
        value
        for value in heard.of_kind("number")
        if value.number is not None and value.number >= LEAST and not value.unit and not _is_in(value, numbers)
    ]
    if len(bare) != 1 or has_money(heard) or _counts_goods(heard, bare[0]):
        return heard
    amount = replace(bare[0], kind="money", money=Money(bare[0].number or Decimal(0)))
    return replace(heard, values=tuple(amount if value is bare[0] else value for value in heard.values))


def _counts_goods(heard: Understanding, number: Value) -> bool:
    """|100| gift boxes"""
    behind = heard.text[number.end :].lstrip().casefold()
    is_said_of = _SAID_OF.match(behind) is not None  # |20,000| from them
    return not is_said_of and any(behind.startswith(item.product.casefold()) for item in read_goods(heard))


def _is_in(value: Value, slots: Iterable[Slot | Part]) -> bool:
    return any(slot.start <= value.start < slot.end for slot in slots)
