"""From the cells of a row to the shape of the record contract: dates, amounts and codes as people write them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.errors import InvalidValue
from bot.exchange.shapes import Attribute
from config.columns import codes_called, currency_code, plain
from config.crm import Crm
from config.phrasing import phrasing
from config.types import LANGUAGES
from nlu.lexicon import Lexicon
from nlu.phones import HOME, phone_key, phone_region

_SEPARATOR = re.compile(r"[;；、|\n]+")
_ADDRESS = re.compile(
    r"\s*[(（<][^()（）<>]*@[^()（）<>]*[)）>]$"
)  # behind a name: "Dana Whitlow (dana@larkfield.example)"
_GUARD = re.compile("^'(?=[=+\\-@\t\r＝＋－＠])")  # what an export puts before a text that looks like a formula
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT]+(.*))?")
_CLOCK = re.compile(
    r"(?P<early>上午|凌晨|早上)?(?P<late>下午|晚上|中午)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
    r"\s*(?:(?P<am>a\.?m\.?)|(?P<pm>p\.?m\.?))?\s*(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.I,
)
_TIME_OF_DAY = re.compile(r"(?<=[\d日号])[\sT,]+(?=(?:[上下中]午|凌晨|[早晚]上)?\s*\d{1,2}:\d{2})")  # where it begins
# How North America groups its numbers, and nobody in China: "(415) 555-0100", "415-555-0100".
_NORTH_AMERICAN = re.compile(r"\(?[2-9]\d{2}\)?[\s.-]{1,2}[2-9]\d{2}[\s.-]\d{4}")
_UNITS = {"万": 10_000, "w": 10_000, "亿": 100_000_000, "k": 1000, "m": 1_000_000}
_CURRENCY = r"[A-Za-z]{3}|(?:US|HK)?[^\dA-Za-z\s.,，+\-]+"
_AMOUNT = re.compile(
    rf"(?P<head>{_CURRENCY})?\s*(?P<number>[-+]?[\d.,，]*\d)\s*(?P<unit>[万亿wkm])?\s*(?P<tail>{_CURRENCY})?", re.I
)
# What only who parts decimals by a comma writes, "18.000,50"; and what they and others mean different numbers by.
DECIMAL_COMMA = re.compile(r"(?<![\d.,])[-+]?(?:(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}|\d{1,3}(?:\.\d{3}){2,})(?![\d.,])")
_EITHER = re.compile(r"[-+]?\d{1,3}\.\d{3}")
# The section of the lexicon with what people here call the entries of a list.
_SPOKEN = {"stages": "stage", "channels": "channel", "order_statuses": "order_status",
           "service_statuses": "request_status"}  # fmt: skip
# A day as spreadsheets count it, from 1955 to 2118, and how they write a number that is too long for its column.
_SERIAL = re.compile(r"([2-7]\d,?\d{3})(?:\.\d+)?")
_FIRST_DAY = date(1899, 12, 30)
_ROUNDED = re.compile(r"(?P<digits>\d(?:\.\d+)?)E\+?(?P<power>\d{1,2})", re.I)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the cells of a table tell of one another: how its dates and numbers are written, and where it is.

    ``day_leads``: of a field, whether of two numbers before a year the first is the day; None where its dates say both.
    ``region``: where telephone numbers are that name no country.
    """

    day_leads: Mapping[str, bool | None] = field(default_factory=dict)
    has_decimal_comma: bool = False
    region: str = ""


