"""The configuration with what an administrator changed in chat laid over it: lists, stages and what stages need.

A section is what stands under its name in ``crm.toml``, and replaces that as a whole; it is read by the same checks.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from config.crm import Crm
from config.lists import LISTS, Item, Stage, read_list, read_stages
from config.reading import Table

STAGES, NEEDS = "stages", "stage_needs"
SECTIONS = (STAGES, *LISTS, NEEDS)


def laid_over(crm: Crm, sections: Mapping[str, Any]) -> Crm:
    """The configuration with these sections. Raises `ConfigError`."""
    table = Table(dict(sections), lambda _path: "chat")
    stages = read_stages(table) if STAGES in sections else crm.stages
    lists = {**crm.lists, **{name: read_list(table, name) for name in LISTS if name in sections}}
    codes = {stage.code for stage in stages}
    needs = {**crm.stage_needs, **{stage: tuple(names) for stage, names in sections.get(NEEDS, {}).items()}}
    changed = replace(
        crm,
        stages=stages,
        lists=lists,
        stage_needs={stage: names for stage, names in needs.items() if names and stage in codes},
        customs=tuple(item if item.stage in codes else replace(item, stage="") for item in crm.customs),
    )
    labels = {(name, item.code): item.labels for name in (STAGES, *LISTS) for item in crm.items(name)}
    return replace(changed, before={**crm.before, **labels})


def section_of(crm: Crm, name: str) -> Any:
    """A section as ``crm.toml`` would hold it."""
    if name == NEEDS:
        return {stage: list(names) for stage, names in crm.stage_needs.items()}
    return [row_of(item) for item in crm.items(name)]


def row_of(item: Item) -> dict[str, Any]:
    """An entry of a list as ``crm.toml`` would hold it."""
    row: dict[str, Any] = {"code": item.code, **item.labels}
    if item.emoji:
        row["emoji"] = item.emoji
    if item.next:
        row["next"] = list(item.next)
    if isinstance(item, Stage):
        row |= {"probability": item.probability, "kind": item.kind}
    return row
