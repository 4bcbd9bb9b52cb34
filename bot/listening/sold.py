"""What is said in passing of what was sold: 「第二笔款付了」, "ship the first order", "13,680 landed today".

Such a message is known by having no word left over: its figures, days, names and numbers aside, every word is one that
is said of such a step. So a story about a payment stays a story. The words stand in ``sold.toml`` of both languages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.dialogs.model import Flow, Json, Reply, Values
from bot.errors import Refused
from bot.flows.documents import another_order, open_invoices, order_meant, spoken
from bot.flows.focus import meant
from bot.flows.parts import PartOf
from bot.flows.registry import FLOWS, SURE_START
from bot.flows.shared import ref
from bot.listening import pressed
from bot.listening.dialogs import begin, wait_beneath
from bot.listening.listener import Talk
from bot.listening.listeners import hear_text
from bot.rules import orders, sums, told_apart
from bot.rules.documents import named
from bot.rules.opportunities import open_at
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.catalog import Catalog, catalog
from config.types import Money
from nlu.documents import invoice_named
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.terms import read_terms
from nlu.types import Slot, Understanding, Value
from storage import records

MAX_CHARS = 120  # who says more tells a story
PLACES = ("单", "个", "张", "笔", "份", "期")  # 「第二单」 counts nothing
LEAST = 100  # a bare number below it counts something
_CLAUSE = pattern(r"\s*(?:[，,;；。](?!\d)\s*(?:然后|再|and then|then|and)?|\band(?: then)?\b|\bthen\b|然后)\s*")
_PAPERS = ("contract", "order", "invoice", "quote")
_NAMED = ("customer", "contact", "opportunity")
SIGNABLE = ("draft", "sent", "accepted", "expired")  # the states of a quote that a contract may be made of
_AGAIN = ("payment", "order_update")  # the forms of steps that "the rest, too" can mean


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a sale: the form that takes it, with the status where it is a move of an order or a quote."""

    name: str
    flow: str
    status: str = ""
    is_again: bool = False  # "second one too"


# In the order in which they are looked for: 「付了发票的钱」 is no invoice.
_STEPS = (
    _Step("payment", "payment"),
    _Step("invoice", "invoice"),
    _Step("quote_declined", "quote_update", "declined"),
    _Step("quote_accepted", "quote_update", "accepted"),
    _Step("quote_sent", "quote_update", "sent"),
    _Step("delivered", "order_update", "delivered"),
    _Step("shipped", "order_update", "shipped"),
    _Step("contract", "contract"),
    _Step("order", "order"),
)


def step(talk: Talk, heard: Understanding) -> Reply | None:
    """The form of the step that a message tells of; None for any other message."""
    world = talk.world
    is_other = heard.correction is not None or heard.control is not None
    if len(heard.text) > MAX_CHARS or is_other or catalog(heard.lang).pattern("sold.asks").search(heard.text):
        return None
    two = _in_two(world, heard)
    if two is not None:
        return _one_then(talk, *two)
    heard = with_amounts(_with_invoice(heard))
    found = _said(heard, world) or _said_again(heard, world)
    if found is None:
        return None
    flow = FLOWS[found.flow]
    papers, unknown = _named(world, heard, flow)
    opened = replace(heard, slots={name: slot for name, slot in _slots(heard).items() if name != f"{unknown}_number"})
    known = meant(world, flow, opened)
    given: dict[str, Json] = {**known, **papers}
    if not (papers or unknown):
        given = {**_offered(talk, flow, heard), **known, **_base(world, found, opened, known)}
        if flow.kind == "invoice" and _is_of_contract(world, heard, given):
            given.pop("order", None)
    if found.status:
        given[found.flow.replace("_update", "_status")] = found.status
    reply = begin(world, talk.memory, flow, opened, given=given, first=unknown)
    if unknown is None:
        return reply
    number = heard.slots[f"{unknown}_number"].value
    said = world.words.say("dialog.unknown", kind=world.words.say(f"common.kind.{unknown}"), name=number)
    return replace(reply, text=f"{said}\n{reply.text}")


def _in_two(world: World, heard: Understanding) -> tuple[Understanding, _Step, Understanding] | None:
    """A message that tells of a step and then wants an invoice: 「签了，合同 40 万，3-6-1，先开三成的票」."""
    for mark in reversed(list(_CLAUSE.finditer(heard.text))):
        tail = heard.text[mark.end() :]
        if not catalog(heard.lang).pattern("sold.invoice").search(fold(tail)):
            continue
        second = world.understand(tail)
        then = _said(with_amounts(second), replace(world, focus={**world.focus, "customer": None}))
        if then is None or then.name != "invoice":
            return None
        first = world.understand(heard.text[: mark.start()])
        told = _said(with_amounts(_with_invoice(first)), world)
        is_opening = told is not None or (first.intent.startswith("create_") and first.sure >= SURE_START)
        return (first, then, second) if is_opening and (told is None or told.name != "invoice") else None
    return None


