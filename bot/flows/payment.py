"""Note a payment that came in: for an invoice, a contract or an order, and for the instalment it was said to be."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.dialogs.agreed import when
from bot.dialogs.model import Field, Flow, Gathers, Guess, Json, Line, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.dialogs.until import Nearest
from bot.dialogs.values import Amount
from bot.flows.documents import MAX_CHOICES, change_button, hangs_on, start_button
from bot.flows.invoice import base
from bot.flows.parts import PartOf, instalment_of, worth
from bot.flows.shared import ref, saved, today
from bot.rules import payments, sums
from bot.rules.access import check
from bot.rules.accounts import unpaid_invoices
from bot.rules.documents import bases_of, named
from bot.rules.instalments import payments_of, settled
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import read_priced
from bot.world import World
from config.catalog import catalog
from config.phrasing import phrasing
from config.types import Money
from nlu.folding import fold
from nlu.paper_numbers import invoice_named
from nlu.types import Slot, Understanding, Value
from storage import records

SHORT = 30  # characters
SURE = 0.8
_OTHERS = ("log_follow_up", "create_contract", "create_order", "create_invoice")


@dataclass(frozen=True, slots=True)
class Received(Amount, Gathers):
    """The amount that a message about a payment names."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | Question | None:
        if _short(world):
            return None  # 「少付了一千」 is what is missing
        numbers = [(slot.start, slot.end) for name, slot in heard.slots.items() if name.endswith("_number")]
        numbers += _references(heard)
        free = [v for v in heard.values if not any(a <= v.start < b for a, b in numbers)]
        heard = replace(heard, values=tuple(free))
        return Amount.read(self, heard, world, values) if any(True for _ in heard.of_kind("money")) else None

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> Json | Question | None:
        return None if _short(world) else Amount.take(self, slot, world, values)


def _references(heard: Understanding) -> list[tuple[int, int]]:
    """Where the number of a transfer stands, "ref FP 88123": it is no sum."""
    return [found.span() for found in catalog(heard.lang).pattern("sold.bank_ref").finditer(fold(heard.text))]


def _short(world: AnyWorld) -> Money | None:
    """So much less was paid than was due, "£1,000 short"."""
    assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
    if world.words.pattern("payment.short").search(fold(world.said)) is None:
        return None
    values = [v for v in world.values_in(world.said) if not v.unit]
    found = [v.money or (Money(v.number) if v.number is not None else None) for v in values]
    return next(filter(None, found), None)


def _customer(values: Values, world: World) -> Guess | Question | None:
    """Whom the talk is about, if they owe anything; else the question which of those who owe as much."""
    spoken = spoken_of(world, "customer")
    if spoken is not None and any(
        payments.open_documents(world, kind, spoken["id"], is_payment=True) for kind in payments.BASES
    ):
        return Guess(spoken)
    owing = _owing(world, values.get("amount"))
    if not owing:
        return Guess(spoken) if spoken else None
    return Question(world.words.say("payment.whose"), owing)


def _owing(world: World, amount: Json) -> tuple[Option, ...]:
    """The customers with an open invoice to which the amount can belong, those first that owe just that."""
    money = Money.from_json(amount) if amount else None
    found = [(item, Money.from_minor(left, item.amount_currency)) for item, left in unpaid_invoices(world)]
    if money is not None and not amount.get("is_assumed"):
        found = [(item, left) for item, left in found if left.currency == money.currency]
    if money is not None:
        found = [(item, left) for item, left in found if left.value >= money.value]
        found.sort(key=lambda one: one[1].value != money.value)
    by_customer = {item.customer_id: (item, left) for item, left in reversed(found)}
    first = [one for one in found if by_customer[one[0].customer_id] == one][:MAX_CHOICES]
    separator = world.words.say("common.value_separator")
    return tuple(
        Option(separator.join((item.customer.name, item.number, show_money(left, world.words))), ref(item.customer))
        for item, left in first
    )


