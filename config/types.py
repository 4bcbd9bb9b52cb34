"""Plain value types that every room of the house shares."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any, TypeAlias

# Every folder of messages is a language. What a later one has not translated yet is said in the last of the first two.
MESSAGES = Path(__file__).parent / "messages"
Language: TypeAlias = str
COMPLETE: tuple[Language, ...] = ("zh", "en")
LANGUAGES: tuple[Language, ...] = (
    *COMPLETE,
    *sorted(path.name for path in MESSAGES.iterdir() if path.is_dir() and path.name not in COMPLETE),
)

# Digits after the decimal point where they are not two (ISO 4217, table A.1).
_MINOR_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


Row: TypeAlias = tuple[str, ...]  # a label and what is said of it: ("需求分析", "4", "¥1,090,000")


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of a text that are rows: which line is the first, and the rows that it and the next ones say in words."""

    line: int
    rows: tuple[Row, ...]


# ISO 4217: what is money somewhere; not its codes for gold, for tests and for none.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD
LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP
PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND
TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())


def minor_digits(currency: str) -> int:
    """How many decimals the currency has: 2 for CNY, 0 for JPY, 3 for KWD (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


MAX_DIGITS = 15  # of an amount, before the point: more do not fit into the store as minor units


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. ``currency`` is an ISO 4217 code, or None where the words named none yet."""

    value: Decimal
    currency: str | None = None

    @property
    def is_countable(self) -> bool:
        """Does the amount fit into the store?"""
        return self.value.is_finite() and (not self.value or self.value.adjusted() < MAX_DIGITS)

    def to_minor(self) -> int:
        """The amount in the currency's smallest unit, rounded half to even: ¥1.235 → 124 fen."""
        scale = Decimal(10) ** minor_digits(self.currency or "")
        return int((self.value * scale).to_integral_value(ROUND_HALF_EVEN))

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> "Money":
        return cls(Decimal(minor).scaleb(-minor_digits(currency)), currency)

    def to_json(self) -> dict[str, str | None]:
        """{"value": "500000", "currency": "CNY"}: a plain decimal without exponent or trailing zeros."""
        text = f"{self.value:f}"
        return {"value": text.rstrip("0").rstrip(".") if "." in text else text, "currency": self.currency}

    @classmethod
    def from_json(cls, data: dict[str, str | None]) -> "Money":
        return cls(Decimal(data["value"] or 0), data.get("currency"))


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included."""

    start: date
    end: date

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.start <= day <= self.end

    def to_json(self) -> dict[str, str]:
        """{"start": "2026-10-01", "end": "2026-12-31"}: as a button, a form or an export holds it."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def from_json(cls, data: Any) -> "Period":
        """Also as an older version wrote it into its buttons: ["2026-10-01", "2026-12-31"]."""
        if isinstance(data, list):
            data = {"start": data[0], "end": data[-1]}
        return cls(date.fromisoformat(data["start"]), date.fromisoformat(data["end"]))

    def instants(self, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """When its first day begins in a zone, and when its last one has ended."""
        return datetime.combine(self.start, time(), zone), datetime.combine(self.end + timedelta(days=1), time(), zone)
