"""What is agreed to be paid when, and what of it has been: 「哪几期还没付」, "when is the second one due?".

A message counts as such a question when it names instalments, asks after when they are due, which are open or what
was paid, and says nothing else but a customer, what a paper is about, and words without weight; of what falls due in a
time `falling_due` tells. The words stand in ``schedule.toml`` of both languages.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from bot.dialogs.agreed import when
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.flows.parts import MILESTONES, PLACES, PartOf
from bot.rules import told_apart
from bot.rules.access import visible
from bot.rules.fields import require_amounts
from bot.rules.instalments import payments_of, settled
from bot.rules.pronouns import pattern_of, spoken_of
from bot.rules.sums import WITHOUT_DUES, paid, rest
from bot.talk.cues import blanked
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import catalog
from config.types import Money
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

MAX_CHARS, MAX_PAPERS, LEAST_NAME = 60, 4, 2
KINDS = ("open", "due", "paid")  # where a message holds the cues of several, the first is meant
_SALES = ("contract", "order", "invoice", "payment")


def asked(world: World, heard: Understanding) -> Json | None:
    """The look-up that a message asks for; None for any other message."""
    words, plain = catalog(heard.lang), fold(heard.text)
    if (
        len(plain) > MAX_CHARS
        or any(value.is_time for value in heard.values)
        or not words.pattern("schedule.asks").search(plain)
        or words.pattern("schedule.whoever").search(plain)
    ):
        return None
    kinds = [kind for kind in KINDS if words.pattern(f"schedule.{kind}").search(plain)]
    customer = _whose(world, heard, kinds) if kinds else None
    if customer is None:
        return None
    goods = told_apart.spans(plain, told_apart.names_at(world, customer[0]))
    is_of_paper = bool(goods) or (not customer[1] and world.focus.get("last") in _SALES)
    if not words.pattern("schedule.of").search(plain) and not is_of_paper:
        return None
    if _rest(world, heard, kinds, [*customer[1], *goods]):
        return None
    part = PartOf().gather(heard, world, {})
    if part is None and words.pattern("schedule.next").search(fold(heard.text)):
        part = "next"
    return {"do": "schedule", "kind": kinds[0], "customer": customer[0], "part": part, "said": heard.text}


def _whose(world: World, heard: Understanding, kinds: list[str]) -> tuple[int, list[tuple[int, int]]] | None:
    """The customer that is named, by a part of the name, too, else the one whom the talk is about; and where."""
    named = [match for match in heard.names if match.name.kind == "customer"]
    if named:
        ids = {int(match.name.key) for match in named}
        return (ids.pop(), [(match.start, match.end) for match in named]) if len(ids) == 1 else None
    rest = _rest(world, heard, kinds, []) if sum(map(str.isalpha, fold(heard.text))) else ""
    found = world.find("customer", rest, {}).matches if len(rest) >= LEAST_NAME else ()
    if len(found) == 1:
        at = fold(heard.text).find(rest)
        return (found[0].id, [(at, at + len(rest))]) if at >= 0 else None
    spoken = spoken_of(world, "customer")
    return (spoken["id"], []) if spoken else None


def _rest(world: World, heard: Understanding, kinds: list[str], spans: list[tuple[int, int]]) -> str:
    """What the message says beside the words of such a question."""
    words, plain = catalog(heard.lang), blanked(fold(heard.text), spans)
    patterns = [words.pattern(f"schedule.{name}") for name in ("of", *kinds, "asks", "beside")]
    for pattern in (pattern_of(words, "customer"), *patterns):
        plain = pattern.sub(" ", plain)
    return plain.strip(" ?？。.,，!！")


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The papers that are meant, each with its instalments: those that are open, or the one that was named. Raises
    NotAllowed."""
    require_amounts(world.tx, world.actor, world.crm, "contract")
    memory.focus["customer"] = action["customer"]
    papers = _papers(world, action)
    customer = world.session.get_one(records.Customer, action["customer"]).name
    reconcile = Press(
        world.words.say("receivables.reconcile"), {"do": "reconcile", "id": action["customer"]}, is_open=True
    )
    if not papers:
        return Reply(world.words.say("receivables.nothing", customer=customer))
    lines = [line for paper in papers for line in _told(world, paper, action)]
    return Reply("\n".join([world.words.say("schedule.head", customer=customer), *lines]), (reconcile,))


