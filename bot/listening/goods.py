"""What is said of goods and money that no form takes: another price for a product, one that is sold no more, money
that goes back."""

from bot.dialogs.model import Json, Reply
from bot.flows.registry import FLOWS, SALES
from bot.flows.shared import saved
from bot.listening.dialogs import begin, with_open_question
from bot.rules import products
from bot.talk.memory import Memory
from bot.talk.phrases import holds_phrase
from bot.world import World
from config.phrasing import phrasing
from nlu.folding import fold

MAX_CHARS = 50  # who says more tells a story
MAX_BACK = 30


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The card of a product with its new price, or what became of it; None for a message about something else."""
    if len(text) > MAX_CHARS:
        return None
    if memory.dialogs:  # its amount would be the form's
        is_paper = memory.dialogs[-1]["flow"] in SALES
        reply = _money_back(world, text) if is_paper else None
        return with_open_question(world, memory, reply) if reply is not None else None
    return _money_back(world, text) or _goods_back(world, text) or _product(world, memory, text)


def _money_back(world: World, text: str) -> Reply | None:
    """Amounts here are never negative: what is done instead is said, and the sign is not dropped in silence."""
    words = world.words
    has_number = any(letter.isdigit() for letter in text)
    is_refund = has_number and holds_phrase(words, "goods.refund", text)
    has_minus = phrasing("negative").search(text) is not None
    is_negative = has_minus and holds_phrase(words, "goods.paper", text)
    if has_minus and holds_phrase(words, "goods.sale", text):
        return Reply(words.say("goods.not_negative"))
    if not (is_refund or is_negative) or holds_phrase(words, "goods.story", text):
        return None
    return Reply(words.say("goods.no_negative"))


def _goods_back(world: World, text: str) -> Reply | None:
    """「他们退了一台」, right after a paper was spoken of: no form takes goods back; it is told how that is noted."""
    is_told = len(text) <= MAX_BACK and holds_phrase(world.words, "goods.back", text)
    is_of_paper = world.focus.get("last") in SALES
    return Reply(world.words.say("goods.goods_back")) if is_told and is_of_paper else None


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
