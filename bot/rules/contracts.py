"""Rules about contracts: numbered, with what is agreed, and the instalments that follow from it."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Guess, Json, Values
from bot.rules import instalments, opportunities, told_apart
from bot.rules.access import Named, require, visible
from bot.rules.documents import lines_of, next_number, write
from bot.rules.instalments import plan
from bot.rules.sums import WITHOUT_DUES
from bot.world import World
from config.types import Money
from storage import records

SIGNABLE = ("draft", "sent", "accepted", "expired")  # the states of a quote that a contract may be made of


def create(world: World, customer: Named, values: Values) -> "records.Contract":
    """A contract that is signed, with its lines and instalments."""
    require(world.actor, world.crm, "contract", "create")
    amount = Money.from_json(values["amount"])
    signed_on = date.fromisoformat(values["signed_on"])
    terms = values.get("payment_terms") or {"said": None, "parts": []}
    contract = records.Contract(
        number=values.get("contract_number") or next_number(world, "contract"),
        customer_id=customer.id,
        opportunity_id=values["opportunity"]["id"] if "opportunity" in values else None,
        payment_terms=terms["said"],
        signed_on=signed_on,
        status="active",
    )
    contract.amount, contract.tax = amount, values.get("tax")
    contract = write(world, contract, values.get("lines", ()))
    instalments.write(world, contract, plan(terms["parts"], amount, signed_on, world.crm.sales))
    return contract


def planned(values: Values, world: World) -> list[Json] | None:
    """The instalments as a draft shows them, as soon as amount, terms and day are known."""
    terms = values.get("payment_terms")
    if not terms or not terms["parts"] or "amount" not in values or "signed_on" not in values:
        return None
    amount = Money.from_json(values["amount"])
    chosen = values.get("contract")
    contract = world.session.get(records.Contract, chosen["id"]) if chosen else None
    day = date.fromisoformat(values["signed_on"])
    return [
        {
            "milestone": due.milestone,
            "due_on": due.due_on.isoformat(),
            "amount": Money.from_minor(due.amount_minor, amount.currency or "").to_json(),
        }
        for due in instalments.dues(world, contract, terms["parts"], amount, day)
    ]


def won_without(world: World, customer_id: int | None = None) -> "list[records.Opportunity]":
    """Won opportunities that no contract was made of, the oldest first."""
    deal, contract = records.Opportunity, records.Contract
    won = [stage.code for stage in world.crm.stages_of("won")]
    made = select(contract.opportunity_id).where(
        contract.opportunity_id.is_not(None), contract.deleted_at.is_(None), contract.status != "cancelled"
    )
    query = select(deal).where(visible(world.actor, world.crm, deal), deal.stage.in_(won), deal.id.not_in(made))
    if customer_id is not None:
        query = query.where(deal.customer_id == customer_id)
    return list(world.session.scalars(query.order_by(deal.closed_on, deal.id).limit(200)))


def signed_by(world: World, customer_id: int, values: Values) -> Json | Guess | None:
    """The open opportunity that is won by a contract: that of its quote or one that the message names; as a guess, one
    of just its amount, or of no amount said, the only one or the one that was spoken of."""
    open_ones = opportunities.open_at(world, customer_id)
    quote, amount = quoted(world, values), values.get("amount")
    of_quote = [deal for deal in open_ones if quote is not None and deal.id == quote.opportunity_id]
    named = of_quote or [deal for deal in open_ones if told_apart.spans(world.said, (deal.name,))]
    if len(named) == 1:
        return {"id": named[0].id, "name": named[0].name}
    money = Money.from_json(amount) if amount else None
    same = [d for d in open_ones if money and d.amount and d.amount.value == money.value]
    if money is None and quote is None and not values.get("lines"):
        same = [d for d in open_ones if d.id == world.focus.get("opportunity")] or open_ones
    return Guess({"id": same[0].id, "name": same[0].name}) if len(same) == 1 and not named else None


def ordered_before(world: World, contract: "records.Contract") -> "list[records.Order]":
    """The customer's order that no contract was made of, and that comes to just what this one does: it is of it."""
    cls = records.Order
    mine = (cls.customer_id == contract.customer_id, cls.contract_id.is_(None), cls.status.not_in(WITHOUT_DUES))
    same = (cls.amount_minor == contract.amount_minor, cls.amount_currency == contract.amount_currency)
    found = world.session.scalars(select(cls).where(visible(world.actor, world.crm, cls), *mine, *same)).all()
    return list(found) if len(found) == 1 else []


def ordered_lines(world: World, values: Values) -> Guess | None:
    """The lines of the customer's only order that no contract was made of, where no amount or deal is told."""
    cls, whose = records.Order, values.get("customer") or {}
    if "id" not in whose or "amount" in values or "opportunity" in values:
        return None
    mine = (cls.customer_id == whose["id"], cls.contract_id.is_(None), cls.status.not_in(WITHOUT_DUES))
    found = world.session.scalars(select(cls).where(visible(world.actor, world.crm, cls), *mine).limit(2)).all()
    lines = lines_of(found[0]) if len(found) == 1 else []
    return Guess(lines) if lines else None


def quoted(world: World, values: Values) -> "records.Quote | None":
    """The quote that a contract is made of: the one it names, else the newest accepted one of its opportunity, else the
    one that was just spoken of."""
    quote: Any = records.Quote
    chosen, deal = values.get("quote"), values.get("opportunity")
    query = select(quote).where(visible(world.actor, world.crm, quote)).order_by(quote.id.desc()).limit(1)
    found: records.Quote | None = None
    if chosen:
        return world.session.scalars(query.where(quote.id == chosen["id"])).first()
    if deal:
        of_deal = (quote.opportunity_id == deal["id"], quote.status == "accepted")
        found = world.session.scalars(query.where(*of_deal)).first()
    if found is not None:
        return found
    whose = values.get("customer") or {}
    if "id" in whose and "quote" in world.focus:
        spoken = (quote.id == world.focus["quote"], quote.customer_id == whose["id"], quote.status.in_(SIGNABLE))
        found = world.session.scalars(query.where(*spoken)).first()
    return found if found is not None and _is_of(found, values) else None


def _is_of(quote: "records.Quote", values: Values) -> bool:
    """Is a quote that nobody named of the deal, and of the amount, that were?"""
    deal, amount = values.get("opportunity"), values.get("amount")
    is_of_deal = deal is None or quote.opportunity_id in (None, deal["id"])
    return is_of_deal and (amount is None or quote.amount is None or quote.amount.value == Decimal(amount["value"]))


def quoted_lines(values: Values, world: World) -> list[Json] | None:
    """The lines of the quote, unless an amount was agreed that is not theirs."""
    quote = quoted(world, values) if "amount" not in values else None
    return lines_of(quote) or None if quote else None
