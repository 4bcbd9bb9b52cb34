"""What is said of goods and money that no form takes: another price for a product, one that is sold no more, money
that goes back."""

from dataclasses import replace

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.flows.focus import customer_named
from bot.flows.registry import FLOWS, SALES
from bot.flows.shared import saved
from bot.listening.dialogs import begin, with_open_question
from bot.listening.paper_numbers import told_apart as told_numbers
from bot.listening.sold_facts import with_amounts
from bot.rules import products, returns, told_apart
from bot.rules.pronouns import spoken_of
from bot.talk.memory import Memory
from bot.talk.phrases import holds_phrase
from bot.world import World
from config.phrasing import phrasing
from nlu.folding import fold

MAX_CHARS = 50  # who says more tells a story
MAX_BACK, MAX_GOODS = 30, 120
_NO_MINUS = str.maketrans("-−–－负", "     ")


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The card of a product with its new price, or what became of it; None for a message about something else."""
    if len(text) > MAX_CHARS:
        return _goods_back(world, memory, text)
    if memory.dialogs:  # its amount would be the form's
        is_paper = memory.dialogs[-1]["flow"] in SALES
        money = _money_back(world, memory, text) if is_paper else None
        return money or _goods_back(world, memory, text, is_free=is_paper)
    return _money_back(world, memory, text) or _goods_back(world, memory, text) or _product(world, memory, text)


def _money_back(world: World, memory: Memory, text: str) -> Reply | None:
    """The form of a refund. Of an invoice below zero it is said what is done instead: the sign is not dropped in
    silence."""
    words = world.words
    has_minus = phrasing("negative").search(text) is not None
    if has_minus and holds_phrase(words, "goods.sale", text):
        return Reply(words.say("goods.not_negative"))
    is_credit = any(map(str.isdigit, text)) and holds_phrase(words, "goods.credit", text)
    has_money = any(value.kind == "money" for value in world.values_in(text))
    is_refund = (
        holds_phrase(words, "goods.refund", text)
        or (has_minus and holds_phrase(words, "goods.paid", text))
        or (has_money and holds_phrase(words, "goods.back", text))  # 「安岭退了 20 万」
    )
    is_negative = has_minus and holds_phrase(words, "goods.billed", text)
    if not (is_credit or is_refund or is_negative) or holds_phrase(words, "goods.story", text):
        return None
    if is_refund and not is_credit:
        plain = phrasing("negative").sub(lambda minus: minus.group().translate(_NO_MINUS), text)
        heard = told_numbers(world, world.understand(plain))
        slots = {name: slot for name, slot in heard.slots.items() if name.endswith("_number")}
        return begin(
            world, memory, FLOWS["refund"], with_amounts(replace(heard, slots=slots)), given=customer_named(heard)
        )
    return with_open_question(world, memory, Reply(words.say("goods.no_negative")))


def _goods_back(world: World, memory: Memory, text: str, *, is_free: bool = True) -> Reply | None:
    """「他们退了一台」, "Hollis sent 10 of the desks back": the form of a return, where goods of an order are named, or
    such a paper was just spoken of; where the order tells no goods, how it is noted step by step."""
    words = world.words
    if len(text) > MAX_GOODS or not words.pattern("goods.returned").search(fold(text)):
        return None
    heard = world.understand(text)
    whose = customer_named(heard).get("customer") or spoken_of(world, "customer")
    found = returns.orders_with(world, whose["id"]) if whose and not any(heard.of_kind("money")) else []
    others = told_apart.names_at(world, whose["id"]) if whose else []
    goods = [line.product for order in found for line in order.lines]
    is_counted = any(heard.of_kind("number")) or words.pattern("goods.them").search(fold(text)) is not None
    is_of_paper = is_free and (world.focus.get("last") in SALES or "order" in world.focus) and is_counted
    is_named = bool(told_apart.spans(text, goods))
    is_other = not is_named and bool(told_apart.spans(text, others))  # it was never ordered
    if is_other:
        return with_open_question(world, memory, Reply(words.say("goods.not_ordered")))
    if found and (is_named or is_of_paper):
        return begin(world, memory, FLOWS["goods_return"], replace(heard, slots={}), given={"customer": whose})
    return Reply(words.say("goods.goods_back")) if is_of_paper and len(text) <= MAX_BACK else None


def _product(world: World, memory: Memory, text: str) -> Reply | None:
    is_price, is_end = (holds_phrase(world.words, f"goods.{key}", text) for key in ("price", "retire"))
    if not (is_price or is_end) or holds_phrase(world.words, "goods.story", text):
        return None
    product = products.named_in(world, text)
    if product is None:
        return None
    if is_end:
        products.retire(world, product)
        return saved(world, world.words.say("goods.retired", name=product.name)).reply
    heard = world.understand(_without(text, product.name))
    if not any(value.money or value.number for value in heard.values):
        return None
    given: dict[str, Json] = {"product": product.name}
    if product.unit:
        given["unit"] = product.unit
    price = next((value.money for value in heard.of_kind("money") if value.money), None)
    if price is None:
        number = next(value.number for value in heard.values if value.number is not None)
        currency = product.unit_price_currency or world.currency
        given["unit_price"] = {"value": f"{number:f}", "currency": currency}
    elif price.currency is None:
        given["unit_price"] = {**price.to_json(), "currency": product.unit_price_currency or world.currency}
    else:
        given["unit_price"] = price.to_json()
    return begin(world, memory, FLOWS["product"], world.understand(product.name), given=given)


def _without(text: str, name: str) -> str:
    at = fold(text).find(fold(name))
    return f"{text[:at]} {text[at + len(name) :]}" if at >= 0 else text