class CellReader:
    """Reads cells for one organisation. ``currency``: of an amount that names none; ``lexicon``: what people here call
    stages, channels and states besides their labels."""

    def __init__(
        self, crm: Crm, currency: str, signs: Signs = Signs(region=HOME), lexicon: Lexicon | None = None
    ) -> None:
        self._crm, self._currency, self._signs, self._lexicon = crm, currency, signs, lexicon
        self._region = signs.region
        self._regions: dict[str, CellReader] = {signs.region: self}
        self._read: Mapping[str, Callable[[Attribute, str], Any]] = {
            "texts": lambda attribute, text: _texts(attribute, text, self._region),
            "date": lambda attribute, text: day_of(text, self._day_leads(attribute))[0],
            "instant": lambda attribute, text: _instant(text, self._day_leads(attribute)),
            "decimal": lambda _attribute, text: f"{self._number(text):f}",
            "integer": lambda _attribute, text: int(self._number(text)),
            "flag": _flag,
            "money": lambda _attribute, text: self.money(text),
            "choice": self._choice,
            **dict.fromkeys(("custom", "lines", "steps"), _json),
            "reference": lambda _attribute, text: {"name": _ADDRESS.sub("", text) or text},
        }

    @classmethod
    def of(cls, crm: Crm, currency: str, zone: str, lexicon: Lexicon | None = None) -> "CellReader":
        """The reader of an organisation in a time zone: its telephones are where its holidays are."""
        return cls(crm, currency, Signs(region=crm.attention.country(zone).partition("-")[0] or HOME), lexicon)

    def of_table(self, signs: Signs) -> "CellReader":
        """The reader of a table that tells how it is written."""
        return CellReader(self._crm, self._currency, replace(signs, region=signs.region or self._region), self._lexicon)

    def within(self, region: str) -> "CellReader":
        """The reader of a row that tells where it is; "" where it does not."""
        if (region or self._region) not in self._regions:
            signs = replace(self._signs, region=region)
            self._regions[region] = CellReader(self._crm, self._currency, signs, self._lexicon)
        return self._regions[region or self._region]

    def value(self, attribute: Attribute, text: str) -> Any:
        """The value in the shape of the contract; None for an empty cell. Raises InvalidValue."""
        plain = text.strip()
        if plain[:1] == "'":
            plain = _GUARD.sub("", plain)
        if not plain:
            return None
        read = self._read.get(attribute.form)
        return plain if read is None else read(attribute, plain)

    def money(self, text: str) -> dict[str, str]:
        """「¥50万」, "US$1.2m", "500000 CNY", "1,250.50"."""
        found = _AMOUNT.fullmatch(text.strip())
        if found is None:
            raise InvalidValue("entry.amount", value=text[:60])
        sign = found["head"] or found["tail"] or ""
        currency = currency_code(sign) if sign else self._currency
        number = self._number(found["number"]) * _UNITS.get((found["unit"] or "").lower(), 1)
        return {"value": f"{number:f}", "currency": currency}

    def _number(self, text: str) -> Decimal:
        bare = re.sub(r"\s", "", text)
        if DECIMAL_COMMA.fullmatch(bare) or (self._signs.has_decimal_comma and _EITHER.fullmatch(bare)):
            bare = bare.replace(".", "").replace(",", ".")
        try:
            return Decimal(re.sub(r"[,，]", "", bare))
        except InvalidOperation as error:
            raise InvalidValue("entry.number", value=text[:60]) from error

    def _day_leads(self, attribute: Attribute) -> bool | None:
        return self._signs.day_leads.get(attribute.name)

    def _choice(self, attribute: Attribute, text: str) -> str:
        """The code of a label in either language, of one that it had before, or of a name that other systems have."""
        items = self._crm.items(attribute.listed)
        said = text.casefold()
        for item in items:
            if said in (item.code.casefold(), *(item.labels[language].casefold() for language in LANGUAGES)):
                return item.code
        before = {
            label.casefold(): code
            for (name, code), labels in self._crm.before.items()
            if name == attribute.listed
            for label in labels.values()
        }
        code = before.get(said) or codes_called(attribute.listed).get(plain(text)) or self._spoken(attribute, text)
        if code is None or code not in self._crm.codes(attribute.listed):
            choices = {language: [item.labels[language] for item in items] for language in LANGUAGES}
            raise InvalidValue("entry.choice", value=text[:60], choices=choices, listed=attribute.listed)
        return code

    def _spoken(self, attribute: Attribute, text: str) -> str:
        """The code that people here mean by a word, theirs or one that was taught; "" for none."""
        section = _SPOKEN.get(attribute.listed, "")
        kinds = self._lexicon.kinds_of(text) if self._lexicon is not None and section else ()
        codes = [kind.removeprefix(f"{section}.") for kind in kinds if kind.startswith(f"{section}.")]
        return codes[0] if len(codes) == 1 else ""


