"""Whether a record that comes in is here already: by its name, its number, or what else names its kind."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, or_, select

from bot.errors import InvalidValue
from bot.exchange.entry import Entry
from bot.rules.access import Actor, visible
from config.crm import Crm
from nlu.names import normalise, phone_key
from storage import records
from storage.database import Tx
from storage.many import pieces_of
from storage.prepared import Prepared, always
from storage.tables import name_keys

# Kinds found by name; contacts and opportunities only at the same customer.
_BY_NAME = ("customer", "contact", "opportunity")
# What else names one record of a kind: all of these columns together.
_NATURAL: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("quote", "contract", "order", "invoice", "service_request"), ("number",)),
    **dict.fromkeys(("team", "user", "product"), ("name",)),
    "identity": ("platform", "external_id"),
    "exchange_rate": ("currency", "base", "valid_on"),
    "follow_up": ("customer_id", "occurred_at", "content"),
    "sales_target": ("owner_id", "for_team_id", "metric", "period_start", "period_end"),
    "forecast_commit": ("owner_id", "period_start", "period_end"),
}


@dataclass(frozen=True, slots=True)
class Twin:
    """A record that is here already. ``by``: "name" where it is the same, "phone" or "email" where it may be."""

    id: int
    by: str = "name"


def keys_of(kind: str, entry: Entry) -> set[Hashable]:
    """What two entries of the same file share when they are one record."""
    columns = entry.columns
    if kind in _BY_NAME:
        return {("name", columns.get("customer_id"), normalise(columns["name"])), *_ways(kind, columns)}
    names = _NATURAL.get(kind, ())
    return {tuple(columns.get(name) for name in names)} if names and columns.get(names[0]) is not None else set()


def twins(tx: Tx, actor: Actor, crm: Crm, kind: str, entries: Sequence[Entry]) -> list[Twin | None]:
    """For each entry the record that is here already, as far as the actor may see it."""
    if kind in _BY_NAME:
        return _by_name(tx, actor, crm, kind, entries)
    return [_natural(tx, actor, crm, kind, entry) for entry in entries]


def _ways(kind: str, columns: Mapping[str, Any]) -> set[tuple[str, str]]:
    """The phones and e-mails of a customer, as the index has them."""
    if kind != "customer":
        return set()
    phones = {("phone", phone_key(phone) or normalise(phone)) for phone in columns.get("phones") or ()}
    return phones | {("email", email.casefold()) for email in columns.get("emails") or ()}


def _by_name(tx: Tx, actor: Actor, crm: Crm, kind: str, entries: Sequence[Entry]) -> list[Twin | None]:
    wanted = [{("name", normalise(entry.columns["name"])), *_ways(kind, entry.columns)} for entry in entries]
    found: dict[tuple[str, str], list[int]] = {}
    for piece in pieces_of({key for keys in wanted for _form, key in keys}):
        for form, key, record_id in _CALLED.rows(tx.connection, {"b_keys": piece, "b_kind": kind}):
            found.setdefault(("name" if form == "alias" else form, key), []).append(record_id)
    at = _customers_of(tx, actor, crm, kind, {record_id for ids in found.values() for record_id in ids})
    return [_first(keys, found, at, entry) for keys, entry in zip(wanted, entries, strict=True)]


_CALLED = Prepared(
    always(
        select(name_keys.c.form, name_keys.c.key, name_keys.c.record_id).where(
            name_keys.c.key.in_(bindparam("b_keys", expanding=True)),
            name_keys.c.kind == bindparam("b_kind"),
            or_(*(name_keys.c.form == form for form in ("name", "alias", "phone", "email"))),
        )
    )
)


def _first(
    keys: set[tuple[str, str]], found: Mapping[tuple[str, str], list[int]], at: Mapping[int, Any], entry: Entry
) -> Twin | None:
    """The record of the same name, else one that shares a phone or an e-mail."""
    for form, key in sorted(keys, key=lambda item: item[0] != "name"):
        for record_id in sorted(found.get((form, key), ())):
            if record_id in at and at[record_id] == entry.columns.get("customer_id"):
                return Twin(record_id, form)
    return None


def _customers_of(tx: Tx, actor: Actor, crm: Crm, kind: str, ids: set[int]) -> dict[int, Any]:
    """Those of the records that the actor may see, each with the customer it belongs to (None for customers)."""
    cls: Any = records.record_class(kind)
    column = cls.customer_id if kind != "customer" else cls.deleted_at
    rows: dict[int, Any] = {}
    for piece in pieces_of(ids):
        query = select(cls.id, column).where(cls.id.in_(piece), visible(actor, crm, cls))
        for row in tx.connection.execute(query):
            rows[row[0]] = row[1]
    return rows


def _natural(tx: Tx, actor: Actor, crm: Crm, kind: str, entry: Entry) -> Twin | None:
    names = _NATURAL.get(kind, ())
    if not names or entry.columns.get(names[0]) is None:
        return None
    cls: Any = records.record_class(kind)
    same = [getattr(cls, name) == entry.columns.get(name) for name in names]
    ids = tx.connection.execute(select(cls.id).where(*same, visible(actor, crm, cls)).limit(2)).scalars().all()
    if len(ids) > 1:
        raise InvalidValue("entry.several", kind=kind, name=str(entry.columns[names[0]]))
    return Twin(ids[0]) if ids else None
