"""Pieces that several flows use: what a save says, and the name behind a reference."""

from collections.abc import Mapping

from bot.dialogs.model import Json, Press, Reply, Saved, Values
from bot.world import World


def name_of(value: Json) -> str:
    """The name in a reference, whether the record exists or is yet to be created."""
    return str(value.get("name") or value.get("new") or "") if isinstance(value, Mapping) else ""


def saved(world: World, *parts: str, gives: str = "", buttons: tuple[Press, ...] = ()) -> Saved:
    """ "已保存：…" with what was written, one line that gives something back, and the way to take it back."""
    words = world.words
    text = words.say("dialog.saved", parts=words.say("common.list_separator").join(part for part in parts if part))
    author = world.session.author
    world.session.flush()
    step = author.step_id if author else None
    undo = (Press(words.say("dialog.undo"), {"do": "undo", "step": step}, is_open=True),) if step else ()
    return Saved(Reply(f"{text}\n{gives}" if gives else text, (*buttons, *undo)))


def has_any(*names: str) -> "object":
    """A condition for a field: one of these has a value."""

    def applies(values: Values) -> bool:
        return any(values.get(name) is not None for name in names)

    return applies
