"""Regular expressions for Chinese and English text, compiled in no time and quickly searched for."""

import re
from collections.abc import Iterator

__all__ = ["compiled"]

# `re` looks at every character of a class: at 20,000 for a millisecond, for three where case is all the same. A letter
# or digit that is none of Europe's, in no width, is as good as a Chinese character, and compiled at once.
_HAN = (r"[\u4e00-\u9fff]", "[\u4e00-\u9fff]")
_ALIKE = r"[^\W\x00-\u052f\uff00-\uffef]"
# `re` runs to the next place of a letter at once, but asks at every character whether a word begins there. So the
# letter is looked for first, and then whether a word begins with it: \bwon is w(?<=\bw)on.
_WORD_BEGINS = re.compile(r"(?<!\\)\\b([A-Za-z])(?![*+?{])")
_LETTER_FIRST = r"\1(?<=\\b\1)"
# And it runs to the next place of one of several letters where each of the alternatives begins with one. So those that
# begin with a group or a class are spread: (?:won|lost) it|[来去]过 is won it|lost it|来过|去过.
_MARK = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_HEAD = re.compile(r"(?P<bound>(?:\\b)?)(?:(?P<group>\(\?:)|\[(?P<letters>[^]\\^[-]+)\]|(?P<letter>\w)(?=\?))")
_CAPTURES = re.compile(r"(?<!\\)\((?!\?[^P]|\?P=)")
_BEGINS_WITH_LETTER = re.compile(r"(?:\\b(?=[A-Za-z]))?(?:\\\W|[^\\.^$*+?{}[\]()|])(?![*+?{])")
_LONGEST = 1_000  # characters of a source that is spread: a longer one takes `re` too long


def compiled(source: str, flags: int = 0, *, is_searched: bool = False) -> re.Pattern[str]:
    """``re.compile``; what would cost much is spelt so that it costs little, and matches the same. ``is_searched``: for
    rather than matched at a place that is known."""
    if is_searched and not flags & re.IGNORECASE:
        source = _spread_out(source)
    for spelt in _HAN:
        source = source.replace(spelt, _ALIKE)
    return re.compile(_WORD_BEGINS.sub(_LETTER_FIRST, source), flags)


def _spread_out(source: str) -> str:
    """The pattern with a letter at the head of each of its alternatives, if that can be."""
    spread = [one for alternative in _alternatives(source) for one in _spread(alternative)]
    can_be = all(map(_BEGINS_WITH_LETTER.match, spread)) and sum(map(len, spread)) <= _LONGEST
    return "|".join(spread) if can_be else source


def _spread(alternative: str) -> Iterator[str]:
    """An alternative by what it may begin with, in the order in which it is tried."""
    head = _HEAD.match(alternative)
    end = (_closes(alternative, head.end()) if head["group"] else head.end()) if head else 0
    tail = alternative[end:]
    is_optional = tail[:1] == "?" and tail[1:2] not in ("?", "+")
    if head is None or (tail[:1] in ("?", "*", "+", "{") and not is_optional) or _CAPTURES.search(tail):
        yield alternative
        return
    inside = alternative[head.end() : end - 1]
    firsts = _alternatives(inside) if head["group"] else map(re.escape, head["letters"] or head["letter"])
    for first in [*firsts, *([""] if is_optional else [])]:
        yield from _spread(head["bound"] + first + tail[is_optional:])


def _alternatives(source: str) -> list[str]:
    bars = [at for at, mark, depth in _marks(source, 0) if mark == "|" and not depth]
    return [source[start:end] for start, end in zip([0, *(bar + 1 for bar in bars)], [*bars, len(source)], strict=True)]


def _closes(source: str, start: int) -> int:
    """Where the group ends that began before a place."""
    return next(at + 1 for at, mark, depth in _marks(source, start) if mark == ")" and depth < 0)


def _marks(source: str, start: int) -> Iterator[tuple[int, str, int]]:
    """The brackets and bars with their places and how deep they stand."""
    depth = 0
    for found in _MARK.finditer(source, start):
        depth += {"(": 1, ")": -1}.get(found.group(), 0)
        yield found.start(), found.group(), depth
