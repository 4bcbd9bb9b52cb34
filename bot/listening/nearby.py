"""What a message goes on with: what it replies to, or what was spoken of nearby.

A reply to an older message of ours means that one, whatever has been said since: its buttons, and what it was about.

A question that is asked beside the thread of the last one goes on with it.

Where each mention begins a thread, and so a conversation, people ask 「只看张伟的」 beside the answer and not below it.
For a while the new conversation knows what the person's last one in that chat was about; drafts stay where they are.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from adapters.base import Inbound
from bot.messages import outbox
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


def reply_to(tx: Tx, conversation: Conversation, inbound: Inbound) -> None:
    """Let a reply speak below the message that it replies to. Within a thread only the first does that."""
    if not inbound.replies_to or (inbound.replies_to == inbound.thread_id and conversation.version is not None):
        return
    found = outbox.answered(tx.connection, chat_key(inbound), inbound.replies_to)
    if found is None:
        return
    conversation.answered, payload = found
    if not conversation.memory.dialogs:
        conversation.memory.focus.update(payload.get("about", {}))
