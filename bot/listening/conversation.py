"""One message, one answer: a button, a sheet that was filled in, or words, for which `listeners` are asked in order."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from adapters.base import Inbound
from bot.custom.forms import set_aside
from bot.dialogs.reply import Reply
from bot.errors import CrmError, Foreign, NotFound
from bot.flows.registry import FLOWS
from bot.lazy import Lazy
from bot.listening.dialogs import with_open_question
from bot.listening.listener import Talk
from bot.listening.listeners import listen, say
from bot.listening.pressed import act, fill_in, pressed
from bot.listening.put_aside import take_up
from bot.talk.as_meant import as_meant
from bot.talk.as_planned import as_planned
from bot.talk.emoji import as_wanted
from bot.talk.memory import Conversation, Memory
from bot.world import World
from nlu.types import Understanding

PRACTISE = Lazy[[World, Memory, str, Callable[[], Reply]], Reply]("bot.listening.practice:practise")


def respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a message; the conversation's memory is brought up to date."""
    answer = partial(_respond, world, conversation, inbound, heard)
    is_practice = bool(conversation.memory.practice)
    reply = PRACTISE(world, conversation.memory, inbound.text, answer) if is_practice else answer()
    return as_wanted(reply, world.crm)


def _respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    memory = conversation.memory
    memory.dialogs = [data for data in memory.dialogs if data.get("flow") in FLOWS]  # what no version knows any more
    take_up(memory, heard)
    world.sign()
    world.focus = dict(memory.focus)
    memory.focus.pop("asked", None)  # 「明天呢」 asks again only right after it was asked
    memory.focus.pop("reminder", None)  # 「完成了」 is about a reminder only right after it was spoken of
    try:
        return _answer(world, conversation, inbound, heard)
    except Foreign as error:
        return Reply(world.words.say(error.sentence), only_for_asker=True)
    except CrmError as error:
        said = Reply(world.words.say(error.sentence, **error.params), is_empty=isinstance(error, NotFound))
        return with_open_question(world, memory, said)


def _answer(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    longest = world.crm.limits.max_message
    if len(inbound.text) > longest:
        too_long = Reply(world.words.say("error.too_long", max=longest))
        return with_open_question(world, conversation.memory, too_long)
    if inbound.answers is not None:
        return fill_in(world, conversation, inbound)
    meant = as_meant(heard)
    if meant is not None:
        heard = world.understand(meant)
    talk = Talk(world, conversation, heard.text)
    button = pressed(world, conversation, inbound)
    if button is not None and button.action["do"] == "say":
        return say(talk, button.action)
    if button is not None and button.action["do"] == "say_alone":
        world.speak_to(replace(world.actor, audience=None))  # what follows only this person hears
        return Reply(world.words.say("group.sent_alone"), alone=say(talk, button.action))
    if button is not None:
        return act(world, conversation.memory, button, heard)
    return listen(talk, set_aside(world, as_planned(world, heard)))
