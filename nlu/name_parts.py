"""Where a text says a part of a name: nobody says 「全自动包装机」 or "treatment chairs" whole.

A word of it is enough in English, two characters in a row in Chinese, its last one, 「椅子」 for 办公椅, or both
ends of it.
"""

import re
from collections.abc import Iterable, Iterator

from nlu.folding import fold
from nlu.patterns import pattern

__all__ = ["Span", "spans"]

LEAST_WORD, LEAST_RUN = 4, 2  # letters, characters
_WORD = pattern(r"[a-z][a-z-]+")
_HAN = pattern(r"[\u4e00-\u9fff]+")
_HEAD = pattern(r"[\u4e00-\u9fff]子")
Span = tuple[int, int]


def spans(said: str, names: Iterable[str]) -> list[Span]:
    """Where words of these names stand in a text."""
    text = fold(said)
    found = {span for name in map(fold, names) for told in (_words, _runs, _heads, _ends) for span in told(text, name)}
    return sorted(found)


def _words(text: str, name: str) -> Iterator[Span]:
    told = {word.removesuffix("s") for word in _WORD.findall(name) if len(word) >= LEAST_WORD}
    yield from (one.span() for one in _WORD.finditer(text) if one.group().removesuffix("s") in told)


def _runs(text: str, name: str) -> Iterator[Span]:
    """The longest runs of characters that both have."""
    for run in _HAN.finditer(text):
        start = run.start()
        while start < run.end():
            size = next((n for n in range(run.end() - start, LEAST_RUN - 1, -1) if text[start : start + n] in name), 0)
            if size:
                yield start, start + size
            start += size or 1


def _heads(text: str, name: str) -> Iterator[Span]:
    """「椅子」 of 办公椅."""
    yield from (one.span() for one in _HEAD.finditer(text) if name.endswith(one.group()[0]))


def _ends(text: str, name: str) -> Iterator[Span]:
    """「黑墨」 of 黑色油墨: its first character and its last."""
    if len(name) > LEAST_RUN and _HAN.fullmatch(name):
        yield from (one.span() for one in re.finditer(re.escape(name[0] + name[-1]), text))
