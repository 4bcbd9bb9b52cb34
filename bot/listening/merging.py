"""Two customers that are one: 「合并 蓝海物流 和 蓝海」, "merge Northwind and Northwind Ltd"; undone as one step.

The one named first stays. Everything that refers to the other goes over to it; the other goes into the bin.
"""

import re
from typing import Any

from sqlalchemy import func, inspect, select

from bot.custom.forms import undo
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.errors import InvalidValue
from bot.rules.access import fetch
from bot.rules.colleagues import colleagues_in
from bot.rules.named import one_named
from bot.talk.memory import Memory
from bot.world import World
from storage import records

MAX_CHARS = 100  # a longer message tells a story
_FILLED = ("address", "industry", "size", "preferences", "needs", "interests", "source")
_GATHERED = ("aliases", "phones", "emails", "im")


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """What would be merged, to be confirmed; None for a message about something else."""
    plain = text.strip().rstrip("。.!！")
    if len(plain) > MAX_CHARS:
        return None
    for pattern in world.words.words("merge.asked"):
        found = re.fullmatch(pattern, plain, re.I)
        if found is not None and not _are_teams(world, plain):
            kept, gone = (_customer(world, found[name]) for name in ("kept", "gone"))
            return _preview(world, kept, gone)
    return None


def _are_teams(world: World, text: str) -> bool:
    return len({one.id for one in colleagues_in(world.tx, world.actor, world.crm, text) if one.kind == "team"}) > 1


def _customer(world: World, said: str) -> "records.Customer":
    """The customer of this name or id. Raises InvalidValue, NotFound."""
    name = said.strip(" 「」\"'")
    spoken = re.fullmatch(r"C-(\d{1,17})", name, re.I)
    if spoken is not None:
        return fetch(world.tx, world.actor, world.crm, records.Customer, int(spoken[1]))
    number = one_named(world, "customer", name)
    if number is None:
        raise InvalidValue("merge.unknown", name=name)
    return fetch(world.tx, world.actor, world.crm, records.Customer, number)


def _preview(world: World, kept: "records.Customer", gone: "records.Customer") -> Reply:
    _check(world, kept.id, gone.id)
    words = world.words
    counts = []
    for cls, column in _references():
        alive = (column == gone.id) & cls.deleted_at.is_(None)
        count = world.tx.connection.scalar(select(func.count(cls.id)).where(alive)) or 0
        if count and words.has(f"common.kind.{cls.kind}"):
            counts.append(words.say("merge.part", kind=words.say(f"common.kind.{cls.kind}"), count=count))
    what = words.say("common.list_separator").join(counts) or words.say("merge.nothing")
    names = {"kept": f"{kept.name} ({kept.public_id})", "gone": f"{gone.name} ({gone.public_id})"}
    return Reply(
        words.say("merge.preview", **names, what=what),
        (
            Press(words.say("merge.do"), _action(kept.id, gone.id), "primary", is_open=True),
            Press(words.say("merge.other_way", name=gone.name), _action(gone.id, kept.id), is_open=True),
        ),
    )


def _action(kept: int, gone: int) -> Json:
    return {"do": "merge", "kept": kept, "gone": gone}


def merge(world: World, memory: Memory, action: Json) -> Reply:
    """Do it. Raises NotFound, NotAllowed, InvalidValue."""
    kept, gone = _check(world, action["kept"], action["gone"])
    moved = 0
    for cls, column in _references():
        for record in world.session.scalars(select(cls).where(column == gone.id)):
            setattr(record, column.key, kept.id)
            moved += 1
    about = records.Reminder
    for reminder in world.session.scalars(
        select(about).where(about.about_kind == "customer", about.about_id == gone.id)
    ):
        reminder.about_id = kept.id
    _gather(kept, gone)
    gone.deleted_at = world.now
    world.session.flush()
    memory.focus["customer"] = kept.id
    words = world.words
    return Reply(words.say("merge.done", kept=kept.name, gone=gone.name, count=moved), undo(world))


def _check(world: World, kept_id: int, gone_id: int) -> "tuple[records.Customer, records.Customer]":
    """Both, as the actor may change the one and bin the other."""
    if kept_id == gone_id:
        raise InvalidValue("merge.same")
    kept = fetch(world.tx, world.actor, world.crm, records.Customer, kept_id, "edit")
    return kept, fetch(world.tx, world.actor, world.crm, records.Customer, gone_id, "delete")


def _gather(kept: "records.Customer", gone: "records.Customer") -> None:
    """What only the other one knew; its name becomes an alias."""
    for key in _FILLED:
        setattr(kept, key, getattr(kept, key) or getattr(gone, key))
    for key in _GATHERED:
        more = [gone.name, *gone.aliases] if key == "aliases" else getattr(gone, key) or ()
        old = getattr(kept, key) or ()
        new = [item for item in more if item not in old and item != kept.name]
        if new:
            setattr(kept, key, [*old, *dict.fromkeys(new)])
    if gone.custom:
        kept.custom = {**gone.custom, **kept.custom}


def _references() -> list[tuple[Any, Any]]:
    """The classes that refer to customers, each with the column that does."""
    target = records.Customer.__table__
    classes: tuple[Any, ...] = (*records.all_records(), records.Place)
    return [
        (cls, column)
        for cls in classes
        for column in inspect(cls).local_table.columns
        if any(key.column.table is target for key in column.foreign_keys)
    ]
