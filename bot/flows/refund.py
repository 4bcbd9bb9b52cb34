"""Note money that was paid back: a payment below zero, for the paper that was paid too much."""

from dataclasses import replace
from typing import Any

from bot.dialogs.model import Field, Flow, Guess, Json, Line, Question, Values
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.dialogs.until import Nearest
from bot.errors import Refused
from bot.flows.documents import change_button, hangs_on, whom_we_spoke_of
from bot.flows.payment import Received, still_to_come
from bot.flows.shared import name_of, saved, today
from bot.rules import payments, sums
from bot.rules.access import check
from bot.rules.documents import bases_of, named
from bot.rules.told_apart import named_in
from bot.world import World
from storage import records


def _paid_most_recently(kind: str) -> Any:
    """A proposal: the customer's document of the kind that was paid last, or the one that the message names."""

    def propose(values: Values, world: World) -> Json | Guess | None:
        customer = values.get("customer")
        is_settled = any(name in values for name in payments.BASES)
        if is_settled or not isinstance(customer, dict) or "id" not in customer:
            return None
        found = payments.paid_documents(world, kind, customer["id"])
        told = named_in(world.said, found)
        spoken = [item for item in told if item.id == world.focus.get(kind)]
        meant = next(iter([*spoken, *told]), None)
        return None if meant is None else named(meant) if len(told) == 1 else Guess(named(meant))

    return propose


def _fits(value: Json, world: World, values: Values) -> Json | Question | None:
    customer = values.get("customer") or {}
    if "id" in customer and not payments.received_from(world, customer["id"]):
        raise Refused("refund.nothing_paid", customer=name_of(customer))
    return payments.within_paid(value, world, bases_of(world, values, *payments.BASES))


def _too_much(values: Values, world: World) -> Guess | None:
    """What was paid beyond what is due."""
    lefts = [sums.rest(paper, sums.paid(world.tx, paper)) for paper in bases_of(world, values, *payments.BASES)]
    beyond = min(lefts, key=lambda money: money.value, default=None)
    return Guess(replace(beyond, value=-beyond.value).to_json()) if beyond and beyond.value < 0 else None


def _pay_back(world: World, values: Values) -> Saved:
    customer = check(world.tx, world.actor, world.crm, records.Customer, values["customer"]["id"])
    payment = payments.pay_back(world, customer, values)
    words = world.words
    amount = show_money(replace(payment.amount, value=-payment.amount.value), words) if payment.amount else ""
    left = still_to_come(world, payment)
    is_due = any(sums.rest(paper, sums.paid(world.tx, paper)).value > 0 for paper in _papers(payment))
    return saved(
        world,
        words.say("refund.saved", customer=customer.name, amount=amount),
        gives="\n".join((left, words.say("refund.no_more_due"))) if is_due else left,
        buttons=tuple(change_button(world, paper) for paper in _papers(payment)) if is_due else (),
        about={
            "customer": payment.customer,
            "contract": payment.contract,
            "invoice": payment.invoice,
            "payment": payment,
        },
    )


def _papers(payment: "records.Payment") -> list[Any]:
    """What the payment was for: what is not to be paid again is taken off them."""
    return [paper for paper in (payment.contract, payment.invoice, payment.order) if paper is not None]


REFUND = Flow(
    kind="refund",
    needs=("payment", "create"),
    openings={},
    known_by=payments.BASES,
    fields=(
        Field("customer", Ref("customer"), propose=whom_we_spoke_of),
        hangs_on("invoice", _paid_most_recently("invoice")),
        hangs_on("contract", _paid_most_recently("contract")),
        hangs_on("order", _paid_most_recently("order")),
        Field("amount", Received(), propose=_too_much, check=_fits, within=payments.BASES),
        Field("received_on", Nearest("past"), ask="never", propose=today, check=payments.not_ahead),
    ),
    card=(
        Line("refund.card.head", ("customer", "invoice", "contract", "order")),
        Line("refund.card.amount", ("amount",)),
        Line("refund.card.received", ("received_on",)),
    ),
    save=_pay_back,
)
