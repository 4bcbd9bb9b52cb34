"""Who may do what: the levels of each role by kind and action, and the fields that it does not see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from config.fields import WORTHLESS, Shown, read_fields
from config.kinds import KINDS
from config.lists import read_labels
from config.reading import Table
from config.types import Language

Level: TypeAlias = Literal["none", "own", "team", "all"]
Action: TypeAlias = Literal["view", "create", "edit", "delete", "export"]
LEVELS: tuple[Level, ...] = get_args(Level)
ACTIONS: tuple[Action, ...] = get_args(Action)


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is called, its level for every (kind, action), and which (kind, field) it does not see in full."""

    labels: Mapping[Language, str]
    levels: Mapping[tuple[str, Action], Level]
    fields: Mapping[tuple[str, str], Shown]


def read_role(row: Table) -> Role:
    """One table of ``[roles.…]``. Raises `ConfigError`."""
    labels = read_labels(row)
    default = _rights(row.table("default"), {})
    levels: dict[tuple[str, Action], Level] = {}
    for kind in KINDS:
        rights = _rights(row.table(kind), default) if row.has(kind) else default
        levels.update({(kind, action): level for action, level in rights.items()})
    fields = read_fields(row)
    row.finish()
    worth = {"product": "unit_price"}
    for kind in WORTHLESS:
        if fields.get((kind, worth.get(kind, "amount"))) == "hidden":
            levels.update({(kind, "create"): "none", (kind, "edit"): "none"})
    return Role(labels, levels, fields)


def _rights(row: Table, default: Mapping[Action, Level]) -> dict[Action, Level]:
    rights: dict[Action, Level] = {
        action: row.one_of(action, LEVELS, default.get(action, "none")) for action in ACTIONS
    }
    row.finish()
    return rights
