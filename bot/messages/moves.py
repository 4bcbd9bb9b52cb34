"""A chat that goes on under another id, as a Telegram group does that becomes a supergroup."""

from datetime import datetime

from sqlalchemy import func, select, update

from bot.people import outsiders
from storage.database import Tx
from storage.tables import conversations, inbox, outbox


def moved_key(chat_key: str, chat_id: str) -> str:
    """The key of the chat under its new id."""
    return f"{chat_key.rpartition('|')[0]}|{chat_id}"


def move(tx: Tx, chat_key: str, chat_id: str, *, now: datetime) -> None:
    """Let everything that belongs to the chat follow it. Doing it twice does no harm."""
    new = moved_key(chat_key, chat_id)
    if new == chat_key:
        return
    for row in tx.connection.execute(
        select(outbox.c.id, outbox.c.payload).where(
            outbox.c.chat_key == chat_key, outbox.c.status.in_(("waiting", "held", "unsure", "dead"))
        )
    ).all():
        platform, account, _old, *rest = row.payload["to"]
        payload = row.payload | {"to": [platform, account, chat_id, *rest]}
        tx.connection.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload, chat_key=new))
    _rename(tx, chat_key, new)
    platform, _account, old = chat_key.split("|", 2)
    outsiders.move(tx, platform, old, chat_id)
    _rebind(tx, chat_key, chat_id, now)


def _rename(tx: Tx, old: str, new: str) -> None:
    """Conversations of the chat keep their drafts; those begun under the new id already stay as they are."""
    for table, column in ((conversations, conversations.c.key), (inbox, inbox.c.conversation_key)):
        renamed = new + func.substr(column, len(old) + 1)
        of_chat = column.startswith(f"{old}|", autoescape=True)
        statement = update(table).where(of_chat).values({column: renamed})
        if table is conversations:
            other = conversations.alias()
            statement = statement.where(~select(other.c.id).where(other.c.key == renamed).exists())
        tx.connection.execute(statement)


def _rebind(tx: Tx, chat_key: str, chat_id: str, now: datetime) -> None:
    """The team that the chat was bound to."""
    from storage import records  # only the few chats that move need them
    from storage.author import Author

    platform, _account, old = chat_key.split("|", 2)
    alive = (records.ChannelBinding.platform == platform, records.ChannelBinding.deleted_at.is_(None))
    session = tx.session
    session.author = session.author or Author(user_id=None, at=now, chat_key=chat_key, what={"moved": chat_id})
    is_bound = session.scalars(select(records.ChannelBinding).where(*alive, records.ChannelBinding.chat_id == chat_id))
    if is_bound.first() is not None:
        return
    for binding in session.scalars(
        select(records.ChannelBinding).where(*alive, records.ChannelBinding.chat_id == old)
    ).all():
        binding.chat_id = chat_id
