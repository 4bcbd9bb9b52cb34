"""Questions about money that comes in: what came, what was invoiced, what falls due, what is invoiced and unpaid.

「上个月回款多少」, 「谁欠款最多」, 「今年回款按月看」, "what falls due this week", "invoiced last month by rep". A
message counts as one when it is nothing but cues, a customer, when, and words without weight. Each currency by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from bot.dialogs.agreed import when
from bot.dialogs.model import Json, Reply
from bot.dialogs.show import show_day, show_money
from bot.lookups.accounts import period_of
from bot.lookups.subject import customer_meant, customer_named
from bot.rules.access import visible
from bot.rules.accounts import unpaid_invoices
from bot.rules.fields import require_amounts
from bot.rules.instalments import falling_due
from bot.tables import tabled
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
# Where a message holds the cues of several, the first of these is meant. By each, whose amounts it tells.
KINDS = {"overdue": "contract", "unpaid": "invoice", "due": "contract", "received": "payment", "invoiced": "invoice"}
BYS = ("by_customer", "by_month", "by_person")
AHEAD = "due"


@dataclass(frozen=True, slots=True)
class Line:
    """One document's part of the sum; ``about`` is what is told beside the customer."""

    day: date | None
    customer: str
    person: str
    about: str
    currency: str
    minor: int


def asked(world: World, heard: Understanding) -> Json | None:
    """The look-up that a message asks for; one with an amount or a share in it tells something."""
    if len(heard.text) > MAX_CHARS or any(value.money or value.kind == "percent" for value in heard.values):
        return None
    words, text = catalog(heard.lang), fold(heard.text)
    cues = cues_in(words, "money_in", (*KINDS, *BYS, "ask"), text)
    names = {name for name, _span in cues}
    kind = next((kind for kind in KINDS if kind in names), None)
    customer = customer_named(heard)
    if kind is None or (names.isdisjoint(("ask", *BYS)) and kind != "overdue" and (customer or kind == "unpaid")):
        return None  # 「星河回款了」 is told; 「未回款」 alone is a list of its own
    spans = [span for _name, span in cues] + [(value.start, value.end) for value in heard.values]
    spans += [customer] if customer else []
    if left(words, "money_in.fillers", text, spans):
        return None
    # without the cues: "due this week" would be read as the day by which
    period = _period(world, blanked(text, [span for _name, span in cues]), is_ahead=kind == AHEAD)
    if period is None and kind not in ("unpaid", "overdue") and not customer:
        period = month_of(world.now.date())
    return {
        "do": "money_in",
        "kind": kind,
        "by": next((by for by in BYS if by in names), None),
        "customer": heard.text[slice(*customer)] if customer else "",
        "period": period.to_json() if period else None,
    }


