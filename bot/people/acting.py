"""The bot acting on its own: the surroundings of a message that nobody has asked for."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.house import House
from bot.lazy import Lazy
from bot.lists.sections import crm_in
from bot.rules.access import Actor
from config.catalog import catalog
from storage.author import Author
from storage.database import Tx

if TYPE_CHECKING:
    from bot.people.known import DatabaseNames
    from bot.world import World

# Loaded when there is something to say: most looks of most duties find nothing.
WORLD: "Lazy[..., World]" = Lazy("bot.world:World")
NAMES: "Lazy[..., DatabaseNames]" = Lazy("bot.people.known:DatabaseNames")


def sign(tx: Tx, now: datetime, duty: str) -> None:
    """What a duty writes bears its name, and no person's."""
    tx.author = Author(user_id=None, at=now, what={"duty": duty})


def world_for(house: House, tx: Tx, actor: Actor, now: datetime) -> "World":
    """What a person may see, in their language and zone: the same as when they ask themselves."""
    return WORLD(
        tx=tx,
        actor=actor,
        crm=crm_in(tx, house.crm),
        settings=house.settings,
        words=catalog(actor.language),
        now=now.astimezone(actor.zone),
        known=NAMES(house.read, actor, house.crm, house.prefixes),
    )
