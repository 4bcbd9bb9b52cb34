"""A text cut into clauses at marks and joining words, each with the values that stand in it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from nlu.patterns import Lazy
from nlu.types import Value

__all__ = ["Clause", "clauses"]


class Clause(NamedTuple):
    """``text`` is ``low[start:end]``; ``values`` lie wholly in it."""

    start: int
    end: int
    text: str
    values: list[Value]


def clauses(low: str, marks: Lazy, values: Sequence[Value]) -> Iterator[Clause]:
    """The stretches between ``marks`` of a folded text, in order."""
    start = 0
    for end, after in (*(match.span() for match in marks.finditer(low)), (len(low), len(low))):
        inside = [value for value in values if start <= value.start and value.end <= end]
        yield Clause(start, end, low[start:end], inside)
        start = after
