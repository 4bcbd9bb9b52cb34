"""From an object in the shape of the record contract to the columns of a record, checked field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from bot.dialogs.lines import total_of
from bot.errors import InvalidValue
from bot.exchange.shapes import Attribute, attributes
from config.crm import Crm
from config.types import CURRENCIES, MAX_DIGITS, Money
from nlu.folding import clean

# The id of the record that a reference means. Raises InvalidValue for none and for several.
Find = Callable[[str, Any], int]

# Beside these instants stands whether more than the day was meant; midnight is how a day is written.
_HAS_TIME = {"occurred_at": "occurred_has_time", "next_follow_up_at": "next_has_time"}
MAX_ITEMS = 100  # phones, aliases, choices


@dataclass(frozen=True, slots=True)
class Reading:
    """What values are read with: the lists of the organisation, the zone of times without one, the references."""

    crm: Crm
    zone: tzinfo
    find: Find
    custom: Callable[[str, Mapping[str, Any]], dict[str, Any]] = lambda _kind, given: dict(given)


@dataclass(slots=True)
class Entry:
    """A record to be written: its columns, and the rows that hang on it ("lines", "steps")."""

    columns: dict[str, Any] = field(default_factory=dict)
    children: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def read_entry(kind: str, data: Mapping[str, Any], how: Reading) -> Entry:
    """The columns that the given fields make; nothing is said about those left out.

    Raises InvalidValue with ``field`` among its params.
    """
    known = attributes(kind)
    entry = Entry()
    for name, value in data.items():
        attribute = known.get(name)
        if attribute is None:
            raise InvalidValue("entry.unknown", field=name)
        if value is None and attribute.required:
            raise InvalidValue("entry.missing", field=name)
        try:
            if attribute.form == "custom":
                entry.columns["custom"] = how.custom(kind, value or {})
            else:
                _put(entry, attribute, value, how)
        except InvalidValue as error:
            error.params.setdefault("field", name)
            raise
        except (TypeError, KeyError, AttributeError, ValueError, InvalidOperation, OverflowError) as error:
            raise InvalidValue("entry.form", field=name, value=_shown(value)) from error
    if entry.children.get("lines"):
        _sum_up(entry, data)
    return entry


def _sum_up(entry: Entry, data: Mapping[str, Any]) -> None:
    """What the lines come to is the amount, also where none is given. Raises InvalidValue where another one is."""
    lines = [{"unit_price": None, "discount": None, **line} for line in data["lines"]]
    if len({line["unit_price"]["currency"] for line in lines if line["unit_price"]}) > 1:
        raise InvalidValue("entry.currencies", field="lines")
    try:
        total = total_of(lines)
    except InvalidOperation as error:  # more digits than can be counted
        raise InvalidValue("entry.line", field="lines") from error
    if total is None:
        return
    columns = {"amount_minor": total.to_minor(), "amount_currency": total.currency}
    if entry.columns.get("amount_minor") is not None and not columns.items() <= entry.columns.items():
        raise InvalidValue("entry.sum", field="amount", total=" ".join(filter(None, total.to_json().values())))
    if not total.is_countable:
        raise InvalidValue("entry.form", field="lines", value=f"{total.value:f}")
    entry.columns |= columns


def missing(kind: str, entry: Entry) -> str | None:
    """The first required field that a new record would lack, or None."""
    return next((name for name, column in _required(kind) if entry.columns.get(column) in (None, "")), None)


@cache
def _required(kind: str) -> tuple[tuple[str, str], ...]:
    """The required fields of a kind, each with a column that shows whether it is there."""
    return tuple(
        (name, "period_start" if attribute.form == "period" else attribute.column)
        for name, attribute in attributes(kind).items()
        if attribute.required
    )


def _put(entry: Entry, attribute: Attribute, value: Any, how: Reading) -> None:
    name = attribute.name
    if attribute.form in _READ:
        _plain(entry, attribute, value, how)
    elif attribute.form == "money":
        money = None if value is None else _money(value)
        entry.columns[f"{name}_minor"] = None if money is None else money.to_minor()
        entry.columns[f"{name}_currency"] = None if money is None else money.currency
    elif attribute.form == "period":
        start, end = date.fromisoformat(value["start"]), date.fromisoformat(value["end"])
        if start > end:
            raise InvalidValue("entry.form", value=_shown(value))
        entry.columns |= {"period_start": start, "period_end": end}
    elif attribute.form == "about":
        entry.columns["about_kind"] = None if value is None else str(value["kind"])
        entry.columns["about_id"] = None if value is None else how.find(str(value["kind"]), value)
    elif attribute.form in ("lines", "steps"):
        rows = _sequence(value or [])
        entry.children[name] = [_line(row) if name == "lines" else _step(row, how) for row in rows]
    else:
        entry.columns[attribute.column] = None if value is None else how.find(attribute.target, value)


def _plain(entry: Entry, attribute: Attribute, value: Any, how: Reading) -> None:
    entry.columns[attribute.column] = None if value is None else _READ[attribute.form](attribute, value, how)
    if attribute.name in _HAS_TIME and value is not None:
        local = entry.columns[attribute.column].astimezone(how.zone)
        entry.columns[_HAS_TIME[attribute.name]] = (local.hour, local.minute) != (0, 0)


def _text(attribute: Attribute, value: Any, how: Reading) -> str | None:
    text = clean(_str(value)).strip()
    longest = attribute.max_chars or how.crm.limits.max_text
    if len(text) > longest:
        raise InvalidValue("entry.too_long", max=longest, value=_shown(text))
    if attribute.name in ("currency", "base") and text not in CURRENCIES:
        raise InvalidValue("entry.currency", value=_shown(text))
    if attribute.name == "role" and text not in how.crm.roles:
        raise InvalidValue("entry.choice", value=_shown(text), choices=", ".join(how.crm.roles))
    return text or None


def _texts(_attribute: Attribute, value: Any, _how: Reading) -> list[str]:
    items = [clean(_str(item)).strip()[:500] for item in _sequence(value)]
    return list(dict.fromkeys(item for item in items if item))


def _choice(attribute: Attribute, value: Any, how: Reading) -> str:
    codes = how.crm.codes(attribute.listed)
    if value not in codes:
        raise InvalidValue("entry.choice", value=_shown(value), choices=", ".join(codes))
    return str(value)


def _date(_attribute: Attribute, value: Any, _how: Reading) -> date:
    return date.fromisoformat(_str(value))


def _instant(_attribute: Attribute, value: Any, how: Reading) -> datetime:
    return instant(value, how.zone)


def instant(value: Any, zone: tzinfo) -> datetime:
    """An ISO time; one without an offset is in the zone."""
    at = datetime.fromisoformat(_str(value))
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    at.utctimetuple()  # raises OverflowError for what UTC has no year for
    return at


def _decimal(_attribute: Attribute, value: Any, _how: Reading) -> Decimal:
    number = Decimal(_str(value))
    if not number.is_finite() or number.adjusted() >= MAX_DIGITS or len(f"{number:f}") > 40:
        raise InvalidValue("entry.form", value=_shown(value))
    return number


def _integer(attribute: Attribute, value: Any, _how: Reading) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError
    if attribute.name == "satisfaction" and not 1 <= value <= 5:
        raise InvalidValue("entry.form", value=_shown(value))
    return int(value)


def _flag(_attribute: Attribute, value: Any, _how: Reading) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


_READ: Mapping[str, Callable[[Attribute, Any, Reading], Any]] = {
    "text": _text,
    "texts": _texts,
    "choice": _choice,
    "date": _date,
    "instant": _instant,
    "decimal": _decimal,
    "integer": _integer,
    "flag": _flag,
}


def _money(value: Any) -> Money:
    currency = _str(value["currency"])
    number = Decimal(_str(value["value"]))
    if currency not in CURRENCIES:
        raise InvalidValue("entry.currency", value=_shown(currency))
    if not number.is_finite() or number.adjusted() >= MAX_DIGITS:
        raise InvalidValue("entry.form", value=_shown(value))
    return Money(number, currency)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a document as its columns."""
    price = _money(row["unit_price"]) if row.get("unit_price") else None
    quantity, discount = Decimal(_str(row["quantity"])), row.get("discount")
    share = None if discount is None else Decimal(_str(discount))
    if quantity <= 0 or not quantity.is_finite() or not (share is None or 0 <= share <= 1):
        raise InvalidValue("entry.line", field="lines")
    return {
        "product": clean(_str(row["product"]))[:500],
        "quantity": quantity,
        "unit": clean(_str(row["unit"]))[:40] if row.get("unit") else None,
        "unit_price_minor": price.to_minor() if price else None,
        "unit_price_currency": price.currency if price else None,
        "discount": share,
    }


def _step(row: Mapping[str, Any], how: Reading) -> dict[str, Any]:
    """One step of a service request as its columns."""
    handler = how.find("user", row["handler"]) if row.get("handler") else None
    return {"at": instant(row["at"], how.zone), "handler_id": handler, "measures": clean(_str(row["measures"]))}


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _sequence(value: Any) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS * 10:
        raise TypeError
    return value


def _shown(value: Any) -> str:
    text = " ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
