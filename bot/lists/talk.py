"""Messages about stages and lists: heard, and done."""

from collections.abc import Mapping

from bot.dialogs.reply import Reply
from bot.lazy import Lazy
from bot.lists.wishes import Act, Wish, read_wish
from bot.talk.memory import Memory
from bot.world import World


def answer(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the lists themselves; None for any other. Raises NotAllowed, InvalidValue."""
    wish = read_wish(world.words, world.crm, text)
    return _ACTS[wish.act](world, wish) if wish is not None else None


_ACTS: Mapping[Act, Lazy[[World, Wish], Reply]] = {
    "add": Lazy("bot.lists.changing:add"),
    "rename": Lazy("bot.lists.changing:rename"),
    "chance": Lazy("bot.lists.changing:set_chance"),
    "move": Lazy("bot.lists.changing:move"),
    "drop": Lazy("bot.lists.changing:drop"),
    "show": Lazy("bot.lists.changing:shown"),
    "need": Lazy("bot.lists.needs:change"),
    "unneed": Lazy("bot.lists.needs:change"),
    "needs": Lazy("bot.lists.needs:told"),
}
