"""Amounts of several currencies in one: by the dated rates of the reports, over a third one where needed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.reports.rates import Rate, Rates
from bot.world import World
from config.types import Money


@dataclass(slots=True)
class Exchange:
    """Into one currency, as of a day. ``used``: the days of the rates that were used."""

    world: World
    into: str
    on: date
    used: set[date] = field(default_factory=set)
    _rates: dict[str, Rates] = field(default_factory=dict)
    _known: dict[tuple[str, date | None], Decimal | None] = field(default_factory=dict)

    def convert(self, money: Money, *, closed_on: date | None = None) -> Money | None:
        """The amount in the one currency, unrounded; None where no rate says how much that is.

        What is closed keeps the rate of its day.
        """
        code = money.currency or self.into
        if code == self.into:
            return Money(money.value, self.into)
        key = (code, closed_on)
        if key not in self._known:
            self._known[key] = self._worth(code, closed_on)
        worth = self._known[key]
        return None if worth is None else Money(money.value * worth, self.into)

    def _worth(self, code: str, closed_on: date | None) -> Decimal | None:
        """What one unit is worth; over the organisation's own currency where no rate stands between the two."""
        direct = self._rate(self.into, code, closed_on)
        if direct is not None:
            return direct.rate
        base = self.world.currency
        there, back = self._rate(base, code, closed_on), self._rate(base, self.into, closed_on)
        return there.rate / back.rate if there is not None and back is not None and back.rate else None

    def _rate(self, base: str, code: str, closed_on: date | None) -> Rate | None:
        rates = self._rates.get(base)
        if rates is None:
            rates = self._rates[base] = Rates(self.world.tx, base)
        found = rates.on(code, self.on) if closed_on is None else rates.at_close(code, closed_on)
        if found is not None and code != base:
            self.used.add(found.valid_on)
        return found
