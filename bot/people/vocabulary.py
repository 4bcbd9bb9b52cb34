"""The words the bot reads by: those it came with, the labels of the organisation's own lists, and what an administrator
taught it in chat.

The last are looked up in every turn, so that a word counts at once in every process, and is gone when undone. Before
a turn, where a message is read, another process's word may take `STALE_AFTER_S`.
"""

import time
from functools import lru_cache

from sqlalchemy import column, select, table

from bot.lists.sections import crm_in
from bot.people.prefixes import STALE_AFTER_S, Reader
from config.crm import Crm, load_crm
from nlu.lexicon import Lexicon, default_lexicon, load_lexicon
from storage import kept
from storage.database import Tx
from storage.kept import Kept
from storage.prepared import always

Taught = tuple[tuple[str, str, str], ...]
# The sections of the lexicon that are words for the codes of a list.
_LISTS = {
    "stage": "stages", "channel": "channels", "order_status": "order_statuses", "request_status": "service_statuses"
}  # fmt: skip

# A light stand-in for the mapped class: the first answer must not wait for the mapping.
_words = table("taught_words", *map(column, ("id", "section", "code", "word", "meaning", "deleted_at")))
_TAUGHT = Kept(always(select(_words).where(_words.c.deleted_at.is_(None)).order_by(_words.c.id)), keeps_none=True)


def lexicon_in(tx: Tx, crm: Crm) -> Lexicon:
    """The lexicon as this transaction sees it."""
    rows = _TAUGHT.rows(tx.connection, {})
    taught = tuple((r.section, r.code, r.meaning if r.section == "product" else r.word) for r in rows)
    own = _labels(crm)
    return _with((*own, *taught)) if own or taught else default_lexicon()


@lru_cache(maxsize=8)
def _labels(crm: Crm) -> Taught:
    """What the organisation calls its stages, channels and states, as far as that differs from what we ship."""
    shipped = load_crm(None)
    return tuple(
        (section, item.code, label)
        for section, listed in _LISTS.items()
        for item in crm.items(listed)
        for label in dict.fromkeys(item.labels.values())
        if all(item.code != other.code or label not in other.labels.values() for other in shipped.items(listed))
    )


@lru_cache(maxsize=8)
def _with(taught: Taught) -> Lexicon:
    lexicon = load_lexicon()
    for section, code, word in taught:
        lexicon.teach(section, code, word)
    return lexicon


class Vocabulary:
    """The lexicon, remembered for a short while: to look for taught words costs as much as to read most messages."""

    def __init__(self, read: Reader, crm: Crm) -> None:
        self._read = read
        self._crm = crm
        self._known: tuple[int, float, Lexicon] | None = None

    def lexicon(self) -> Lexicon:
        if self._known is not None:
            edition, until, lexicon = self._known
            if edition == kept.edition() and time.monotonic() < until:
                return lexicon
        edition, until = kept.edition(), time.monotonic() + STALE_AFTER_S
        with self._read() as tx:
            lexicon = lexicon_in(tx, crm_in(tx, self._crm))
        self._known = (edition, until, lexicon)
        return lexicon
