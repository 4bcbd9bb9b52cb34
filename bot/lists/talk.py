"""Messages about stages and lists: heard, and done."""

from collections.abc import Callable, Mapping

from bot.dialogs.model import Reply
from bot.lists import changing, needs
from bot.lists.wishes import Act, Wish, read_wish
from bot.talk.memory import Memory
from bot.world import World
from config.changed import STAGES


def answer(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the lists themselves; None for any other. Raises NotAllowed, InvalidValue."""
    wish = read_wish(world.words, world.crm, text)
    return _ACTS[wish.act](world, wish) if wish is not None else None


def _shown(world: World, wish: Wish) -> Reply:
    reply = changing.shown(world, wish)
    needed = needs.shown(world) if wish.listed == STAGES else ""
    return Reply(f"{reply.text}\n{needed}") if needed else reply


_ACTS: Mapping[Act, Callable[[World, Wish], Reply]] = {
    "add": changing.add,
    "rename": changing.rename,
    "chance": changing.set_chance,
    "move": changing.move,
    "drop": changing.drop,
    "show": _shown,
    "need": needs.change,
    "unneed": needs.change,
}
