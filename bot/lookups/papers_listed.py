"""Which papers there are: 「星河的合同有哪些」, "Corval's orders this month"; and what is still to be paid of one.

A message counts as such a question when it is nothing but a kind of paper, whose, when, in which state, and words
without weight; about what is still to be paid, the paper may be the one that was just spoken of.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot.dialogs.agreed import when
from bot.dialogs.model import Json, Reply
from bot.dialogs.show import show_day, show_money
from bot.flows.documents import STATUSES, papers
from bot.lookups.accounts import period_of
from bot.lookups.subject import customer_meant, customer_named
from bot.rules.access import fetch, visible
from bot.rules.accounts import dated
from bot.rules.instalments import payments_of, settled
from bot.rules.sums import WITHOUT_DUES, paid, rest
from bot.talk.cues import Span, cues_in, left
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from config.catalog import any_of, catalog
from config.types import Money, Period
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.types import Understanding
from storage import records

MAX_CHARS = 60
_NUMBER = pattern(r"(?<![a-z0-9])[a-z]{1,6}-[a-z0-9-]*\d(?![a-z0-9])")
KINDS = ("quote", "contract", "order", "invoice", "payment")
FORMS = ("pdf", "xlsx")
OWED = ("contract", "order", "invoice")  # of these something can be still to be paid
MANY = 200


@dataclass(frozen=True, slots=True)
class _Said:
    """What a message says, and where."""

    kind: str | None
    number: str | None
    status: str | None
    spans: tuple[Span, ...]
    is_asked: bool
    asks_rest: bool
    is_this: bool
    form: str | None


def asked(world: World, heard: Understanding) -> Json | None:
    """The command of a message that asks for papers; one with an amount in it tells something."""
    if len(heard.text) > MAX_CHARS or any(value.money for value in heard.of_kind("money")):
        return None
    said = _said(world, heard)
    customer = customer_named(heard)
    if said is None or (said.asks_rest and said.kind not in (None, *OWED)):
        return None
    paper = _paper(world, said) if said.asks_rest or said.form else None
    period = _period(heard)
    is_of_many = said.kind in ("invoice", "payment") and not customer  # 「未付款的发票」, 「本月回款」 are sums
    if said.kind is None and (customer or period):
        return None  # 「星河今年付了多少」 is a sum, too
    is_about = paper or (said.kind and not said.number and not is_of_many)
    spans = [*said.spans, *([customer] if customer else ())]
    if not is_about or not said.is_asked or left(catalog(heard.lang), "papers_listed.fillers", fold(heard.text), spans):
        return None
    if said.form and said.kind in STATUSES:
        newest = paper or _newest(world, said.kind, heard if customer else None)
        if newest is not None:
            return {"do": "paper", "kind": newest[0], "id": newest[1], "form": said.form}
    return {
        "do": "papers",
        "kind": paper[0] if paper else said.kind,
        "id": paper[1] if paper else None,
        "customer": heard.text[slice(*customer)] if customer else "",
        "period": period.to_json() if period else None,
        "status": said.status,
        "rest": said.asks_rest,
    }


def _said(world: World, heard: Understanding) -> _Said | None:
    words, text = catalog(heard.lang), fold(heard.text)
    kinds = cues_in(words, "papers_listed", KINDS, text)
    ways = cues_in(words, "papers_listed", ("ask", "rest", "rest_if", "this", *FORMS), text)
    names = {name for name, _span in ways}
    if "rest_if" in names and text.startswith(words.words("papers_listed.whether")):  # "is it paid in full"
        names.add("rest")
    if text.rstrip(" ?？。.").endswith(
        words.words("papers_listed.bare")
    ):  # 「星河的合同」; 「星河的发票开了」 tells something
        names.add("ask")
    number = _NUMBER.search(text)
    kind = next((name for name, _span in kinds), None)
    if names.isdisjoint(("ask", "rest", *FORMS)):
        return None
    status, in_state = _status(world, kind, heard.lang, text)
    spans = [span for _name, span in (*kinds, *ways)] + in_state
    spans += [number.span()] if number else []
    spans += [(value.start, value.end) for value in heard.of_kind("date", "range")]
    return _Said(
        kind,
        number.group() if number else None,
        status,
        tuple(spans),
        is_asked=not names.isdisjoint(("ask", "rest", *FORMS)),
        asks_rest="rest" in names,
        is_this="this" in names,
        form=next((form for form in FORMS if form in names), None),
    )


def _status(world: World, kind: str | None, language: str, text: str) -> tuple[str | None, list[Span]]:
    """The state that the papers are to be in, by its label."""
    if kind not in STATUSES:
        return None, []
    codes = {fold(item.labels[language]): item.code for item in world.crm.items(STATUSES[kind])}
    found = any_of(codes).search(text)
    return (codes[found.group()], [found.span()]) if found else (None, [])


def _paper(world: World, said: _Said) -> tuple[str, int] | None:
    """The one paper meant: by its number, or the one that was just spoken of."""
    kinds = (said.kind,) if said.kind else OWED
    if said.number:
        found = ((kind, world.find(kind, said.number, {})) for kind in kinds)
        return next(((kind, f.matches[0].id) for kind, f in found if f.is_sure and len(f.matches) == 1), None)
    spoken = next((kind for kind in kinds if kind in world.focus), None)
    is_meant = spoken is not None and (said.is_this or not said.kind)
    return (spoken, int(world.focus[spoken])) if spoken is not None and is_meant else None


def _newest(world: World, kind: str, heard: Understanding | None) -> tuple[str, int] | None:
    """The newest paper of the customer that is named, else the one that was spoken of."""
    if heard is None:
        return (kind, int(world.focus[kind])) if kind in world.focus else None
    cls: Any = records.record_class(kind)
    customer = next(int(match.name.key) for match in heard.names if match.name.kind == "customer")
    query = select(cls.id).where(visible(world.actor, world.crm, cls), cls.customer_id == customer)
    found = world.session.scalar(query.order_by(cls.id.desc()).limit(1))
    return (kind, found) if found is not None else None


def _period(heard: Understanding) -> Period | None:
    readings = (value.past or value.future for value in heard.of_kind("range", "date"))
    return next((reading.days for reading in readings if reading is not None), None)


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The papers, the newest first, with what they come to. Raises NotFound."""
    kind, cls = action["kind"], records.record_class(action["kind"])
    if action["id"] is not None:
        return _rest_of(world, fetch(world.tx, world.actor, world.crm, cls, action["id"]))
    customer = customer_meant(world, memory, action["customer"]) if action["customer"] else None
    if isinstance(customer, Reply):
        return customer
    found = _found(world, action, customer)
    if len(found) == 1:
        memory.focus |= {kind: found[0].id, "customer": found[0].customer_id}
        if action["rest"]:
            return _rest_of(world, found[0])
    if not found and action["rest"] and customer is not None:
        settled_ones = _found(world, {**action, "rest": False}, customer)
        if settled_ones:
            return _rest_of(world, settled_ones[0])
    rows = [_row(world, item, with_customer=customer is None) for item in found]
    listed = page(world, memory, f"{kind}s", rows, len(rows))
    name = world.session.get_one(records.Customer, customer).name if customer else ""
    of = world.words.say("papers_listed.of", customer=name) if name else ""
    if not found:
        return replace(listed, text=world.words.say(f"papers_listed.no_{kind}", of=of))
    head = world.words.say(f"papers_listed.head_{kind}", of=of, count=len(found), total=_total(world, found))
    buttons = papers(world, found[0]) if len(found) == 1 and kind in STATUSES else listed.buttons
    return replace(listed, buttons=buttons, text="\n".join([head, *listed.text.split("\n")[1:]]))


