"""A listener, when it is asked, and what it knows: the talk."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from bot.dialogs.forward import asked_field
from bot.dialogs.model import Flow, Json
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM, EDIT, State
from bot.dialogs.types import LongText
from bot.flows.registry import FLOWS
from bot.lazy import Lazy
from bot.listening.commands import COMMANDS
from bot.listening.dialogs import aside, begin, current
from bot.talk.memory import Conversation, Memory
from bot.talk.mood import Mood, mood
from bot.world import World
from nlu.types import Understanding

if TYPE_CHECKING:
    from bot.listening.paraphrase import Guess
    from bot.questions.question import Question

SURE_INTENT = 0.5  # below this an intent is a guess, and the person is asked
MAX_BYTES = 100  # a longer message tells something: 33 Han characters, or a hundred Latin letters
MAX_GREETING = 20  # bytes
_NUMBER = re.compile(r"(?:\d[ ().-]?){7,}")  # somebody's telephone, which is told
QUESTION: Lazy[[World, Understanding], "Question | None"] = Lazy("bot.questions.asking:read")
GUESSES: Lazy[[World, Understanding], "list[Guess]"] = Lazy("bot.listening.paraphrase:guesses")


@dataclass
class Talk:
    """What a listener knows: the turn's world, the conversation, and the message as it was ``typed``."""

    world: World
    conversation: Conversation
    typed: str
    is_guessed: bool = False  # these are not their words: what was typed was guessed to mean them
    guessed: "list[Guess] | None" = None  # once somebody asked, see `guesses`
    asked: "tuple[Question | None, ...]" = ()  # the same of `question`
    told: Mood | None = None  # the same of `mood`
    is_passed: bool = False  # the form that is open took it neither for an answer nor for anything else of its own

    @property
    def memory(self) -> Memory:
        return self.conversation.memory

    @cached_property
    def opened(self) -> tuple[Flow, State] | None:
        """The dialog that was open when the message came."""
        return current(self.world, self.memory) if self.memory.dialogs else None

    @cached_property
    def is_story_asked(self) -> bool:
        """Is a story being asked for? Then a message is part of it, whatever phrases stand in it."""
        field = asked_field(*self.opened) if self.opened is not None else None
        return field is not None and isinstance(field.type, LongText)

    @property
    def is_behind(self) -> bool:
        """Does the open card wait from before another record was saved? Then "her" and "it" are of that one."""
        return bool(self.memory.dialogs) and bool(self.memory.dialogs[-1].get("is_behind"))

    @property
    def passes_question(self) -> bool:
        """Was it told past a question that is open, as if there were none?"""
        return self.is_passed and self.opened is not None and self.opened[1].asking not in (CONFIRM, EDIT)

    def guesses(self, heard: Understanding) -> "list[Guess]":
        """What the message may ask in other words, worked out once; [] for what is long, or a greeting."""
        if self.guessed is None:
            size = len(heard.text.encode())
            is_none = self.is_guessed or size > MAX_BYTES or (heard.is_small_talk and size <= MAX_GREETING)
            is_none = is_none or _NUMBER.search(heard.text) is not None
            self.guessed = [] if is_none else GUESSES(self.world, heard)
        return self.guessed

    def mood(self, heard: Understanding) -> Mood:
        """Does the message ask or tell, whatever about? Where a story is asked for it is part of that."""
        if self.told is None:
            self.told = "open" if self.is_story_asked else mood(heard)
            if self.told == "open" and self.world.is_caption and (heard.names or "customer" in heard.slots):
                self.told = "tells"  # what stands below a picture of somebody's is its note
        return self.told

    def question(self, heard: Understanding) -> "Question | None":
        """The question about records that the message asks, worked out once for all who want to know."""
        if not self.asked:
            self.asked = (QUESTION(self.world, heard),)
        return self.asked[0]

    def do(self, action: Json) -> Reply:
        """Run a command, then come back to the open question."""
        run = COMMANDS[action["do"]]
        return aside(self.world, self.memory, action["do"], lambda: run(self.world, self.memory, action))

    def lead(self, action: Json, heard: Understanding) -> Reply:
        """Run a command or open the form that it names."""
        if action["do"] != "start":
            return self.do(action)
        given = action["values"]
        return begin(self.world, self.memory, FLOWS[action["flow"]], replace(heard, slots={}), given=given)


Hear = Callable[[Talk, Understanding], Reply | None]
When = Literal["always", "no_story", "no_dialog", "aside", "dialog"]


@dataclass(frozen=True, slots=True)
class Listener:
    """``when`` it is asked at all: always; unless the open question asks for a story, of which any phrase may be part;
    only while no dialog is open, or none whose question it answers; or ("aside") beside one where the message asks;
    only while one is.

    ``of`` what is "told": it opens a form, fills it or saves; no question comes to it. Of what is "asked": it looks
    something up; what surely tells does not come to it.
    """

    hear: Hear
    when: When = "always"
    of: Literal["any", "told", "asked"] = "any"

    def answer(self, talk: Talk, heard: Understanding) -> Reply | None:
        if not _APPLIES[self.when](talk, heard) or (self.of != "any" and talk.mood(heard) == _NOT_OF[self.of]):
            return None
        return self.hear(talk, heard)


_NOT_OF: dict[str, Mood] = {"told": "asks", "asked": "tells"}
_APPLIES: dict[When, Callable[[Talk, Understanding], bool]] = {
    "always": lambda talk, heard: True,
    "no_story": lambda talk, heard: not talk.is_story_asked,
    "no_dialog": lambda talk, heard: talk.opened is None or talk.passes_question,
    "aside": lambda talk, heard: talk.opened is None or talk.mood(heard) == "asks",
    "dialog": lambda talk, heard: talk.opened is not None,
}
