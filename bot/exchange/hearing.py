"""Whether a message wants records as a file, 「导出我的客户」, "export my deals as excel"; or one's own tokens."""

import re
from functools import lru_cache

from sqlalchemy import bindparam, select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.lazy import Lazy
from bot.rules.access import require
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import Catalog, any_of
from nlu.folding import fold
from storage.prepared import Prepared, always
from storage.tables import incoming_files

MAX_CHARS = 80
# The kinds that are asked for by name in a chat.
KINDS = (
    "customer", "contact", "opportunity", "follow_up", "quote", "contract", "order", "invoice", "payment", "product",
    "service_request", "survey", "reminder",
)  # fmt: skip
FORMS = ("csv", "jsonl", "xlsx")
_TOKEN_WANTED: Lazy[[World, str], Json | None] = Lazy("bot.exchange.own_tokens:wanted")
_TOKEN: Lazy[[World, Memory, Json], Reply] = Lazy("bot.exchange.own_tokens:handle")
_INCOMING: Lazy[[World, Memory, str], Reply | None] = Lazy("bot.incoming.talk:asked")
_HAND_OUT: Lazy[[World, Memory, Json], Reply] = Lazy("bot.exchange.handing_out:hand_out")


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The file, or what becomes of one's tokens; None for a message about something else. Raises NotAllowed."""
    said = fold(text)
    words = world.words
    reply = _INCOMING(world, memory, text) if len(said) <= MAX_CHARS and _may_be_import(world, said) else None
    if reply is not None:
        return reply
    if any(cue in said for cue in words.words("token.cues")) and len(said) <= MAX_CHARS:
        wish = _TOKEN_WANTED(world, text)
        if wish is not None:
            return _TOKEN(world, memory, wish)
    if len(said) > MAX_CHARS or not _any_of(words, "verbs").search(said) or _any_of(words, "rights").search(said):
        return None
    rest = _any_of(words, "verbs").sub(" ", said)
    form = next((name for name in FORMS if _any_of(words, f"forms.{name}").search(said)), "")
    rest = _any_of(words, f"forms.{form}").sub(" ", rest) if form else rest
    kind = next((name for name in KINDS if _any_of(words, f"kinds.{name}").search(rest)), None)
    if kind is None:
        return None
    rest = _any_of(words, f"kinds.{kind}").sub(" ", rest, count=1)
    is_mine = bool(_any_of(words, "mine").search(rest))
    rest = _any_of(words, "fillers").sub(" ", _any_of(words, "mine").sub(" ", rest))
    which = " ".join("".join(letter if letter.isalnum() else " " for letter in rest).split())
    require(world.actor, world.crm, kind, "export")
    return _HAND_OUT(world, memory, {"kind": kind, "form": form or "xlsx", "mine": is_mine, "which": which})


def _may_be_import(world: World, said: str) -> bool:
    """Cheap: is there a file that waits for a word, or is importing spoken of?"""
    if any(cue in said for cue in world.words.words("handout.import_cues")):
        return True
    return bool(_WAITING.rows(world.tx.connection, {"b_user": world.actor.user_id}))


_c = incoming_files.c
_WAITING = Prepared(always(select(_c.id).where(_c.user_id == bindparam("b_user"), _c.status == "shown").limit(1)))


@lru_cache
def _any_of(words: Catalog, name: str) -> re.Pattern[str]:
    """Any word of a list."""
    return any_of(map(fold, words.words(f"handout.{name}")))
