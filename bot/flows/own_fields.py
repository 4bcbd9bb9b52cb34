"""Change nothing but the fields of one's own, of records that have no other form for a change: products, reminders."""

from dataclasses import dataclass
from typing import Any

from bot.dialogs.model import Field, Flow, Json, Line, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.types import Along
from bot.flows.shared import saved
from bot.rules.access import fetch
from bot.world import World
from storage import records


@dataclass(frozen=True, slots=True)
class _Meant(Along):
    """The record that was meant; nobody is asked for it."""

    key: str = ""

    def show(self, value: Json, world: AnyWorld) -> str:
        return str(value["name"])


def _own_fields_of(kind: str) -> Flow:
    def save(world: World, values: Values) -> Saved:
        cls: Any = records.record_class(kind)
        record = fetch(world.tx, world.actor, world.crm, cls, values[kind]["id"], "edit")
        return saved(world, world.words.say("own_fields.saved", name=values[kind]["name"]), about={kind: record})

    return Flow(
        kind=f"{kind}_own",
        needs=(kind, "edit"),
        titled_by=kind,
        openings={},
        fields=(Field(kind, _Meant(), required=False, ask="never"),),
        card=(Line("own_fields.card", (kind,)),),
        save=save,
    )


PRODUCT_OWN, REMINDER_OWN = map(_own_fields_of, ("product", "reminder"))
