"""Taking back the last save of a person, as one step."""

from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Reply
from bot.dialogs.show import shortened, show_moment
from bot.errors import UndoRefused
from bot.world import World
from storage import audit, records
from storage.tables import steps


def undo(world: World, step_id: int | None = None) -> Reply:
    """Take back a step of the actor's, or the last one that stands. Raises UndoRefused with the reason."""
    connection = world.tx.connection
    session = world.session
    if step_id is None:
        step_id = audit.last_step(connection, world.actor.user_id)
    row = connection.execute(select(steps).where(steps.c.id == step_id)).first() if step_id is not None else None
    if row is None or row.user_id != world.actor.user_id:
        raise UndoRefused("undo.nothing")
    if row.undone_by_step_id is not None:
        raise UndoRefused("undo.already")
    in_the_way = audit.conflict(connection, row.id)
    if in_the_way is not None:
        raise UndoRefused(
            "undo.changed_since",
            what=_named(world, in_the_way.kind, in_the_way.record_id),
            who=_who(world, in_the_way.user_id),
            at=show_moment(in_the_way.at, world.words, now=world.now),
        )
    assert session.author is not None  # noqa: S101 — set by the property
    session.author.undoes_step_id = row.id
    done = audit.revert(session, row.id)
    words = world.words
    parts = []
    for action in dict.fromkeys(change.action for change in done):
        items = [item for item in done if item.action == action]
        whole = [item for item in items if issubclass(records.tracked_class(item.kind), records.Record)]
        names = dict.fromkeys(_named(world, item.kind, item.record_id) for item in whole or items)
        what = words.say("common.and_separator").join(name for name in names if name)
        parts.append(words.say(f"undo.{action}", what=what))
    return Reply(words.say("undo.done", parts=words.say("common.list_separator").join(parts)))


def _named(world: World, kind: str, record_id: int) -> str:
    """What a record is called in a sentence: its kind and its name, or its id where it has none."""
    label = world.words.say(f"common.kind.{kind}")
    record: Any = world.session.get(records.tracked_class(kind), record_id)
    names = (getattr(record, key, None) for key in ("name", "number", "subject", "public_id"))
    name = next((found for found in names if found), "")
    return world.words.say("common.named", kind=label, name=shortened(str(name), 40)).strip()


def _who(world: World, user_id: int | None) -> str:
    if user_id == world.actor.user_id:
        return world.words.say("undo.you")
    user = world.session.get(records.User, user_id) if user_id is not None else None
    return user.name if user else world.words.say("undo.system")
