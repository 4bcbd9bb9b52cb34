"""Pieces that several flows use: what a save says, and the record behind a reference."""

import re
from collections.abc import Mapping
from typing import Any

from bot.dialogs.model import Json, Press, Reply, Saved, Values
from bot.world import World


def name_of(value: Json) -> str:
    """The name in a reference, whether the record exists or is yet to be created."""
    return str(value.get("name") or value.get("new") or "") if isinstance(value, Mapping) else ""


def ref(record: Any) -> Json:
    """A record as a draft refers to it."""
    return {"id": record.id, "name": record.name}


def nothing(world: World) -> Values:
    """A phrase that says no more than which form it opens."""
    return {}


def reference(prefix: str, text: str) -> tuple[int | None, str]:
    """The number of a spoken id ("R-7") in a text, and the text without it."""
    found = re.search(rf"(?<![A-Za-z]){prefix}-(\d{{1,17}})(?!\d)", text, re.IGNORECASE)
    if found is None:
        return None, text
    return int(found.group(1)), f"{text[: found.start()]} {text[found.end() :]}".strip()


def saved(
    world: World, *parts: str, gives: str = "", buttons: tuple[Press, ...] = (), about: Mapping[str, Any] | None = None
) -> Saved:
    """ "已保存：…" with what was written, one line that gives something back, and the way to take it back.

    ``about``: the records that the talk is now about, by kind.
    """
    words = world.words
    text = words.say("dialog.saved", parts=words.say("common.list_separator").join(part for part in parts if part))
    author = world.session.author
    world.session.flush()
    step = author.step_id if author else None
    undo = (Press(words.say("dialog.undo"), {"do": "undo", "step": step}, is_open=True),) if step else ()
    reply = Reply(f"{text}\n{gives}" if gives else text, (*buttons, *undo))
    return Saved(reply, {kind: record.id for kind, record in (about or {}).items() if record is not None})
