"""Taking back the last save of a person, as one step."""

from typing import Any

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_moment
from bot.errors import UndoRefused
from bot.lazy import Lazy
from bot.world import World
from storage import audit, records
from storage import undo as trail
from storage.change import Change
from storage.errors import Occupied
from storage.tables import steps

CHECK_LISTS = Lazy[[World], None]("bot.lists.changing:check_undone")
MANY = 5  # more of a kind are counted, not named


def undo(world: World, step_id: int | None = None, *, is_anyones: bool = False) -> Reply:
    """Take back a step of the actor's (or ``is_anyones``), or their last one that stands.

    Raises UndoRefused with the reason.
    """
    connection = world.tx.connection
    if step_id is None:
        step_id = audit.last_step(connection, world.actor.user_id)
    row = connection.execute(select(steps).where(steps.c.id == step_id)).first() if step_id is not None else None
    if row is None or not (is_anyones or row.user_id == world.actor.user_id):
        raise UndoRefused("undo.nothing")
    if row.undone_by_step_id is not None:
        raise UndoRefused("undo.already")
    done = _reverted(world, row.id)
    made = {(change.kind, change.record_id) for change in done if change.action == "create"}
    done = [one for one in done if one.action == "create" or (one.kind, one.record_id) not in made]
    words = world.words
    parts = [
        words.say(f"undo.{action}", what=_what(world, [change for change in done if change.action == action]))
        for action in dict.fromkeys(change.action for change in done)
    ]
    return Reply(words.say("undo.done", parts=words.say("common.list_separator").join(parts)))


def is_of_last(world: World, kind: str) -> bool:
    """Did the actor's last step that stands save or change a record of this kind? True where there is no step."""
    step_id = audit.last_step(world.tx.connection, world.actor.user_id)
    return step_id is None or any(change.kind == kind for change in audit.changes_of(world.tx.connection, step_id))


def last_saved(world: World) -> tuple[int, str] | None:
    """The actor's last step that stands, and what it saved, in words; None where there is none."""
    step_id = audit.last_step(world.tx.connection, world.actor.user_id)
    if step_id is None:
        return None
    return step_id, _what(world, audit.changes_of(world.tx.connection, step_id))


def has_undone(world: World) -> bool:
    """Was the actor's last step one that took something back?"""
    return audit.last_undo(world.tx.connection, world.actor.user_id) is not None


def redo(world: World) -> Reply:
    """Do again what the actor undid last, if nothing was saved since. Raises UndoRefused with the reason."""
    connection = world.tx.connection
    undone = audit.last_undo(connection, world.actor.user_id)
    if undone is None:
        raise UndoRefused("undo.nothing_undone")
    done = _reverted(world, undone)
    trail.stands_again(connection, undone)
    return Reply(world.words.say("undo.redone", what=_what(world, done)))


def _reverted(world: World, step_id: int) -> list[Change]:
    """What a step had changed, which is taken back now. Raises UndoRefused where somebody changed it since."""
    if any(change.action == "erase" for change in audit.changes_of(world.tx.connection, step_id)):
        raise UndoRefused("undo.erased")
    session = world.session
    in_the_way = trail.conflict(world.tx.connection, step_id)
    if in_the_way is not None:
        raise UndoRefused(
            "undo.changed_since",
            what=_named(world, in_the_way.kind, in_the_way.record_id),
            who=_who(world, in_the_way.user_id),
            at=show_moment(in_the_way.at, world.words, now=world.now),
        )
    assert session.author is not None  # noqa: S101 — set by the property
    session.author.undoes_step_id = step_id
    try:
        with world.tx.savepoint():  # what is refused halfway leaves nothing
            done = trail.revert(world.session, step_id)
            if any(change.kind == "config_section" for change in done):
                CHECK_LISTS(world)
    except Occupied as taken:
        kinds = (world.words.say(f"common.kind.{kind}") for kind in taken.args)
        raise UndoRefused("undo.occupied", what=world.words.say("common.and_separator").join(kinds)) from taken
    return done


def _what(world: World, changes: list[Change]) -> str:
    """The records that were changed: each by its name, or, where they are many of a kind, how many."""
    words = world.words
    whole = [change for change in changes if issubclass(records.tracked_class(change.kind), records.Record)]
    kinds: dict[str, dict[int, None]] = {}
    for change in whole or changes:
        kinds.setdefault(change.kind, {})[change.record_id] = None
    parts: list[str] = []
    for kind, ids in kinds.items():
        if len(ids) > MANY:
            parts.append(words.say("undo.many", count=f"{len(ids):,}", kind=words.say(f"common.kind.{kind}")))
        else:
            parts += [name for record_id in ids if (name := _named(world, kind, record_id))]
    return words.say("common.and_separator").join(dict.fromkeys(parts))


def _named(world: World, kind: str, record_id: int) -> str:
    """What a record is called in a sentence: its kind and its name, or its id where it has none; oneself by what one
    has chosen: a language, a zone."""
    if kind == records.User.kind and record_id == world.actor.user_id:
        return world.words.say("undo.own")
    label = world.words.say(f"common.kind.{kind}")
    record: Any = world.session.get(records.tracked_class(kind), record_id)
    names = (getattr(record, key, None) for key in ("name", "number", "subject", "public_id"))
    name = next((found for found in names if found), "")
    if world.words.has(f"{kind}.{name}_name"):
        return world.words.say(f"{kind}.{name}_name")  # the code of a digest is no name
    return world.words.say("common.named", kind=label, name=shortened(str(name), 40)).strip()


def _who(world: World, user_id: int | None) -> str:
    if user_id == world.actor.user_id:
        return world.words.say("undo.you")
    user = world.session.get(records.User, user_id) if user_id is not None else None
    return user.name if user else world.words.say("undo.system")
