"""Which paper an invoice is for that names none: the order of so many, 「2 吨的票开了」, or the one just sent."""

from decimal import Decimal
from typing import Any

from bot.dialogs.model import Json, Values
from bot.errors import Refused
from bot.flows.documents import spoken
from bot.flows.parts import PartOf
from bot.flows.shared import ref
from bot.listening.sold_facts import PLACES, paper_of_talk
from bot.rules import payments, sums
from bot.rules.documents import lines_of, named
from bot.rules.pronouns import spoken_of
from bot.rules.told_apart import named_in
from bot.world import World
from config.catalog import catalog
from config.types import Money
from nlu.folding import fold
from nlu.types import Understanding, Value


def counts_goods(world: World, heard: Understanding) -> bool:
    """Is the number of a message about an invoice so many of what was sold, "invoice for the 200", and no amount?"""
    numbers = [value.number for value in heard.of_kind("number") if _counts(value)]
    is_invoice = catalog(heard.lang).pattern("sold.invoice").search(fold(heard.text)) is not None
    if len(numbers) != 1 or any(heard.of_kind("money")) or not is_invoice:
        return False
    return any(numbers[0] in _quantities(paper) for paper in _papers(world, None))


def to_bill(world: World, customer: Json | None) -> Values:
    """The contract or order of which something is still to be invoiced: the order of just as many as are said, the one
    that the talk is about where it is a part of its contract, else the paper that was spoken of. Raises Refused where
    all of it is invoiced."""
    several = _of_orders(world, customer)
    if several:
        return several
    papers = named_in(world.said, _spoken(world, customer))
    found = next((paper for paper in (*_of_so_many(world, customer), *papers) if _is_to_bill(world, paper)), None)
    if found is None and papers:
        raise Refused("invoice.all_billed", number=papers[0].number)
    return {"customer": ref(found.customer), found.kind: named(found)} if found is not None else {}


def _of_orders(world: World, customer: Json | None) -> Values:
    """ "invoice both orders", 「已到货的先开票」: the order, or of several the contract and what they come to."""
    if world.words.pattern("sold.orders_billed").search(fold(world.said)) is None:
        return {}
    found = [one for one in _papers(world, customer) if one.kind == "order" and _is_to_bill(world, one)]
    sent = [one for one in found if one.status in ("delivered", "shipped")]
    there = [one for one in sent if one.status == "delivered"] or sent or found
    contracts = {one.contract_id for one in there}
    if len(there) == 1:
        return {"customer": ref(there[0].customer), "order": named(there[0])}
    if not there or len(contracts) > 1 or None in contracts:
        return {}
    lefts = [sums.rest(one, sums.billed(world.tx, one)) for one in there]
    total = Money(sum((left.value for left in lefts), Decimal(0)), lefts[0].currency)
    return {"customer": ref(there[0].customer), "contract": named(there[0].contract), "amount": total.to_json()}


def _spoken(world: World, customer: Json | None) -> list[Any]:
    order, contract = (spoken(world, kind, customer) for kind in ("order", "contract"))
    is_part = order is not None and contract is not None and (order.amount_minor or 0) < (contract.amount_minor or 0)
    is_last = is_part and paper_of_talk(world.focus) == "order" and _is_bare(world)
    return [paper for paper in ((order, contract) if is_last else (contract, order)) if paper is not None]


def _is_bare(world: World) -> bool:
    """Is neither an amount named, nor a share, nor a part of the contract, nor what is left of all?"""
    heard = world.understand(world.said)
    is_part = any(heard.of_kind("money", "percent")) or PartOf().gather(heard, world, {}) is not None
    return not is_part and world.words.pattern("invoice.of_all").search(fold(world.said)) is None


def _papers(world: World, customer: Json | None) -> list[Any]:
    """The orders and contracts of the customer of which something is still to be invoiced."""
    whose: Any = customer or spoken_of(world, "customer")
    kinds = ("order", "contract") if whose else ()
    return [one for kind in kinds for one in payments.open_documents(world, kind, whose["id"], is_payment=False)]


def _of_so_many(world: World, customer: Json | None) -> list[Any]:
    numbers = {value.number for value in world.values_in(world.said) if _counts(value)}
    return [one for one in _papers(world, customer) if one.kind == "order" and numbers & _quantities(one)]


def _counts(value: Value) -> bool:
    """Not the one of 「一张票」."""
    return value.kind == "number" and value.unit not in PLACES and value.text[:1].isdigit()


def _quantities(paper: Any) -> set[Decimal | None]:
    return {Decimal(line["quantity"]) for line in lines_of(paper)}


def _is_to_bill(world: World, paper: Any) -> bool:
    """Is something of it, and of the contract that an order is of, still to be invoiced?"""
    of = [base for base in (paper, getattr(paper, "contract", None)) if base is not None]
    return all(sums.billed(world.tx, base) < (base.amount_minor or 0) for base in of)
