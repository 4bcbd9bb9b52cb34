"""What the goods come to that a note tells of: 「要 200 台手持终端，单价 1800，打九五折」."""

from bot.dialogs.line_changes import dump
from bot.dialogs.lines import in_currency, total_of
from bot.dialogs.model import Guess
from bot.world import World
from nlu.goods import read_goods


def worth_of(said: str, world: World) -> Guess | None:
    """The sum of the goods, None where one has no price."""
    goods = [item for item in read_goods(world.understand(said)) if item.quantity is not None]
    total = total_of(in_currency([dump(item) for item in goods], {}, world.currency))
    return Guess(total.to_json()) if total is not None and total.value > 0 else None
