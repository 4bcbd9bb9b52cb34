"""Field-level rights: what of a record somebody does not see (``hidden``, ``masked`` of a role in ``crm.toml``).

They are kept where all reads pass: `storage.veil` covers the columns for the turn of this actor, so that cards, lists,
search, sums, pictures, files and the HTTP interface need not know of them. In a group the veil is that of the member of
its team who sees least; that outside people are in it, too, is not known here.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import column, select, table, true

from bot.errors import NotAllowed
from config.fields import Shown
from nlu.patterns import pattern
from nlu.phones import spaced
from storage import records
from storage.database import Tx
from storage.veil import Cover, Veil, nothing

if TYPE_CHECKING:
    from bot.rules.access import Actor
    from config.crm import Crm

Fields = Mapping[tuple[str, str], Shown]
_users = table("users", *map(column, ("role", "team_id", "active", "deleted_at")))
_TABLES = {
    "opportunity": ("opportunities", "opportunity_history", "pipeline_totals"),
    "contract": ("contracts", "instalments"),
    "sales_target": ("sales_targets",),
    "forecast_commit": ("forecast_commits",),
}
# What gives a field away, beyond the columns of its name.
_BEHIND: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("opportunity", "amount"): ("pipeline_totals.currency",),
    ("quote", "amount"): ("line_items.unit_price_minor", "line_items.unit_price_currency", "line_items.discount"),
    ("sales_target", "amount"): ("sales_targets.value",),
}
_AS_QUOTES = ("contract", "order")
_MONEY = ("amount", "unit_price")
_PHONE = pattern(
    r"(?<![\d.,-])(?:\+\d{1,3}[ -]?)?"
    r"(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{3,4}[ -]?\d{4}|\(?\d{3}\)?[ -]\d{3}[ -]\d{4})(?![\d,])"
    r"|\+\d[\d -]{6,16}\d"
)
_EMAIL = pattern(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,})")


class FieldHidden(NotAllowed):
    """Something was asked by a field that the role does not see."""

    key = "error.field_hidden"


def mask(text: str) -> str:
    """138 **** 8000 and z***@example.com, whatever text they stand in."""
    text = _EMAIL.sub(r"\1***@\2", text)
    return _PHONE.sub(lambda match: _hidden(match.group()), text)


def _hidden(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    kept = 5 if number.startswith("+") else 3
    return f"{number[:kept].rstrip()} **** {digits[-2:]}"


def not_shown(tx: Tx, actor: "Actor", crm: "Crm") -> Fields:
    """By (kind, field) what the actor does not see, or only masked, where they are spoken to."""
    if actor.audience is None or not any(role.fields for role in crm.roles.values()):
        return crm.fields(actor.role)
    c = _users.c
    members = select(c.role).where(
        c.team_id.in_(sorted(actor.audience.teams)), c.active == true(), c.deleted_at.is_(None)
    )
    roles = {actor.role, *tx.connection.execute(members.distinct()).scalars()}
    return _together(crm, roles)


def _together(crm: "Crm", roles: Iterable[str]) -> Fields:
    """What at least one of the roles does not see."""
    found: dict[tuple[str, str], Shown] = {}
    for role in sorted(roles):
        for pair, shown in crm.fields(role).items():
            found[pair] = "hidden" if "hidden" in (shown, found.get(pair)) else shown
    return found


def is_hidden(tx: Tx, actor: "Actor", crm: "Crm", kind: str, field: str) -> bool:
    return not_shown(tx, actor, crm).get((kind, field)) == "hidden"


def unsearchable(tx: Tx, actor: "Actor", crm: "Crm", kind: str) -> frozenset[str]:
    """The forms of names by which the actor may not find records of the kind: they would tell whose a number is."""
    fields = not_shown(tx, actor, crm)
    forms = {"phones": ("tail", "phone"), "emails": ("email",)}
    hidden = (form for field in forms if fields.get((kind, field)) == "hidden" for form in forms[field])
    return frozenset(hidden) | ({"tail"} if (kind, "phones") in fields else frozenset())


def require_amounts(tx: Tx, actor: "Actor", crm: "Crm", kind: str) -> None:
    """Raises FieldHidden where the actor does not see amounts of the kind: for what is nothing but a sum."""
    if is_hidden(tx, actor, crm, kind, "amount"):
        raise FieldHidden("error.amounts_hidden")


def veil_for(tx: Tx, actor: "Actor", crm: "Crm") -> Veil | None:
    """What lies over the columns while something is done for the actor; None where they see all."""
    fields = not_shown(tx, actor, crm)
    return _veil(frozenset(fields.items())) if fields else None


@lru_cache(maxsize=100)
def _veil(fields: frozenset[tuple[tuple[str, str], Shown]]) -> Veil:
    covers: dict[str, Cover] = {}
    for (kind, field), shown in fields:
        cover = nothing if shown == "hidden" else _masked
        covers.update(dict.fromkeys(_columns(kind, field), cover))
    return Veil(covers, _refuse)


def as_role_sees(crm: "Crm", role: str | None, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values of a record's columns, as JSON holds them, those that a role sees, masked as it sees them; None:
    what every role sees. Of a role that is no more, nothing."""
    if role is not None and role not in crm.roles:
        return {}
    fields = _together(crm, crm.roles) if role is None else crm.fields(role)
    covers = _veil(frozenset(fields.items())).covers if fields else {}
    stored: Any = records.tracked_class(kind).__table__
    shown: dict[str, Any] = {}
    for key, value in values.items():
        cover = covers.get(f"{stored.name}.{key}")
        if cover is not nothing:
            shown[key] = value if cover is None or value is None else cover(value)
    return shown


def _columns(kind: str, field: str) -> list[str]:
    """The columns of all tables that hold the field."""
    names = (f"{field}_minor", f"{field}_currency") if field in _MONEY else (field,)
    behind = _BEHIND.get(("quote" if kind in _AS_QUOTES else kind, field), ())
    return [f"{at}.{name}" for at in _TABLES.get(kind, (f"{kind}s",)) for name in names] + list(behind)


def _masked(value: Any) -> Any:
    return [mask(spaced(item)) for item in value]


def _refuse(name: str) -> Exception:
    """The error for a column: a filter by it, a change of it."""
    is_money = name.startswith(("amount", "unit_price", "value", "currency", "discount"))
    return FieldHidden("error.amounts_hidden" if is_money else None)
