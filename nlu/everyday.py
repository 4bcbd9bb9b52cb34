"""Everyday Chinese words: what is made of them alone is hardly a name (「同类案例」, 「推进」)."""

from functools import cache, lru_cache
from importlib.resources import files

from nlu.remembered import Remembered

__all__ = ["cuts_a_word", "is_everyday", "is_word", "words_rest"]

_FUNCTION = frozenset(
    "的了在是有和跟与就都也还不没要会能可想说给把被对向从到去来过上下里内外前后中这那我你他她它们个些年月日次点一二三四五六七八九十两几多少大小新老再先已又很太最吗呢吧啊收发送打做用出进回看问改换"
)


@cache
def _rests() -> dict[str, str]:
    """By the first character of words: their rests, between spaces. So 30,000 words are there in a moment."""
    lines = files("nlu").joinpath("data", "everyday_zh.txt").read_text("utf-8").splitlines()
    return {line[0]: f"{line[1:]} " for line in lines}


# By the first character of words: their rests. No more of them are kept than there are characters.
words_rest: Remembered[str, frozenset[str]] = Remembered(lambda first: frozenset(_rests().get(first, "").split()))


def is_word(low: str) -> bool:
    """Is it one everyday word of two or three characters?"""
    return low[1:] in words_rest[low[:1]]


@lru_cache(maxsize=2048)  # a message asks this of each of its pieces several times
def is_everyday(low: str) -> bool:
    """Can the Chinese characters be cut into everyday words, at least one of them longer than a character?

    Of five characters and more it is enough that words cover two thirds.
    """
    if len(low) >= 5:
        return _covered(low) >= len(low) * 2 / 3
    ways = [0] + [-1] * len(low)  # the longest words that reach each place: 0 none, 1 some, -1 not reached
    for at in range(len(low)):
        if ways[at] < 0:
            continue
        if low[at] in _FUNCTION:
            ways[at + 1] = max(ways[at + 1], ways[at])
        for end in (at + 2, at + 3):
            if end <= len(low) and is_word(low[at:end]):
                ways[end] = 1
    return ways[-1] == 1


def _covered(low: str) -> int:
    """How many characters of a longer text everyday words can cover."""
    best = [0] * (len(low) + 1)
    for end in range(1, len(low) + 1):
        best[end] = best[end - 1] + (low[end - 1] in _FUNCTION)
        for size in (2, 3):
            if end >= size and is_word(low[end - size : end]):
                best[end] = max(best[end], best[end - size] + size)
    return best[-1]


def cuts_a_word(low: str, start: int) -> bool:
    """Does a stretch begin within an everyday word (见|面细聊)?"""
    return start > 0 and is_word(low[start - 1 : start + 1])
