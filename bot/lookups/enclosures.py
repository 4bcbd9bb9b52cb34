"""The files that are kept with the notes about a customer: a list, and each of them once more."""

from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Document, Press, Reply
from bot.dialogs.show import show_day
from bot.errors import NotFound
from bot.lookups.subject import customer_meant
from bot.rules.access import visible
from bot.talk.memory import Memory
from bot.world import World
from storage import records

MAX_ROWS = 8


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The files of the customer who was named."""
    meant = customer_meant(world, memory, action["said"])
    return meant if isinstance(meant, Reply) else files_of(world, memory, meant)


def files_of(world: World, memory: Memory, customer_id: int) -> Reply:
    """The newest files of a customer's notes, with a button for each."""
    words = world.words
    memory.focus["customer"] = customer_id
    rows = world.session.execute(_kept(world).where(records.FollowUp.customer_id == customer_id)).all()
    if not rows:
        return Reply(words.say("files.none"))
    lines, buttons = [words.say("files.head", count=len(rows))], []
    for number, row in enumerate(rows[:MAX_ROWS], 1):
        day = show_day(row.occurred_at.astimezone(world.now.tzinfo).date(), words, today=world.now.date())
        lines.append(words.say("files.row", number=number, day=day, name=_name(world, row)))
        buttons.append(Press(words.say("files.open", number=number), {"do": "file", "id": row.id}, is_open=True))
    return Reply("\n".join(lines), tuple(buttons))


def file_again(world: World, memory: Memory, action: Json) -> Reply:
    """One of the files. Its bytes lie with the platform it came from, so only there can it be shown again."""
    row = world.session.execute(_kept(world).where(records.Enclosure.id == action["id"])).first()
    if row is None:
        raise NotFound(name=world.words.say("common.kind.enclosure"))
    name = _name(world, row)
    platform, account, _chat = world.chat_key.split("|", 2)
    if (platform, account) != (row.platform, row.account):
        return Reply(world.words.say("files.elsewhere", name=name, platform=row.platform))
    return Reply(name, file=Document(row.name or name, handle=row.file_id, is_picture=row.media == "photo"))


def _kept(world: World) -> Any:
    """The files of the notes that the person may see, newest first."""
    cls, note = records.Enclosure, records.FollowUp
    columns = (cls.id, cls.platform, cls.account, cls.media, cls.file_id, cls.name, note.occurred_at)
    return (
        select(*columns)
        .join(note, note.id == cls.follow_up_id)
        .where(cls.deleted_at.is_(None), visible(world.actor, world.crm, note))
        .order_by(note.occurred_at.desc(), cls.position)
    )


def _name(world: World, row: Any) -> str:
    return str(row.name) or world.words.say(f"files.{row.media}")
