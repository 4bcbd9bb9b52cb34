"""What the intent is weighed by: word pieces with names and values masked, the kinds of cues, and the marks.

Masking makes 「提醒我明天给华为回电」 and 「提醒我3月5日给中芯回电」 alike: it matters that a name or a date stands
there, not which.
"""

from collections.abc import Iterable
from itertools import pairwise
from operator import add

from nlu.masks import masks
from nlu.message import Message
from nlu.patterns import pattern

__all__ = ["evidence"]

_READ = 400  # characters; what a message wants is said before that
_SPACE = pattern(r"\s+")
_WORD = pattern(r"[a-z']+|[A-Z]|[?!:]")
_LATIN = pattern(r"[a-z']{2,}")
_STEM = 4  # letters that close, closed and closing share


def evidence(m: Message, marks: Iterable[str]) -> set[str]:
    """The features of a message. ``marks`` hold its cue kinds and the facts worked out from them."""
    text = _masked(m)
    found = {"k" + mark for mark in marks}
    if m.lang == "zh":
        line = "^" + _SPACE.sub(" ", text) + "$"
        pairs = [*map(add, line, line[1:])]
        found.update(line, pairs, map(add, pairs, line[2:]), _LATIN.findall(text))
    else:
        words = ["^", *_WORD.findall(text), "$"]
        found.update(words)
        found.update([word[:_STEM] + "~" for word in words if len(word) >= _STEM])
        found.update([f"{a} {b}" for a, b in pairwise(words)])
    found.add(f"k{m.lang}{min(5, len(m.low) // (12 if m.lang == 'zh' else 30))}")
    return found


def _masked(m: Message) -> str:
    """The folded text with a capital letter for each name, date, amount and number."""
    pieces: list[str] = []
    at = 0
    for start, end, letter in masks(m):
        pieces += [m.low[at:start], letter]
        at = end
        if at > _READ:
            break
    pieces.append(m.low[at : at + _READ])
    return "".join(pieces)[:_READ]
