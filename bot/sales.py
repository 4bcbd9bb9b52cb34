"""What can be done about documents beside their forms: tell the customer how an order stands."""

from collections.abc import Callable
from typing import TypeAlias

from bot.dialogs.model import Json, Reply
from bot.memory import Memory
from bot.rules import orders
from bot.world import World

Command: TypeAlias = Callable[[World, Memory, Json], Reply]


def _tell_customer(world: World, memory: Memory, action: Json) -> Reply:
    is_told = orders.tell_customer(world, action["id"])
    return Reply(world.words.say("order.told" if is_told else "order.not_told"))


SALES_COMMANDS: dict[str, Command] = {"tell_customer": _tell_customer}
