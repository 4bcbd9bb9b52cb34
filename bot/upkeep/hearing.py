"""What is said about the bot itself: teach me, practice, feedback, is all well. Whole messages, never parts of one."""

from functools import lru_cache

from bot.dialogs.model import Reply
from bot.errors import NotAllowed
from bot.lazy import Lazy
from bot.talk.memory import Memory
from bot.talk.phrases import filled, phrases
from bot.world import World
from config.catalog import Catalog
from nlu.names import normalise

MAX_CHARS = 40  # no phrase is longer
_PRACTISE = Lazy[[World, Memory, dict[str, object]], Reply]("bot.talk.practice:handle")
_FEEDBACK = Lazy[[World, Memory, dict[str, object]], Reply]("bot.upkeep.feedback:handle")
_NOTE = Lazy[[World, Memory, str], Reply]("bot.upkeep.feedback:note")
_USAGE = Lazy[[World, Memory, dict[str, object]], Reply]("bot.upkeep.usage:answer")
_BIND = Lazy[[World, str], Reply]("bot.upkeep.binding:bind")
_HEALTH = Lazy[[World], Reply]("bot.upkeep.diagnosis:answer")


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the bot; None for any other."""
    plain = text.strip().rstrip("。.!！?？")
    name = _asked(world.words).get(normalise(plain)) if len(plain) <= MAX_CHARS else None
    if name in ("tour", "practice", "end"):
        return _PRACTISE(world, memory, {"step": name})
    if name == "health":
        return _HEALTH(world)
    if name == "usage":
        return _USAGE(world, memory, {})
    if name == "feedback":
        return _FEEDBACK(world, memory, {})
    team = filled(world.words, "upkeep.bind", plain)
    if team:
        return _BIND(world, team)
    said = filled(world.words, "upkeep.feedback", text.strip())
    if said and not memory.dialogs:  # within a dialog, 「反馈：…」 is what the customer said
        return _NOTE(world, memory, said)
    return None


@lru_cache
def _asked(words: Catalog) -> dict[str, str]:
    """By each phrase, what it asks for."""
    names = ("tour", "practice", "end", "health", "usage", "feedback")
    return {phrase: name for name in names for phrase in phrases(words, f"upkeep.ask.{name}")}


def require_admin(world: World) -> None:
    """Raises NotAllowed for whoever does not run the bot."""
    if world.crm.level(world.actor.role, "user", "edit") != "all":
        raise NotAllowed
