"""Note an invoice that was issued, on a contract or an order."""

from typing import Any

from bot.dialogs.agreed import TaxType
from bot.dialogs.lines import total_of
from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Question, Values
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.dialogs.until import Nearest
from bot.dialogs.values import Amount
from bot.errors import InvalidValue
from bot.flows.documents import (
    NUMBER,
    change_button,
    described,
    hangs_on,
    order_meant,
    start_button,
    tax_of,
    whom_we_spoke_of,
)
from bot.flows.parts import PartOf, instalment_of, worth
from bot.flows.shared import name_of, new_ones, ref, saved, today
from bot.rules import order_parts, payments, sums
from bot.rules.customers import customer_of
from bot.rules.documents import bases_of, lines_of, named, unused
from bot.rules.told_apart import named_in
from bot.world import World
from config.types import Money
from nlu.folding import fold


def base(kind: str, *, is_payment: bool) -> Any:
    """A proposal: the customer's document of the kind that the amount must belong to, or the question which."""

    def propose(values: Values, world: World) -> Json | Guess | Question | None:
        customer = values.get("customer")
        is_settled = any(name in values for name in payments.BASES)
        if is_settled or not isinstance(customer, dict) or "id" not in customer:
            return None

        def open_now(kind: str) -> list[Any]:
            return payments.open_documents(world, kind, customer["id"], is_payment=is_payment)

        found = open_now(kind)
        if is_payment and kind == "invoice" and "amount" not in values:
            found = [item for item in found if _is_for(item, values.get("milestone"))]
        not_for = None if is_payment else "invoice"
        others = [item for other in payments.BASES if other not in (kind, not_for) for item in open_now(other)]
        named_ones = named_in(world.said, [*found, *others])
        if not any(item in named_ones for item in found):
            return None  # "invoice the planters", of which the contract knows nothing
        found = named_in(world.said, found)
        if kind == "order" and len(found) > 1 and (meant := order_meant(world, customer)) is not None:
            return named(meant)
        if is_payment and kind == "invoice" and found:
            beyond = _beyond(world, customer["id"], found, values.get("amount"))
            if beyond is not None:
                return beyond
        if len(found) > 1 and is_payment and kind == "invoice" and _is_all(world, found):
            return None  # of their contract
        if len(found) > 1:
            may_span = is_payment and kind == "invoice"  # one payment for several invoices is for their contract
            fitting = payments.fitting(world, found, values.get("amount"), is_payment=is_payment)
            found = fitting if fitting or may_span else found
        spoken = [item for item in found if item.id == world.focus.get(kind)]
        if len(found) < 2 or spoken:
            return next((named(item) for item in (*spoken, *found)), None)
        options = tuple(Option(described(world, item), named(item)) for item in found[:6])
        label = world.words.say(f"common.kind.{kind}")
        return Question(world.words.say("documents.which_of", customer=name_of(customer), kind=label), options)

    return propose


def _is_all(world: World, invoices: list[Any]) -> bool:
    """Is everything paid, "they settled up", and do the invoices have one contract?"""
    contracts = {item.contract_id for item in invoices}
    return (
        len(contracts) == 1
        and None not in contracts
        and world.words.pattern("payment.everything").search(fold(world.said)) is not None
    )


def _is_for(invoice: Any, part: str | None) -> bool:
    """May the payment of a part of the contract be for this invoice? Not if it is for another part."""
    item = instalment_of(invoice.contract, part) if part != "last" else None
    return item is None or item.amount == invoice.amount


def _beyond(world: World, customer_id: int, invoices: list[Any], amount: Json) -> Question | None:
    """For an amount that is more than any invoice leaves open, but fits a contract: was it paid for that?"""
    if amount is None or payments.fitting(world, invoices, amount, is_payment=True):
        return None
    found = payments.open_documents(world, "contract", customer_id, is_payment=True)
    fitting = payments.fitting(world, found, amount, is_payment=True)
    invoice = invoices[0]
    if not fitting or invoice.amount_currency != fitting[0].amount_currency:
        return None
    left = show_money(sums.rest(invoice, sums.paid(world.tx, invoice)), world.words)
    said = Money(Money.from_json(amount).value, invoice.amount_currency)
    facts = {"number": invoice.number, "contract": fitting[0].number}
    text = world.words.say("payment.beyond", amount=show_money(said, world.words), rest=left, **facts)
    options = (
        Option(world.words.say("payment.for_contract"), None),
        Option(world.words.say("payment.for_invoice", rest=left), named(invoice)),
    )
    return Question(text, options, is_yes_no=True)


