"""Which fields a role does not see, or only in part: ``hidden`` and ``masked`` of ``[roles.…]`` in ``crm.toml``."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from config.reading import Table

Shown: TypeAlias = Literal["hidden", "masked"]

# Every field that can be hidden, and the kinds that have it.
_MONEY = ("opportunity", "quote", "contract", "order", "invoice", "payment", "sales_target", "forecast_commit")
_PEOPLE = ("customer", "contact")
HIDEABLE: Mapping[str, tuple[str, ...]] = {
    "amount": _MONEY,
    "unit_price": ("product",),
    "phones": _PEOPLE,
    "emails": _PEOPLE,
    "im": _PEOPLE,
    "address": ("customer",),
    "preferences": _PEOPLE,
    "interests": _PEOPLE,
    "needs": ("customer",),
    "decision_role": ("contact",),
    "competitor": ("opportunity",),
    "payment_terms": ("contract",),
}
MASKABLE = ("phones", "emails")
# Kinds that are nothing without their amount: who does not see it does not make or change them.
WORTHLESS = ("quote", "contract", "order", "invoice", "payment", "sales_target", "forecast_commit", "product")


def read_fields(row: Table) -> dict[tuple[str, str], Shown]:
    """By kind and field, what is hidden or masked; "amount" is every kind's, "order.amount" one's."""
    masked = dict.fromkeys(_pairs(row, "masked", MASKABLE), "masked")
    return {**masked, **dict.fromkeys(_pairs(row, "hidden", tuple(HIDEABLE)), "hidden")}  # type: ignore[dict-item]


def _pairs(row: Table, key: str, allowed: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for named in row.texts(key) if row.has(key) else ():
        kind, _, field = named.rpartition(".")
        kinds = HIDEABLE.get(field, ()) if field in allowed else ()
        if not kinds or (kind and kind not in kinds):
            raise row.error(key, "not_allowed", value=named, expected=", ".join(allowed))
        yield from ((one, field) for one in ((kind,) if kind else kinds))
