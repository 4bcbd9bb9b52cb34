"""Goods that are told, 「要 200 台手持终端，单价 1800，打九五折」: what they come to, and for what paper."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogs.line_changes import dump
from bot.dialogs.lines import in_currency, total_of
from bot.dialogs.model import Guess
from bot.rules.told_goods import read_priced
from bot.world import World
from config.types import Money
from nlu.folding import fold
from nlu.goods import Goods, read_goods
from nlu.terms import read_terms
from nlu.types import Slot, Understanding

_NAMES = ("customer", "contact", "company")
MAX_NEAR = 16  # characters behind what is understood of the terms: "… |on completion|"


def worth_of(said: str, world: World) -> Guess | None:
    """The sum of the goods, None where one has no price."""
    total = _sum([item for item in read_goods(world.understand(said)) if item.quantity is not None], world)
    return Guess(total.to_json()) if total is not None else None


def goods_worth(heard: Understanding, world: World) -> Money | None:
    """What so many at a price come to, whatever they are: 「要两台，一台28万」. The price of one alone is no sum."""
    goods = [item for item in read_goods(heard, named=False) if item.unit_price is not None]
    return _sum(goods, world) if any(item.quantity != 1 for item in goods) else None


def _sum(goods: Sequence[Goods], world: World) -> Money | None:
    total = total_of(in_currency([dump(item) for item in goods], {}, world.currency))
    return total if total is not None and total.value > 0 else None


def terms_said(heard: Understanding) -> str:
    """The words of a message that tell how it is paid, "" for none."""
    parts = read_terms(heard)
    return heard.text[min(part.start for part in parts) : max(part.end for part in parts)] if parts else ""


def apart_from_goods(heard: Understanding) -> Understanding:
    """What was heard, without names that stand in terms of payment, "paid in full on completion", and without what is
    said of goods: neither is the price of one what all come to, nor are they the name of a deal."""
    parts, goods = read_terms(heard), read_priced(heard)
    goods = goods if len(goods) > 1 else []  # of a single one the price may well be that of all
    prices = [Decimal(line["unit_price"]["value"]) for line in goods]

    def is_apart(name: str, slot: Slot) -> bool:
        if name in _NAMES:
            return not any(part.start <= slot.start < part.end + MAX_NEAR for part in parts)
        if name == "amount" and isinstance(slot.value, Money):
            return slot.value.value not in prices
        return name != "opportunity" or not any(line["product"] in str(slot.value) for line in goods)

    return replace(heard, slots={name: slot for name, slot in heard.slots.items() if is_apart(name, slot)})


def begins_quote(world: World, heard: Understanding) -> bool:
    """ "pls quote 8 panels at …" """
    return world.words.pattern("sold.quotes").match(fold(heard.text)) is not None


def paper_instead(world: World, kind: str, heard: Understanding) -> str:
    """The form of the paper that goods and prices are told for: 「给禾田报两个价：……」 is no order, and 「新客户 启明，
    订了课桌 200 张，每张 320」 no card of a customer."""
    if kind == "order":
        is_quote = world.words.pattern("sold.quote_made").search(heard.text) or begins_quote(world, heard)
        return "quote" if is_quote else kind
    if kind.startswith("opportunity") and read_terms(heard):  # "they also signed a plan, £2,400 a year, paid monthly"
        ends = "sold.signed" if kind == "opportunity" else "sold.closed"  # a deal nobody entered is won first
        return "contract" if world.words.pattern(ends).search(heard.text) else kind
    if kind in ("customer", "contact", "customer_update", "service_request") and read_priced(heard):
        return "order" if world.words.pattern("sold.bought").search(heard.text) else kind
    return kind
