"""Values as JSON for ``crmbot parse --values``, and a count read as a price."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from config.types import Money
from nlu.types import Value

__all__ = ["Json", "as_price", "values_json"]

Json: TypeAlias = str | list[str | None] | dict[str, str | None]


def values_json(values: Iterable[Value], now: datetime) -> list[Json]:
    """Dates, instants, periods and amounts, each in the form of the parse contract (design §7): an ISO date, an ISO
    datetime with offset, [start, end] both inclusive (null at an open end), or {"value", "currency"}.

    A time that may lie behind or ahead is printed ahead.
    """
    return [shown for value in values if (shown := _shown(value, now)) is not None]


def _shown(value: Value, now: datetime) -> Json | None:
    if value.kind == "money" and value.money:
        return value.money.to_json()
    reading = value.future or value.past
    if value.kind not in ("date", "datetime", "range") or reading is None:
        return None
    if value.open == "start":
        return [None, _iso(reading.end, now)]
    if value.open == "end":
        return [_iso(reading.start, now), None]
    if reading.start == reading.end:
        return _iso(reading.start, now)
    return [_iso(reading.start, now), _iso(reading.end, now)]


def _iso(at: date | datetime, now: datetime) -> str:
    return at.astimezone(now.tzinfo).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


def as_price(value: Value, currency: str | None = "CNY") -> Money | None:
    """「50个」 in talk about a price is 50万. None when the value is no such count."""
    if value.kind != "number" or value.unit != "个" or value.number is None:
        return None
    return Money(value.number * Decimal(10_000), currency)
