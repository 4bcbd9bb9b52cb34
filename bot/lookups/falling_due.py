"""Instalments that fall due, or are overdue: 「下个月该收多少」, "what falls due this week", "overdue receivables".

A message counts as such a question when it is nothing but cues, a customer, when, and words without weight. Each
currency by itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bot.dialogs.agreed import when
from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day, show_money
from bot.lookups.accounts import period_of
from bot.lookups.subject import customer_meant, customer_named
from bot.questions.question import Question
from bot.questions.telling import answer as tell
from bot.rules.fields import require_amounts
from bot.rules.instalments import falling_due
from bot.talk.cues import blanked, cues_in, left
from bot.talk.memory import Memory
from bot.talk.periods import month_of, named
from bot.world import World
from config.catalog import catalog
from config.types import Money, Period
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

MAX_CHARS, ROWS = 50, 8
KINDS = ("overdue", "due")  # where a message holds the cues of both, the first is meant
Line = tuple["records.Contract", "records.Instalment", int]


def asked(world: World, heard: Understanding) -> Json | None:
    """The look-up that a message asks for; one with an amount or a share in it tells something."""
    if len(heard.text) > MAX_CHARS or any(value.money or value.kind == "percent" for value in heard.values):
        return None
    words, text = catalog(heard.lang), fold(heard.text)
    cues = cues_in(words, "falling_due", (*KINDS, "ask"), text)
    names = {name for name, _span in cues}
    kind = next((kind for kind in KINDS if kind in names), None)
    customer = customer_named(heard)
    if kind is None or ("ask" not in names and kind == "due" and customer):
        return None
    spans = [span for _name, span in cues] + [(value.start, value.end) for value in heard.values]
    spans += [customer] if customer else []
    if left(words, "falling_due.fillers", text, spans):
        return None
    # without the cues: "due this week" would be read as the day by which
    period = _period(world, blanked(text, [span for _name, span in cues]))
    if period is None and kind == "due" and not customer:
        period = month_of(world.now.date())
    said = heard.text[slice(*customer)] if customer else ""
    return {"do": "falling_due", "kind": kind, "customer": said, "period": period.to_json() if period else None}


def _period(world: World, text: str) -> Period | None:
    for value in world.values_in(text):
        reading = value.future or value.past
        if value.kind in ("range", "date") and reading is not None:
            return reading.days
    return None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The sums by currency, then the instalments. Raises NotAllowed, NotFound."""
    period, is_overdue = period_of(action), action["kind"] == "overdue"
    require_amounts(world.tx, world.actor, world.crm, "contract")
    customer = customer_meant(world, memory, action["customer"]) if action["customer"] else None
    if isinstance(customer, Reply):
        return customer
    lines = falling_due(world, _over(world, period) if is_overdue else period, customer)
    head = _head(world, action["kind"], customer, period, lines)
    if is_overdue and not lines:  # no day was agreed for them, and they are not paid all the same
        unpaid = Question("invoice", states=("unpaid",), customers=(customer,) if customer else (), asks=("sum",))
        return Reply(f"{head}\n{tell(world, memory, unpaid.to_json()).text}")
    rest = [world.words.say("falling_due.rest", count=len(lines) - ROWS)] if len(lines) > ROWS else []
    return Reply("\n".join([head, *(_told(world, line) for line in lines[:ROWS]), *rest]))


def _over(world: World, period: Period | None) -> Period:
    """Of the days of a period, or of all, those that are over."""
    yesterday = world.now.date() - timedelta(days=1)
    return Period(period.start, min(period.end, yesterday)) if period else Period(date.min, yesterday)


def _head(world: World, kind: str, customer: int | None, period: Period | None, lines: list[Line]) -> str:
    words = world.words
    scope = [
        named(period, words, today=world.now.date()) if period else "",
        world.session.get_one(records.Customer, customer).name if customer else "",
    ]
    facts = {"scope": words.line(scope)}
    facts["gap"] = words.say("falling_due.gap") if facts["scope"] else ""
    if not lines:
        return words.say(f"falling_due.{kind}_none", **facts)
    return words.say(f"falling_due.{kind}_head", total=_sums(world, lines), count=len(lines), **facts)


def _sums(world: World, lines: Iterable[Line]) -> str:
    sums: dict[str, int] = defaultdict(int)
    for contract, _item, minor in lines:
        sums[contract.amount_currency or ""] += minor
    shown = (show_money(Money.from_minor(minor, currency), world.words) for currency, minor in sorted(sums.items()))
    return world.words.say("common.and_separator").join(shown)


def _told(world: World, line: Line) -> str:
    contract, item, minor = line
    words = world.words
    customer: Any = contract.customer
    facts = (
        show_day(item.due_on, words, today=world.now.date()) if item.due_on else "",
        customer.name,
        words.say("falling_due.instalment", number=contract.number, when=when(item.milestone or "", words)),
        show_money(Money.from_minor(minor, contract.amount_currency or ""), words),
    )
    return words.say("falling_due.row", facts=words.line(facts))
