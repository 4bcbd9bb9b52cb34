"""Which step of a sale a message tells of, or which two, one after the other: 「定金到了，可以发货了」.

The words of each step stand in ``sold.toml`` of both languages.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.dialogs.model import Values
from bot.flows.documents import spoken
from bot.flows.registry import SURE_START
from bot.listening.sold_ahead import promised
from bot.listening.sold_asides import without_asides
from bot.listening.sold_facts import (
    PAPERS,
    PLACES,
    customers,
    facts_in,
    goods_in,
    has_money,
    has_number,
    paper_of_talk,
    papers_named,
    with_amounts,
    with_invoice,
    without,
)
from bot.rules import quotes
from bot.rules.opportunities import open_at
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import read_priced, told_lines
from bot.world import World
from config.catalog import Catalog, catalog
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.terms import TENTHS, read_terms
from nlu.types import Understanding

_CLAUSE = pattern(
    r"\s*(?:(?:[，；。]|[,;](?!\d)|\.\s)\s*(?:然后|再|and then|then|and)?|\band(?: then)?\b|\bthen\b|然后)\s*"
)
_MARK = pattern(r"[，。；！!]|[,.;](?!\d)|\n")
_HAN, _LATIN = pattern(r"[\u4e00-\u9fff]"), pattern(r"[a-z]{2,}")
FEW_HAN, FEW_WORDS = 4, 2  # characters or words that may be left over
_WITH_GOODS = ("contract", "order", "quote")
_BESIDES = ("invoice", "promise")  # what may be wanted besides another step
_AGAIN = ("payment", "order_update")  # the forms of steps that "the rest, too" can mean
_OPENING = ("create_contract", "create_order", "create_invoice", "create_opportunity", "update_opportunity")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a sale: the form that takes it, with the status where it is a move of an order or a quote; ``given``:
    what is known of it."""

    name: str
    flow: str
    status: str = ""
    is_again: bool = False  # "second one too"
    given: Values = field(default_factory=dict)


# In the order in which they are looked for: 「付了发票的钱」 is no invoice.
_STEPS = (
    Step("payment", "payment"),
    Step("invoice", "invoice"),
    Step("quote_declined", "quote_update", "declined"),
    Step("quote_accepted", "quote_update", "accepted"),
    Step("quote_won", "quote_update", "accepted"),
    Step("quote_sent", "quote_update", "sent"),
    Step("delivered", "order_update", "delivered"),
    Step("shipped", "order_update", "shipped"),
    Step("contract", "contract"),
    Step("order", "order"),
    Step("quote_made", "quote"),
)

_NAMES, _AHEAD = tuple(one.name for one in _STEPS), ("ahead_us", "ahead_them")
_CONTRACT = next(one for one in _STEPS if one.name == "contract")
_AGREED_BY = ("order", "quote_accepted")  # told with how it is paid, they agree a contract


def said_step(heard: Understanding, world: World, *, is_open: bool = False) -> Step | None:
    """The step that a message tells of. ``is_open``: something else is asked for, so no word is to be left over; else
    a few may, where the talk is about a sale: nobody knows all that things are called."""
    words = catalog(heard.lang)
    facts = list(facts_in(heard))
    if words.pattern("sold.invoice").search(fold(heard.text)):  # "invoice |what's been delivered|"
        facts += [found.span() for found in words.pattern("sold.orders_billed").finditer(fold(heard.text))]
    plain = without(heard, facts)
    about = papers_named(world, heard)
    both = (plain, without(heard, [*facts, *about]))
    terms = [(part.start, part.end) for part in read_terms(heard)]
    apart = tuple(without(heard, [*facts, *terms, *more]) for more in ((), about))  # 「货到付款」 tells of no delivery
    told_of = [
        one
        for one in _STEPS
        if any(words.pattern(f"sold.{one.name}").search(said) for said in (apart if one.name == "delivered" else both))
    ]
    is_cash = has_money(heard) or words.pattern("sold.cash").search(fold(heard.text)) is not None
    if paper_of_talk(world.focus) == "order" and not is_cash:  # "they've got everything"
        told_of.sort(key=lambda one: one.name != "delivered")
    if not told_of:
        return None
    facts += about
    agreed = [*terms, *goods_in(heard)]
    durations = [(value.start, value.end) for value in heard.of_kind("duration")]
    told = {"contract": agreed, "quote_made": durations}
    if _CONTRACT not in told_of:
        told |= dict.fromkeys(_AGREED_BY, terms)
    beside: list[Step] = []
    for one in told_of:
        plain = without(heard, [*facts, *told.get(one.name, ())])
        rest = words.pattern(f"sold.{one.name}").sub(" ", plain)
        for key in (f"sold.beside.{one.name}", "sold.beside.all"):
            rest = words.pattern(key).sub(" ", rest)
        if not _fits(one, heard, world, words, plain):
            continue
        if not any(map(str.isalnum, rest)):
            return _CONTRACT if one.name in _AGREED_BY and terms else one
        if not is_open and _is_beside(one, heard, world, plain, rest):
            beside.append(one)
    return next(iter(beside), None)


