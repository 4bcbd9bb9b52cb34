"""What is said in passing of what was sold: 「第二笔款付了」, "ship the first order", "13,680 landed today".

Such a message is known by having no word left over: its figures, days, names and numbers aside, every word is one that
is said of such a step. So a story about a payment stays a story. The words stand in ``sold.toml`` of both languages.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.dialogs.elsewhere import asks_to_be_reminded
from bot.dialogs.model import Flow, Json, Values
from bot.dialogs.reply import Reply
from bot.errors import CrmError, Refused
from bot.flows.focus import customer_named, meant
from bot.flows.parts import PartOf
from bot.flows.registry import FLOWS
from bot.flows.shared import ref
from bot.lazy import Lazy
from bot.listening import pressed
from bot.listening.dialogs import begin, wait_beneath
from bot.listening.listener import Talk
from bot.listening.listeners import hear_text
from bot.listening.papers import asked as changed
from bot.listening.sold_ahead import promised
from bot.listening.sold_anew import (
    FORM,
    agreed_goods,
    agreed_to,
    besides,
    noted_then_quoted,
    same_price,
    terms_alone,
    won_alone,
)
from bot.listening.sold_asides import without_asides
from bot.listening.sold_base import base_of
from bot.listening.sold_billed import counts_goods
from bot.listening.sold_facts import (
    PAPERS,
    customers,
    has_money,
    paper_of_talk,
    slots_of,
    with_amounts,
    with_invoice,
)
from bot.listening.sold_steps import Step, in_two, said_again, said_step
from bot.listening.sold_voice import in_their_words, without_later
from bot.questions.when import is_of_a_time
from bot.rules import orders, payments, sums
from bot.rules.documents import bases_of, named
from bot.rules.pronouns import spoken_of
from bot.rules.told_apart import named_in
from bot.rules.told_goods import read_priced
from bot.talk.memory import Memory
from bot.talk.several import SURE_NOTE
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.papers import read_change, read_number
from nlu.types import Understanding
from storage import records

_Offered = Callable[[Flow, Understanding], Values]
DEALLESS = Lazy[[Talk, Understanding], Reply | None]("bot.listening.openers:dealless")
SURE_NAME = 0.9  # below this it may be goods: 「报价软件许可」
MANY = 2  # invoices
MAX_CHARS = 120  # who says more tells a story


def step(talk: Talk, heard: Understanding) -> Reply | None:
    """The form of the step that a message tells of; None for any other message."""
    said, plain = talk.world.said, without_asides(talk.world, heard)
    talk.world.said = said if plain.text == heard.text else plain.text
    reply = _step(talk, plain)
    if reply is None:
        talk.world.said = said
    return reply


def _step(talk: Talk, heard: Understanding) -> Reply | None:
    world = talk.world
    heard = without_later(world, in_their_words(world, heard))
    is_put_right = heard.correction is not None and (bool(talk.memory.dialogs) or not _makes(world, heard))
    is_other = is_put_right or heard.control is not None or asks_to_be_reminded(heard)
    offered = None if is_other else _quoted(world, talk.memory, heard) or noted_then_quoted(talk, heard)
    if offered is not None:
        return offered
    if (
        len(heard.text) > MAX_CHARS
        or is_other
        or read_number(heard.text) is not None
        or catalog(heard.lang).pattern("sold.asks").search(heard.text)
    ):
        return None
    asked = talk.question(heard)
    is_over = catalog(heard.lang).pattern("sold.over").search(fold(heard.text)) is not None  # 「一季度的发票开了」
    is_told = is_over and paper_of_talk(world.focus) is not None
    if asked is not None and not asked.unused and not is_told and is_of_a_time(world, heard, asked):
        return None  # "invoiced in October": how much
    two = in_two(world, heard)
    if two is not None and two[1].name == "promise":  # "order it, |delivery Dec 11|"
        return _one_then(talk, *two)
    told = _ahead(world, talk.memory, heard) or terms_alone(talk, heard) or same_price(world, talk.memory, heard)
    told = told or agreed_goods(world, talk.memory, heard)
    if told is not None:
        return told
    agreed = None if talk.memory.dialogs else agreed_to(heard) or won_alone(world, heard) or besides(world, heard)
    if agreed is not None:
        return DEALLESS(talk, agreed) or FORM(talk, agreed)
    if two is not None:
        return _one_then(talk, *two)
    is_open = bool(talk.memory.dialogs) and catalog(heard.lang).pattern("sold.over").search(fold(heard.text)) is None
    return _taken(world, talk.memory, heard, lambda flow, one: _offered(talk, flow, one), is_open=is_open)


def _makes(world: World, heard: Understanding) -> bool:
    """ "make that a contract" sounds like a correction."""
    found = said_step(with_amounts(heard), world, is_open=True)
    return found is not None and found.flow in ("contract", "order", "invoice", "quote")


def _quoted(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """ "put together a quote for Ironworks: 10 rowers at $1,100": goods with their prices, and the wish to quote."""
    named = heard.slots.get("customer")
    if named is None or named.sure < SURE_NAME:
        return None
    words, low = catalog(heard.lang), fold(heard.text)
    begins = words.pattern("sold.quotes").match(low) is not None
    if not (begins or any(words.pattern(f"sold.{name}").search(low) for name in ("quote_made", "quote_wished"))):
        return None
    is_note = not begins and heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE
    is_told = not is_note and bool(read_priced(heard))
    return begin(world, memory, FLOWS["quote"], heard, given=customer_named(heard)) if is_told else None


def _ahead(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """The form of the promise that a message is."""
    given = promised(world, heard)
    return begin(world, memory, FLOWS["promise"], replace(heard, slots={}), given=given) if given is not None else None


def second(world: World, memory: Memory, text: str) -> Reply | None:
    """The form of the second step that a message told of, now that the first is saved."""
    world.said, heard = text, world.understand(text)
    try:
        return _ahead(world, memory, heard) or _taken(world, memory, heard, _nothing)
    except CrmError as error:
        return Reply(world.words.say(error.sentence, **error.params))


def _taken(
    world: World, memory: Memory, heard: Understanding, offered: _Offered, *, is_open: bool = False
) -> Reply | None:
    heard = with_invoice(heard)
    heard = heard if counts_goods(world, heard) else with_amounts(heard)
    found = said_step(heard, world, is_open=is_open) or said_again(heard, world)
    if found is None:
        return None
    if _changes(heard, found):
        return changed(world, memory, heard)
    flow = FLOWS[found.flow]
    papers, unknown = _named(world, heard, flow)
    opened = replace(heard, slots={name: slot for name, slot in slots_of(heard).items() if name != f"{unknown}_number"})
    known = meant(world, flow, opened)
    given: dict[str, Json] = {**known, **papers}
    if found.status and world.words.pattern("order_update.everything").search(fold(heard.text)):
        offered = _nothing
    if not (papers or unknown):
        given = {**offered(flow, heard), **known, **base_of(world, found, opened, known)}
        if flow.kind == "invoice" and _is_of_contract(world, heard, given):
            given.pop("order", None)
    if found.flow == "payment" and not _may_pay(world, heard, given):
        given.pop("invoice", None)  # more than is open of it: of which paper, the form finds out
    if found.flow == "payment" and not has_money(heard):
        _refuse_settled(world, given.get("customer") or known.get("customer"))
    if "order" in given and found.status and not _may_be_meant(world, given, found.status):
        given.pop("order")  # it is on its way already, or of other goods
    if found.status:
        given[found.flow.replace("_update", "_status")] = found.status
    reply = begin(world, memory, flow, opened, given=given, first=unknown)
    if unknown is None:
        return reply
    number = heard.slots[f"{unknown}_number"].value
    said = world.words.say("dialog.unknown", kind=world.words.say(f"common.kind.{unknown}"), name=number)
    return replace(reply, text=f"{said}\n{reply.text}")


def _may_be_meant(world: World, given: Values, status: str) -> bool:
    """May the order move so, and has it the goods that the message names, if another has?"""
    customer = given.get("customer") or spoken_of(world, "customer")
    found = orders.that_may_become(world, customer, status)
    named = named_in(world.said, found)
    sent = [order for order in named if order.status == "shipped"]
    is_any = status == "delivered" and len(sent) > 1 and len(named) == len(found)  # which of those that were sent?
    return given["order"]["id"] in {order.id for order in named} and not is_any


def _one_then(talk: Talk, first: Understanding, then: Step, later: Understanding) -> Reply:
    """The form of the first step; that of the second waits beneath it."""
    world, memory = talk.world, talk.memory
    depth = len(memory.dialogs)
    reply = hear_text(talk, first.text)
    if len(memory.dialogs) <= depth:
        return reply
    flow = FLOWS[then.flow]
    title = wait_beneath(world, memory, flow, replace(later, slots=slots_of(with_amounts(later))), then.given)
    return replace(reply, text=f"{reply.text}\n{world.words.say('sold.then', what=title)}")


def _may_pay(world: World, heard: Understanding, given: Values) -> bool:
    """Is what was paid no more than what is open of the invoice that was spoken of, or is that the only one?"""
    amounts = [value.money.value for value in heard.of_kind("money") if value.money]
    invoice = next(iter(bases_of(world, given, "invoice")), None)
    if len(amounts) != 1 or invoice is None:
        return True
    left = sums.rest(invoice, sums.paid(world.tx, invoice)).value
    others = payments.open_documents(world, "invoice", invoice.customer_id, is_payment=True)
    return amounts[0] <= left or (left > 0 and len(others) < MANY)


def _changes(heard: Understanding, found: Step) -> bool:
    """Is it rather another amount of such a paper, "and the invoice to 8,800"?"""
    change = read_change(heard.text)
    return change is not None and change.paper.kind == found.flow and has_money(heard)


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


def _offered(talk: Talk, flow: Flow, heard: Understanding) -> Values:
    """What the button below the last message knows, where nobody is named."""
    offer = pressed.offered(talk.world, talk.conversation, flow.kind) if not customers(heard) else None
    return offer.action.get("values", {}) if offer is not None else {}


def _nothing(flow: Flow, heard: Understanding) -> Values:
    """What is offered where all there is is meant: no single paper."""
    return {}


def _refuse_settled(world: World, customer: Json | None) -> None:
    """Raises Refused where the customer owes nothing: no amount is asked for then."""
    whose = customer or spoken_of(world, "customer")
    if whose is None or not payments.received_from(world, whose["id"]):
        return
    if not any(payments.open_documents(world, kind, whose["id"], is_payment=True) for kind in payments.BASES):
        raise Refused("payment.nothing_due", customer=whose["name"])


def _is_of_contract(world: World, heard: Understanding, given: Values) -> bool:
    """Is an invoice for what the contract has agreed, 「首付」, rather than for an order of a part of it?"""
    part = PartOf().gather(heard, world, {})
    if part in (None, "last") or not {"contract", "order"} <= given.keys():
        return False
    order = world.session.get_one(records.Order, given["order"]["id"])
    contract = world.session.get_one(records.Contract, given["contract"]["id"])
    return (order.amount_minor or 0) < (contract.amount_minor or 0)
