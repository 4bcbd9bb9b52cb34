"""Drafts that wait without asking: one that was cancelled a message ago, and those whose question was asked in vain.

Nobody is asked the same again and again who speaks of other things: the draft is put aside, and what was said is heard
as what it is. What is looked up on the way does not count: that is for the form.
"""

from bot.dialogs.model import Flow, Json
from bot.dialogs.render import title
from bot.dialogs.state import CONFIRM, EDIT, State, Step
from bot.talk.memory import Memory
from bot.world import World
from nlu.types import Understanding

PATIENCE = 4  # what being asked in vain comes to before the question is put aside
TRIED, ELSEWHERE = 1, 2  # of that, a try to answer, and what is about something else
MAX_TRY = 20  # bytes: who says more tells something
MAX_ASIDE = 3  # drafts
_QUESTION = ("flow", "asking", "values", "open")


def take_up(memory: Memory, heard: Understanding) -> None:
    """「算了……还是存吧」: a draft that was cancelled with the last message is open again; after another it is gone. One
    that was put aside waits until somebody goes on with it."""
    if not memory.dialogs and heard.control in ("resume", "save"):
        waits = memory.aside if heard.control == "resume" and not memory.dropped else []
        memory.dialogs += [memory.dropped] if memory.dropped else waits[-1:]
        del waits[-1:]
    memory.dropped = {}


def asks_on(memory: Memory, state: State, step: Step, heard: Understanding) -> bool:
    """Does a step ask once more what it asked before the message? It may, unless it was asked in vain too often."""
    after, is_try = step.state, any(heard.values) or len(heard.text.encode()) <= MAX_TRY
    is_same = after is not None and (after.asking, after.values, after.open) == (state.asking, state.values, state.open)
    return not is_same or _may_ask(memory, state, TRIED if is_try else ELSEWHERE)


def recalls(memory: Memory, state: State) -> bool:
    """May a question be asked again after something else was saved?"""
    return _may_ask(memory, state, ELSEWHERE)


def _may_ask(memory: Memory, state: State, weight: int) -> bool:
    """Count the question as asked in vain once more; False where that is too much."""
    if state.asking in (CONFIRM, EDIT):
        return True
    data = memory.dialogs[-1]
    in_vain: int = data.get("in_vain", 0) + weight
    data["in_vain"] = in_vain
    return in_vain < PATIENCE


def put_aside(world: World, memory: Memory, flow: Flow, state: State) -> str:
    """Let the open dialog wait until somebody says to go on with it; the line that tells so."""
    memory.aside = [*memory.aside, {**memory.dialogs.pop(), "in_vain": 0}][-MAX_ASIDE:]
    return world.words.say("dialog.put_aside", what=title(flow, state, world))


def kept_count(memory: Memory, before: Json) -> None:
    """How often the question was asked in vain stays known while it is the same."""
    if memory.dialogs and all(memory.dialogs[-1].get(key) == before.get(key) for key in _QUESTION):
        memory.dialogs[-1]["in_vain"] = before.get("in_vain", 0)