def _found(world: World, action: Json, customer: int | None) -> list[Any]:
    cls: Any = records.record_class(action["kind"])
    query = select(cls).where(visible(world.actor, world.crm, cls))
    if customer is not None:
        query = query.where(cls.customer_id == customer)
    if action["status"]:
        query = query.where(cls.status == action["status"])
    elif action["rest"] and hasattr(cls, "status"):
        query = query.where(cls.status.not_in(WITHOUT_DUES))
    found = list(world.session.scalars(query.order_by(cls.id.desc()).limit(MANY)))
    period = period_of(action)
    if period is not None:
        found = [item for item in found if dated(item, world.now) in period]
    if action["rest"]:
        found = [item for item in found if item.amount and _left(world, item).value > 0]
    return sorted(found, key=lambda item: (dated(item, world.now), item.id), reverse=True)


def _left(world: World, paper: Any) -> Money:
    return rest(paper, paid(world.tx, paper))


def _total(world: World, found: Sequence[Any]) -> str:
    """What they come to, each currency by itself; what is cancelled does not count."""
    sums: dict[str, int] = {}
    for paper in found:
        if paper.amount and getattr(paper, "status", "") != "cancelled":
            sums[paper.amount_currency] = sums.get(paper.amount_currency, 0) + paper.amount_minor
    shown = (show_money(Money.from_minor(minor, currency), world.words) for currency, minor in sorted(sums.items()))
    total = world.words.say("common.and_separator").join(shown)
    return world.words.say("papers_listed.total", amount=total) if total else ""


