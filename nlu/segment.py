"""Chinese text cut into words, by jieba.

Its dictionary costs a second of CPU and 77 MB when it is first used, so it is loaded at the first text that needs it:
a search whose words do not stand together in any note. The way to an ordinary answer never comes past here.
"""

import logging
import warnings
from functools import cache
from typing import Any

from nlu.folding import fold, has_han

__all__ = ["words_of"]

MAX_CHARS = 200
_EMPTY = frozenset("的了吗呢吧啊和与跟在是有过")  # particles: true of nearly every note


def words_of(text: str) -> tuple[str, ...]:
    """The words that a search is about, each once: 「冷柜报警的处理」 → 冷柜, 报警, 处理."""
    plain = fold(text[:MAX_CHARS])
    pieces = _library().cut(plain) if has_han(plain) else plain.split()
    words = (piece.strip() for piece in pieces)
    return tuple(dict.fromkeys(word for word in words if any(map(str.isalnum, word)) and word not in _EMPTY))


@cache
def _library() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about regular expressions and packaging
        import jieba
    jieba.setLogLevel(logging.WARNING)
    return jieba
