"""The language in which somebody wants to be answered, in words: 「以后用英文」, "switch to Chinese"."""

from dataclasses import replace

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.flows.shared import saved
from bot.talk.cues import cues_in, left
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import Catalog, catalog
from config.types import COMPLETE, Language
from nlu.folding import fold
from storage import records

MAX_CHARS = 40


def asked_for(world: World, text: str) -> Json | None:
    """The command of a message that names a language, wants it spoken, and says nothing else; None for any other. It
    may be said in either."""
    wanted = (_wanted(catalog(each), text) for each in COMPLETE) if len(text) <= MAX_CHARS else ()
    language = next((found for found in wanted if found is not None), None)
    return {"do": "language", "language": language} if language is not None else None


def _wanted(words: Catalog, text: str) -> Language | None:
    said = fold(text)
    names = cues_in(words, "language.named", COMPLETE, said)
    speaks = cues_in(words, "language", ("speak",), said)
    spans = [span for _name, span in (*names, *speaks)]
    is_all = len(names) == 1 and bool(speaks) and not left(words, "language.beside", said, spans)
    return names[0][0] if is_all else None


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """From now on answer in it, whatever language is typed."""
    user = world.session.get_one(records.User, world.actor.user_id)
    user.language = action["language"]
    world.words = catalog(action["language"])
    world.speak_to(replace(world.actor, language=action["language"]))
    return saved(world, world.words.say("language.kept")).reply