def _one_then(talk: Talk, first: Understanding, then: _Step, second: Understanding) -> Reply:
    """The form of the first step; that of the second waits beneath it."""
    world, memory = talk.world, talk.memory
    depth = len(memory.dialogs)
    reply = hear_text(talk, first.text)
    if len(memory.dialogs) <= depth:
        return reply
    flow = FLOWS[then.flow]
    title = wait_beneath(world, memory, flow, replace(second, slots=_slots(with_amounts(second))))
    return replace(reply, text=f"{reply.text}\n{world.words.say('sold.then', what=title)}")


def _said(heard: Understanding, world: World) -> _Step | None:
    words = catalog(heard.lang)
    terms = [(part.start, part.end) for part in read_terms(heard)]
    facts = [*_facts(heard), *_papers_named(world, heard)]
    for one in _STEPS:
        told = words.pattern(f"sold.{one.name}")
        plain = _without(heard, [*facts, *terms] if one.name == "contract" else facts)
        if told.search(plain) is None:
            continue
        rest = told.sub(" ", plain)
        for key in (f"sold.beside.{one.name}", "sold.beside.all"):
            rest = words.pattern(key).sub(" ", rest)
        if not any(map(str.isalnum, rest)) and _fits(one, heard, world, words, plain):
            return one
    return None


def _said_again(heard: Understanding, world: World) -> _Step | None:
    """ "and the rest", "second one too": the step that was taken last, once more."""
    text = fold(heard.text).strip(" .。!！")
    if catalog(heard.lang).pattern("sold.again").fullmatch(text) is None:
        return None
    last = world.focus.get("last")
    order = spoken(world, "order", None) if last == "order" else None
    name = order.status if order is not None else last
    found = next((one for one in _STEPS if name == (one.status or one.name) and one.flow in _AGAIN), None)
    return replace(found, is_again=found.flow == "order_update") if found is not None else None


def _named(world: World, heard: Understanding, flow: Flow) -> tuple[dict[str, Json], str | None]:
    """The papers that are named by their numbers, and whose they are; and the kind of one that there is not: it is
    asked for, and no other is taken for it."""
    found: dict[str, Json] = {}
    for kind in _PAPERS:
        slot = heard.slots.get(f"{kind}_number")
        if slot is None or kind == flow.kind or kind not in flow.by_name:
            continue
        matches = world.find(kind, str(slot.value), {}).matches
        if not matches:
            return {}, kind
        paper: Any = world.session.get_one(records.record_class(kind), matches[0].id)
        found |= {"customer": ref(paper.customer), kind: named(paper)}
    return found, None


def _fits(one: _Step, heard: Understanding, world: World, words: Catalog, plain: str) -> bool:
    """Is there something that the step can be about?"""
    is_about = (
        any(kind in world.focus for kind in (*_PAPERS, "customer")) or bool(_customers(heard)) or _has_number(heard)
    )
    has_money = any(True for _ in heard.of_kind("money"))
    has_goods = any(value.unit and value.unit not in PLACES for value in heard.of_kind("number"))
    if has_goods and one.name not in ("payment", "order"):
        return False
    if one.flow == "quote_update":
        is_last = world.focus.get("last") == "quote"
        return is_last or (words.pattern("sold.quote").search(plain) is not None and (is_about or is_last))
    if one.name == "payment":
        is_order = world.words.say("common.kind.order") in plain and not has_money
        is_money = has_money or words.pattern("sold.money").search(plain) is not None
        is_of_invoice = world.focus.get("last") == "invoice" and words.pattern("sold.paid").search(plain) is not None
        return (is_money or is_of_invoice) and (is_about or has_money) and not is_order
    if one.name == "contract":
        customer = _customers(heard) or [spoken_of(world, "customer")]
        is_of_deal = words.pattern("sold.signed").search(plain) is not None
        at = customer[0]["id"] if customer[0] else None
        return not is_of_deal or (has_money and at is not None and not open_at(world, at))
    return is_about


def _customers(heard: Understanding) -> list[Json]:
    return [{"id": int(m.name.key), "name": m.name.name} for m in heard.names if m.name.kind == "customer"]


def _has_number(heard: Understanding) -> bool:
    return any(f"{kind}_number" in heard.slots for kind in _PAPERS)


