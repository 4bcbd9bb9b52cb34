"""What is said about the bot itself: teach me, practice, feedback, is all well. Whole messages, never parts of one."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from bot.dialogs.reply import Reply
from bot.errors import NotAllowed
from bot.lazy import Lazy
from bot.talk.memory import Memory
from bot.talk.phrases import filled, phrases
from bot.world import World
from config.catalog import Catalog
from nlu.names import normalise

MAX_NAMES, MAX_MANY = 80, 2000  # letters of a message with names in it; with many of them
LAST = "colleague"  # in the memory of the talk: of whom it was last
MAX_CHARS = 44  # no phrase is longer
_PRACTISE = Lazy[[World, Memory, dict[str, object]], Reply]("bot.listening.practice:handle")
_FEEDBACK = Lazy[[World, Memory, dict[str, object]], Reply]("bot.upkeep.feedback:handle")
_NOTE = Lazy[[World, str], Reply]("bot.upkeep.feedback:note")
_WHO_DID: dict[str, Lazy[[World, str], Reply | None]] = {
    "changed": Lazy("bot.upkeep.history:changes"),
    "looked": Lazy("bot.upkeep.history:accesses"),
}
_MANY: dict[str, Lazy[[World, str], Reply | None]] = {
    "add_users": Lazy("bot.upkeep.hiring:add_users"),
    "add_some": Lazy("bot.upkeep.hiring:add_some"),
    "add_teams": Lazy("bot.upkeep.hiring:add_teams"),
}
# What an administrator says with a name in it, the longest words first where one begins like another.
_WITH_NAMES: dict[str, Lazy[[World, str], Reply | None]] = {
    "bind": Lazy("bot.upkeep.binding:bind"),
    "add_user": Lazy("bot.upkeep.hiring:add_user"),
    "resume_user": Lazy("bot.upkeep.staffing:resume_user"),
    "stop_user": Lazy("bot.upkeep.staffing:stop_user"),
    "add_team": Lazy("bot.upkeep.hiring:add_team"),
    **_WHO_DID,
    "person": Lazy("bot.privacy.talk:asked"),
    "in_lists": Lazy("bot.upkeep.staffing:lists_howto"),
}
_ASK_ADMIN = Lazy[[World, str], Reply | None]("bot.privacy.talk:ask_admin")
_HOW_TO = Lazy[[World, str], Reply | None]("bot.upkeep.howto:asked")
_TEAMS = Lazy[[World, str], Reply | None]("bot.upkeep.teams:asked")
_USING = Lazy[[World, str], Reply | None]("bot.upkeep.howto:using")
_ACTIVITY = Lazy[[World, str], Reply | None]("bot.upkeep.activity:asked")
_TRAIL = Lazy[[World, str], Reply | None]("bot.upkeep.trail:asked")
_FIRST = Lazy[[World, str], Reply | None]("bot.upkeep.matters:first")
_ASKS = (_HOW_TO, _ACTIVITY, _TRAIL)  # whole questions, which are nobody's answer
_SAYS = (*_ASKS, _TEAMS)
_MATTERS: Lazy[..., Reply | None] = Lazy("bot.upkeep.matters:asked")
# What is told of the bot as a whole; each raises NotAllowed for whoever does not run it.
_REPORTS: dict[str, Lazy[[World], Reply]] = {
    "health": Lazy("bot.upkeep.diagnosis:answer"),
    "exports": Lazy("bot.upkeep.history:exports"),
    "misuse": Lazy("bot.upkeep.watch:noticed"),
    "usage": Lazy("bot.upkeep.usage:answer"),
}


def first(world: World, memory: Memory, text: str) -> Reply | None:
    """What is asked about rights and exports by who runs the bot; None for any other message."""
    return _FIRST(world, text.strip()) if runs_the_bot(world) else None


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the bot; None for any other.

    Within a dialog only whole questions are heard: 「反馈」 there is a field, 「反馈：…」 what the customer said.
    """
    plain = text.strip().rstrip("。.!！?？")
    name = _asked(world.words).get(normalise(plain)) if len(plain) <= MAX_CHARS else None
    if name in ("tour", "practice", "end"):
        return _PRACTISE(world, memory, {"step": name})
    how = _USING(world, plain)
    if how is not None:
        return how
    if name in _REPORTS:
        return _REPORTS[name](world)
    is_free = not memory.dialogs
    if is_free and name == "feedback":
        return _FEEDBACK(world, memory, {})
    told = next(_told(world, plain, is_free=is_free), None) if runs_the_bot(world) else None
    told = told or next(_named_ones(world, plain, is_free=is_free), None)
    if told is None and runs_the_bot(world):
        told = _MATTERS(world, plain, is_free=is_free)
    if told is not None and LAST in world.focus:
        memory.focus[LAST] = world.focus[LAST]
    if told is not None or not is_free:
        return told
    said = filled(world.words, "upkeep.feedback", text.strip())
    return _NOTE(world, said) if said else None


def _told(world: World, text: str, *, is_free: bool) -> Iterator[Reply]:
    """What an administrator asks, or says in passing where no form is open, by the first that knows it."""
    many = ((act, _named(world.words, key, text, MAX_MANY)) for key, act in _MANY.items() if is_free)
    brought = (act(world, named) for act, named in many if named)
    asked = (ask(world, text) for ask in (_SAYS if is_free else _ASKS))
    answers = chain(brought, asked)
    return (answer for answer in answers if answer is not None)


def _named_ones(world: World, text: str, *, is_free: bool) -> Iterator[Reply]:
    """What is said with a name in it; in an open form, only what asks who did something."""
    for key, act in _WITH_NAMES.items() if is_free else _WHO_DID.items():
        named = _named(world.words, key, text, MAX_NAMES)
        if named and key == "person" and not runs_the_bot(world):
            answer = _ASK_ADMIN(world, named)
        else:
            answer = act(world, named) if named and _is_of_admin(world, key) else None
        if answer is not None:
            yield answer


def _named(words: Catalog, key: str, text: str, longest: int) -> str | None:
    """Who or what is named; whoever has left, with what is said behind: 「王芳离职了，客户都给张伟」."""
    if len(text) > longest:
        return None
    named = filled(words, f"upkeep.{key}", text)
    first, *rest = re.split(r"[，,]", text, maxsplit=1)
    if named is None and key == "stop_user" and rest:
        name = filled(words, f"upkeep.{key}", first.strip())
        return f"{name}，{rest[0]}" if name else None
    return named


def _is_of_admin(world: World, key: str) -> bool:
    """For others 「停用…」 may be anything; a group's binding is refused aloud."""
    return key == "bind" or runs_the_bot(world)


@lru_cache
def _asked(words: Catalog) -> dict[str, str]:
    """By each phrase, what it asks for."""
    names = ("tour", "practice", "end", "health", "exports", "misuse", "usage", "feedback")
    return {phrase: name for name in names for phrase in phrases(words, f"upkeep.ask.{name}")}


def require_admin(world: World) -> None:
    """Raises NotAllowed for whoever does not run the bot."""
    if not runs_the_bot(world):
        raise NotAllowed


def runs_the_bot(world: World) -> bool:
    """May the person see to who uses the bot?"""
    return world.crm.level(world.actor.role, "user", "edit") == "all"
