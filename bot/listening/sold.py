"""What is said in passing of what was sold: 「第二笔款付了」, "ship the first order", "13,680 landed today".

Such a message is known by having no word left over: its figures, days, names and numbers aside, every word is one that
is said of such a step. So a story about a payment stays a story. The words stand in ``sold.toml`` of both languages.
"""

from dataclasses import dataclass, replace
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
from bot.listening.papers import asked as changed
from bot.listening.sold_facts import (
    PAPERS,
    PLACES,
    customers,
    facts_in,
    goods_in,
    has_money,
    has_number,
    papers_named,
    slots_of,
    with_amounts,
    with_invoice,
    without,
)
from bot.rules import orders, payments, sums
from bot.rules.documents import named
from bot.rules.opportunities import open_at
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import told_lines
from bot.world import World
from config.catalog import Catalog, catalog
from nlu.folding import fold
from nlu.papers import read_change, read_number
from nlu.patterns import pattern
from nlu.terms import read_terms
from nlu.types import Understanding
from storage import records

MAX_CHARS = 120  # who says more tells a story
_CLAUSE = pattern(r"\s*(?:[，,;；。](?!\d)\s*(?:然后|再|and then|then|and)?|\band(?: then)?\b|\bthen\b|然后)\s*")
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
    _Step("quote_made", "quote"),
)


def step(talk: Talk, heard: Understanding) -> Reply | None:
    """The form of the step that a message tells of; None for any other message."""
    world = talk.world
    is_other = heard.correction is not None or heard.control is not None
    if (
        len(heard.text) > MAX_CHARS
        or is_other
        or read_number(heard.text) is not None
        or catalog(heard.lang).pattern("sold.asks").search(heard.text)
    ):
        return None
    two = _in_two(world, heard)
    if two is not None:
        return _one_then(talk, *two)
    heard = with_amounts(with_invoice(heard))
    found = _said(heard, world) or _said_again(heard, world)
    if found is None:
        return None
    if _changes(heard, found):
        return changed(world, talk.memory, heard)
    flow = FLOWS[found.flow]
    papers, unknown = _named(world, heard, flow)
    opened = replace(heard, slots={name: slot for name, slot in slots_of(heard).items() if name != f"{unknown}_number"})
    known = meant(world, flow, opened)
    given: dict[str, Json] = {**known, **papers}
    if not (papers or unknown):
        given = {**_offered(talk, flow, heard), **known, **_base(world, found, opened, known)}
        if flow.kind == "invoice" and _is_of_contract(world, heard, given):
            given.pop("order", None)
    if found.flow == "payment" and not has_money(heard):
        _refuse_settled(world, given.get("customer") or known.get("customer"))
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
        told = _said(with_amounts(with_invoice(first)), world)
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
    title = wait_beneath(world, memory, flow, replace(second, slots=slots_of(with_amounts(second))))
    return replace(reply, text=f"{reply.text}\n{world.words.say('sold.then', what=title)}")


def _changes(heard: Understanding, found: _Step) -> bool:
    """Is it rather another amount of such a paper, "and the invoice to 8,800"?"""
    change = read_change(heard.text)
    return change is not None and change.paper.kind == found.flow and has_money(heard)


def _said(heard: Understanding, world: World) -> _Step | None:
    words = catalog(heard.lang)
    facts = list(facts_in(heard))
    plain = without(heard, facts)
    told_of = [one for one in _STEPS if words.pattern(f"sold.{one.name}").search(plain) is not None]
    if not told_of:
        return None
    facts += papers_named(world, heard)
    agreed = [*((part.start, part.end) for part in read_terms(heard)), *goods_in(heard)]
    for one in told_of:
        told = {"contract": agreed, "quote_made": [(v.start, v.end) for v in heard.of_kind("duration")]}
        plain = without(heard, [*facts, *told.get(one.name, ())])
        rest = words.pattern(f"sold.{one.name}").sub(" ", plain)
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
    for kind in PAPERS:
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
    is_about = any(kind in world.focus for kind in (*PAPERS, "customer")) or bool(customers(heard)) or has_number(heard)
    is_priced = has_money(heard)
    has_goods = any(value.unit and value.unit not in PLACES for value in heard.of_kind("number"))
    if one.flow == "quote_update":
        is_last = world.focus.get("last") == "quote"
        if any(not world.find("quote", "", {"customer": one}).matches for one in customers(heard)):
            return False  # what went to whoever has none here is told in a note
        return is_last or (words.pattern("sold.quote").search(plain) is not None and (is_about or is_last))
    if has_goods and one.name not in ("payment", "order", "contract"):
        return False
    if one.name == "quote_made":
        customer = next(iter(customers(heard)), None) or spoken_of(world, "customer")
        return customer is not None and told_lines({"customer": customer}, world) is not None
    if one.name == "payment":
        is_order = world.words.say("common.kind.order") in plain and not is_priced
        is_money = is_priced or words.pattern("sold.money").search(plain) is not None
        is_of_invoice = world.focus.get("last") == "invoice" and words.pattern("sold.paid").search(plain) is not None
        return (is_money or is_of_invoice) and (is_about or is_priced) and not is_order
    if one.name == "contract":
        customer = customers(heard) or [spoken_of(world, "customer")]
        is_of_deal = words.pattern("sold.signed").search(plain) is not None
        at = customer[0]["id"] if customer[0] else None
        return not is_of_deal or (is_priced and at is not None and not open_at(world, at))
    return is_about


def _offered(talk: Talk, flow: Flow, heard: Understanding) -> Values:
    """What the button below the last message knows, where nobody is named."""
    offer = pressed.offered(talk.world, talk.conversation, flow.kind) if not customers(heard) else None
    return offer.action.get("values", {}) if offer is not None else {}


def _refuse_settled(world: World, customer: Json | None) -> None:
    """Raises Refused where the customer owes nothing: no amount is asked for then."""
    whose = customer or spoken_of(world, "customer")
    if whose is None or not payments.received_from(world, whose["id"]):
        return
    if not any(payments.open_documents(world, kind, whose["id"], is_payment=True) for kind in payments.BASES):
        raise Refused("payment.nothing_due", customer=whose["name"])


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
        return {"customer": ref(quote.customer)} if quote is not None else {}
    if one.flow == "quote_update":
        quote = spoken(world, "quote", customer)
        return {"customer": ref(quote.customer), "quote": named(quote)} if quote else {}
    order = another_order(world) if one.is_again else order_meant(world, customer)
    if order is None:
        return _to_bill(world, customer) if one.flow == "invoice" else {}
    invoices = open_invoices(world, order) if one.flow == "payment" else []
    paper = invoices[0] if invoices else order
    return {"customer": ref(order.customer), paper.kind: named(paper)}