def _owed(world: World, values: Values) -> list[Any]:
    """The documents of which no more can be paid than is left: of an invoice, its contract, too: a deposit may have
    come before."""
    found = bases_of(world, values, *payments.BASES)
    return [*found, *(item.contract for item in found if item.kind == "invoice" and item.contract is not None)]


def _fits(value: Json, world: World, values: Values) -> Json | Question | None:
    return payments.within_rest(value, world, _owed(world, values), is_payment=True)


def _rest(values: Values, world: World) -> Guess | None:
    """What is still to be paid: of the instalment that is named, else of all."""
    part, share = _instalment(world, values), _share(world, values)
    lefts = [sums.rest(document, sums.paid(world.tx, document)) for document in _owed(world, values)]
    lefts += [_left_of(world, part)] if part is not None else []
    lefts += [share] if share is not None else []
    left = min(lefts, key=lambda money: money.value, default=None)
    short = _short(world)
    left = replace(left, value=left.value - short.value) if left and short else left
    return Guess(left.to_json()) if left and left.value > 0 else None


def _left_of(world: World, part: "records.Instalment") -> Money:
    """What is still to come of an instalment; all of it where nothing is, or other payments have settled it."""
    contract = world.session.get_one(records.Contract, part.contract_id)
    done, _beyond = settled(contract.instalments, payments_of(world, contract))
    left = (part.amount_minor or 0) - done[part.id]
    return Money.from_minor(left or part.amount_minor or 0, part.amount_currency or "")


def _credit(values: Values, world: World) -> Json | None:
    """What was paid beyond all that is owed: it stands to the customer's credit."""
    heard = world.understand(world.said)
    numbers = [(slot.start, slot.end) for name, slot in heard.slots.items() if name.endswith("_number")]
    numbers += [span for span in (invoice_named(world.said),) if span is not None]
    numbers += _references(heard)
    free = [v for v in heard.of_kind("money", "number") if not any(a <= v.start < b for a, b in numbers)]
    said = [_plainly(v) for v in free if not v.unit]
    lefts = [sums.rest(document, sums.paid(world.tx, document)) for document in _owed(world, values)]
    left, amount = min(lefts, key=lambda money: money.value, default=None), values.get("amount")
    if amount is None or len(said) != 1 or left is None or left != Money.from_json(amount):
        return None
    if said[0].currency not in (None, left.currency):
        return None
    beyond = replace(left, value=said[0].value - left.value)
    return beyond.to_json() if beyond.value > 0 else None


def _plainly(value: Value) -> Money:
    """The amount of a value; a currency that nobody said is that of the paper."""
    money = value.money or Money(value.number or Decimal(0))
    return Money(money.value) if value.is_bare else money


def _share(world: World, values: Values) -> Money | None:
    """What the share comes to that is named, 「付了一半」: of all that was agreed."""
    share, invoice = values.get("milestone") or "", next(iter(bases_of(world, values, "invoice")), None)
    bases = [invoice.contract or invoice.order or invoice] if invoice is not None else []
    base = next(iter([*bases, *bases_of(world, values, "contract", "order")]), None)
    return worth(base, share) if share.endswith("%") else None


def _instalment(world: World, values: Values) -> Any:
    """The contract's instalment that was named."""
    contract = next(iter(bases_of(world, values, "contract")), None)
    invoice = next(iter(bases_of(world, values, "invoice")), None)
    return instalment_of(contract or (invoice.contract if invoice is not None else None), values.get("milestone"))


