"""Cues of a question: the phrases of several lists of the catalog, and what a message says beside them."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.talk.glance import heads, may_hold
from config.catalog import Catalog, any_of
from nlu.folding import fold

Span = tuple[int, int]


def cues_in(words: Catalog, key: str, names: tuple[str, ...], text: str) -> list[tuple[str, Span]]:
    """Which of the lists ``key.name`` the folded text holds a phrase of, and where; at each place the longest one."""
    by_cue, pattern, first = _cues(words, key, names)
    if not may_hold(text, first):
        return []
    return [(by_cue[found.group()], found.span()) for found in pattern.finditer(text)]


def left(words: Catalog, fillers: str, text: str, spans: Sequence[Span]) -> str:
    """The letters of a text that no span covers and no phrase of the list of fillers."""
    return "".join(letter for piece in pieces(words, fillers, text, spans) for letter in piece if letter.isalnum())


def pieces(words: Catalog, fillers: str, text: str, spans: Sequence[Span]) -> list[str]:
    """The same as the pieces that stand together, as they were typed."""
    letters = list(blanked(text, spans, "\n"))
    for found in _phrases(words, fillers).finditer(fold("".join(letters))):
        letters[found.start() : found.end()] = "\n" * (found.end() - found.start())
    return [piece for piece in "".join(letters).split("\n") if any(map(str.isalnum, piece))]


def blanked(text: str, spans: Sequence[Span], sign: str = " ") -> str:
    """The text with a sign for every letter that a span covers."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = sign * (end - start)
    return "".join(letters)


@lru_cache
def _cues(words: Catalog, key: str, names: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str], frozenset[str]]:
    """The lists by their phrases, what finds one of these, and with what they begin."""
    by_cue = {fold(cue): name for name in names for cue in words.words(f"{key}.{name}")}
    return by_cue, any_of(by_cue), heads(by_cue)


@lru_cache
def _phrases(words: Catalog, key: str) -> re.Pattern[str]:
    return any_of(map(fold, words.words(key)))
