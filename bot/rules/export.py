"""What is handed out of the CRM: every record of a kind, in the names and forms of the record contract.

Rows are read in pieces by their ids, so that a million records need no more memory than a thousand. Only what the
actor may export comes out; records in the bin never do, nor do references to them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Table, select

from bot.rules.access import Actor, visible
from bot.rules.fields import not_shown, veil_for
from config.crm import Crm
from config.kinds import COMMON, FIELDS, MONEY
from config.roles import Action
from config.types import Money
from storage import records
from storage.database import Tx

PIECE = 500

# Fields whose column has another name than the field with "_id" behind it.
COLUMN_OF = {("sales_target", "team"): "for_team_id"}
_NAMES = {"contracts": "number", "orders": "number", "invoices": "number", "service_requests": "number"}

Read = Callable[[Row[Any]], Any]
Only = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one kind is read: the query, and for each field what makes its value of a row."""

    kind: str
    cls: "type[records.Record]"
    query: Any
    reads: Mapping[str, Read]
    children: Mapping[str, tuple[Table, Column[int]]]


def exported(
    tx: Tx, actor: Actor, crm: Crm, kind: str, *, action: Action = "export", only: Only = ()
) -> Iterator[dict[str, Any]]:
    """All records of a kind that the actor may export (or view) and that fit the conditions, as JSON, oldest first."""
    tx.see_through(veil_for(tx, actor, crm))
    plan = _plan(actor, crm, kind, action, _hidden(tx, actor, crm, kind))
    table: Any = plan.cls.__table__
    query = plan.query.where(*only).order_by(table.c.id).limit(PIECE)
    last = 0
    while True:
        rows = tx.connection.execute(query.where(table.c.id > last)).all()
        if not rows:
            return
        children = {name: _children(tx, actor.zone, *where, rows) for name, where in plan.children.items()}
        for row in rows:
            record = {"kind": kind} | {name: read(row) for name, read in plan.reads.items()}
            yield record | {name: found.get(row.id, []) for name, found in children.items()}
        last = rows[-1].id


def _hidden(tx: Tx, actor: Actor, crm: Crm, kind: str) -> frozenset[str]:
    """The fields of the kind that are none for the actor."""
    fields = not_shown(tx, actor, crm).items()
    names = {field for (one, field), shown in fields if one == kind and shown == "hidden"}
    return frozenset(names | ({"value"} if kind == "sales_target" and "amount" in names else set()))


def _plan(actor: Actor, crm: Crm, kind: str, action: Action, hidden: frozenset[str]) -> _Plan:
    cls = records.record_class(kind)
    table: Any = cls.__table__
    columns: list[Any] = list(table.c)
    source = table
    reads: dict[str, Read] = {}
    children: dict[str, tuple[Table, Column[int]]] = {}
    for name in (*COMMON, *FIELDS[kind]):
        if name in hidden:
            continue
        if name in ("lines", "steps"):
            children[name] = _child_table(name, kind)
            reads[name] = lambda _row: []  # holds the field's place
            continue
        key = table.c.get(COLUMN_OF.get((kind, name), f"{name}_id"))
        if key is not None and name != "about":
            target = next(iter(key.foreign_keys)).column.table
            other = target.alias()
            source = source.outerjoin(other, (other.c.id == key) & other.c.deleted_at.is_(None))
            label = other.c[_NAMES.get(target.name, "name")].label(f"_{name}")
            columns += [label, other.c.id.label(f"_{name}_id")]
            reads[name] = _reference(name, _prefixes()[target.name])
        else:
            reads[name] = _plain(cls, name, actor.zone)
    query = select(*columns).select_from(source).where(visible(actor, crm, cls, action))
    return _Plan(kind, cls, query, reads, children)


def _prefixes() -> dict[str, str]:
    return {str(cls.__tablename__): cls.prefix for cls in records.all_records()}


def _reference(name: str, prefix: str) -> Read:
    def read(row: Row[Any]) -> dict[str, Any] | None:
        found = row._mapping[f"_{name}_id"]
        return None if found is None else {"id": f"{prefix}-{found}", "name": row._mapping[f"_{name}"]}

    return read


def _plain(cls: "type[records.Record]", name: str, zone: tzinfo) -> Read:
    """How a field without a reference is read."""
    if name == "id":
        return lambda row: f"{cls.prefix}-{row.id}"
    if name in MONEY:
        return lambda row: money(row._mapping[f"{name}_minor"], row._mapping[f"{name}_currency"])
    if name == "period":
        return lambda row: {"start": row.period_start.isoformat(), "end": row.period_end.isoformat()}
    if name == "about":
        prefixes = {other.kind: other.prefix for other in records.all_records()}
        return lambda row: _about(row, prefixes)
    return lambda row: plain(row._mapping[name], zone)


def _about(row: Row[Any], prefixes: Mapping[str, str]) -> dict[str, str] | None:
    if row.about_kind is None or row.about_id is None:
        return None
    return {"kind": row.about_kind, "id": f"{prefixes.get(row.about_kind, '')}-{row.about_id}"}


def plain(value: Any, zone: tzinfo) -> Any:
    """A value as JSON holds it: instants with the zone's offset, decimals as plain strings."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def money(minor: int | None, currency: str | None) -> dict[str, str | None] | None:
    return None if minor is None or currency is None else Money.from_minor(minor, currency).to_json()


def _child_table(name: str, kind: str) -> tuple[Table, Column[int]]:
    table: Any = (records.LineItem if name == "lines" else records.ServiceStep).__table__
    return table, table.c[f"{kind}_id"]


def _children(
    tx: Tx, zone: tzinfo, table: Table, key: "Column[int]", rows: Sequence[Row[Any]]
) -> dict[int, list[dict[str, Any]]]:
    """The lines or steps of these records, in order, by record."""
    users: Any = records.User.__table__
    query: Any = select(table).where(key.in_([row.id for row in rows]), table.c.deleted_at.is_(None))
    if "handler_id" in table.c:
        query = query.add_columns(users.c.name.label("handler")).outerjoin(users, users.c.id == table.c.handler_id)
    order = table.c.position if "position" in table.c else table.c.at
    found: dict[int, list[dict[str, Any]]] = {}
    for row in tx.connection.execute(query.order_by(order, table.c.id)):
        found.setdefault(row._mapping[key.name], []).append(_line(row) if "position" in table.c else _step(row, zone))
    return found


def _line(row: Row[Any]) -> dict[str, Any]:
    return {
        "product": row.product,
        "quantity": f"{row.quantity:f}",
        "unit": row.unit,
        "unit_price": money(row.unit_price_minor, row.unit_price_currency),
        "discount": None if row.discount is None else f"{row.discount:f}",
    }


def _step(row: Row[Any], zone: tzinfo) -> dict[str, Any]:
    handler = None if row.handler_id is None else {"id": f"U-{row.handler_id}", "name": row.handler}
    return {"at": plain(row.at, zone), "handler": handler, "measures": row.measures}
