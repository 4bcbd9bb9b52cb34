"""Orders that follow what is changed in their contract: as long as nothing went out, they are for what was agreed."""

from sqlalchemy import select

from bot.dialogs.lines import total_of
from bot.dialogs.model import Json
from bot.rules.access import visible
from bot.rules.documents import lines_of, rewrite_lines
from bot.rules.orders import CANCELLED
from bot.world import World
from storage import records

OPEN = ("placed", "awaiting_payment")  # nothing was paid or sent


def follow(world: World, contract: "records.Contract", before: list[Json]) -> "list[records.Order]":
    """The only order of a contract, where it was for just the lines that the contract had ``before``: it gets those
    that it has now; [] where there is none such."""
    cls = records.Order
    mine = (cls.contract_id == contract.id, cls.status != CANCELLED, visible(world.actor, world.crm, cls, "edit"))
    found = list(world.session.scalars(select(cls).where(*mine)))
    now = lines_of(contract)
    total = total_of(now)
    is_all = len(found) == 1 and found[0].status in OPEN and lines_of(found[0]) == before
    if not is_all or now == before or total is None:
        return []
    rewrite_lines(world, found[0], now)
    found[0].amount = total
    world.session.flush()
    return found
