"""Where a person is reached when the bot has something to say on its own: in the private chat they used last."""

from sqlalchemy import select

from bot import outbox
from bot.address import Address, chat_key
from bot.dialogs.model import Reply
from bot.outbox import Lane
from storage import records
from storage.database import Tx
from storage.tables import conversations


def reach(tx: Tx, *, user_id: int | None = None, contact_id: int | None = None) -> Address | None:
    """The private chat that a colleague or a customer's contact used last.

    One who has never written is reached where an account of theirs is known, which is all that Slack, Telegram and
    WeCom need. None: nowhere.
    """
    whose = conversations.c.user_id == user_id if user_id is not None else conversations.c.contact_id == contact_id
    query = select(conversations.c.key).where(whose).order_by(conversations.c.updated_at.desc()).limit(1)
    key = tx.connection.execute(query).scalar_one_or_none()
    if key is not None:
        platform, account, rest = key.split("|", 2)
        chat_id, thread_id, sender_id = rest.rsplit("|", 2)
        return Address(platform=platform, account=account, chat_id=chat_id, thread_id=thread_id, sender_id=sender_id)
    identity = records.Identity
    theirs = identity.user_id == user_id if user_id is not None else identity.contact_id == contact_id
    found = tx.session.scalars(select(identity).where(theirs, identity.deleted_at.is_(None)).order_by(identity.id))
    one = found.first()
    if one is None:
        return None
    return Address(platform=one.platform, account=one.account, chat_id=one.external_id, sender_id=one.external_id)


def post(tx: Tx, to: Address, reply: Reply, *, key: str, lane: Lane) -> str | None:
    """Put a message that nobody asked for into the outbox, once for each ``key``; the chat to wake, None for a repeat.

    Its buttons must be open ones (`Press.is_open`): whatever dialog is going on there goes on.
    """
    now = tx.author.at if tx.author else None
    if now is None:
        raise RuntimeError("nothing is written without an author")
    added = outbox.enqueue(tx.connection, [outbox.Message(to, reply, key, lane)], now=now)[0]
    return chat_key(to) if added is not None else None
