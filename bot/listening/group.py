"""A group chat: only what the team it is bound to may see is said there, whoever asks.

What the asker alone may see goes to them alone. In a chat that is bound to no team nothing is looked up, and in one
with people from outside the company nothing is said.
Telephone numbers and addresses are masked, whatever text they stand in.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import column, select, table

from adapters.base import Inbound
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.listening.conversation import respond as respond_to
from bot.messages import outbox
from bot.messages.address import Address, chat_key
from bot.messages.masked import masked
from bot.messages.message import Message
from bot.messages.reach import post
from bot.people import outsiders
from bot.people.known import DatabaseNames
from bot.rules.access import Audience, teams_below
from bot.talk.memory import Conversation, Memory
from bot.world import World
from nlu.types import Understanding
from storage.database import Tx

SHOWS_ONE = frozenset({"slack"})  # platforms that show one person a message in a group
_bindings = table("channel_bindings", *map(column, ("platform", "chat_id", "team_id", "deleted_at")))


def respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a message, in a group as far as the group may hear it."""
    if inbound.is_private:
        return respond_to(world, conversation, inbound, heard)
    if outsiders.are_in(world.tx, inbound.platform, inbound.chat_id):
        return _before_outsiders(world, conversation, inbound, heard)
    audience = audience_of(world.tx, inbound)
    if audience is None:
        world.unbound = world.words.say("group.unbound", platform=inbound.platform, chat=inbound.chat_id)
        reply = respond_to(world, conversation, inbound, heard)
        about_known = [data for data in conversation.memory.dialogs if _names_a_record(data)]
        if about_known:  # a draft about what is stored would say aloud what is stored
            conversation.memory.dialogs = [data for data in conversation.memory.dialogs if data not in about_known]
            return Reply(world.unbound)
        return masked(reply)
    actor, before = world.actor, conversation.memory.to_json()
    known = world.known
    world.speak_to(replace(actor, audience=audience))
    if isinstance(known, DatabaseNames):
        world.known = known.as_seen_by(world.actor)
    public = respond_to(world, conversation, inbound, world.understand(heard.text) if heard.text else heard)
    if not public.is_empty:
        is_draft = bool(conversation.memory.dialogs)  # it would be begun once more
        return masked(public) if is_draft else _with_way_to_all(world, public, inbound.text)
    # The group is told the same whether there is something that others may not see or not.
    lines = [world.words.say("group.empty"), *public.text.splitlines()[1:]]
    public = replace(public, text="\n".join(lines))
    after, conversation.memory = conversation.memory, Memory.from_json(before)
    world.speak_to(actor)
    world.known = known
    alone = respond_to(world, conversation, inbound, heard)
    if alone.is_empty:
        conversation.memory = after
        return masked(public)
    conversation.memory.listing = {}  # "more" would be said aloud
    return replace(masked(public), alone=alone)


def _before_outsiders(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """People from outside may hear nothing: the asker is answered alone, and records nothing here."""
    alone = respond_to(world, conversation, inbound, heard)
    if not outsiders.are_in(world.tx, inbound.platform, inbound.chat_id):
        return alone  # the group was just bound anew
    memory = conversation.memory
    memory.listing = {}  # "more" would be said aloud
    if memory.dialogs:
        memory.dialogs = []
        return Reply(world.words.say("group.outsiders_draft"))
    return Reply(world.words.say("group.outsiders"), alone=alone)


def _names_a_record(data: Json) -> bool:
    """Whether a dialog's state holds the id of something that is stored."""
    if isinstance(data, dict):
        return isinstance(data.get("id"), int) or any(map(_names_a_record, data.values()))
    return isinstance(data, list) and any(map(_names_a_record, data))


def audience_of(tx: Tx, inbound: Inbound) -> Audience | None:
    """The teams whose records may be spoken of in a group; None where it is bound to none."""
    c = _bindings.c
    bound = select(c.team_id).where(
        c.platform == inbound.platform, c.chat_id == inbound.chat_id, c.deleted_at.is_(None), c.team_id.is_not(None)
    )
    team_id = tx.connection.execute(bound).scalar()
    return Audience(team_id, teams_below(tx, team_id)) if team_id is not None else None


def only_for(inbound: Inbound, reply: Reply) -> str | None:
    """Who alone sees a reply in the chat it is an answer in; None: everybody there."""
    is_one = reply.only_for_asker and not inbound.is_private and inbound.platform in SHOWS_ONE
    return inbound.sender_id if is_one else None


def send_alone(tx: Tx, inbound: Inbound, memory: Memory, reply: Reply, *, key: str, now: datetime) -> str | None:
    """Send a reply to the asker alone; the chat to wake. Where a group cannot show something to one person, their own
    chat has their own id; there a short question goes on with the report."""
    if inbound.platform in SHOWS_ONE:
        message = Message(inbound, reply, key, only_for=inbound.sender_id)
        outbox.enqueue(tx.connection, [message], now=now)
        return chat_key(inbound)
    sender = inbound.sender_id
    to = Address(platform=inbound.platform, account=inbound.account, chat_id=sender, sender_id=sender)
    return post(tx, to, reply, key=key, lane="reply", report=memory.report)


def _with_way_to_all(world: World, whole: Reply, asked: str) -> Reply:
    """A look-up, masked; where that took something away, one tap has all of it sent to the asker alone."""
    shown = masked(whole)
    if shown.text == whole.text or not asked or whole.alone is not None:
        return shown
    press = Press(world.words.say("group.all_alone"), {"do": "say_alone", "text": asked}, is_open=True)
    return replace(shown, buttons=(*shown.buttons, press))
