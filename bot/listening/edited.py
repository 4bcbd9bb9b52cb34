"""A message that was changed after it was sent.

As long as the draft that came of it is open, the draft is begun anew with the new words. What is saved does not change
behind anybody's back.
"""

from adapters.base import Inbound
from bot.dialogs.reply import Reply
from bot.lazy import Lazy
from bot.listening.enclosed import bring_along, leave_behind, without_words
from bot.listening.group import respond
from bot.people.elsewhere import bring
from bot.talk.memory import Conversation, Memory
from bot.world import World
from nlu.types import Understanding

IMPORTED = Lazy[[World, Memory, Inbound], Reply | None]("bot.incoming.talk:heard")
_BEGUN = "message"  # in the memory's focus: the message that began the open dialog, and how deep that lies


def hear(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a message, be it new or changed."""
    memory = conversation.memory
    imported = IMPORTED(world, memory, inbound) if inbound.attachments else None
    if imported is not None:
        return imported
    if inbound.attachments and not inbound.text.strip():
        return without_words(world, memory, inbound)
    if inbound.edits is not None:
        if not _is_open(memory, inbound.edits):
            return Reply(world.words.say("people.edited"))
        memory.dialogs.pop()
    if heard.control == "resume" and not memory.practice:
        bring(world, conversation, inbound)
    depth = len(memory.dialogs)
    held = bring_along(world, memory, inbound)
    reply = respond(world, conversation, inbound, heard)
    leave_behind(world, memory, held)
    if len(memory.dialogs) > depth:
        memory.focus[_BEGUN] = {"id": inbound.edits or inbound.message_id, "depth": len(memory.dialogs)}
    return reply


def _is_open(memory: Memory, message_id: str) -> bool:
    begun = memory.focus.get(_BEGUN) or {}
    return bool(memory.dialogs) and begun == {"id": message_id, "depth": len(memory.dialogs)}
