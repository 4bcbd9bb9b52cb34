"""Rules about what belongs to a note beside words: its files, and where the customer was visited."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from sqlalchemy import func, select

from bot.dialogs.model import Json
from bot.rules.access import visible
from bot.world import World
from storage import records

EARTH_M = 6_371_000
NEAR_M = 1_000  # further away is not where somebody is
SAME_M = 300  # nearer than this it is the same place
MAX_NEAR = 3


class Near(NamedTuple):
    """A customer that was visited near a place."""

    id: int
    name: str
    metres: int


def add_files(world: World, follow_up_id: int, files: Sequence[Json]) -> None:
    """Keep files with a note, in the order in which they came."""
    if not files:
        return
    cls = records.Enclosure
    first = world.session.scalar(select(func.count()).where(cls.follow_up_id == follow_up_id)) or 0
    for position, file in enumerate(files, first):
        world.session.add(cls(follow_up_id=follow_up_id, position=position, **file))
    world.session.flush()


def keep_place(world: World, customer_id: int, place: Sequence[float]) -> None:
    """Remember where a customer is, unless that is known."""
    cls = records.Place
    known = world.session.scalars(select(cls).where(cls.customer_id == customer_id, cls.deleted_at.is_(None)))
    if all(distance((one.latitude, one.longitude), place) > SAME_M for one in known):
        world.session.add(cls(customer_id=customer_id, latitude=place[0], longitude=place[1]))
        world.session.flush()


def nearest(world: World, place: Sequence[float]) -> list[Near]:
    """The customers that the actor may see and that were visited near a place, the nearest first."""
    latitude, longitude = place
    north = NEAR_M / EARTH_M * 57.3
    east = north / max(0.01, cos(radians(latitude)))
    cls, customer = records.Place, records.Customer
    query = (
        select(customer.id, customer.name, cls.latitude, cls.longitude)
        .join(cls, cls.customer_id == customer.id)
        .where(
            cls.latitude.between(latitude - north, latitude + north),
            cls.longitude.between(longitude - east, longitude + east),
            cls.deleted_at.is_(None),
            visible(world.actor, world.crm, customer),
        )
    )
    found: dict[int, Near] = {}
    for row in world.session.execute(query):
        metres = round(distance((row.latitude, row.longitude), place))
        if metres <= NEAR_M and (row.id not in found or metres < found[row.id].metres):
            found[row.id] = Near(row.id, row.name, metres)
    return sorted(found.values(), key=lambda near: near.metres)[:MAX_NEAR]


def distance(a: Sequence[float], b: Sequence[float]) -> float:
    """Metres between two points on the globe, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (map(radians, point) for point in (a, b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(half))
