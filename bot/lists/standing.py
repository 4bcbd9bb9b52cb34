"""Which records stand on the entries of a list, and how they are moved from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, select

from bot.errors import InvalidValue
from bot.world import World
from config.changed import STAGES
from config.lists import Item
from storage import records

MAX_MOVED = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the entries of a list stand in records: as codes, or in the words of whoever entered them."""

    kind: str
    attribute: str
    holds: Literal["codes", "words"]
    code_chars: int = 40


PLACES = {
    STAGES: Place("opportunity", "stage", "codes"),
    "order_statuses": Place("order", "status", "codes", 20),
    "channels": Place("follow_up", "channel", "codes", 20),
    "decision_roles": Place("contact", "decision_role", "codes"),
    "lost_reasons": Place("opportunity", "lost_reason", "words"),
    "industries": Place("customer", "industry", "words"),
    "sizes": Place("customer", "size", "words"),
    "sources": Place("customer", "source", "words"),
}


def values_of(place: Place, item: Item) -> list[str]:
    """What a record that stands on the entry holds."""
    return [item.code, *item.labels.values()] if place.holds == "words" else [item.code]


def count(world: World, place: Place, values: Sequence[str]) -> int:
    """How many records hold one of the values."""
    cls: Any = records.record_class(place.kind)
    return int(world.session.scalar(select(func.count(cls.id)).where(*_standing(cls, place, values))) or 0)


def move(world: World, place: Place, values: Sequence[str], to: str) -> int:
    """Have records that hold one of the values hold another; how many. Raises InvalidValue for too many at once."""
    found = count(world, place, values)
    if found > MAX_MOVED:
        facts = {"count": f"{found:,}", "kind": kind_name(world, place), "max": f"{MAX_MOVED:,}"}
        raise InvalidValue("section.too_much", **facts)
    cls: Any = records.record_class(place.kind)
    for record in world.session.scalars(select(cls).where(*_standing(cls, place, values))):
        setattr(record, place.attribute, to)
    world.session.flush()
    return found


def kind_name(world: World, place: Place) -> str:
    return world.words.say(f"common.kind.{place.kind}")


def _standing(cls: Any, place: Place, values: Sequence[str]) -> "tuple[ColumnElement[bool], ...]":
    return getattr(cls, place.attribute).in_(values), cls.deleted_at.is_(None)
