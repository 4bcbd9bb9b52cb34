"""A message that is stored: all that whoever delivered it waits for. Its turn may follow."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.base import Inbound
from bot.logs import bare
from bot.messages import inbox
from bot.messages.address import chat_key, conversation_key
from bot.messages.message import Row
from bot.talk.memory import lock, save
from storage.database import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. ``outbox_id`` None: nothing to say, or a repeat (``is_repeat``). ``in_hand``: the
    answer, where this process has claimed it already. ``is_refused``: it is not stored, and is to come again.
    ``other_chat``: what only the sender may read went there. ``misfits``: see `Reply.misfits`."""

    chat_key: str
    outbox_id: int | None = None
    in_hand: Row | None = None
    is_repeat: bool = False
    is_waiting: bool = False
    is_refused: bool = False
    other_chat: str | None = None
    misfits: Mapping[str, str] = field(default_factory=dict)


def store(tx: Tx, inbound: Inbound, now: datetime, error: Exception | None = None) -> Receipt:
    """Keep a message whose turn is to follow, or whose first turn failed, in its place in the order of the
    conversation."""
    key = conversation_key(inbound)
    conversation = lock(tx.connection, [key])[key]
    name = type(error).__name__ if error is not None else None
    inbox_id = inbox.accept(
        tx.connection, [inbound], now=now, status="waiting", attempts=int(error is not None), error=name
    )[0]
    if inbox_id is None:
        return Receipt(chat_key(inbound), is_repeat=True)
    conversation.waiting += 1
    save(tx.connection, [conversation], now=now)
    if error is not None:
        log.error("turn failed", exc_info=bare(error), extra={"inbox_id": inbox_id})
    return Receipt(chat_key(inbound), is_waiting=True)


def revive(tx: Tx, inbox_id: int, now: datetime) -> bool:
    """Have a dead message tried again, after whatever waits in its conversation; False where there is none such."""
    key = inbox.dead_conversation(tx.connection, inbox_id)
    if key is None:
        return False
    conversation = lock(tx.connection, [key])[key]
    if not inbox.revive(tx.connection, inbox_id):
        return False
    conversation.waiting += 1
    save(tx.connection, [conversation], now=now)
    return True
