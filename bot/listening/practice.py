"""Practice: whatever is said and saved leaves no trace, since the turn's work is taken back when it is answered.

Only the conversation itself goes on, so that dialogs run as they always do. What was open before waits until practice
ends; it ends by word, by button, or by itself after a while, so that no real visit is told to it by mistake. The tour
is practice that says at each step what to try next.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.state import CONFIRM
from bot.errors import NotAllowed
from bot.talk.memory import Memory
from bot.talk.phrases import is_phrase
from bot.world import World

LASTS = timedelta(minutes=30)  # since the last message
_PUT_BY = ("dialogs", "focus", "listing", "report")
_Run = Callable[[], Reply]


class _TakenBack(Exception):
    """Ends the savepoint of a turn in practice."""


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Begin practice or the tour, or end either."""
    if action["step"] == "end":
        return _end(world, memory, world.words.say("practice.ended" if memory.practice else "practice.none"))
    if not world.is_private:
        raise NotAllowed("practice.only_private")
    _restore(memory)
    memory.practice = {"before": {name: getattr(memory, name) for name in _PUT_BY}, "until": _until(world)}
    memory.dialogs, memory.focus, memory.listing, memory.report = [], {}, {}, {}
    if action["step"] == "practice":
        return Reply(world.words.say("practice.begun"), (_button(world, "end"),))
    memory.practice["tour"] = "tell"
    example = _own(world, "example")
    send = Press(world.words.say("practice.send"), {"do": "say", "text": example}, "primary", is_open=True)
    return Reply(world.words.say("practice.tour_tell", example=example), (send, _button(world, "end")))


def practise(world: World, memory: Memory, text: str, run: _Run) -> Reply:
    """The turn's answer, and nothing of what the turn wrote."""
    words = world.words
    if datetime.fromisoformat(memory.practice["until"]) < world.now:
        _restore(memory)
        reply = run()
        return replace(reply, text=f"{words.say('practice.over')}\n{reply.text}")
    said = text.strip(" 。.!！")
    if is_phrase(words, "upkeep.ask.end", said) or (not memory.dialogs and is_phrase(words, "upkeep.ask.leave", said)):
        return handle(world, memory, {"step": "end"})
    if is_phrase(words, "upkeep.ask.undo", text):
        return Reply(words.say("practice.nothing_to_undo"), (_button(world, "end"),))
    reply, has_saved = _taken_back(world, memory, run)
    if not memory.practice:
        return reply  # it was ended by this very message
    memory.practice["until"] = _until(world)
    if "tour" in memory.practice:
        return _guided(world, memory, reply, has_saved=has_saved)
    return _marked(world, memory, reply, has_saved=has_saved)


def _taken_back(world: World, memory: Memory, run: _Run) -> tuple[Reply, bool]:
    """The answer, and whether records were changed; the ids of what is gone are not spoken of again."""
    focus, reply, has_saved = dict(memory.focus), Reply(""), False
    with suppress(_TakenBack), world.tx.savepoint():
        reply = run()
        world.tx.flush()
        has_saved = world.tx.author is not None and world.tx.author.step_id is not None
        raise _TakenBack
    if has_saved and memory.practice:
        memory.focus = focus
    return reply, has_saved


def _marked(world: World, memory: Memory, reply: Reply, *, has_saved: bool) -> Reply:
    """The answer with a word that it is practice; the buttons of what was not really saved would lead nowhere."""
    note = world.words.say("practice.not_saved" if has_saved else "practice.mark")
    buttons = tuple(press for press in reply.buttons if not (has_saved and press.is_open))
    return replace(reply, text=f"{reply.text}\n{note}", buttons=(*buttons, _button(world, "end")))


def _guided(world: World, memory: Memory, reply: Reply, *, has_saved: bool) -> Reply:
    """The answer, and what to try now: tell, correct, save."""
    step = memory.practice["tour"]
    if has_saved:
        real = Press(world.words.say("practice.real"), {"do": "help"}, "primary", is_open=True)
        done = _end(world, memory, f"{reply.text}\n{_own(world, 'tour_done')}")
        return replace(done, buttons=(real, _button(world, "practice")))
    if not memory.dialogs:
        return _marked(world, memory, reply, has_saved=False)
    card = memory.dialogs[-1]
    if card.get("asking") != CONFIRM:
        return _marked(world, memory, reply, has_saved=False)
    if step == "tell":
        memory.practice |= {"tour": "correct", "card": card.get("values")}
        hint = world.words.say("practice.tour_correct", correction=_own(world, "correction"))
    elif card.get("values") != memory.practice.get("card"):
        hint = world.words.say("practice.tour_save")
    else:
        hint = world.words.say("practice.tour_correct", correction=_own(world, "correction"))
    return replace(reply, text=f"{reply.text}\n{hint}", buttons=(*reply.buttons, _button(world, "end")))


def _own(world: World, name: str) -> str:
    """The words for the person's role, the rep's where it has none of its own."""
    own = f"practice.{world.actor.role}.{name}"
    return world.words.say(own if world.words.has(own) else f"practice.rep.{name}")


def _until(world: World) -> str:
    return (world.now + LASTS).isoformat()


def _restore(memory: Memory) -> None:
    """What was open before practice is open again."""
    for name, value in memory.practice.get("before", {}).items():
        setattr(memory, name, value)
    memory.practice = {}


def _end(world: World, memory: Memory, text: str) -> Reply:
    _restore(memory)
    return Reply(text)


def _button(world: World, step: str) -> Press:
    return Press(world.words.say(f"practice.{step}"), {"do": "practice", "step": step}, is_open=True)
