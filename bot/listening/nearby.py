"""A question that is asked beside the thread of the last one goes on with it.

Where each mention begins a thread, and so a conversation, people ask 「只看张伟的」 beside the answer and not below it.
For a while the new conversation knows what the person's last one in that chat was about; drafts stay where they are.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from adapters.base import Inbound
from bot.messages.address import chat_key
from bot.talk.memory import Conversation, Memory
from storage.database import Tx
from storage.tables import conversations

KEPT_FOR = timedelta(minutes=30)


def carry_on(tx: Tx, conversation: Conversation, inbound: Inbound, now: datetime) -> None:
    """Let a conversation that is new know what the last one was about."""
    if conversation.version is not None or inbound.is_private or not inbound.thread_id:
        return
    c = conversations.c
    in_chat = c.key.startswith(f"{chat_key(inbound)}|", autoescape=True)
    of_person = c.key.endswith(f"|{inbound.sender_id}", autoescape=True)
    latest = select(c.state).where(in_chat, of_person, c.updated_at >= now - KEPT_FOR)
    state = tx.connection.execute(latest.order_by(c.updated_at.desc()).limit(1)).scalar()
    if state is not None:
        before = Memory.from_json(state)
        conversation.memory.report, conversation.memory.focus = before.report, before.focus
