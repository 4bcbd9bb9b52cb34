"""One turn: an incoming message with all it causes, in one transaction.

A turn is a plain synchronous function over the store. What it decides (records, audit, dialog state, the answer, the
inbox row) is committed together or not at all.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from adapters.base import Inbound
from bot import logs
from bot.dialogs.reply import Reply
from bot.house import House
from bot.lazy import Lazy
from bot.listening import group
from bot.listening.edited import hear
from bot.listening.nearby import carry_on, reply_to
from bot.lists.sections import crm_in
from bot.logs import bare, reference
from bot.messages import inbox, outbox
from bot.messages.address import chat_key, conversation_key
from bot.messages.message import Message
from bot.people import outsiders
from bot.people.identity import identify, language_of
from bot.people.known import DatabaseNames
from bot.people.linking import answer_known, answer_stranger
from bot.people.spoken import as_they_speak
from bot.rules.access import Actor
from bot.stored import Receipt
from bot.talk.memory import Conversation, lock, save
from bot.world import World
from config.catalog import catalog
from nlu.types import NoNames, Understanding
from storage.database import Tx

log = logging.getLogger(__name__)

HOME = Lazy[[World], Reply]("bot.listening.home:home")
ANSWER_GUEST = Lazy[[World, Conversation, Inbound, Understanding], Reply]("bot.guest.chat:answer")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came in, with what it says and when it came."""

    inbound: Inbound
    heard: Understanding
    at: datetime


def first_turns(house: House, tx: Tx, arrivals: Sequence[Arrival]) -> list[Receipt]:
    """Accept messages and do their turns; a repeat is recognised and has no effect.

    Several at once share their statements: that is what makes a busy bot cheap. One conversation has one turn at a
    time, so a second message of the same one waits for the next round.
    """
    now = arrivals[0].at
    # Locked before the messages get their numbers: the turns of a conversation then run in the order of the inbox.
    conversations = lock(tx.connection, (conversation_key(arrival.inbound) for arrival in arrivals))
    # A sheet that is open would close if it were put behind what waits: it stays, to be sent off once more.
    refused = {n for n, one in enumerate(arrivals) if one.inbound.is_form_open and _of(one, conversations).waiting}
    taken = [n for n in range(len(arrivals)) if n not in refused]
    stored = inbox.accept(tx.connection, [arrivals[n].inbound for n in taken], now=now, status="done")
    ids = dict(zip(taken, stored, strict=True))
    receipts = {n: Receipt(chat_key(arrivals[n].inbound), is_refused=True) for n in refused}
    todo = [n for n in taken if ids[n] is not None]
    while todo:
        turns: dict[str, int] = {}
        for n in todo:
            turns.setdefault(conversation_key(arrivals[n].inbound), n)
        done = list(turns.values())
        results = _round(tx, house, conversations, [(ids[n] or 0, arrivals[n]) for n in done])
        receipts.update(zip(done, results, strict=True))
        todo = [n for n in todo if n not in receipts]
    return [receipts.get(n) or Receipt(chat_key(one.inbound), is_repeat=True) for n, one in enumerate(arrivals)]


def _of(arrival: Arrival, conversations: Mapping[str, Conversation]) -> Conversation:
    return conversations[conversation_key(arrival.inbound)]


def later_turn(house: House, tx: Tx, inbox_id: int, arrival: Arrival) -> Receipt | None:
    """Do the turn of a stored message; None when somebody else has done it, or an older one comes first."""
    key = conversation_key(arrival.inbound)
    conversation = lock(tx.connection, [key])[key]
    oldest = inbox.oldest_waiting(tx.connection, key)
    if oldest is None or oldest.id != inbox_id:
        return None
    conversation.waiting = max(0, conversation.waiting - 1)
    inbox.mark(tx.connection, inbox_id, status="done", now=arrival.at)
    actor = identify(tx, arrival.inbound, house.settings)
    return _answer(tx, house, [(conversation, inbox_id, arrival, actor)])[0]


def count_failure(house: House, tx: Tx, error: Exception, waiting: inbox.Waiting, now: datetime) -> Receipt | None:
    """Note that a stored message failed once more; at the last attempt it is dead and the person is told.

    A dialog in which two messages in a row died is given up, since nothing the person could say would get them out.
    """
    key = conversation_key(waiting.inbound)
    conversation = lock(tx.connection, [key])[key]
    log.error("turn failed again", exc_info=bare(error), extra={"inbox_id": waiting.id})
    attempts = inbox.note_failure(tx.connection, waiting, type(error).__name__)
    if attempts is None or attempts < inbox.MAX_ATTEMPTS:
        return None
    conversation.waiting = max(0, conversation.waiting - 1)
    memory = conversation.memory
    memory.deaths += 1
    if memory.deaths > 1:
        memory.dialogs, memory.listing = [], {}
    actor = identify(tx, waiting.inbound, house.settings)
    words = catalog(actor.language if actor else language_of(waiting.inbound.language, house.settings.language))
    message = Message(
        waiting.inbound, Reply(words.say("error.internal", ref=reference(waiting.id))), f"dead:{waiting.id}"
    )
    outbox_id = outbox.enqueue(tx.connection, [message], now=now)[0]
    save(tx.connection, [conversation], now=now)
    return Receipt(chat_key(waiting.inbound), outbox_id)