def _without(heard: Understanding, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks there."""
    plain = fold(heard.text)
    for start, end in spans:
        plain = plain[:start] + " " * (end - start) + plain[end:]
    return plain


def _facts(heard: Understanding) -> Iterator[tuple[int, int]]:
    """Where figures, days, names and numbers stand."""
    yield from ((match.start, match.end) for match in heard.names if match.name.kind in _NAMED)
    counted = (v for v in heard.values if v.kind not in ("recurrence", "duration") and v.unit not in PLACES)
    yield from ((v.start, v.end) for v in counted)
    yield from ((slot.start, slot.end) for name, slot in heard.slots.items() if name.endswith("_number"))


def _papers_named(world: World, heard: Understanding) -> list[tuple[int, int]]:
    """Where a message names what the papers of its customer are about: "the |maintenance| contract"."""
    customer = next(iter(_customers(heard)), None) or spoken_of(world, "customer")
    return told_apart.spans(heard.text, told_apart.names_at(world, customer["id"])) if customer else []


def _slots(heard: Understanding) -> dict[str, Slot]:
    """Who was named, the numbers that were said, and the amount, where it is just one."""
    slots = {name: slot for name, slot in heard.slots.items() if name.endswith("_number")}
    named = next((match for match in heard.names if match.name.kind == "customer"), None)
    if named is not None:
        slots["customer"] = Slot(named.name.name, named.start, named.end, named.sure, "a known name")
    money = [value for value in heard.of_kind("money") if value.money is not None and not _is_in(value, slots.values())]
    if len(money) == 1 and money[0].money is not None:
        slots["amount"] = Slot(money[0].money, money[0].start, money[0].end, 0.9, "the amount")
    return slots


def _with_invoice(heard: Understanding) -> Understanding:
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
    numbers = [slot for name, slot in heard.slots.items() if name.endswith("_number")]
    bare = [
        value
        for value in heard.of_kind("number")
        if value.number is not None and value.number >= LEAST and not value.unit and not _is_in(value, numbers)
    ]
    if len(bare) != 1 or any(True for _ in heard.of_kind("money")):
        return heard
    amount = replace(bare[0], kind="money", money=Money(bare[0].number or Decimal(0)))
    return replace(heard, values=tuple(amount if value is bare[0] else value for value in heard.values))


def _offered(talk: Talk, flow: Flow, heard: Understanding) -> Values:
    """What the button below the last message knows, where nobody is named."""
    offer = pressed.offered(talk.world, talk.conversation, flow.kind) if not _customers(heard) else None
    return offer.action.get("values", {}) if offer is not None else {}


def _to_bill(world: World, customer: Json | None) -> Values:
    """The contract or order that the talk is about, of which something is still to be invoiced."""
    papers = [spoken(world, kind, customer) for kind in ("contract", "order")]
    papers = [paper for paper in papers if paper is not None]
    found = next((paper for paper in papers if _is_to_bill(world, paper)), None)
    if found is None and papers:
        raise Refused("invoice.all_billed", number=papers[0].number)
    return {"customer": ref(found.customer), found.kind: named(found)} if found is not None else {}


def _is_to_bill(world: World, paper: Any) -> bool:
    """Is something of it, and of the contract that an order is of, still to be invoiced?"""
    of = [base for base in (paper, getattr(paper, "contract", None)) if base is not None]
    return all(sums.billed(world.tx, base) < (base.amount_minor or 0) for base in of)


def _is_in(value: Value, slots: Iterable[Slot]) -> bool:
    return any(slot.start <= value.start < slot.end for slot in slots)


def _is_of_contract(world: World, heard: Understanding, given: Values) -> bool:
    """Is an invoice for what the contract has agreed, 「首付」, rather than for an order of a part of it?"""
    part = PartOf().gather(heard, world, {})
    if part in (None, "last") or not {"contract", "order"} <= given.keys():
        return False
    order = world.session.get_one(records.Order, given["order"]["id"])
    contract = world.session.get_one(records.Contract, given["contract"]["id"])
    return (order.amount_minor or 0) < (contract.amount_minor or 0)


def _base(world: World, one: _Step, opened: Understanding, known: Values) -> Values:
    """The paper that the step is about: by its place, 「第一单」, by 「这单」, or since it was just spoken of."""
    customer = known.get("customer")
    if one.flow == "order":
        contract = spoken(world, "contract", customer) if "contract_number" not in opened.slots else None
        is_open = contract is not None and orders.left_of(world, contract).value > 0
        return {"customer": ref(contract.customer), "contract": named(contract)} if contract and is_open else {}
    if one.flow == "contract":
        quote = spoken(world, "quote", customer) if "quote" in world.focus else None
        return {"customer": ref(quote.customer), "quote": named(quote)} if quote and quote.status in SIGNABLE else {}
    if one.flow == "quote_update":
        quote = spoken(world, "quote", customer)
        return {"customer": ref(quote.customer), "quote": named(quote)} if quote else {}
    order = another_order(world) if one.is_again else order_meant(world, customer)
    if order is None:
        return _to_bill(world, customer) if one.flow == "invoice" else {}
    invoices = open_invoices(world, order) if one.flow == "payment" else []
    paper = invoices[0] if invoices else order
    return {"customer": ref(order.customer), paper.kind: named(paper)}