def _receive(world: World, values: Values) -> Saved:
    customer = check(world.tx, world.actor, world.crm, records.Customer, values["customer"]["id"])
    instalment = _instalment(world, values)
    given = {**values, "instalment": {"id": instalment.id}} if instalment is not None else values
    payment, paid = payments.receive(world, customer, given)
    if "credit" in values:
        payments.receive(world, customer, {"amount": values["credit"], "received_on": values["received_on"]})
    words = world.words
    separator = words.say("common.and_separator")
    amount = show_money(payment.amount, words) if payment.amount else ""
    return saved(
        world,
        words.say("payment.saved", customer=customer.name, amount=amount),
        words.say("payment.credited", amount=show_money(Money.from_json(values["credit"]), words))
        if "credit" in values
        else "",
        words.say("payment.orders_paid", numbers=separator.join(item.number for item in paid)) if paid else "",
        gives=still_to_come(world, payment),
        buttons=(*_then(world, payment), change_button(world, payment)),
        about={
            "customer": payment.customer,
            "contract": payment.contract,
            "invoice": payment.invoice,
            "payment": payment,
        },
    )


def _then(world: World, payment: "records.Payment") -> tuple[Press, ...]:
    """What came before its invoice still has to be invoiced."""
    if payment.invoice is not None or payment.contract is None:
        return ()
    return (start_button(world, "invoice", customer=ref(payment.customer), contract=named(payment.contract)),)


def still_to_come(world: World, payment: "records.Payment") -> str:
    """What is still to come of the contract, and which instalment is next."""
    contract, words = payment.contract, world.words
    document = contract or payment.invoice or payment.order
    if document is None:
        return ""
    left = sums.rest(document, sums.paid(world.tx, document))
    if left.value <= 0:
        return words.say("payment.all_paid", number=document.number)
    shown = show_money(left, words)
    if contract is None or not contract.instalments:
        return words.say("payment.left", number=document.number, amount=shown)
    done, _beyond = settled(contract.instalments, payments_of(world, contract))
    upcoming = next((item for item in contract.instalments if done[item.id] < (item.amount_minor or 0)), None)
    if upcoming is None:
        return words.say("payment.left", number=document.number, amount=shown)
    rest = Money.from_minor((upcoming.amount_minor or 0) - done[upcoming.id], upcoming.amount_currency or "")
    facts = {"when": when(upcoming.milestone, words), "next": show_money(rest, words)}
    return words.say("payment.left_next", number=contract.number, amount=shown, **facts)


def _is_payment(heard: Understanding, world: World) -> bool:
    """Money is named, or nothing but that some came; not that it did not, nor what was talked about."""
    low = fold(heard.text)
    is_for_paper = any(
        word in low for key in ("for_paper", "money_words") for word in world.words.words(f"payment.{key}")
    )
    is_other = heard.intent in _OTHERS and heard.sure >= SURE and not is_for_paper
    if is_other or phrasing("not_yet").search(heard.text) or read_priced(heard):  # "we got the job: 30 pumps at £200"
        return False
    if any(True for _ in heard.of_kind("money")):
        return True
    is_said = any(word in low for word in world.words.words("payment.money_words"))
    is_of_order = any(name == "order_number" for name in heard.slots) or world.words.say("common.kind.order") in low
    return is_said and len(heard.text.strip()) <= SHORT and not (heard.intent == "update_order" and is_of_order)


PAYMENT = Flow(
    kind="payment",
    needs=("payment", "create"),
    fits=_is_payment,
    known_by=("invoice", "contract", "order"),
    fields=(
        Field("customer", Ref("customer"), propose=_customer),
        hangs_on("invoice", base("invoice", is_payment=True)),
        hangs_on("contract", base("contract", is_payment=True)),
        hangs_on("order", base("order", is_payment=True)),
        Field("amount", Received(), propose=_rest, check=_fits, within=payments.BASES),
        Field("credit", Amount(), required=False, ask="never", slot="-", propose=_credit, within=("amount",)),
        Field("milestone", PartOf(shares=True), required=False, ask="never", slot="-"),
        Field("received_on", Nearest("past"), ask="never", propose=today, check=payments.not_ahead),
    ),
    card=(
        Line("payment.card.head", ("customer", "invoice", "contract", "order")),
        Line("payment.card.amount", ("amount", "milestone")),
        Line("payment.card.credit", ("credit",)),
        Line("payment.card.received", ("received_on",)),
    ),
    save=_receive,
)
