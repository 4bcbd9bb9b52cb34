"""One message, one answer: a button, a sheet that was filled in, or words, for which `listeners` are asked in order."""

from adapters.base import Inbound
from bot.custom.forms import set_aside
from bot.dialogs.day_parts import with_hours
from bot.dialogs.model import Reply
from bot.errors import CrmError, NotFound
from bot.flows.registry import FLOWS
from bot.talk.dialogs import with_open_question
from bot.talk.emoji import as_wanted
from bot.talk.listeners import LISTENERS, Talk
from bot.talk.memory import Conversation
from bot.talk.pressed import act, fill_in, pressed
from bot.world import World
from nlu.types import Understanding


def respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a message; the conversation's memory is brought up to date."""
    memory = conversation.memory
    memory.dialogs = [data for data in memory.dialogs if data.get("flow") in FLOWS]  # what no version knows any more
    world.sign()
    world.focus = dict(memory.focus)
    memory.focus.pop("reminder", None)  # 「完成了」 is about a reminder only right after it was spoken of
    try:
        reply = _answer(world, conversation, inbound, heard)
    except CrmError as error:
        said = Reply(world.words.say(error.sentence, **error.params), is_empty=isinstance(error, NotFound))
        reply = with_open_question(world, memory, said)
    return as_wanted(reply, world.crm)


def _answer(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    longest = world.crm.limits.max_message
    if len(inbound.text) > longest:
        too_long = Reply(world.words.say("error.too_long", max=longest))
        return with_open_question(world, conversation.memory, too_long)
    if inbound.answers is not None:
        return fill_in(world, conversation, inbound)
    button = pressed(world, conversation, inbound)
    if button is not None:
        return act(world, conversation.memory, button, heard)
    return _hear(world, conversation, with_hours(heard, world.words, world.crm.hours))


def _hear(world: World, conversation: Conversation, heard: Understanding) -> Reply:
    """The answer of the first listener that has one; the last always has."""
    talk = Talk(world, conversation, heard.text)
    heard = set_aside(world, heard)
    replies = (listener.answer(talk, heard) for listener in LISTENERS)
    return next(reply for reply in replies if reply is not None)
