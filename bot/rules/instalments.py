"""What terms of payment come to: who owes how much when, and what of it has been paid.

The instalments of a contract add up to its amount, to the last minor unit. A payment settles the instalment it was
said to be for, and beyond that the oldest first; who paid what is derived and never stored, so that an undo of either
leaves nothing behind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.dialogs.model import Json
from config.sales import Sales
from config.types import Money
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
    """The instalments of an amount: each its share, rounded; the last takes what is left over."""
    total = amount.to_minor()
    found: list[Due] = []
    left = total
    for n, part in enumerate(parts, 1):
        share = Decimal(part["share"])
        minor = left if n == len(parts) else min(left, int((total * share / WHOLE).to_integral_value()))
        left -= minor
        found.append(Due(share, part["milestone"], _due_on(part, signed_on, sales), minor))
    return found


def _due_on(part: Json, signed_on: date, sales: Sales) -> date:
    """The day that is named, else so long after the milestone; the warranty begins with the acceptance."""
    if part["due_on"]:
        return date.fromisoformat(part["due_on"])
    after, milestone = part["after_days"], part["milestone"]
    if after is not None and milestone == "warranty":
        milestone = "acceptance"
    return signed_on + timedelta(days=sales.due_days.get(milestone, 0) + (after or 0))


def settled(
    instalments: "Sequence[records.Instalment]", payments: "Iterable[records.Payment]"
) -> tuple[dict[int, int], int]:
    """What has been paid of each instalment, by its id, in minor units; and what was paid beyond all of them."""
    paid = {item.id: 0 for item in instalments}
    beyond = 0
    for payment in payments:
        left = payment.amount_minor or 0
        own = [item for item in instalments if item.id == payment.instalment_id]
        for item in (*own, *instalments):
            part = min(left, (item.amount_minor or 0) - paid[item.id])
            paid[item.id] += part
            left -= part
        beyond += left
    return paid, beyond