def _round(
    tx: Tx, house: House, conversations: Mapping[str, Conversation], turns: Sequence[tuple[int, Arrival]]
) -> list[Receipt]:
    """The turns of different conversations."""
    receipts: dict[int, Receipt] = {}
    ready, held = [], []
    for inbox_id, arrival in turns:
        conversation = _of(arrival, conversations)
        if conversation.waiting:
            # An earlier message of this conversation is still to be tried again: this one comes after it.
            conversation.waiting += 1
            held.append(conversation)
            inbox.mark(tx.connection, inbox_id, status="waiting", now=arrival.at)
            receipts[inbox_id] = Receipt(chat_key(arrival.inbound), is_waiting=True)
        else:
            actor = identify(tx, arrival.inbound, house.settings)
            ready.append((conversation, inbox_id, arrival, as_they_speak(actor, conversation.memory, arrival.heard)))
    if held:
        save(tx.connection, held, now=turns[0][1].at)
    for (_conversation, inbox_id, _arrival, _actor), receipt in zip(ready, _answer(tx, house, ready), strict=True):
        receipts[inbox_id] = receipt
    return [receipts[inbox_id] for inbox_id, _arrival in turns]


_Turn: TypeAlias = tuple[Conversation, int, Arrival, Actor | None]


def _answer(tx: Tx, house: House, turns: Sequence[_Turn]) -> list[Receipt]:
    """Find the answers and put them into the outbox."""
    answers, others = [], {}
    for turn in turns:
        conversation, inbox_id, arrival, actor = turn
        if actor is not None and arrival.inbound.is_private:
            conversation.user_id, conversation.contact_id = actor.user_id or None, actor.contact_id
            locale = [actor.language, actor.zone_name]
            is_usual = locale == [house.settings.language, house.settings.timezone]
            conversation.memory.locale = [] if is_usual else locale
        own = tx.fork()
        mark = logs.inbox_id.set(inbox_id)
        try:
            reply = _reply(own, house, turn)
            if reply.alone is not None:
                key = f"turn:{inbox_id}:1"
                others[inbox_id] = group.send_alone(
                    own, arrival.inbound, conversation.memory, reply.alone, key=key, now=arrival.at
                )
            answers.append((conversation, inbox_id, arrival.inbound, reply))
            own.finish()
        finally:
            logs.inbox_id.reset(mark)
        conversation.memory.deaths = 0
    if not turns:
        return []
    receipts = _send(tx, house, answers, turns[0][2].at)
    told = zip(receipts, answers, strict=True)
    return [replace(each, other_chat=others[by[1]]) if by[1] in others else each for each, by in told]


def _reply(tx: Tx, house: House, turn: _Turn) -> Reply:
    conversation, inbox_id, arrival, actor = turn
    inbound = arrival.inbound
    is_customer = actor is not None and actor.contact_id is not None
    outsiders.note(tx, inbound, is_colleague=actor is not None and not is_customer, is_customer=is_customer)
    if actor is None:
        words = catalog(language_of(inbound.language, house.settings.language))
        return answer_stranger(tx, conversation.memory, inbound, words, inbox_id=inbox_id, now=arrival.at)
    carry_on(tx, conversation, inbound, arrival.at)
    reply_to(tx, conversation, inbound)
    world = World(
        tx=tx,
        actor=actor,
        crm=crm_in(tx, house.crm),
        settings=house.settings,
        words=catalog(actor.language),
        now=arrival.at.astimezone(actor.zone),
        known=NoNames() if actor.contact_id else DatabaseNames(house.read, actor, house.crm, house.prefixes),
        focus=conversation.memory.focus,
        inbox_id=inbox_id,
        chat_key=chat_key(inbound),
        is_private=inbound.is_private,
        said=inbound.text,
    )
    if is_customer:
        return ANSWER_GUEST(world, conversation, inbound, arrival.heard)
    if inbound.surface == "home":
        return HOME(world)
    return answer_known(world, inbound) or hear(world, conversation, inbound, arrival.heard)


def _send(
    tx: Tx, house: House, answers: Sequence[tuple[Conversation, int, Inbound, Reply]], now: datetime
) -> list[Receipt]:
    """The answers into the outbox, and the conversations as they now stand."""
    receipts = []
    for conversation, inbox_id, to, reply in answers:
        if reply.misfits:
            receipts.append(Receipt(chat_key(to), misfits=reply.misfits))
            continue
        has_buttons = bool(reply.buttons) and not to.surface
        ends = conversation.last_outbox_id if has_buttons else None
        message = Message(to, reply, f"turn:{inbox_id}:0", only_for=group.only_for(to, reply), ends=ends)
        # In a private chat nothing else is decided at the same time that could come before it.
        is_ours = to.is_private and to.platform in house.sends
        row = outbox.hand_over(tx.connection, message, now=now) if is_ours else None
        outbox_id = row.id if row is not None else outbox.enqueue(tx.connection, [message], now=now)[0]
        if has_buttons:
            conversation.last_outbox_id = outbox_id
        receipts.append(Receipt(chat_key(to), outbox_id, row))
    save(tx.connection, [answer[0] for answer in answers], now=now)
    return receipts
