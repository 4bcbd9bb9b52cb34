"""The paper, or the goods, that a step of a sale is about where nobody names them: those that were just spoken of."""

from bot.dialogs.model import Json, Values
from bot.flows.documents import another_order, open_invoices, order_meant, spoken
from bot.flows.shared import ref
from bot.listening.sold_billed import to_bill
from bot.listening.sold_facts import has_money
from bot.listening.sold_steps import Step
from bot.rules import order_parts, orders
from bot.rules.documents import named
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import told_lines
from bot.world import World
from nlu.goods import read_goods
from nlu.types import Understanding


def _as_quoted(world: World, heard: Understanding, customer: Json | None) -> Values:
    """The goods of the quote that stands, else those that were told, where a message that wants an order names none."""
    whose = customer or spoken_of(world, "customer")
    if whose is None or read_goods(heard) or has_money(heard):
        return {}
    values: Values = {"customer": whose}
    told = told_lines(values, world)
    goods = orders.quoted_left(world, values, drafts=True) or (told.value if told is not None else [])
    lines = order_parts.so_many(world, goods)
    return {**({"customer": customer} if customer else {}), "lines": lines} if lines else {}


def base_of(world: World, one: Step, opened: Understanding, known: Values) -> Values:
    """The paper that the step is about: by its place, 「第一单」, by 「这单」, or since it was just spoken of."""
    customer = known.get("customer")
    if one.flow == "order":
        contract = spoken(world, "contract", customer) if "contract_number" not in opened.slots else None
        is_open = contract is not None and orders.left_of(world, contract).value > 0
        if contract is not None and is_open:
            found: Values = {"customer": ref(contract.customer), "contract": named(contract)}
            is_counted = bool(read_goods(opened)) and not has_money(
                opened
            )  # "second order 6000 crates and 200 pallets"
            lines = order_parts.so_many(world, orders.lines_left(world, contract)) if is_counted else []
            return {**found, "lines": lines} if lines else found
        return _as_quoted(world, opened, customer)
    if one.flow == "contract":
        quote = spoken(world, "quote", customer) if "quote" in world.focus else None
        return {"customer": ref(quote.customer)} if quote is not None else {}
    if one.flow == "quote_update":
        quote = spoken(world, "quote", customer)
        return {"customer": ref(quote.customer), "quote": named(quote)} if quote else {}
    order = another_order(world) if one.is_again else order_meant(world, customer)
    if order is None:
        return to_bill(world, customer) if one.flow == "invoice" else {}
    invoices = open_invoices(world, order) if one.flow == "payment" else []
    paper = invoices[0] if invoices else order
    return {"customer": ref(order.customer), paper.kind: named(paper)}