def _papers(world: World, action: Json) -> list[Any]:
    """The customer's contracts, else their orders: of those the one that the message names by what it is about, or the
    one that was spoken of, where it asks for a single part; those that are paid come last."""
    for kind in ("contract", "order"):
        cls: Any = records.record_class(kind)
        mine = (visible(world.actor, world.crm, cls), cls.customer_id == action["customer"])
        query = select(cls).where(*mine, cls.amount_minor > 0, cls.status.not_in(WITHOUT_DUES)).order_by(cls.id.desc())
        found = list(world.session.scalars(query.limit(MAX_PAPERS * 2)))
        told = told_apart.named_in(action["said"], found)
        spoken = [paper for paper in told if paper.id == world.focus.get(kind)]
        if action["part"] is not None and spoken:
            return spoken
        if told:
            return sorted(told, key=lambda paper: paid(world.tx, paper) >= paper.amount_minor)[:MAX_PAPERS]
    return []


def _told(world: World, paper: Any, action: Json) -> Iterator[str]:
    words, got = world.words, paid(world.tx, paper)
    left = rest(paper, got)
    facts = {"total": paper.amount, "paid": Money.from_minor(got, paper.amount_currency), "left": left}
    key = "schedule.paper_open" if left.value > 0 else "schedule.paper_paid"
    yield words.say(key, number=paper.number, **{name: show_money(money, words) for name, money in facts.items()})
    if action["kind"] == "paid" and action["part"] is None:
        yield from _received(world, paper)
        return
    items = list(paper.instalments) if paper.kind == "contract" else []
    done, _beyond = settled(items, payments_of(world, paper)) if items else ({}, 0)
    lacking = {item.id: (item.amount_minor or 0) - done[item.id] for item in items}
    is_next = action["part"] == "next"
    meant = next((item for item in items if lacking[item.id] > 0), None) if is_next else _meant(items, action["part"])
    for position, item in enumerate(items, 1):
        lacks = lacking[item.id]
        if item is meant or (meant is None and (lacks > 0 or action["kind"] == "due")):
            yield _row(world, paper, (position, item, lacks))


def _meant(items: list[Any], part: str | None) -> Any:
    if part is None or not items:
        return None
    if part in PLACES:
        return items[int(part) - 1] if int(part) <= len(items) else None
    if part in ("last", "signing"):
        return items[-1 if part == "last" else 0]
    return next((item for item in items if item.milestone == part), None) if part in MILESTONES else None


def _row(world: World, contract: "records.Contract", line: tuple[int, "records.Instalment", int]) -> str:
    words, today = world.words, world.now.date()
    position, item, lacks = line
    is_late = item.due_on is not None and item.due_on < today
    state = "paid" if lacks <= 0 else "partly" if lacks < (item.amount_minor or 0) else "late" if is_late else "open"
    return words.say(
        f"schedule.row_{state}",
        number=position,
        when=words.say("schedule.after", when=when(item.milestone, words)) if item.milestone else "",
        amount=show_money(item.amount, words) if item.amount else "",
        left=show_money(Money.from_minor(lacks, contract.amount_currency or ""), words),
        day=show_day(item.due_on, words, today=today) if item.due_on else "",
    )


def _received(world: World, paper: Any) -> Iterator[str]:
    """What came in for it, in the order in which it came."""
    cls = records.Payment
    column = cls.contract_id if paper.kind == "contract" else cls.order_id
    query = select(cls).where(column == paper.id, cls.deleted_at.is_(None)).order_by(cls.received_on, cls.id)
    for payment in world.session.scalars(query):
        yield world.words.say(
            "schedule.received",
            day=show_day(payment.received_on, world.words, today=world.now.date()),
            amount=show_money(payment.amount, world.words) if payment.amount else "",
        )
