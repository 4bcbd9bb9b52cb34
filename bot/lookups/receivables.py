"""What is still to come in: what one customer owes, what falls due in a month, and what came in.

Each currency by itself; what an instalment still lacks is reckoned from the payments, never stored.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from bot.dialogs.agreed import when
from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.lookups.accounts import money, period_of, shown_period
from bot.rules.access import check, visible
from bot.rules.accounts import Account, accounts
from bot.rules.instalments import payments_of, settled
from bot.talk.memory import Memory
from bot.talk.phrases import gaps_of, holds_phrase
from bot.world import World
from config.types import Money, Period
from storage import records

ROWS = 8
MAX_CHARS = 40


def asked(world: World, text: str) -> Json | None:
    """The command of a question about what is to come in; None for any other message."""
    if len(text) > MAX_CHARS:
        return None
    gaps = gaps_of(world.words, "receivables.owed", text)
    found = world.find("customer", gaps["customer"], {}) if gaps else None
    if found is not None and found.is_sure and len(found.matches) == 1:
        return {"do": "owed", "id": found.matches[0].id}
    for name in ("due", "received"):
        if holds_phrase(world.words, f"receivables.{name}", text):
            period = _period(world, _without(world, f"receivables.{name}", text), is_ahead=name == "due")
            return {"do": name, "period": period.to_list()} if period else None
    return None


def _without(world: World, key: str, text: str) -> str:
    """The question without its own words: "due next month" would be read as the day by which."""
    low = text.casefold()
    for phrase in sorted(world.words.words(key), key=len, reverse=True):
        low = low.replace(phrase.casefold(), " ")
    return low


def _period(world: World, text: str, *, is_ahead: bool) -> Period | None:
    for value in world.understand(text).of_kind("range", "date"):
        reading = (value.future or value.past) if is_ahead else (value.past or value.future)
        if reading is not None:
            return reading.days
    return None


def owed(world: World, memory: Memory, action: Json) -> Reply:
    """What a customer has still to pay, by currency. Raises NotFound."""
    customer = check(world.tx, world.actor, world.crm, records.Customer, action["id"])
    memory.focus["customer"] = customer.id
    words = world.words
    lines = [_owed(world, customer.name, account) for account in accounts(world, customer.id)]
    reconcile = Press(words.say("receivables.reconcile"), {"do": "reconcile", "id": customer.id}, is_open=True)
    if not lines:
        return Reply(words.say("receivables.nothing", customer=customer.name))
    return Reply("\n".join(lines), (reconcile,))


def _owed(world: World, customer: str, account: Account) -> str:
    """A line for a currency: what was agreed without what was paid; of that, what was invoiced."""
    left = max(account.agreed, account.invoiced) - account.paid
    sums = {"agreed": account.agreed, "paid": account.paid}
    facts = {"customer": customer, **{name: money(world, account, minor) for name, minor in sums.items()}}
    if left <= 0:
        return world.words.say("receivables.settled", **facts)
    billed = money(world, account, max(account.invoiced - account.paid, 0))
    return world.words.say("receivables.owes", left=money(world, account, left), billed=billed, **facts)


def due(world: World, memory: Memory, action: Json) -> Reply:
    """What falls due in a period and is not paid: the sums, then the instalments, the earliest first."""
    period = period_of(action)
    rows = [(item, contract, left) for item, contract, left in _open(world) if _is_within(item.due_on, period)]
    lines = [
        world.words.say(
            "receivables.due_row",
            day=show_day(item.due_on, world.words, today=world.now.date()),
            customer=contract.customer.name,
            number=contract.number,
            when=when(item.milestone, world.words),
            amount=show_money(Money.from_minor(left, item.amount_currency), world.words),
        )
        for item, contract, left in sorted(rows, key=lambda row: (row[0].due_on, row[0].id))
    ]
    sums = _by_currency((item.amount_currency, left) for item, _contract, left in rows)
    return _told(world, "due", period, sums, lines)


def _open(world: World) -> list[tuple[Any, Any, int]]:
    """The instalments of the contracts that the actor may see, each with what it lacks, where it does."""
    contract = records.Contract
    query = select(contract).where(visible(world.actor, world.crm, contract), contract.status != "cancelled")
    found = []
    for one in world.session.scalars(query.order_by(contract.id)):
        if one.instalments:
            paid, _beyond = settled(one.instalments, payments_of(world, one))
            found += [(item, one, (item.amount_minor or 0) - paid[item.id]) for item in one.instalments]
    return [(item, one, left) for item, one, left in found if left > 0]


def received(world: World, memory: Memory, action: Json) -> Reply:
    """What came in within a period: the sums, then the payments, the newest first."""
    period = period_of(action)
    payment = records.Payment
    query = select(payment).where(visible(world.actor, world.crm, payment)).order_by(payment.received_on.desc())
    rows = [item for item in world.session.scalars(query) if _is_within(item.received_on, period)]
    lines = [
        world.words.say(
            "receivables.received_row",
            day=show_day(item.received_on, world.words, today=world.now.date()),
            customer=item.customer.name,
            amount=show_money(item.amount, world.words) if item.amount else "",
        )
        for item in rows
    ]
    return _told(world, "received", period, _by_currency((r.amount_currency, r.amount_minor) for r in rows), lines)


def _is_within(day: Any, period: Period | None) -> bool:
    return day is not None and (period is None or period.start <= day <= period.end)


def _by_currency(amounts: Iterable[tuple[str | None, int | None]]) -> list[Money]:
    sums: dict[str, int] = defaultdict(int)
    for currency, minor in amounts:
        sums[currency or ""] += minor or 0
    return [Money.from_minor(minor, currency) for currency, minor in sorted(sums.items())]


def _told(world: World, name: str, period: Period | None, sums: list[Money], lines: list[str]) -> Reply:
    words = world.words
    shown = shown_period(world, period)
    if not lines:
        return Reply(words.say(f"receivables.{name}_none", period=shown))
    total = words.say("common.and_separator").join(show_money(money, words) for money in sums)
    head = words.say(f"receivables.{name}_head", period=shown, total=total, count=len(lines))
    rest = [words.say("receivables.rest", count=len(lines) - ROWS)] if len(lines) > ROWS else []
    return Reply("\n".join([head, *lines[:ROWS], *rest]))
