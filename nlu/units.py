"""A message in units: a Chinese character, a Latin word, a masked name or value, each one letter long.

What stands beside a place is then a piece of a string, however long the date is that stands there.
"""

from collections.abc import Iterable
from functools import lru_cache

from nlu.message import Message
from nlu.patterns import pattern

__all__ = ["PAD", "units"]

PAD = 2  # units before the first and behind the last, so that every place has neighbours
_READ = 300  # characters; whom a message is about is said before that
_RUN = pattern(r"[A-Za-zÀ-ÿ\s](?:(?<!\s)[A-Za-zÀ-ÿ0-9&'’.-]*|\s*)")  # a word, or what is blank
_SAME = str.maketrans("，。；;!?：0123456789", ",.....:0000000000")


def units(m: Message, masked: Iterable[tuple[int, int, str]]) -> tuple[str, list[int]]:
    """The letters of the units, with ``PAD`` more at either end, and where each unit begins in the text.

    ``masked``: the stretches that are one letter each. The last place is where the reading ended.
    """
    letters: list[str] = ["^" * PAD]
    places: list[int] = []
    at = 0
    for start, end, letter in masked:
        if start >= _READ:
            break
        _plain(m, at, start, letters, places)
        letters.append(letter)
        places.append(start)
        at = end
    stop = max(at, min(len(m.low), _READ))
    _plain(m, at, stop, letters, places)
    letters.append("$" * PAD)
    return "".join(letters), [*places, stop]


def _plain(m: Message, start: int, end: int, letters: list[str], places: list[int]) -> None:
    """Adds the units of a stretch in which nothing is masked."""
    at, same = start, _alike(m.low)
    for run in _RUN.finditer(m.low, start, end):
        begins, ends = run.span()
        letters.append(same[at:begins])
        places.extend(range(at, begins + 1))
        letters.append(" " if m.low[begins].isspace() else "A" if m.text[begins].isupper() else "a")
        at = ends
    letters.append(same[at:end])
    places.extend(range(at, end))


@lru_cache(maxsize=16)  # of one message each model asks, for each of its stretches
def _alike(low: str) -> str:
    """All digits and marks alike."""
    return low[:_READ].translate(_SAME)