def _is_beside(one: Step, heard: Understanding, world: World, plain: str, rest: str) -> bool:
    """Are the words that are left over so few, and so near to those of the step, that they only say what it is about:
    "the |spare kit| went out"? Not where they may say that it was not so, or is not yet."""
    words = catalog(heard.lang)
    is_of_sale = _is_of_sale(world, heard)
    found = words.pattern(f"sold.{one.name}").search(plain)
    if found is None or not is_of_sale or words.pattern("sold.not_so").search(fold(heard.text)):
        return False
    if words.pattern("sold.told").search(plain) is None or (one.flow in _WITH_GOODS and read_priced(heard)):
        return False
    begin = max((mark.end() for mark in _MARK.finditer(plain, 0, found.start())), default=0)
    end = next((mark.start() for mark in _MARK.finditer(plain, found.end())), len(plain))
    left = len(_HAN.findall(rest)) / FEW_HAN + len(_LATIN.findall(rest)) / FEW_WORDS
    apart = words.pattern("sold.beside.all").sub(" ", f"{plain[:begin]} {plain[end:]}")
    return left <= 1 and not any(map(str.isalnum, apart))


def _is_of_sale(world: World, heard: Understanding) -> bool:
    """Is a paper what was saved last, or are its goods named?"""
    return paper_of_talk(world.focus) is not None or bool(papers_named(world, heard))


def said_again(heard: Understanding, world: World) -> Step | None:
    """ "and the rest", "second one too", "and 1,500 more" after a payment: the step that was taken last, once more."""
    text, words, last = fold(heard.text).strip(" .。!！"), catalog(heard.lang), world.focus.get("last")
    is_more = last == "payment" and words.pattern("sold.more_paid").fullmatch(text) is not None
    if not is_more and words.pattern("sold.again").fullmatch(text) is None:
        return None
    order = spoken(world, "order", None) if last == "order" else None
    name = order.status if order is not None else last
    found = next((one for one in _STEPS if name == (one.status or one.name) and one.flow in _AGAIN), None)
    return replace(found, is_again=found.flow == "order_update") if found is not None else None


def in_two(world: World, heard: Understanding) -> tuple[Understanding, Step, Understanding] | None:
    """A message that tells of two steps: 「签了，合同 40 万，先开三成的票」, "deposit's in, ship the first order".

    What can be said of one step alone is that one, unless an invoice is wanted besides.
    """
    words = catalog(heard.lang)
    marks = [mark for mark in _CLAUSE.finditer(heard.text) if _may_be(words, _NAMES + _AHEAD, heard.text[mark.end() :])]
    whole = said_step(with_amounts(with_invoice(heard)), world, is_open=True) if marks else None
    for mark in reversed(marks):
        said = heard.text[mark.end() :]
        tail = world.understand(said)
        rest = promised(world, tail, is_of_sale=True)
        if rest is None and whole is not None and not words.pattern("sold.invoice").search(fold(said)):
            continue
        then = Step("promise", "promise", given=rest) if rest is not None else None
        if then is None and _may_be(words, _NAMES, said):
            then = said_step(with_amounts(tail), replace(world, focus={**world.focus, "customer": None}))
        if then is None or (whole is not None and then.name not in _BESIDES):
            continue
        first = without_asides(world, world.understand(heard.text[: mark.start()]))
        told = said_step(with_amounts(with_invoice(first)), world)
        if told is not None and _is_one(told, then):
            return None
        if then.name == "promise" and (told is None or told.flow in ("contract", "quote")):
            return None  # what stands behind the terms of a contract is one of them
        is_opening = told is not None or (first.intent in _OPENING and first.sure >= SURE_START)
        return (first, then, tail) if is_opening else None
    return None


