"""One turn: an incoming message with all it causes, in one transaction.

A turn is a plain synchronous function over the store. What it decides (records, audit, dialog state, the answer, the
inbox row) is committed together or not at all.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from adapters.base import Inbound
from bot import inbox, outbox
from bot.conversation import respond
from bot.dialogs.model import Reply
from bot.identity import identify, language_of
from bot.known import DatabaseNames, PrefixCache, Reader
from bot.memory import Conversation, lock
from bot.world import World
from config.catalog import catalog
from config.crm import Crm
from config.settings import Settings
from nlu.types import Understanding
from storage.database import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. ``outbox_id`` None: nothing to say, or a repeat (``is_repeat``)."""

    chat_key: str
    outbox_id: int | None = None
    is_repeat: bool = False
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class House:
    """What turns share: the configuration, and how names are read."""

    settings: Settings
    crm: Crm
    read: Reader
    prefixes: PrefixCache


def first_turn(tx: Tx, house: House, inbound: Inbound, heard: Understanding, now: datetime) -> Receipt:
    """Accept a message and do its turn; a repeat is recognised and has no effect."""
    inbox_id = inbox.accept(tx.connection, inbound, now=now, status="done")
    if inbox_id is None:
        return Receipt(inbox.chat_key(inbound), is_repeat=True)
    conversation = lock(tx.connection, inbox.conversation_key(inbound))
    if conversation.waiting:
        # An earlier message of this conversation is still to be tried again: this one comes after it.
        conversation.waiting += 1
        inbox.mark(tx.connection, inbox_id, status="waiting", now=now)
        conversation.save(tx.connection, now=now)
        return Receipt(inbox.chat_key(inbound), is_waiting=True)
    return _turn(tx, house, conversation, inbox_id, inbound, heard, now)


def later_turn(tx: Tx, house: House, waiting: inbox.Waiting, heard: Understanding, now: datetime) -> Receipt | None:
    """Do the turn of a stored message; None when somebody else has done it, or an older one comes first."""
    conversation = lock(tx.connection, inbox.conversation_key(waiting.inbound))
    oldest = inbox.oldest_waiting(tx.connection, conversation.key)
    if oldest is None or oldest.id != waiting.id:
        return None
    conversation.waiting = max(0, conversation.waiting - 1)
    inbox.mark(tx.connection, waiting.id, status="done", now=now)
    return _turn(tx, house, conversation, waiting.id, waiting.inbound, heard, now)


def store_failed(tx: Tx, inbound: Inbound, error: str, now: datetime) -> bool:
    """Keep a message whose first turn failed; False when it is a repeat."""
    inbox_id = inbox.accept(tx.connection, inbound, now=now, status="waiting", attempts=1)
    if inbox_id is None:
        return False
    conversation = lock(tx.connection, inbox.conversation_key(inbound))
    conversation.waiting += 1
    conversation.save(tx.connection, now=now)
    log.warning("turn of inbox row %d failed: %s", inbox_id, error)
    return True


def count_failure(tx: Tx, house: House, waiting: inbox.Waiting, error: str, now: datetime) -> Receipt | None:
    """Note that a stored message failed once more; at the last attempt it is dead and the person is told."""
    conversation = lock(tx.connection, inbox.conversation_key(waiting.inbound))
    attempts = inbox.note_failure(tx.connection, waiting.id, error)
    if attempts < inbox.MAX_ATTEMPTS:
        return None
    conversation.waiting = max(0, conversation.waiting - 1)
    words = catalog(language_of(waiting.inbound.language, house.settings.language))
    reply = Reply(words.say("error.internal", ref=reference(waiting.id)))
    return _send(tx, conversation, waiting.id, waiting.inbound, reply, now)


def reference(inbox_id: int) -> str:
    """The short code under which a failed message is found in the log: a person can read it out."""
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = ""
    while inbox_id:
        inbox_id, digit = divmod(inbox_id, 32)
        code = digits[digit] + code
    return code.rjust(4, "0")


def _turn(
    tx: Tx,
    house: House,
    conversation: Conversation,
    inbox_id: int,
    inbound: Inbound,
    heard: Understanding,
    now: datetime,
) -> Receipt:
    actor = identify(tx, inbound, house.settings)
    if actor is None:
        words = catalog(language_of(inbound.language, house.settings.language))
        return _send(tx, conversation, inbox_id, inbound, Reply(words.say("error.stranger")), now)
    world = World(
        tx=tx,
        actor=actor,
        crm=house.crm,
        settings=house.settings,
        words=catalog(actor.language),
        now=now.astimezone(actor.zone),
        known=DatabaseNames(house.read, actor, house.crm, house.prefixes),
        focus=conversation.memory.focus,
        inbox_id=inbox_id,
        chat_key=inbox.chat_key(inbound),
        is_private=inbound.is_private,
    )
    return _send(tx, conversation, inbox_id, inbound, respond(world, conversation, inbound, heard), now)


def _send(tx: Tx, conversation: Conversation, inbox_id: int, inbound: Inbound, reply: Reply, now: datetime) -> Receipt:
    """The answer into the outbox, and the conversation as it now stands."""
    tx.finish()
    outbox_id = outbox.enqueue(tx.connection, inbound, reply, dedupe_key=f"turn:{inbox_id}:0", now=now)
    if reply.buttons:
        conversation.last_outbox_id = outbox_id
    conversation.save(tx.connection, now=now)
    return Receipt(inbox.chat_key(inbound), outbox_id)
