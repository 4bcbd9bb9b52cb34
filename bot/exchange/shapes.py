"""Of which form each field of the record contract is: read off the mapped classes, so that there is one truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from sqlalchemy import JSON, Boolean, Date, Integer

from bot.rules.export import COLUMN_OF
from config.kinds import COMMON, FIELDS, MONEY
from storage import records
from storage.types import ExactDecimal, UtcDateTime

Form: TypeAlias = Literal[
    "text", "texts", "date", "instant", "decimal", "integer", "flag", "money", "period", "about", "reference",
    "choice", "lines", "steps", "custom",
]  # fmt: skip

# Fields that take only the codes of a list of crm.toml.
_LISTED = {
    ("customer", "customer_type"): "customer_types",
    ("contact", "decision_role"): "decision_roles",
    ("opportunity", "stage"): "stages",
    ("follow_up", "channel"): "channels",
    ("quote", "status"): "quote_statuses",
    ("contract", "status"): "contract_statuses",
    ("order", "status"): "order_statuses",
    ("service_request", "status"): "service_statuses",
    ("reminder", "status"): "reminder_statuses",
}
# What a new record has where nothing else is said; "now" and "first" are worked out when it is made.
DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "opportunity": {"stage": "first"},
    "quote": {"status": "draft"},
    "contract": {"status": "active"},
    "order": {"status": "placed"},
    "service_request": {"status": "open", "requested_at": "now", "number": "own"},
    "follow_up": {"occurred_at": "now"},
    "reminder": {"status": "pending"},
    "user": {"role": "rep"},
    "sales_target": {"metric": "revenue"},
}
# Set by the store; a file of the contract's shape may bring them along, nobody else.
HISTORY = ("id", "created_at", "updated_at", "created_by")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of a kind. ``target``: the kind a reference points at; ``listed``: the list whose codes it takes."""

    name: str
    form: Form
    required: bool = False
    target: str = ""
    listed: str = ""
    max_chars: int = 0
    column: str = ""


@cache
def attributes(kind: str) -> Mapping[str, Attribute]:
    """All fields of a kind that may be written, by name, in the order of the contract."""
    cls = records.record_class(kind)
    names = [name for name in (*COMMON, *FIELDS[kind]) if name not in HISTORY]
    return MappingProxyType({name: _attribute(cls, kind, name) for name in names})


def _attribute(cls: "type[records.Record]", kind: str, name: str) -> Attribute:
    table: Any = cls.__table__
    if name in ("lines", "steps", "custom", "about"):
        return Attribute(name, name)  # type: ignore[arg-type]
    if name in MONEY:
        return Attribute(name, "money", column=name)
    if name == "period":
        return Attribute(name, "period", required=True)
    key = table.c.get(COLUMN_OF.get((kind, name), f"{name}_id"))
    is_given = name in DEFAULTS.get(kind, {})
    if key is not None:
        target = next(iter(key.foreign_keys)).column.table
        kind_of = next(other.kind for other in records.all_records() if other.__table__ is target)
        return Attribute(name, "reference", required=not key.nullable, target=kind_of, column=key.key)
    column = table.c[name]
    required = not column.nullable and column.default is None and not is_given
    listed = _LISTED.get((kind, name), "")
    form = "choice" if listed else _form(column.type)
    return Attribute(name, form, required, listed=listed, max_chars=getattr(column.type, "length", 0) or 0, column=name)


def _form(column_type: Any) -> Form:
    for of, form in _FORMS:
        if isinstance(column_type, of):
            return form
    return "text"


_FORMS: tuple[tuple[type, Form], ...] = (
    (UtcDateTime, "instant"),
    (ExactDecimal, "decimal"),
    (Date, "date"),
    (Boolean, "flag"),
    (Integer, "integer"),
    (JSON, "texts"),
)
