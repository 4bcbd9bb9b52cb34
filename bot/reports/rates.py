"""Adding up currencies: with dated rates, which are named, and which once used are not used differently later.

What is open is converted with the newest rate of the day. What is closed keeps the rate that was known when it closed:
a rate entered later, even for an earlier day, does not move a closed period. Only where none was known then, the first
one entered since counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import select

from bot.rules.access import require
from bot.world import World
from config.types import minor_digits
from storage import records
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``currency`` is ``rate`` of ``base``, from a day on."""

    currency: str
    base: str
    rate: Decimal
    valid_on: date
    entered_at: datetime

    def convert(self, minor: int) -> int:
        """Minor units of the base for minor units of the currency, rounded half to even."""
        exact = Decimal(minor) * self.rate
        scaled = exact.scaleb(minor_digits(self.base) - minor_digits(self.currency))
        return int(scaled.to_integral_value(ROUND_HALF_EVEN))


class Rates:
    """All rates to one base currency."""

    def __init__(self, tx: Tx, base: str) -> None:
        cls = records.ExchangeRate
        alive = select(cls).where(cls.deleted_at.is_(None)).order_by(cls.valid_on, cls.created_at, cls.id)
        self.base = base
        self._known: dict[str, list[Rate]] = {}
        for item in tx.session.scalars(alive):
            if item.base == base:
                rate = Rate(item.currency, base, item.rate, item.valid_on, item.created_at)
            elif item.currency == base and item.rate:
                rate = Rate(item.base, base, 1 / item.rate, item.valid_on, item.created_at)
            else:
                continue
            self._known.setdefault(rate.currency, []).append(rate)

    @property
    def currencies(self) -> list[str]:
        """Those with a rate."""
        return sorted(self._known)

    def on(self, currency: str, day: date) -> Rate | None:
        """The rate of something that is open on a day."""
        return _newest([rate for rate in self._of(currency) if rate.valid_on <= day])

    def at_close(self, currency: str, day: date) -> Rate | None:
        """The rate of something that closed on a day."""
        fitting = [rate for rate in self._of(currency) if rate.valid_on <= day]
        end = datetime.combine(day + timedelta(days=1), time(), UTC) + timedelta(hours=12)  # over on every clock
        known = [rate for rate in fitting if rate.entered_at < end]
        return _newest(known) or min(fitting, key=lambda rate: rate.entered_at, default=None)

    def _of(self, currency: str) -> Sequence[Rate]:
        if currency == self.base:
            return (Rate(currency, currency, Decimal(1), date.min, datetime.min.replace(tzinfo=UTC)),)
        return self._known.get(currency, ())


def _newest(rates: Sequence[Rate]) -> Rate | None:
    return max(rates, key=lambda rate: (rate.valid_on, rate.entered_at), default=None)


def set_rate(world: World, currency: str, base: str, rate: Decimal, valid_on: date) -> "records.ExchangeRate":
    """A new rate; earlier ones stay as they were. Raises NotAllowed."""
    require(world.actor, world.crm, "exchange_rate", "create")
    return world.create(records.ExchangeRate(currency=currency, base=base, rate=rate, valid_on=valid_on))


def currency_named(world: World, word: str) -> str | None:
    """The ISO code that a currency's name stands for."""
    if len(word) == 3 and word.isascii() and word.upper() in {*world.crm.currencies, world.currency}:
        return word.upper()
    read = next(iter(world.understand(f"100 {word}").of_kind("money")), None) if word else None
    return read.money.currency if read is not None and read.money is not None else None
