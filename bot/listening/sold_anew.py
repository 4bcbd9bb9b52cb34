"""What begins a sale, or goes on with it, though no paper is named: goods that are agreed to, further goods, the terms
alone."""

from dataclasses import replace

from bot.dialogs.model import Values
from bot.dialogs.reply import Reply
from bot.flows.registry import FLOWS
from bot.listening import pressed
from bot.listening.dialogs import begin
from bot.listening.listener import Talk
from bot.listening.sold_facts import PAPERS, customers
from bot.rules import contracts
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import read_priced
from bot.talk.several import SURE_NOTE
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.terms import WHOLE, read_terms
from nlu.types import Slot, Understanding


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


def besides(world: World, heard: Understanding) -> Understanding | None:
    """「另外他们加了 200 盆绿萝，一盆 35，单独下一单」: goods besides what was sold are an order of their own."""
    said = catalog(heard.lang).pattern("sold.besides").search(fold(heard.text))
    is_of_sale = world.focus.get("last") in (*PAPERS, "payment")
    if said is None or not is_of_sale or (heard.intent == "create_order" and heard.sure >= SURE_NOTE):
        return None
    return replace(heard, intent="create_order", sure=1.0, slots={}) if read_priced(heard) else None


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
