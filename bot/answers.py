"""Which look-up answers which intent."""

from collections.abc import Callable
from typing import TypeAlias

from bot.commands import COMMANDS
from bot.dialogs.model import Reply
from bot.lookups.customer_card import find_customer
from bot.lookups.lists import list_follow_ups, list_opportunities, list_reminders
from bot.memory import Memory
from bot.world import World
from nlu.types import Understanding

Answer: TypeAlias = Callable[[World, Memory, Understanding], Reply]


def _command(name: str) -> Answer:
    return lambda world, memory, heard: COMMANDS[name](world, memory, {})


def _not_yet(world: World, memory: Memory, heard: Understanding) -> Reply:
    return Reply(world.words.say("unclear.not_yet"))


ANSWERS: dict[str, Answer] = {
    "find_customer": find_customer,
    "list_opportunities": list_opportunities,
    "list_follow_ups": list_follow_ups,
    "list_reminders": list_reminders,
    "help": _command("help"),
    "undo": _command("undo"),
    "cancel": _command("cancel"),
    **dict.fromkeys(
        (
            "pipeline_summary",
            "forecast",
            "set_target",
            "create_contract",
            "create_order",
            "update_order",
            "create_invoice",
        ),
        _not_yet,
    ),
}
