"""What every part of the invented company is made with: chance, words, the calendar, and where records go."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import tomli

import config
from config.crm import Crm
from config.settings import Settings
from config.types import Language, Money, minor_digits
from storage.bulk import Loader

WORDS = Path(config.__file__).parent / "demo"
# About what one unit was worth in CNY: only to make amounts of different currencies alike in size.
WORTH = {"CNY": 1.0, "USD": 7.1, "EUR": 7.8, "GBP": 9.1, "HKD": 0.91, "JPY": 0.047, "SGD": 5.3}
YEARS = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """``now`` is the end of the history, in the organisation's zone; ``currencies``: its own first, and two others."""

    loader: Loader
    chance: Random
    words: dict[str, Any]
    crm: Crm
    language: Language
    currencies: tuple[str, ...]
    now: datetime

    @property
    def begin(self) -> datetime:
        return self.now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=YEARS * 365)

    def at_work(self, moment: datetime) -> datetime:
        """A moment of the same day at which people work, or of the next such day."""
        minutes = self.chance.randrange(9 * 60, 18 * 60, 5)
        at = moment.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)
        at += timedelta(days=at < moment)
        return at + timedelta(days=7 - at.weekday() if at.weekday() > 4 else 0)

    def money(self, worth: float, currency: str) -> Money:
        """A round amount that is worth so many CNY."""
        value = worth / WORTH.get(currency, 1.0)
        step = 10 ** max(0, len(str(int(value))) - 2)
        return Money(Decimal(max(1, round(value / step)) * step), currency)

    def worth(self, money: Money) -> float:
        """About how many CNY an amount is worth."""
        return float(money.value) * WORTH.get(money.currency or "", 1.0)

    def pick(self, listed: str, key: str) -> Any:
        return self.chance.choice(self.words[listed][key])


def set_scene(loader: Loader, settings: Settings, crm: Crm, *, seed: int, now: datetime) -> Scene:
    """The beginning of a history that ends ``now``; the same seed and moment make the same company."""
    others = [code for code in ("USD", "EUR", "CNY") if code != settings.currency][:2]
    with (WORDS / f"{settings.language}.toml").open("rb") as file:
        words = tomli.load(file)
    chance = Random(seed)  # noqa: S311 — invented data
    return Scene(
        loader, chance, words, crm, settings.language, (settings.currency, *others), now.replace(microsecond=0)
    )


def zone_of(now: datetime) -> tzinfo:
    assert now.tzinfo is not None  # noqa: S101 — given by the caller
    return now.tzinfo


def at_nine(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(9), zone)


def in_minor(money: Money, share: Decimal = Decimal(1)) -> int:
    """A share of an amount, whole in the currency's smallest unit."""
    scale = Decimal(10) ** minor_digits(money.currency or "")
    return int(money.value * share * scale)
