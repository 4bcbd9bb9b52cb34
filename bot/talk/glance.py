"""Whether one of many phrases can stand in a text at all: told by the two letters that each begins with.

A message is held against a thousand phrases, of which it has one or two; to look for each costs more than all else that
is asked of it.
"""

from collections.abc import Iterable
from functools import lru_cache


def heads(phrases: Iterable[str]) -> frozenset[str]:
    """What phrases begin with; the space around a whole word aside, which stands in any text."""
    return frozenset(phrase.strip()[:2] for phrase in phrases)


def may_hold(text: str, heads: frozenset[str]) -> bool:
    """Can a phrase with one of these heads stand in the text, which is written as the phrases are?"""
    return not heads.isdisjoint(_pairs(text))


@lru_cache(maxsize=32)  # one text is held against many lists
def _pairs(text: str) -> frozenset[str]:
    """Every two letters that stand side by side, every letter, and nothing: all that a head can be."""
    return frozenset(("", *text, *[text[at : at + 2] for at in range(len(text))]))