def _period(world: World, text: str, *, is_ahead: bool) -> Period | None:
    for value in world.values_in(text):
        reading = (value.future or value.past) if is_ahead else (value.past or value.future)
        if value.kind in ("range", "date") and reading is not None:
            return reading.days
    return None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The sums by currency, then the documents; or the sums in groups. Raises NotAllowed, NotFound."""
    kind, by, period = action["kind"], action["by"], period_of(action)
    require_amounts(world.tx, world.actor, world.crm, KINDS[kind])
    customer = customer_meant(world, memory, action["customer"]) if action["customer"] else None
    if isinstance(customer, Reply):
        return customer
    lines = _LINES[kind](world, customer, period)
    head = _head(world, kind, customer, period, lines)
    if kind == "overdue" and not lines:  # no day was agreed for them, and they are not paid all the same
        unpaid = answer(world, memory, {**action, "kind": "unpaid"})
        return replace(unpaid, text=f"{head}\n{unpaid.text}", table=None)
    if by and lines:
        return tabled(world.words, [head], _groups(world, lines, by), [])
    rest = [world.words.say("money_in.rest", count=len(lines) - ROWS)] if len(lines) > ROWS else []
    return Reply("\n".join([head, *(_told(world, line) for line in lines[:ROWS]), *rest]))


def _head(world: World, kind: str, customer: int | None, period: Period | None, lines: list[Line]) -> str:
    words = world.words
    name = world.session.get_one(records.Customer, customer).name if customer else ""
    scope = [
        named(period, words, today=world.now.date()) if period else "",
        name if period or not name else words.say("money_in.of_customer", customer=name),
    ]
    facts = {"scope": words.say("common.value_separator").join(part for part in scope if part)}
    facts["gap"] = words.say("money_in.gap") if facts["scope"] else ""
    if not lines:
        return words.say(f"money_in.{kind}_none", **facts)
    return words.say(f"money_in.{kind}_head", total=_sums(world, lines), count=len(lines), **facts)


def _sums(world: World, lines: Iterable[Line]) -> str:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.currency] += line.minor
    shown = (show_money(Money.from_minor(minor, currency), world.words) for currency, minor in sorted(sums.items()))
    return world.words.say("common.and_separator").join(shown)


def _told(world: World, line: Line) -> str:
    facts = (
        show_day(line.day, world.words, today=world.now.date()) if line.day else "",
        line.customer,
        line.about,
        show_money(Money.from_minor(line.minor, line.currency), world.words),
    )
    return world.words.say("money_in.row", facts=world.words.say("common.value_separator").join(filter(None, facts)))


def _groups(world: World, lines: list[Line], by: str) -> list[tuple[str, ...]]:
    """A row for each customer or person, the greatest sum first, or for each month."""
    groups: dict[Any, list[Line]] = defaultdict(list)
    for line in lines:
        groups[_GROUP[by](line)].append(line)
    if by == "by_month":
        order = sorted((month for month in groups if month), reverse=False)
        names = {month: named(month_of(month), world.words, today=world.now.date()) for month in order}
    else:
        worth = _worth(world)
        order = sorted(groups, key=lambda name: (-sum(map(worth, groups[name])), name))
        names = {name: name for name in order}
    count = world.words.say
    return [
        (names[key], _sums(world, groups[key]), count("money_in.count", count=len(groups[key]))) for key in order[:12]
    ]


_GROUP: dict[str, Callable[[Line], Any]] = {
    "by_customer": lambda line: line.customer,
    "by_person": lambda line: line.person,
    "by_month": lambda line: line.day.replace(day=1) if line.day else None,
}


def _worth(world: World) -> Callable[[Line], int]:
    """What a line is worth beside others: by today's rates, where one is known."""
    from bot.reports.rates import Rates

    rates = Rates(world.tx, world.currency)

    def worth(line: Line) -> int:
        rate = rates.on(line.currency, world.now.date())
        return rate.convert(line.minor) if rate else 0

    return worth


def _received(world: World, customer: int | None, period: Period | None) -> list[Line]:
    cls = records.Payment
    return [_of(world, item, item.received_on, "") for item in _all(world, cls, customer, cls.received_on, period)]


def _invoiced(world: World, customer: int | None, period: Period | None) -> list[Line]:
    cls = records.Invoice
    return [_of(world, item, item.issued_on, item.number) for item in _all(world, cls, customer, cls.issued_on, period)]


def _unpaid(world: World, customer: int | None, period: Period | None) -> list[Line]:
    found = [(item, minor) for item, minor in unpaid_invoices(world) if customer in (None, item.customer_id)]
    lines = [_of(world, item, item.issued_on, item.number, minor) for item, minor in found]
    return [line for line in lines if period is None or line.day in period]


def _due(world: World, customer: int | None, period: Period | None) -> list[Line]:
    """The instalments that are to come, each with what it lacks, the earliest first."""
    lines = []
    for contract, item, lacks in falling_due(world, period, customer):
        said = when(item.milestone, world.words)
        about = world.words.say("money_in.instalment", number=contract.number, when=said)
        lines.append(_of(world, contract, item.due_on, about, lacks))
    return lines


def _overdue(world: World, customer: int | None, period: Period | None) -> list[Line]:
    """Those of them of which the day is over."""
    yesterday = world.now.date() - timedelta(days=1)
    within = Period(period.start, min(period.end, yesterday)) if period else Period(date.min, yesterday)
    return _due(world, customer, within)


def _all(world: World, cls: Any, customer: int | None, day: Any, period: Period | None) -> Iterable[Any]:
    """The documents that may be seen, of the days of a period, the newest first."""
    query = select(cls).where(visible(world.actor, world.crm, cls))
    if customer is not None:
        query = query.where(cls.customer_id == customer)
    if period is not None:
        query = query.where(day.between(period.start, period.end))
    return world.session.scalars(query.order_by(day.desc(), cls.id.desc()))


def _of(world: World, item: Any, day: date | None, about: str, minor: int | None = None) -> Line:
    left = (item.amount_minor or 0) if minor is None else minor
    owner = world.session.get(records.User, item.owner_id) if item.owner_id else None
    person = owner.name if owner else ""
    return Line(day, item.customer.name, person, about, item.amount_currency or "", left)


_LINES: dict[str, Callable[[World, int | None, Period | None], list[Line]]] = {
    "received": _received,
    "invoiced": _invoiced,
    "unpaid": _unpaid,
    "due": _due,
    "overdue": _overdue,
}
