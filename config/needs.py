"""What a deal has to tell from a stage on: ``[stage_needs]`` of ``crm.toml``, a list of facts for each stage."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from config.custom import CustomField
from config.reading import Table

Fact: TypeAlias = Literal["amount", "expected_close", "product", "competitor", "next_step", "decision_maker"]
FACTS: tuple[Fact, ...] = get_args(Fact)


def read_stage_needs(
    table: Table, stages: tuple[str, ...], customs: tuple[CustomField, ...]
) -> Mapping[str, tuple[str, ...]]:
    """The facts and keys of custom fields by stage; a custom field may name its stage itself."""
    own = [field for field in customs if field.kind == "opportunity"]
    known = (*FACTS, *(field.key for field in own))
    found: dict[str, tuple[str, ...]] = {}
    for stage in stages:
        listed = table.texts(stage) if table.has(stage) else ()
        for name in listed:
            if name not in known:
                raise table.error(stage, "not_allowed", value=name, expected=", ".join(known))
        named = (*listed, *(field.key for field in own if field.stage == stage))
        if named:
            found[stage] = tuple(dict.fromkeys(named))
    table.finish()
    return found
