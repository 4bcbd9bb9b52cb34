"""Rules about papers that are saved: what of them may still be changed, what hangs on them, and how they are voided.

A paper that others hang on is not voided before those are: what was invoiced or paid would belong to nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dialogs.agreed import Terms
from bot.dialogs.model import Json, Question, Values
from bot.dialogs.show import show_day, show_money
from bot.errors import InvalidValue, NotFound, Refused
from bot.rules import instalments, orders, quotes, sums
from bot.rules.access import fetch
from bot.rules.documents import lines_of, rewrite_lines, summed
from bot.rules.payments import BASES, within_rest
from bot.world import World
from config.types import Money
from storage import records

CANCELLED = "cancelled"
# By kind: the fields of its form that may change, each with the column that holds it.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "quote": {"lines": "lines", "amount": "amount", "tax": "tax", "valid_until": "valid_until"},
    "contract": {
        "contract_number": "number",
        "lines": "lines",
        "amount": "amount",
        "tax": "tax",
        "payment_terms": "payment_terms",
        "signed_on": "signed_on",
    },
    "order": {"order_number": "number", "lines": "lines", "amount": "amount", "tax": "tax"},
    "invoice": {"invoice_number": "number", "amount": "amount", "tax": "tax", "invoice_date": "issued_on"},
    "payment": {"amount": "amount", "received_on": "received_on"},
}
_HANGING = {
    "contract": ("order", "invoice", "payment"),
    "order": ("invoice", "payment"),
    "invoice": ("payment",),
}
_CLOSED = ("delivered", CANCELLED)


def paper_of(world: World, kind: str, values: Values, action: str = "view") -> Any:
    """The paper that a draft refers to. Raises NotFound, NotAllowed."""
    cls: Any = records.record_class(kind)
    may: Any = action
    return fetch(world.tx, world.actor, world.crm, cls, values[kind]["id"], may)


def seen(world: World, kind: str, values: Values) -> Any:
    """The paper that a draft refers to; None while there is none, or where it is gone."""
    if not isinstance(values.get(kind), Mapping):
        return None
    with suppress(NotFound):
        return paper_of(world, kind, values)
    return None


def present(world: World, paper: Any) -> dict[str, Json]:
    """The paper as its form holds it; what it has not is left out."""
    found = {name: _held(world, getattr(paper, column)) for name, column in COLUMNS[paper.kind].items()}
    if isinstance(terms := found.get("payment_terms"), str):
        found["payment_terms"] = Terms().read(world.understand(terms), world, {})
    if "lines" in found:
        found["lines"] = lines_of(paper)
    return {name: value for name, value in found.items() if value not in (None, [])}


def _held(world: World, value: Any) -> Json:
    if isinstance(value, Money):
        return value.to_json()
    return value.isoformat() if isinstance(value, date) else value


def change(world: World, kind: str, values: Values) -> Any:
    """Write what a form says anew into its paper. Raises Refused where the paper may not change any more."""
    paper = paper_of(world, kind, values, "edit")
    refuse_closed(world, paper)
    before = present(world, paper)
    changed = {name for name in COLUMNS[kind] if values.get(name) != before.get(name)}
    if "lines" in changed and "amount" not in changed and "amount" in COLUMNS[kind]:
        values = {**values, **_sum_of_lines(world, kind, values)}
        changed |= {"amount"} & values.keys()
    for name in changed - {"lines"}:
        setattr(paper, COLUMNS[kind][name], _column(name, values.get(name)))
    world.session.flush()
    if "lines" in changed:
        rewrite_lines(world, paper, values.get("lines", ()))
    if kind == "contract" and changed & {"amount", "payment_terms", "signed_on"}:
        instalments.follow(world, paper, values.get("payment_terms"))
    if kind == "quote" and changed:
        quotes.revised(world, paper)
    if kind == "payment":
        orders.settle(world, paper)
        orders.unsettle(world, paper)
    return paper


def _sum_of_lines(world: World, kind: str, values: Values) -> Values:
    """The amount that follows from lines that were changed. Raises InvalidValue where it cannot be so little."""
    total = summed(values, world)
    if total is None:
        return {}
    fits(kind)(total, world, values)
    return {"amount": total}


def _column(name: str, value: Json) -> Any:
    """A value of a form as its column holds it."""
    if name == "amount":
        return Money.from_json(value)
    if name == "payment_terms":
        return value["said"] if value else None
    return date.fromisoformat(value) if name in ("valid_until", "signed_on", "invoice_date", "received_on") else value


def is_open(kind: str) -> Any:
    """The condition under which a paper of the kind still counts; None where all that are not in the bin do."""
    cls: Any = records.record_class(kind)
    return cls.status != CANCELLED if hasattr(cls, "status") else None


def refuse_closed(world: World, paper: Any) -> None:
    """Raises Refused for a paper that is over: it is cancelled, delivered or accepted."""
    closed = {"quote": ("accepted", CANCELLED), "contract": (CANCELLED,), "order": _CLOSED}.get(paper.kind, ())
    status = getattr(paper, "status", None)
    if status in closed:
        label = world.crm.label(f"{paper.kind}_statuses", status, world.words.language)
        raise Refused("papers.closed", paper=named(world, paper), status=label)


def fits(kind: str) -> Any:
    """A check: the amount of a paper covers those that hang on it, and is covered by those that it hangs on."""

    def check(value: Json, world: World, values: Values) -> Json | Question | None:
        paper = paper_of(world, kind, values)
        money = Money.from_json(value)
        if kind in ("invoice", "payment"):
            bases = [getattr(paper, base, None) for base in BASES]
            own = paper.amount_minor or 0
            found = within_rest(value, world, [b for b in bases if b], is_payment=kind == "payment", besides=own)
            if isinstance(found, Question):
                return found
        for key, minor in _used(world, paper).items():
            if not minor:
                continue
            used = Money.from_minor(minor, paper.amount_currency or "")
            facts = {"paper": named(world, paper), "used": show_money(used, world.words)}
            if money.currency != used.currency:
                raise InvalidValue("papers.currency_fixed", currency=used.currency, **facts)
            if money.value < used.value:
                raise InvalidValue(f"papers.less_than_{key}", **facts)
        return None

    return check


def _used(world: World, paper: Any) -> dict[str, int]:
    """What has been invoiced on a paper and what was paid for it, in minor units."""
    reckon = {"billed": sums.billed, "paid": sums.paid}
    kinds = {"contract": ("billed", "paid"), "order": ("billed", "paid"), "invoice": ("paid",)}
    return {key: reckon[key](world.tx, paper) for key in kinds.get(paper.kind, ())}


def terms_stand(value: Json, world: World, values: Values) -> None:
    """A check: the terms are no longer changed once something was paid on them."""
    contract = paper_of(world, "contract", values)
    paid = sums.paid(world.tx, contract)
    if paid and contract.instalments:
        money = show_money(Money.from_minor(paid, contract.amount_currency or ""), world.words)
        raise InvalidValue("papers.terms_paid", paper=named(world, contract), paid=money)


def hanging(world: World, paper: Any) -> list[Any]:
    """The papers that hang on one and still count."""
    found: list[Any] = []
    for kind in _HANGING.get(paper.kind, ()):
        cls: Any = records.record_class(kind)
        query = select(cls).where(getattr(cls, f"{paper.kind}_id") == paper.id, cls.deleted_at.is_(None))
        if kind == "order":
            query = query.where(cls.status != CANCELLED)
        found += world.session.scalars(query.order_by(cls.id)).all()
    return found


def refuse_hanging(world: World, paper: Any) -> None:
    """Raises Refused for a paper that others hang on, with their names."""
    others = hanging(world, paper)
    if others:
        listed = world.words.say("common.list_separator").join(named(world, other) for other in others)
        raise Refused("papers.hanging", paper=named(world, paper), others=listed)


def void(world: World, kind: str, paper_id: int, reason: str | None) -> Any:
    """Have a paper count no more: quotes, contracts and orders are cancelled, invoices and payments go to the bin.

    Raises NotFound, NotAllowed, and Refused where others hang on it or it is cancelled already.
    """
    cls: Any = records.record_class(kind)
    has_status = hasattr(cls, "status")
    paper: Any = fetch(world.tx, world.actor, world.crm, cls, paper_id, "edit" if has_status else "delete")
    refuse_hanging(world, paper)
    if has_status and paper.status == CANCELLED:
        label = world.crm.label(f"{kind}_statuses", CANCELLED, world.words.language)
        raise Refused("documents.same_status", name=named(world, paper), status=label)
    paper.void_reason = reason
    if has_status:
        paper.status = CANCELLED
    else:
        paper.deleted_at = world.now
    world.session.flush()
    if kind == "payment":
        orders.unsettle(world, paper)
    return paper


def named(world: World, paper: Any) -> str:
    """ "合同 HT-2026-0001", "payment ¥150,000 of 11-26 Thu"."""
    words = world.words
    kind = words.say(f"common.kind.{paper.kind}")
    if hasattr(paper, "number"):
        return words.say("papers.named", kind=kind, number=paper.number)
    day = show_day(paper.received_on, words, today=world.now.date())
    return words.say("papers.payment", amount=show_money(paper.amount, words), day=day)
