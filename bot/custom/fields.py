"""Which custom fields there are: those of ``crm.toml`` and those that an administrator added in chat.

The latter are read anew in every turn that asks, so that a new field is valid at once in every process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, column, select, table

from bot.world import World
from config.crm import Crm
from config.custom import TAGS, CustomField
from config.types import LANGUAGES
from storage.database import Tx
from storage.kept import Kept
from storage.prepared import always

# A light stand-in for the mapped class: every message asks this, and the first answer must not wait for the mapping.
_fields = table(
    "custom_fields",
    *map(column, ("id", "for_kind", "label", "field_type", "deleted_at")),
    column("choices", JSON),
)
_STORED = Kept(always(select(_fields).where(_fields.c.deleted_at.is_(None)).order_by(_fields.c.id)), keeps_none=True)


def fields_in(tx: Tx, crm: Crm) -> tuple[CustomField, ...]:
    """All custom fields, the declared ones first."""
    rows = _STORED.rows(tx.connection, {})
    return _laid_out(crm, rows) if rows else _declared(crm)


@lru_cache(maxsize=8)  # the configuration is another one where somebody changed it in chat
def _declared(crm: Crm) -> tuple[CustomField, ...]:
    """Those of an organisation that has added none."""
    return _laid_out(crm, ())


def _laid_out(crm: Crm, rows: Sequence[Any]) -> tuple[CustomField, ...]:
    stored = [
        CustomField(
            kind=row.for_kind,
            key=row.label,
            labels=dict.fromkeys(LANGUAGES, row.label),
            type=row.field_type,
            choices=tuple(row.choices),
        )
        for row in rows
    ]
    used = next((item.choices for item in stored if item.key == TAGS), ())
    own = [item for item in stored if item.key != TAGS]
    called = {label for item in own if item.kind == "customer" for label in item.labels.values()}
    declared = (item for item in crm.customs if item.key != TAGS or called.isdisjoint(item.labels.values()))
    return (*(replace(item, choices=used) if item.key == TAGS else item for item in declared), *own)


def in_use(fields: Iterable[CustomField]) -> list[CustomField]:
    """Without the tags, as long as nobody has given one."""
    return [item for item in fields if item.key != TAGS or item.choices]


def customs(world: World) -> tuple[CustomField, ...]:
    """The custom fields as this turn sees them."""
    if world.customs is None:
        world.customs = fields_in(world.tx, world.crm)
    return world.customs


def of_kind(world: World, kind: str) -> Sequence[CustomField]:
    return [item for item in customs(world) if item.kind == kind]
