"""The words the bot reads by: those it came with and those an administrator taught it in chat.

The latter are looked up for every message, so that a word counts at once in every process, and is gone when undone.
"""

from functools import lru_cache

from sqlalchemy import column, select, table

from nlu.lexicon import Lexicon, default_lexicon, load_lexicon
from storage.database import Tx
from storage.kept import Kept
from storage.prepared import always

Taught = tuple[tuple[str, str, str], ...]

# A light stand-in for the mapped class: the first answer must not wait for the mapping.
_words = table("taught_words", *map(column, ("id", "section", "code", "word", "meaning", "deleted_at")))
_TAUGHT = Kept(always(select(_words).where(_words.c.deleted_at.is_(None)).order_by(_words.c.id)), keeps_none=True)


def lexicon_in(tx: Tx) -> Lexicon:
    """The lexicon as this transaction sees it."""
    rows = _TAUGHT.rows(tx.connection, {})
    if not rows:
        return default_lexicon()
    return _with(tuple((r.section, r.code, r.meaning if r.section == "product" else r.word) for r in rows))


@lru_cache(maxsize=8)
def _with(taught: Taught) -> Lexicon:
    lexicon = load_lexicon()
    for section, code, word in taught:
        lexicon.teach(section, code, word)
    return lexicon
