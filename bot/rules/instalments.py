"""What terms of payment come to: who owes how much when, and what of it has been paid.

The instalments of a contract add up to its amount, to the last minor unit. A payment settles the instalment it was
said to be for, and beyond that the oldest first; who paid what is derived and never stored, so that an undo of either
leaves nothing behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select

from bot.dialogs.model import Json
from bot.errors import InvalidValue
from bot.rules.access import visible
from bot.world import World
from config.sales import Sales
from config.types import Money, Period
from nlu.values.cycles import add_months
from storage import records

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Due:
    """One payment that is agreed. ``share`` is in per cent, ``amount`` in minor units."""

    share: Decimal
    milestone: str
    due_on: date
    amount_minor: int


def plan(parts: Sequence[Json], amount: Money, signed_on: date, sales: Sales) -> list[Due]:
    """The instalments of an amount: the sums that are told, and of what those leave each its share, rounded; the last
    share takes what is left over. Raises InvalidValue where the sums leave nothing."""
    total, currency = amount.to_minor(), amount.currency or ""
    sums = {n: replace(Money.from_json(part["amount"]), currency=currency) for n, part in told(parts)}
    left = shared = total - sum(money.to_minor() for money in sums.values())
    if sums and left <= 0:
        raise InvalidValue("contract.terms_over")
    last = max((n for n in range(len(parts)) if n not in sums), default=-1)
    found: list[Due] = []
    for n, part in enumerate(parts):
        share = Decimal(part["share"])
        minor = left if n == last else min(left, int((shared * share / WHOLE).to_integral_value()))
        if n in sums:
            minor = sums[n].to_minor()
        else:
            left -= minor
        of_all = round(minor * WHOLE / total, 6) if sums else share
        found.append(Due(of_all, part["milestone"], _due_on(part, signed_on, sales), minor))
    return found


def told(parts: Sequence[Json]) -> list[tuple[int, Json]]:
    """The parts that are told as sums, each with its place."""
    return [(n, part) for n, part in enumerate(parts) if part.get("amount")]


def _due_on(part: Json, signed_on: date, sales: Sales) -> date:
    """The day that is named, else so long after the milestone; the warranty begins with the acceptance."""
    if part["due_on"]:
        return date.fromisoformat(part["due_on"])
    after, milestone = part["after_days"], part["milestone"]
    if after is not None and milestone == "warranty":
        milestone = "acceptance"
    day = add_months(signed_on, part.get("after_months") or 0) or signed_on
    return day + timedelta(days=sales.due_days.get(milestone, 0) + (after or 0))


def settled(
    instalments: "Sequence[records.Instalment]", payments: "Iterable[records.Payment]"
) -> tuple[dict[int, int], int]:
    """What has been paid of each instalment, by its id, in minor units; and what was paid beyond all of them."""
    paid = {item.id: 0 for item in instalments}
    beyond = 0
    for payment in payments:
        left = payment.amount_minor or 0
        if left < 0:  # paid back: the last that was settled is open again
            for item in reversed(instalments):
                part = min(-left, paid[item.id])
                paid[item.id] -= part
                left += part
        own = [item for item in instalments if item.id == payment.instalment_id]
        for item in (*own, *instalments):
            part = min(max(left, 0), (item.amount_minor or 0) - paid[item.id])
            paid[item.id] += part
            left -= part
        beyond += left
    return paid, beyond


def payments_of(world: World, *contracts: "records.Contract") -> "list[records.Payment]":
    """What was received for contracts, in the order in which it came."""
    cls = records.Payment
    query = select(cls).where(cls.contract_id.in_([one.id for one in contracts]), cls.deleted_at.is_(None))
    return list(world.session.scalars(query.order_by(cls.received_on, cls.id)))


def is_unpaid() -> "ColumnElement[bool]":
    """The condition for contracts that stand and are not paid in full: the others have no instalment to come."""
    cls, payment = records.Contract, records.Payment
    paid = select(func.coalesce(func.sum(payment.amount_minor), 0))
    paid = paid.where(payment.contract_id == cls.id, payment.deleted_at.is_(None))
    stands = and_(cls.deleted_at.is_(None), cls.status != "cancelled")
    return and_(stands, cls.amount_minor > paid.scalar_subquery())


def falling_due(
    world: World, period: Period | None, customer: int | None = None
) -> "list[tuple[records.Contract, records.Instalment, int]]":
    """The instalments of a time that the person may see and that are not paid in full, each with what it lacks, the
    earliest first."""
    from sqlalchemy.orm import selectinload  # heavy: no first answer should wait for it

    cls, item = records.Contract, records.Instalment
    due = select(item.contract_id).where(item.deleted_at.is_(None))
    if period is not None:
        due = due.where(item.due_on.between(period.start, period.end))
    query = select(cls).where(visible(world.actor, world.crm, cls), is_unpaid(), cls.id.in_(due))
    if customer is not None:
        query = query.where(cls.customer_id == customer)
    contracts = world.session.scalars(query.options(selectinload(cls.instalments))).all()
    payments: dict[int | None, list[records.Payment]] = defaultdict(list)
    for payment in payments_of(world, *contracts):
        payments[payment.contract_id].append(payment)
    found = []
    for contract in contracts:
        paid, _beyond = settled(contract.instalments, payments[contract.id])
        left = ((contract, one, (one.amount_minor or 0) - paid[one.id]) for one in contract.instalments)
        found += [line for line in left if line[2] > 0 and (period is None or line[1].due_on in period)]
    return sorted(found, key=lambda line: (line[1].due_on or date.max, line[1].id))


def dues(
    world: World, contract: "records.Contract | None", parts: Sequence[Json], money: Money, day: date
) -> list[Due]:
    """What the terms of a contract come to; of one that is stored, what was paid in full stays as it is, and the others
    take up the rest by their shares."""
    found = plan(parts, money, day, world.crm.sales)
    stored = contract.instalments if contract is not None else []
    if contract is None or len(stored) != len(found) or told(parts):
        return found
    paid, _beyond = settled(stored, payments_of(world, contract))
    kept = [paid[item.id] == item.amount_minor for item in stored]
    if not any(kept) or all(kept):
        return found
    left = money.to_minor() - sum(item.amount_minor or 0 for item, is_kept in zip(stored, kept, strict=True) if is_kept)
    open_ones = [part for part, is_kept in zip(parts, kept, strict=True) if not is_kept]
    whole = sum((Decimal(part["share"]) for part in open_ones), Decimal(0))
    shares = [{**part, "share": Decimal(part["share"]) * WHOLE / whole} for part in open_ones]
    rest = iter(plan(shares, Money.from_minor(left, money.currency or ""), day, world.crm.sales))
    return [
        replace(due, amount_minor=(item.amount_minor or 0) if is_kept else next(rest).amount_minor)
        for due, item, is_kept in zip(found, stored, kept, strict=True)
    ]


def follow(world: World, contract: "records.Contract", terms: Json | None) -> None:
    """Bring the instalments of a stored contract into line with its terms, amount and day."""
    stored, money = list(contract.instalments), contract.amount
    if money is None or contract.signed_on is None:
        return
    due = dues(world, contract, terms["parts"] if terms else (), money, contract.signed_on)
    for item, new in zip(stored, due, strict=False):
        item.share, item.milestone, item.due_on = new.share, new.milestone, new.due_on
        item.amount = Money.from_minor(new.amount_minor, money.currency or "")
    for item in stored[len(due) :]:
        item.deleted_at = world.now
    world.session.flush()
    write(world, contract, due[len(stored) :], first=len(stored) + 1)
    world.session.expire(contract, ["instalments"])


def write(world: World, contract: "records.Contract", due: Sequence[Due], *, first: int = 1) -> None:
    """Store instalments of a contract, numbered from ``first``."""
    for position, item in enumerate(due, first):
        world.create(
            records.Instalment(
                contract_id=contract.id,
                position=position,
                share=item.share,
                milestone=item.milestone,
                due_on=item.due_on,
                amount_minor=item.amount_minor,
                amount_currency=contract.amount_currency,
            )
        )
