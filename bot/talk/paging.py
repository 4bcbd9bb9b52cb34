"""A list in a chat: its first rows, and the next ones when asked for more."""

from collections.abc import Sequence

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.talk.memory import Memory
from bot.world import World

PAGES = 10  # of a list are kept, the first one counted


def more(world: World, memory: Memory, action: Json) -> Reply:
    """The next rows of the last list."""
    listing = memory.listing
    lines = listing.get("lines", [])
    if not lines:
        return Reply(world.words.say("list.no_more"))
    return page(world, memory, listing["name"], lines, listing["total"], first=listing["next"])


def page(
    world: World, memory: Memory, name: str, lines: Sequence[str], total: int, *, first: int = 1, size: int = 0
) -> Reply:
    """A page of a list: ``lines`` are what is still to be shown, numbered from ``first``; ``size`` of them, or the
    usual few."""
    words = world.words
    if not lines:
        return Reply(words.say(f"list.{name}.none"), is_empty=True)
    size = size or world.crm.limits.list_rows
    shown = [words.say("list.row", number=first + i, text=line) for i, line in enumerate(lines[:size])]
    rest = list(lines[size : size * PAGES])
    memory.listing = {"name": name, "lines": rest, "total": total, "next": first + size} if rest else {}
    head = [words.say(f"list.{name}.head", count=total)] if first == 1 else []
    buttons = (Press(words.say("list.more"), {"do": "more"}, is_open=True),) if rest else ()
    left = [words.say("list.rest", count=total - first - len(shown) + 1)] if rest else []
    return Reply("\n".join([*head, *shown, *left]), buttons)
