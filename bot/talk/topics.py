"""Questions by their subject: a message that is nothing but a cue (「完成率」), whom, when, and words without weight.

Cues and such words stand in ``topic.toml`` of both languages. A message that says anything beside them is about
something else: 「聊了完成率」 is a note.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.targets.whose import Whose, whose_in
from bot.world import World
from config.catalog import Catalog, catalog
from nlu.folding import fold
from nlu.types import Understanding

MAX_CHARS = 80
# Where a message holds the cues of several, the first of these is meant.
NAMES = (
    "accuracy", "cycle", "cleanup", "attainment", "commit", "forecast", "stepless", "overdue", "changed", "quiet",
    "target",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message asks about, and the person or team that it names."""

    name: str
    whose: Whose | None
    heard: Understanding


def topic_of(world: World, heard: Understanding) -> Topic | None:
    """The subject of a message, or None where it is more (or other) than a question about one."""
    if len(heard.text) > MAX_CHARS:
        return None
    words = catalog(heard.lang)
    text = fold(heard.text)
    cues = list(_cues(words).finditer(text))
    if not cues:
        return None
    whose, spans = whose_in(world, heard)
    spans += [(value.start, value.end) for value in heard.values] + [cue.span() for cue in cues]
    if _left(words, text, spans):
        return None
    names = {_by_cue(words)[cue.group()] for cue in cues}
    return Topic(min(names, key=NAMES.index), whose, heard)


def _left(words: Catalog, text: str, spans: list[tuple[int, int]]) -> str:
    """The letters that carry weight and that no span covers."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    return "".join(letter for letter in _fillers(words).sub(" ", "".join(letters)) if letter.isalnum())


@lru_cache
def _by_cue(words: Catalog) -> dict[str, str]:
    return {fold(cue): name for name in NAMES for cue in words.words(f"topic.{name}")}


@lru_cache
def _cues(words: Catalog) -> re.Pattern[str]:
    return _any_of(_by_cue(words))


@lru_cache
def _fillers(words: Catalog) -> re.Pattern[str]:
    return _any_of(map(fold, words.words("topic.fillers")))


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    listed = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(p)}(?!\w)" if p.isascii() else re.escape(p) for p in listed))
