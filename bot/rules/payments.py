"""Rules about invoices and payments: never more than what is owed, in its currency; what a payment is for."""

from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json, Option, Question, Values
from bot.dialogs.show import show_day, show_money
from bot.dialogs.values import positive
from bot.errors import InvalidValue
from bot.rules import orders, sums
from bot.rules.access import Named, require, visible
from bot.rules.documents import bases_of, next_number
from bot.world import World
from config.types import Money
from storage import records

BASES = ("invoice", "contract", "order")


def open_documents(world: World, kind: str, customer_id: int, *, is_payment: bool) -> list[Any]:
    """The customer's documents of a kind that still have something to be invoiced (or paid), the oldest first."""
    cls: Any = records.record_class(kind)
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer_id)
    if kind != "invoice":
        query = query.where(cls.status.not_in(sums.WITHOUT_DUES))
    done = sums.paid if is_payment else sums.billed
    found = world.session.scalars(query.order_by(cls.id).limit(200)).all()

    def is_open(item: Any) -> bool:
        contract = item.contract if kind in ("order", "invoice") else None
        papers = [paper for paper in (item, contract) if paper is not None]
        return all((paper.amount_minor or 0) > done(world.tx, paper) for paper in papers)

    return [item for item in found if is_open(item)]


def paid_documents(world: World, kind: str, customer_id: int) -> list[Any]:
    """The customer's documents of a kind for which something was received, the newest first."""
    cls: Any = records.record_class(kind)
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer_id)
    found = world.session.scalars(query.order_by(cls.id.desc()).limit(200)).all()
    return [item for item in found if sums.paid(world.tx, item) > 0]


def received_from(world: World, customer_id: int) -> bool:
    """Has the customer ever paid anything?"""
    cls = records.Payment
    paid = select(cls.id).where(cls.customer_id == customer_id, cls.amount_minor > 0, cls.deleted_at.is_(None))
    return world.session.scalar(paid.limit(1)) is not None


def within_paid(value: Json, world: World, documents: list[Any]) -> Json | Question | None:
    """The amount in the currency of its documents, and no more than was paid for each. Raises `InvalidValue`."""
    for document in documents:
        if value.get("is_assumed") and document.amount_currency:
            value = {**value, "currency": document.amount_currency}
        money = Money.from_json(value)
        paid = Money.from_minor(sums.paid(world.tx, document), document.amount_currency or "")
        if money.currency != paid.currency or money.value > paid.value:
            raise InvalidValue("refund.over", paid=show_money(paid, world.words), **_facts(world, money, document))
    return positive(value, world, {}) or value


def fitting(world: World, documents: list[Any], amount: Json | None, *, is_payment: bool) -> list[Any]:
    """Those of several documents that an amount may belong to; where it is just what is left of one, or the
    instalment of just one, that one."""
    if amount is None:
        return documents
    money = Money.from_json(amount)
    done = sums.paid if is_payment else sums.billed
    rests = {item.id: sums.rest(item, done(world.tx, item)) for item in documents}
    same = [i for i in documents if amount.get("is_assumed") or i.amount_currency == money.currency]
    exact = [item for item in same if rests[item.id].value == money.value]
    of_part = [item for item in same if any(p.amount_minor == money.to_minor() for p in _parts(item))]
    return (
        exact[:1]
        or (of_part if len(of_part) == 1 else [])
        or [item for item in same if rests[item.id].value >= money.value]
    )


def _parts(document: Any) -> list[Any]:
    """The instalments of a contract."""
    return list(getattr(document, "instalments", ()))


def within_rest(
    value: Json, world: World, documents: list[Any], *, is_payment: bool, besides: int = 0
) -> Json | Question | None:
    """The amount in the currency of its documents, and no more than what is left of each. Raises `InvalidValue`.

    ``besides``: what stands there already of the amount that is changed, in minor units.
    """
    for document in documents:
        if value.get("is_assumed") and document.amount_currency:
            value = {**value, "currency": document.amount_currency}
    money = Money.from_json(value)
    other = next((item for item in documents if item.amount_currency != money.currency), None)
    if other is not None:
        return _in_its_currency(world, money, other, is_payment=is_payment)
    for document in documents:
        _check(world, money, document, is_payment=is_payment, besides=besides)
    return positive(value, world, {}) or value


