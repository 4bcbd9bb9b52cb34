"""Cues of a question: the phrases of several lists of the catalog, and what a message says beside them."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from config.catalog import Catalog
from nlu.folding import fold

Span = tuple[int, int]


def cues_in(words: Catalog, key: str, names: tuple[str, ...], text: str) -> list[tuple[str, Span]]:
    """Which of the lists ``key.name`` the folded text holds a phrase of, and where; at each place the longest one."""
    by_cue = _by_cue(words, key, names)
    return [(by_cue[found.group()], found.span()) for found in _any_of(tuple(by_cue)).finditer(text)]


def left(words: Catalog, fillers: str, text: str, spans: Sequence[Span]) -> str:
    """The letters of a text that no span covers and no phrase of the list of fillers."""
    return "".join(letter for piece in pieces(words, fillers, text, spans) for letter in piece if letter.isalnum())


def pieces(words: Catalog, fillers: str, text: str, spans: Sequence[Span]) -> list[str]:
    """The same as the pieces that stand together, as they were typed."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\n" * (end - start)
    beside = "".join(letters)
    covered = _any_of(tuple(map(fold, words.words(fillers)))).finditer(fold(beside))
    for found in covered:
        letters[found.start() : found.end()] = "\n" * (found.end() - found.start())
    return [piece for piece in "".join(letters).split("\n") if any(map(str.isalnum, piece))]


@lru_cache
def _by_cue(words: Catalog, key: str, names: tuple[str, ...]) -> dict[str, str]:
    return {fold(cue): name for name in names for cue in words.words(f"{key}.{name}")}


@lru_cache
def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(p)}(?!\w)" if p.isascii() else re.escape(p) for p in longest_first))