def _may_be(words: Catalog, names: Iterable[str], said: str) -> bool:
    """Before anybody understands the words: is one of them the name of a step, or of what is to come?"""
    low = fold(said)
    return any(words.pattern(f"sold.{name}").search(low) for name in names)


def _is_one(first: Step, then: Step) -> bool:
    """Is the second step what the first comes to, or the same once more?"""
    return first.flow == then.flow or (first.flow == "quote_update" and then.flow == "contract")


def _is_of_order(one: Step, world: World, heard: Understanding) -> bool:
    """May so many of an order have gone out, 「60 张送到了」?"""
    customer = next(iter(customers(heard)), None) or spoken_of(world, "customer")
    kinds = ("order", "contract") if one.flow in ("order_update", "invoice") and customer else ()
    return any(paper is not None and bool(paper.lines) for paper in (spoken(world, kind, customer) for kind in kinds))


def _fits(one: Step, heard: Understanding, world: World, words: Catalog, plain: str) -> bool:
    """Is there something that the step can be about?"""
    is_about = any(kind in world.focus for kind in (*PAPERS, "customer")) or bool(customers(heard)) or has_number(heard)
    is_priced = has_money(heard)
    has_goods = any(value.unit and value.unit not in PLACES for value in heard.of_kind("number"))
    if one.flow == "quote_update":
        is_last = paper_of_talk(world.focus) == "quote"
        if one.name == "quote_won":
            return is_last and not _has_deal(world)  # else it is the deal that is won
        quote = spoken(world, "quote", None) if is_last else None
        if quote is not None and one.status not in (quote.status, *quotes.allowed(world, quote.status)):
            return False  # 「一万个送到了」, of one that is accepted
        has_figures = any(heard.of_kind("money", "number")) and not read_terms(heard)
        if one.name == "quote_accepted" and is_last and has_figures and not words.pattern("sold.quote").search(plain):
            return False  # 「好，25000个，3块」 changes it
        if any(not world.find("quote", "", {"customer": one}).matches for one in customers(heard)):
            return False  # what went to whoever has none here is told in a note
        return is_last or (words.pattern("sold.quote").search(plain) is not None and (is_about or is_last))
    if has_goods and one.name not in ("payment", "order", "contract") and not _is_of_order(one, world, heard):
        return False
    if one.name == "delivered" and words.pattern("sold.work_done").search(plain) is not None:
        return _is_of_sale(world, heard)  # not a reminder, "the second one is done"
    if one.name == "quote_made":
        customer = next(iter(customers(heard)), None) or spoken_of(world, "customer")
        return customer is not None and told_lines({"customer": customer}, world) is not None
    if one.name == "payment" and has_goods and not is_priced:
        return False  # 「剩余20台也到了」
    if one.name == "payment":
        is_order = world.words.say("common.kind.order") in plain and not is_priced
        is_share = any(True for _ in heard.of_kind("percent")) or TENTHS.search(plain) is not None
        is_money = is_priced or is_share or words.pattern("sold.money").search(fold(heard.text)) is not None
        if (
            not is_priced
            and (customers(heard) or not plain.startswith(" "))
            and words.pattern("sold.got_goods").search(plain)
        ):
            return False  # "they received everything": what was sent
        is_of_invoice = world.focus.get("last") == "invoice" and words.pattern("sold.paid").search(plain) is not None
        return (is_money or is_of_invoice) and (is_about or is_priced) and not is_order
    if one.name == "contract":
        customer = customers(heard) or [spoken_of(world, "customer")]
        is_of_deal = words.pattern("sold.signed").search(plain) is not None
        is_told = is_priced or bool(read_terms(heard)) or paper_of_talk(world.focus) == "quote"
        return not is_of_deal or (is_told and customer[0] is not None and not open_at(world, customer[0]["id"]))
    return is_about


def _has_deal(world: World) -> bool:
    """Has the customer of whom the talk is an open deal?"""
    customer = spoken_of(world, "customer")
    return customer is not None and bool(open_at(world, customer["id"]))