def _in_its_currency(world: World, money: Money, document: Any, *, is_payment: bool) -> Question:
    """How much it is in the document's own currency: nobody converts what a bank has converted."""
    words = world.words
    left = sums.rest(document, (sums.paid if is_payment else sums.billed)(world.tx, document))
    facts = _facts(world, money, document)
    text = words.say("payment.other_currency", currency=document.amount_currency, **facts)
    options = (Option(show_money(left, words), left.to_json()),) if left.value > 0 else ()
    return Question(text, options)


def _facts(world: World, money: Money, document: Any) -> dict[str, str]:
    words = world.words
    kind = words.say(f"common.kind.{document.kind}")
    return {"amount": show_money(money, words), "kind": kind, "number": document.number}


def _check(world: World, money: Money, document: Any, *, is_payment: bool, besides: int) -> None:
    words = world.words
    facts = _facts(world, money, document)
    done = (sums.paid if is_payment else sums.billed)(world.tx, document)
    left = sums.rest(document, done - besides)
    if money.value > left.value:
        key = "payment.over" if is_payment else "invoice.over"
        raise InvalidValue(key, rest=show_money(left, words), **facts)


def not_ahead(value: Json, world: World, values: Values) -> Question | None:
    """A day in the future is asked about."""
    day = date.fromisoformat(value)
    if day <= world.now.date():
        return None
    words = world.words
    shown = show_day(day, words, today=world.now.date())
    today = world.now.date().isoformat()
    yes = Option(words.say("dialog.really_yes"), value)
    no = Option(words.say("payment.today"), today)
    return Question(words.say("payment.ahead", value=shown), (yes, no), is_yes_no=True)


def bill(world: World, customer: Named, values: Values) -> "records.Invoice":
    """An invoice that was issued."""
    require(world.actor, world.crm, "invoice", "create")
    order = next(iter(bases_of(world, values, "order")), None)
    contract = values.get("contract", {}).get("id") or (order.contract_id if order else None)
    invoice = records.Invoice(
        number=values.get("invoice_number") or next_number(world, "invoice"),
        customer_id=customer.id,
        contract_id=contract,
        order_id=order.id if order else None,
        issued_on=date.fromisoformat(values["invoice_date"]),
    )
    invoice.amount, invoice.tax = Money.from_json(values["amount"]), values.get("tax")
    world.create(invoice)
    stored: Any = world.session.get(records.Invoice, invoice.id)
    for payment in _paid_before(world, stored):
        payment.invoice_id = stored.id
    world.session.flush()
    return stored  # type: ignore[no-any-return]


def _paid_before(world: World, invoice: "records.Invoice") -> "list[records.Payment]":
    """What came in before its invoice, for the same contract or order: the payment of just its amount; where it is the
    last invoice, all that no other is for and it covers."""
    cls = records.Payment
    paper = invoice.contract or invoice.order
    if paper is None:
        return []
    loose = (getattr(cls, f"{paper.kind}_id") == paper.id, cls.invoice_id.is_(None), cls.deleted_at.is_(None))
    query = select(cls).where(*loose, cls.amount_currency == invoice.amount_currency)
    found = list(world.session.scalars(query.order_by(cls.received_on, cls.id)))
    same = [payment for payment in found if payment.amount_minor == invoice.amount_minor]
    is_last = sums.billed(world.tx, paper) == paper.amount_minor
    covers = sum(payment.amount_minor or 0 for payment in found) <= (invoice.amount_minor or 0)
    return same[:1] or (found if is_last and covers else [])


def receive(world: World, customer: Named, values: Values) -> "tuple[records.Payment, list[records.Order]]":
    """A payment that came in, and the orders that are paid by it."""
    require(world.actor, world.crm, "payment", "create")
    invoice = next(iter(bases_of(world, values, "invoice")), None)
    payment = records.Payment(
        customer_id=customer.id,
        invoice_id=invoice.id if invoice else None,
        contract_id=values.get("contract", {}).get("id") or (invoice.contract_id if invoice else None),
        order_id=values.get("order", {}).get("id") or (invoice.order_id if invoice else None),
        received_on=date.fromisoformat(values["received_on"]),
        instalment_id=values.get("instalment", {}).get("id"),
    )
    payment.amount = Money.from_json(values["amount"])
    world.create(payment)
    stored: Any = world.session.get(records.Payment, payment.id)
    return stored, orders.settle(world, stored)


def pay_back(world: World, customer: Named, values: Values) -> "records.Payment":
    """A payment below zero; orders that were paid by what goes back wait for their money again."""
    money = Money.from_json(values["amount"])
    payment, _paid = receive(world, customer, {**values, "amount": Money(-money.value, money.currency).to_json()})
    orders.unsettle(world, payment)
    return payment