def day_of(text: str, day_leads: bool | None = None) -> tuple[str, str]:
    """The ISO date that a cell names, and what stands behind it. Raises InvalidValue."""
    serial = _SERIAL.fullmatch(text.strip())
    if serial is not None:
        return (_FIRST_DAY + timedelta(days=int(serial[1].replace(",", "")))).isoformat(), ""
    found = _DAY.fullmatch(text.strip())
    try:
        if found is None:
            return _western(text, day_leads)
        return date(*(int(part) for part in found.groups()[:3])).isoformat(), found[4] or ""
    except ValueError as error:
        raise InvalidValue("entry.date", value=text[:60]) from error


def _western(text: str, day_leads: bool | None) -> tuple[str, str]:
    """ "31 Dec 2026", "Dec 31, 2026", "31.12.2026"; "12/31/2026" where only one order of day and month is possible, or
    is that of the column; and what stands behind it. Raises InvalidValue for a day that is written otherwise than the
    rest of its column."""
    plain = " ".join(text.replace(",", " ").split())
    for form in ("%d %b %Y", "%b %d %Y", "%d %B %Y", "%B %d %Y", "%Y%m%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(plain, form).date().isoformat(), ""  # noqa: DTZ007 — a day has no zone
        except ValueError:
            continue
    day, _space, rest = plain.partition(" ")
    first, second, year = (int(part) for part in day.split("/"))
    only = first > 12 if (first > 12) != (second > 12) else None  # what the two numbers say themselves
    if day_leads is None and only is None and first != second:
        raise InvalidValue("entry.date_unclear", value=text[:60])
    if None not in (day_leads, only) and day_leads != only:
        raise InvalidValue("entry.date_against", value=text[:60])
    is_day_first = only if day_leads is None else day_leads
    return date(year, *((second, first) if is_day_first else (first, second))).isoformat(), rest


def _instant(text: str, day_leads: bool | None) -> str:
    said, *clock = _TIME_OF_DAY.split(text.strip(), maxsplit=1)
    day, rest = day_of(said, day_leads)
    rest = rest.strip() or next(iter(clock), "")
    if not rest:
        return day
    found = _CLOCK.fullmatch(rest)
    if found is None:
        raise InvalidValue("entry.date", value=text[:60])
    hour = int(found["hour"])
    if hour < 12 and (found["pm"] or found["late"]):
        hour += 12
    elif hour == 12 and (found["am"] or found["early"]):
        hour = 0
    offset = (found["offset"] or "").upper().replace("Z", "+00:00")
    return f"{day}T{hour:02}:{found['minute']}:{found['second'] or '00'}{offset}"


def _json(_attribute: Attribute, text: str) -> Any:
    """What our own spreadsheets hold for what no cell can show."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValue("entry.form", value=text[:60]) from error


def _flag(_attribute: Attribute, text: str) -> bool:
    is_true = phrasing("true").fullmatch(text) is not None
    if not is_true and not phrasing("false").fullmatch(text):
        raise InvalidValue("entry.flag", value=text[:60])
    return is_true


def _texts(attribute: Attribute, text: str, region: str) -> list[str]:
    items = [item.strip() for item in _SEPARATOR.split(text) if item.strip()]
    if attribute.name != "phones":
        return items
    parts = [part for item in items for part in (item.split(",") if "," in item else re.split(r"[/，]", item))]
    return list(dict.fromkeys(_phone(part.strip(), region) for part in parts if part.strip()))


def region_said(text: str) -> str:
    """Where a telephone number is, as far as it says so itself; "" for one that could be anywhere."""
    if _NORTH_AMERICAN.fullmatch(text.strip()):
        return "US"
    if text.strip().startswith(("+86", "0086")):
        return HOME
    return phone_region(text.strip()) if text.strip().startswith(("+", "00")) else ""


def _phone(text: str, region: str) -> str:
    """The number as it is kept. Raises InvalidValue for one that a spreadsheet has rounded: 1.38E+10."""
    rounded = _ROUNDED.fullmatch(text)
    if rounded is not None:
        digits = rounded["digits"].replace(".", "")
        if len(digits) != int(rounded["power"]) + 1:
            raise InvalidValue("entry.rounded", value=text)
        text = digits
    if region == HOME and _NORTH_AMERICAN.fullmatch(text):
        region = "US"
    return phone_key(text, region) or text