def _row(world: World, paper: Any, *, with_customer: bool) -> str:
    words, kind = world.words, paper.kind
    status = getattr(paper, "status", None)
    left = _left(world, paper) if kind in OWED and paper.amount and status not in WITHOUT_DUES else None
    facts = (
        getattr(paper, "number", ""),
        paper.customer.name if with_customer else "",
        show_money(paper.amount, words) if paper.amount else "",
        show_day(dated(paper, world.now), words, today=world.now.date()),
        world.crm.label(STATUSES[kind], status, words.language) if status else "",
        words.say("papers_listed.left", amount=show_money(left, words)) if left and left.value > 0 else "",
        _for(paper) if kind == "payment" else "",
    )
    return words.say("common.value_separator").join(filter(None, facts))


def _for(payment: "records.Payment") -> str:
    paper = payment.invoice or payment.contract or payment.order
    return paper.number if paper is not None else ""


def _rest_of(world: World, paper: Any) -> Reply:
    """What is still to be paid of one paper, and of which of its instalments."""
    words = world.words
    if paper.amount is None:
        return Reply(words.say("papers_listed.no_amount", number=paper.number))
    got = Money.from_minor(paid(world.tx, paper), paper.amount_currency)
    facts = {"number": paper.number, "total": show_money(paper.amount, words), "paid": show_money(got, words)}
    left = _left(world, paper)
    if left.value <= 0:
        return Reply(words.say("papers_listed.all_paid", **facts))
    lines = [words.say("papers_listed.rest_of", left=show_money(left, words), **facts)]
    if paper.kind == "contract" and paper.instalments:
        done, _beyond = settled(paper.instalments, payments_of(world, paper))
        for item in paper.instalments:
            lacks = (item.amount_minor or 0) - done[item.id]
            if lacks > 0:
                lines.append(_instalment(world, item, Money.from_minor(lacks, paper.amount_currency)))
    return Reply("\n".join(lines))


def _instalment(world: World, item: "records.Instalment", lacks: Money) -> str:
    words, today = world.words, world.now.date()
    is_late = item.due_on is not None and item.due_on < today
    return words.say(
        "papers_listed.instalment_late" if is_late else "papers_listed.instalment",
        when=when(item.milestone or "", words),
        amount=show_money(lacks, words),
        day=show_day(item.due_on, words, today=today) if item.due_on else "",
    )
