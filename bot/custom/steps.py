"""Forms as the person's team wants them: optional questions left out or asked, in an order of its own.

``dialogs`` in crm.toml says how. What is required stays so; a field stays behind the one that it depends on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import bindparam, column, select, table

from bot.dialogs.model import Field, Flow
from bot.flows.registry import FLOWS
from bot.world import World
from config.crm import SHIPPED, Crm
from config.dialogs import Steps
from config.errors import ConfigError
from storage.kept import Kept
from storage.prepared import always

_teams = table("teams", *map(column, ("id", "name")))
_NAME = Kept(always(select(_teams.c.name).where(_teams.c.id == bindparam("b_team"))))


def arranged(flow: Flow, world: World) -> Flow:
    """The form with the organisation's arrangement, then the team's."""
    wishes = [steps for steps in world.crm.dialogs if steps.flow == flow.kind]
    if not wishes:
        return flow
    team = _team(world)
    return _with(flow.kind, tuple(steps for steps in wishes if steps.team in ("", team)))


def _team(world: World) -> str | None:
    if world.actor.team_id is None:
        return None
    rows = _NAME.rows(world.tx.connection, {"b_team": world.actor.team_id})
    return str(rows[0].name) if rows else None


@lru_cache(maxsize=200)
def _with(kind: str, wishes: tuple[Steps, ...]) -> Flow:
    flow = FLOWS[kind]
    for steps in sorted(wishes, key=lambda each: bool(each.team)):
        fields = [_asked(field, steps) for field in flow.fields]
        flow = replace(flow, fields=tuple(_in_order(fields, steps.order)))
    return flow


def _asked(field: Field, steps: Steps) -> Field:
    if field.name in steps.skip:
        return replace(field, ask="never")
    return replace(field, ask="always") if field.name in steps.ask else field


def _in_order(fields: Sequence[Field], order: tuple[str, ...]) -> list[Field]:
    """The fields that are named change places among themselves; the others stay where they are."""
    named = {field.name: field for field in fields if field.name in order}
    turn = iter([named[name] for name in order])
    return [next(turn) if field.name in named else field for field in fields]


def check(crm: Crm, path: Path | None) -> None:
    """Raises `ConfigError` for a dialog, a field or an order that cannot be. ``path``: of the organisation's file."""
    file = path.name if path else SHIPPED.name
    for number, steps in enumerate(crm.dialogs, 1):
        flow = FLOWS.get(steps.flow)
        if flow is None:
            raise _wrong(file, f"dialogs[{number}].flow", steps.flow, FLOWS)
        names = {field.name: field for field in flow.fields}
        for key in ("skip", "ask", "order"):
            for name in getattr(steps, key):
                if name not in names:
                    raise _wrong(file, f"dialogs[{number}].{key}", name, names)
        optional = [name for name, field in names.items() if not field.required]
        for name in steps.skip:
            if name not in optional:
                raise _wrong(file, f"dialogs[{number}].skip", name, optional)
        placed = [field.name for field in _with(flow.kind, (steps,)).fields]
        for name in placed:
            behind = [other for other in names[name].within if placed.index(other) > placed.index(name)]
            if behind:
                raise _wrong(file, f"dialogs[{number}].order", name, [f"{behind[0]}, {name}"])


def _wrong(file: str, key: str, value: str, expected: Iterable[str]) -> ConfigError:
    return ConfigError(file, key, "not_allowed", value=value, expected=", ".join(expected))
