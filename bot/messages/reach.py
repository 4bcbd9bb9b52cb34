"""Where a person is reached when the bot has something to say on its own: in the private chat they used last."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.messages import outbox
from bot.messages.address import Address, chat_key, conversation_key
from bot.messages.masked import masked
from bot.messages.message import Lane, Message
from bot.talk.memory import lock, save
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


def post(
    tx: Tx,
    to: Address,
    reply: Reply,
    *,
    key: str,
    lane: Lane,
    about: Mapping[str, int] | None = None,
    report: Json = None,
) -> str | None:
    """Put a message that nobody asked for into the outbox, once for each ``key``; the chat to wake, None for a repeat.

    Its buttons must be open ones (`Press.is_open`): whatever dialog is going on there goes on. Where none is, the
    numbers of its buttons count from now on, and the talk is ``about`` these records (ids by kind), or about the
    ``report`` that the message is.
    """
    now = tx.author.at if tx.author else None
    if now is None:
        raise RuntimeError("nothing is written without an author")
    said = reply if to.is_private else masked(reply)
    added = outbox.enqueue(tx.connection, [Message(to, said, key, lane, about=about or {})], now=now)[0]
    if added is None:
        return None
    _take_the_floor(tx, to, added if reply.buttons else None, about or {}, report)
    return chat_key(to)


def _take_the_floor(tx: Tx, to: Address, outbox_id: int | None, about: Mapping[str, int], report: Json) -> None:
    """Have what is typed next mean this message, unless a dialog is open or nobody has ever written there."""
    now = tx.author.at if tx.author else None
    conversation = lock(tx.connection, [conversation_key(to)])[conversation_key(to)]
    if now is None or conversation.version is None or conversation.memory.dialogs:
        return
    conversation.last_outbox_id = outbox_id or conversation.last_outbox_id
    conversation.memory.focus.update(about)
    conversation.memory.report = report or conversation.memory.report
    save(tx.connection, [conversation], now=now)