def _fits(value: Json, world: World, values: Values) -> Json | Question | None:
    documents = bases_of(world, values, "contract", "order")
    return payments.within_rest(value, world, documents, is_payment=False)


def _rest(values: Values, world: World) -> Json | Guess | None:
    """What the part that is named comes to, what was just paid, else what is still to be invoiced."""
    documents = bases_of(world, values, "order", "contract")
    part = next(filter(None, (worth(document, values.get("part")) for document in documents)), None)
    lefts = [sums.rest(one, sums.billed(world.tx, one)) for one in documents]
    if part is not None and values.get("part") == "last":  # a part of it may have been invoiced with an order
        return min((part, *lefts), key=lambda money: money.value).to_json()
    if part is not None:
        return part.to_json()
    document = next(iter(documents), None)
    goods = _of_goods(world, document) if document is not None else None
    if goods is not None:
        return Guess(goods.to_json())
    billed = sums.billed(world.tx, document) if document is not None else 0
    received = sums.paid(world.tx, document) - billed if document is not None else 0
    is_all = world.words.pattern("payment.everything").search(fold(world.said)) is not None
    if document is not None and world.focus.get("last") == "payment" and received > 0 and not is_all:
        return Guess(Money.from_minor(received, document.amount_currency).to_json())  # what was paid before its invoice
    left = sums.rest(document, billed) if document is not None else None
    return Guess(left.to_json()) if left and left.value > 0 else None


def _of_goods(world: World, document: Any) -> Money | None:
    """What the goods come to that the message names, "bill them for 6", "invoice the saws"; None where it names none,
    or all of them."""
    lines = lines_of(document)
    is_billed = world.words.pattern("sold.invoice").search(world.said) is not None
    part = order_parts.so_many(world, lines) if lines and is_billed else lines
    return total_of(part) if part != lines else None


def _last(values: Values, world: World) -> Json | None:
    """Where nothing but the last instalment is left to be invoiced, it is that."""
    contract = next(iter(bases_of(world, values, "contract")), None)
    items = list(contract.instalments) if contract is not None and "amount" not in values else []
    if contract is None or len(items) < 2:
        return None
    return "last" if sums.rest(contract, sums.billed(world.tx, contract)) == items[-1].amount else None


def _there(value: Json, world: World, values: Values) -> None:
    """A check: the contract has such a part. Without instalments the last is the rest. Raises `InvalidValue`."""
    document = next(iter(bases_of(world, values, "contract", "order")), None)
    is_rest = value == "last" and instalment_of(document, "1") is None
    if document is not None and worth(document, value) is None and not is_rest:
        raise InvalidValue("invoice.no_part", part=PartOf().show(value, world), number=document.number)


def _bill(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    invoice = payments.bill(world, customer, values)
    words = world.words
    amount = show_money(invoice.amount, words) if invoice.amount else ""
    return saved(
        world,
        words.say("invoice.saved", number=invoice.number, customer=customer.name, amount=amount),
        *new_ones(world, customer, None),
        buttons=(
            start_button(world, "payment", customer=ref(invoice.customer), invoice=named(invoice)),
            change_button(world, invoice),
        ),
        about={"customer": invoice.customer, "contract": invoice.contract, "invoice": invoice},
    )


INVOICE = Flow(
    kind="invoice",
    needs=("invoice", "create"),
    starts_on=("create_invoice",),
    known_by=("contract", "order", "part"),
    fields=(
        Field("customer", Ref("customer"), propose=whom_we_spoke_of),
        hangs_on("contract", base("contract", is_payment=False)),
        hangs_on("order", base("order", is_payment=False)),
        Field(
            "part",
            PartOf(shares=True),
            required=False,
            ask="never",
            slot="-",
            check=_there,
            propose=_last,
            within=("contract", "order"),
        ),
        Field("invoice_number", NUMBER, required=False, ask="guided", check=unused("invoice")),
        Field("amount", Amount(), propose=_rest, check=_fits, within=("contract", "order", "part")),
        Field(
            "tax",
            TaxType(),
            required=False,
            ask="never",
            propose=tax_of("order", "contract"),
            within=("contract", "order"),
        ),
        Field(
            "invoice_date",
            Nearest("past"),
            ask="never",
            slot="-",
            propose=today,
            check=payments.not_ahead,
        ),
    ),
    card=(
        Line("invoice.card.head", ("customer", "contract", "order")),
        Line("invoice.card.number", ("invoice_number",)),
        Line("invoice.card.amount", ("amount", "part", "tax")),
        Line("invoice.card.issued", ("invoice_date",)),
    ),
    save=_bill,
)
