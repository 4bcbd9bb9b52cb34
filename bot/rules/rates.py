"""What one currency is worth in another, by the dated rates that finance enters."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from config.types import Money
from storage import records
from storage.database import Tx


class Rate(NamedTuple):
    """One unit is worth so many of the other currency; ``since``: the day of the entry."""

    value: Decimal
    since: date


@dataclass(slots=True)
class Rates:
    """Rates into one currency as they stood on a day. ``used``: the days of the entries that were used."""

    tx: Tx
    into: str
    on: date
    used: set[date] = field(default_factory=set)
    _known: dict[str, Rate | None] = field(default_factory=dict)

    def convert(self, money: Money) -> Money | None:
        """The amount in the one currency, unrounded; None where no rate says how much that is."""
        code = money.currency or self.into
        if code == self.into:
            return Money(money.value, self.into)
        if code not in self._known:
            self._known[code] = self._find(code)
        rate = self._known[code]
        if rate is None:
            return None
        self.used.add(rate.since)
        return Money(money.value * rate.value, self.into)

    def _find(self, code: str) -> Rate | None:
        """The entry itself, its inverse, or the way over a third currency in which both are given."""
        direct = self._entry(code, self.into)
        if direct is not None:
            return direct
        inverse = self._entry(self.into, code)
        if inverse is not None:
            return Rate(1 / inverse.value, inverse.since)
        for base in self._bases(code):
            there, back = self._entry(code, base), self._entry(self.into, base)
            if there is not None and back is not None:
                return Rate(there.value / back.value, min(there.since, back.since))
        return None

    def _entry(self, code: str, base: str) -> Rate | None:
        cls: Any = records.ExchangeRate
        query = (
            select(cls.rate, cls.valid_on)
            .where(cls.deleted_at.is_(None), cls.currency == code, cls.base == base, cls.valid_on <= self.on)
            .order_by(cls.valid_on.desc(), cls.id.desc())
        )
        row = self.tx.connection.execute(query.limit(1)).first()
        return Rate(row.rate, row.valid_on) if row is not None and row.rate > 0 else None

    def _bases(self, code: str) -> list[str]:
        cls: Any = records.ExchangeRate
        query = select(cls.base).where(cls.deleted_at.is_(None), cls.currency == code).distinct().order_by(cls.base)
        return list(self.tx.connection.execute(query).scalars())
