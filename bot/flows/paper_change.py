"""Change a paper that is saved: its form once more, begun with what stands in it.

Each of these forms is derived from the one that made the paper, so that what can be said there can be said here.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from bot.dialogs.model import Check, Field, Flow, Guess, Json, Line, Propose, Question, Values
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.flows.contract import CONTRACT
from bot.flows.documents import change_button, choice, moves
from bot.flows.documents import papers as as_files
from bot.flows.invoice import INVOICE
from bot.flows.order import ORDER
from bot.flows.payment import PAYMENT
from bot.flows.quote import QUOTE
from bot.flows.shared import ref, saved
from bot.rules import papers, quotes
from bot.rules.documents import lines_of, summed
from bot.rules.order_follow import follow
from bot.world import World


def _paper(kind: str) -> Propose:
    return lambda values, world: choice(world, values, kind, papers.is_open(kind))


def _may_change(kind: str) -> Check:
    """A check: the paper is not over. Raises Refused."""

    def check(value: Json, world: World, values: Values) -> None:
        papers.refuse_closed(world, papers.paper_of(world, kind, {kind: value}))

    return check


def _customer(kind: str) -> Propose:
    def propose(values: Values, world: World) -> Json | None:
        paper = papers.seen(world, kind, values)
        return ref(paper.customer) if paper is not None else None

    return propose


def _present(kind: str, name: str) -> Propose:
    """What stands in the paper; its amount follows from lines that were changed."""

    def propose(values: Values, world: World) -> Json | Guess | Question | None:
        paper = papers.seen(world, kind, values)
        if paper is None:
            return None
        found = papers.present(world, paper)
        if name == "amount" and values.get("lines") != found.get("lines"):
            return summed(values, world) or found.get(name)
        return found.get(name)

    return propose


def _checked(kind: str, name: str, checks: Iterable[Check]) -> Check:
    """The checks one after the other; what is in the paper already has passed them."""

    def check(value: Json, world: World, values: Values) -> Json | Question | None:
        paper = papers.seen(world, kind, values)
        if paper is None or value == papers.present(world, paper).get(name):
            return None
        if name == "amount" and value.get("is_assumed") and paper.amount_currency:
            value = {"value": value["value"], "currency": paper.amount_currency}
        for each in checks:
            found = each(value, world, values)
            if isinstance(found, Question):
                return found
            value = found or value
        return value

    return check


def _field(kind: str, field: Field) -> Field:
    """A field of the first form as one that begins with what is there."""
    if field.is_derived:
        return replace(field, within=(kind, *field.within))
    further = {"amount": papers.fits(kind), "payment_terms": papers.terms_stand}.get(field.name)
    within = (kind, "lines") if field.name == "amount" else (kind,)
    checks = [check for check in (field.check, further) if check is not None]
    return replace(
        field,
        required=field.required and field.name not in ("lines", "amount"),
        ask="never",
        check=_checked(kind, field.name, checks),
        propose=_present(kind, field.name),
        within=within,
    )


def _before(kind: str) -> Callable[[Values, World], Values]:
    def before(values: Values, world: World) -> Values:
        paper = papers.seen(world, kind, values)
        return papers.present(world, paper) if paper is not None else {}

    return before


def _save(kind: str) -> Callable[[World, Values], Saved]:
    def save(world: World, values: Values) -> Saved:
        before = lines_of(papers.paper_of(world, kind, values)) if kind == "contract" else []
        paper: Any = papers.change(world, kind, values)
        followed = follow(world, paper, before) if before else []
        words = world.words
        facts = {"paper": papers.named(world, paper), "customer": paper.customer.name}
        key = "papers.changed" if hasattr(paper, "number") else "papers.changed_bare"
        said = words.say(key, amount=show_money(paper.amount, words), **facts)
        return saved(
            world,
            said,
            *(words.say("papers.followed", number=order.number) for order in followed),
            buttons=(*_handing_on(world, paper), change_button(world, paper)),
            about={"customer": paper.customer, kind: paper},
        )

    return save


def _handing_on(world: World, paper: Any) -> tuple[Press, ...]:
    """What was changed goes to the customer anew."""
    if paper.kind == "quote":
        return (*moves(world, paper, "quote_update", quotes.allowed), *as_files(world, paper))
    return as_files(world, paper) if paper.kind == "contract" else ()


def change_of(first: Flow) -> Flow:
    """The form that changes what another has made."""
    kind = first.kind
    names = tuple(papers.COLUMNS[kind])
    kept = [field for field in first.fields if field.name in names or field.is_derived]
    number = next((name for name in names if name.endswith("_number")), kind)
    lines = [
        Line(line.key, fields)
        for line in first.card[1:]
        if (fields := tuple(name for name in line.fields if any(field.name == name for field in kept)))
        and fields != (number,)
    ]
    return Flow(
        kind=f"{kind}_change",
        needs=(kind, "edit"),
        titled_by=kind,
        openings={"start": lambda world: {}},
        fields=(
            Field("customer", Ref("customer"), required=False, ask="never", propose=_customer(kind), is_derived=True),
            Field(
                kind,
                Ref(kind),
                propose=_paper(kind),
                check=_may_change(kind),
                within=("customer",),
                is_derived=True,
            ),
            *(_field(kind, field) for field in kept),
        ),
        card=(Line(first.card[0].key, ("customer", number)), *lines),
        needs_any=names,
        before=_before(kind),
        save=_save(kind),
    )


QUOTE_CHANGE, CONTRACT_CHANGE, ORDER_CHANGE, INVOICE_CHANGE, PAYMENT_CHANGE = map(
    change_of, (QUOTE, CONTRACT, ORDER, INVOICE, PAYMENT)
)
