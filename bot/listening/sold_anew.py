"""What begins a sale, or goes on with it, though no paper is named: goods that are agreed to, further goods, the terms
alone."""

from dataclasses import replace

from bot.dialogs.line_changes import dump
from bot.dialogs.lines import in_currency
from bot.dialogs.model import Json, Values
from bot.dialogs.reply import Reply
from bot.flows.registry import FLOWS
from bot.lazy import Lazy
from bot.listening import pressed
from bot.listening.dialogs import begin, wait_beneath
from bot.listening.listener import Talk
from bot.listening.sold_facts import PAPERS, PLACES, customers
from bot.listening.sold_voice import speaker
from bot.rules import contracts, orders, told_apart
from bot.rules.documents import lines_of
from bot.rules.opportunities import open_at
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import read_priced, wanted_at
from bot.talk.memory import Memory
from bot.talk.several import SURE_NOTE
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.goods import read_goods
from nlu.terms import WHOLE, read_terms
from nlu.types import Slot, Understanding

FORM = Lazy[[Talk, Understanding], Reply | None]("bot.listening.openers:form")
MAX_WON = 40  # characters
_OF_PEOPLE = frozenset({"phone", "email", "satisfaction"})  # whose digits count no goods


def agreed_to(heard: Understanding) -> Understanding | None:
    """ "Kestrel said yes to 40 desks at £200": who agrees to goods and their prices has been won."""
    is_note = heard.intent.startswith(("log", "set", "create_contract")) and heard.sure >= SURE_NOTE
    named = heard.slots.get("customer")
    said = catalog(heard.lang).pattern("sold.agreed").search(fold(heard.text))
    if is_note or named is None or said is None or "stage" in heard.slots or not read_priced(heard):
        return None
    stage = Slot("won", *said.span(), 0.9, "said so")
    kept = {name: slot for name, slot in heard.slots.items() if name in ("customer", "contact")}
    return replace(heard, intent="update_opportunity", sure=1.0, slots={**kept, "stage": stage})


def won_alone(world: World, heard: Understanding) -> Understanding | None:
    """ "he's happy, won it", right after a quote, where the customer has an open deal: that is won."""
    customer = spoken_of(world, "customer") if world.focus.get("last") == "quote" else None
    said = catalog(heard.lang).pattern("sold.quote_won").search(fold(heard.text))
    is_bare = not any(heard.of_kind("money", "number")) and len(heard.text) <= MAX_WON and not customers(heard)
    if customer is None or said is None or not is_bare or not open_at(world, customer["id"]):
        return None
    named = Slot(customer["name"], 0, 0, 1.0, "spoken of")
    stage = Slot("won", *said.span(), 0.9, "said so")
    return replace(heard, intent="update_opportunity", sure=1.0, slots={"customer": named, "stage": stage})


def besides(world: World, heard: Understanding) -> Understanding | None:
    """「另外他们加了 200 盆绿萝，一盆 35，单独下一单」: goods besides what was sold are an order of their own."""
    said = catalog(heard.lang).pattern("sold.besides").search(fold(heard.text))
    is_of_sale = world.focus.get("last") in (*PAPERS, "payment")
    if said is None or not is_of_sale or (heard.intent == "create_order" and heard.sure >= SURE_NOTE):
        return None
    return replace(heard, intent="create_order", sure=1.0, slots={}) if read_priced(heard) else None


def agreed_goods(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """「吴主管确认了，4台，每台8.9万」, "Jill confirmed, 4 chillers at 8,900": an order, of what the notes tell they
    want where nobody names it."""
    is_of_goods = (
        heard.slots.keys().isdisjoint(_OF_PEOPLE) and world.crm.level(world.actor.role, "order", "create") != "none"
    )
    customer = spoken_of(world, "customer") if is_of_goods and not memory.dialogs else None
    if customer is None or catalog(heard.lang).pattern("sold.confirmed").search(fold(heard.text)) is None:
        return None
    goods = [item for item in read_goods(heard, named=False) if item.quantity and item.unit_price]
    if not goods or not speaker(world, heard, customer["id"])[1]:
        return None
    wanted = wanted_at(world, customer["id"]) if any(not item.product for item in goods) else ""
    if any(not (item.product or wanted) for item in goods):
        return None
    lines = in_currency([dump(replace(item, product=item.product or wanted)) for item in goods], {}, world.currency)
    bare = replace(heard, slots={}, values=())
    return begin(world, memory, FLOWS["order"], bare, given={"customer": customer, "lines": lines})


def noted_then_quoted(talk: Talk, heard: Understanding) -> Reply | None:
    """ "met Tom at Ridgeline, wants 12 benches @ 340, send him a price": the note, and then the quote, of what it tells
    of goods."""
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE
    wish = talk.world.words.pattern("sold.quote_wished").search(fold(heard.text)) if is_note else None
    if (
        wish is None
        or talk.memory.dialogs
        or any(value.is_time for value in heard.values if value.start >= wish.start())
    ):
        return None  # by when: a reminder
    if not read_priced(heard):
        return None
    reply = FORM(talk, heard)
    if reply is None or not talk.memory.dialogs or talk.memory.dialogs[-1]["flow"] != "follow_up":
        return reply
    then = talk.world.understand(talk.world.words.say("sold.quote_it"))
    what = wait_beneath(talk.world, talk.memory, FLOWS["quote"], then)
    return replace(reply, text=f"{reply.text}\n{talk.world.words.say('sold.then', what=what)}")


def same_price(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """「张姐又要3吨，一样的价」, "another 200, same price": an order of as many of what was ordered last."""
    if memory.dialogs or catalog(heard.lang).pattern("sold.same_price").search(fold(heard.text)) is None:
        return None
    customer = next(iter(customers(heard)), None) or spoken_of(world, "customer")
    counts = [value for value in heard.of_kind("number") if value.number and value.unit not in PLACES]
    last = orders.last_of(world, {"customer": customer}) if customer is not None and len(counts) == 1 else None
    lines = named_in_lines(heard.text, lines_of(last)) if last is not None else []
    if len(lines) != 1 or counts[0].unit not in (None, lines[0]["unit"]):
        return None
    given = {"customer": customer, "lines": [{**lines[0], "quantity": f"{counts[0].number:f}"}]}
    return begin(world, memory, FLOWS["order"], replace(heard, slots={}, values=()), given=given)


def named_in_lines(said: str, lines: list[Json]) -> list[Json]:
    """Those that a message names, all of them where it names none."""
    return [line for line in lines if told_apart.spans(said, (line["product"],))] or lines


def terms_alone(talk: Talk, heard: Understanding) -> Reply | None:
    """ "half up front, half on delivery", right after a deal was won or a quote accepted: its contract, paid so."""
    world, last, customer = talk.world, talk.memory.focus.get("last"), spoken_of(talk.world, "customer")
    shares = [part.share for part in read_terms(heard)] if last in ("opportunity", "quote") else []
    if talk.memory.dialogs or customer is None or len(shares) < 2 or sum(filter(None, shares)) != WHOLE:
        return None
    if not contracts.won_without(world, customer["id"]) if last == "opportunity" else customers(heard):
        return None
    offer = pressed.offered(world, talk.conversation, "contract")
    known: Values = {"customer": customer} if last == "quote" else {}
    numbers = {name: slot for name, slot in heard.slots.items() if name == "contract_number"}
    bare = replace(heard, slots=numbers)  # "50% at go-live" is at nobody's
    given = {**known, **(offer.action.get("values", {}) if offer is not None else {})}
    return begin(world, talk.memory, FLOWS["contract"], bare, given=given)
