"""Where a name stands in a Chinese message: a small linear model over every stretch that could be one.

A stretch gets points for what stands before it and behind it, for its own characters and for its shape; all stretches
and "there is none" then share the certainty. Dates, amounts and known names are one letter each, so a sentence speaks
for every name on every day. What is looked for (``Sought``: a firm, a person, a deal) has weights of its own, learned
from the sentences under tests/nlu.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import repeat
from math import exp
from typing import NamedTuple

from nlu.everyday import words_rest
from nlu.patterns import Lazy
from nlu.scene import Scene
from nlu.units import PAD

__all__ = ["Page", "Sought", "Spotted", "chosen", "read_page", "spot"]

_KEPT = 6  # stretches whose shape is looked at: the rest stand where no name stands
_FAR = 60  # tenths below the best: as far as a shape can lift or sink a stretch
_SCALE = 10  # weights are stored in tenths
_NOTHING = repeat(0)  # what evidence weighs that is not known
_FIRST_HAN = "\u4e00"
_NAME_PARTS = frozenset("PaA0·&()")  # P: |老蔡|五金店


class Spotted(NamedTuple):
    """A stretch of the text with its share of the certainty that the name stands there."""

    start: int
    end: int
    share: float


@dataclass(slots=True)
class Page:
    """A message as a model reads it: what speaks for a name to begin or to end at each place.

    ``begins`` goes by the number of a unit, ``ends`` holds such numbers; a name may begin or end at no other. What
    speaks for an end is told when it is asked for: most are behind no likely beginning.
    """

    letters: str
    places: list[int]
    name: Lazy
    begins: dict[int, list[str]]
    ends: list[int]
    behind: Mapping[int, tuple[str, ...]]  # what stands behind a place, where that is explained

    def ending(self, number: int) -> list[str]:
        """What speaks for a name to end before a unit."""
        return _ending(self.letters, number + PAD, self.behind.get(self.places[number], ()))

    def stretches(self, begins: Iterable[int], ends: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Every (first, last + 1) between these places in which nothing but parts of names stands."""
        closes = list(ends)
        for first in begins:
            least = 1 if self.letters[first + PAD] in "aA" else 2
            name = self.name.match(self.letters, first + PAD)
            stop = name.end() - PAD if name else first
            yield from ((first, last) for last in closes if first + least <= last <= stop)

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.places[first], self.places[last]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. ``units``: the message in letters; ``opens``: may a name begin at a letter?

    ``inside``: kinds of words that stand within such names; any other word is cut by none.
    """

    weights: str  # a file under nlu/data
    name: Lazy
    longest: int  # units of a name
    units: Callable[[Scene], tuple[str, list[int]]]
    opens: Callable[[str, int], bool]
    closed: frozenset[str]  # letters that end no name
    inside: tuple[str, ...]
    shape: Callable[[Scene, Page, int, int], list[str]]
    none: Callable[[Scene], list[str]]


def read_page(s: Scene, sought: Sought) -> Page:
    """The evidence of every place where a name may begin or end: within no word that is explained."""
    letters, places = sought.units(s)
    page = Page(letters, places, sought.name, {}, [], {t.start: t.kinds for t in s.tokens})
    before = {t.end: t.kinds for t in s.tokens}
    explained = _explained(s, sought.inside)
    was_name, opened = False, -sought.longest - 1
    for number, place in enumerate(places):
        letter = letters[number + PAD]
        is_name = letter >= _FIRST_HAN or letter in _NAME_PARTS
        if (is_name or was_name) and place not in explained:
            is_near = number - opened <= sought.longest  # to where one may have begun
            if was_name and is_near and letters[number + PAD - 1] not in sought.closed:
                page.ends.append(number)
            if is_name and sought.opens(letters, number + PAD):
                opened = number
                page.begins[number] = _beginning(letters, number + PAD, before.get(place, ()))
        was_name = is_name
    return page


def _explained(s: Scene, inside: tuple[str, ...]) -> set[int]:
    """The places inside of a word that is explained, which no name cuts."""
    found: set[int] = set()
    for start, end, kinds in s.tokens:
        if end - start > 1 and not kinds[0].startswith(inside):
            found.update(range(start + 1, end))
    return found


def _beginning(letters: str, at: int, kinds: tuple[str, ...]) -> list[str]:
    """What stands around the place where a name may begin; pieces of two letters and whether they are a word."""
    earlier, last, first, second = tuple(letters[at - 2 : at + 2])
    found = ["a" + last, "b" + earlier + last, "e" + first, "f" + first + second]
    if last == " ":
        found.append("s" + earlier)
    if first in words_rest[last]:
        found.append("x")
    if second in words_rest[first]:
        found.append("y")
    if kinds:
        found += ["k" + kind for kind in kinds]
    return found


def _ending(letters: str, at: int, kinds: tuple[str, ...]) -> list[str]:
    """The same of the place where a name may end."""
    earlier, last, first, second = tuple(letters[at - 2 : at + 2])
    found = ["A" + first, "B" + first + second, "E" + last, "F" + earlier + last]
    if first in words_rest[last]:
        found.append("X")
    if last in words_rest[earlier]:
        found.append("Y")
    if kinds:
        found += ["K" + kind for kind in kinds]
    return found


class _Weights:
    """The weights by evidence, in tenths."""

    def __init__(self, text: str) -> None:
        numbers: dict[str, int] = {}  # one object for each number
        pairs = (line.rsplit("\t", 1) for line in text.splitlines())
        self.weights = {evidence: numbers.setdefault(weight, int(weight)) for evidence, weight in pairs}

    def points(self, evidence: Iterable[str]) -> int:
        return sum(map(self.weights.get, evidence, _NOTHING))

    def each(self, places: Mapping[int, list[str]]) -> dict[int, int]:
        points = self.points
        return {place: points(evidence) for place, evidence in places.items()}


@cache
def _weights(name: str) -> _Weights:
    return _Weights(files("nlu").joinpath("data", name).read_text("utf-8"))


def _best(points: Mapping[int, int]) -> list[int]:
    """The places where a name most likely begins."""
    return sorted(points, key=lambda place: -points[place])[:_KEPT]


_LEAST_SHARE = 0.35
_LEAST_OWN = 0.2


def chosen(spotted: list[Spotted], none: float) -> Spotted | None:
    """The likeliest of the stretches, where it is likelier that a name stands there than that there is none.

    Stretches that share words with it speak for the same name, whose ends alone are in doubt.
    """
    best = next(iter(spotted), None)
    if best is None or best.share < _LEAST_OWN:
        return None
    here = sum(one.share for one in spotted if one.start < best.end and best.start < one.end)
    return best if here > max(none, _LEAST_SHARE) else None


def spot(s: Scene, sought: Sought) -> list[Spotted]:
    """The stretches where the name may stand, the likeliest first; their shares and that of "none" make one."""
    weights = _weights(sought.weights)
    page = read_page(s, sought)
    begins = weights.each(page.begins)
    found = list(page.stretches(_best(begins), page.ends))
    ends = {end: weights.points(page.ending(end)) for end in {end for _, end in found}}
    rated = [(begins[a] + ends[b], a, b) for a, b in found]
    rated.sort(reverse=True)
    near = [one for one in rated[:_KEPT] if one[0] > rated[0][0] - _FAR]
    rated = [(points + weights.points(sought.shape(s, page, a, b)), a, b) for points, a, b in near]
    none = weights.points(sought.none(s))
    top = max([none, *(points for points, _, _ in rated)])
    weighed = [(exp((points - top) / _SCALE), a, b) for points, a, b in rated]
    total = exp((none - top) / _SCALE) + sum(weight for weight, _, _ in weighed)
    spotted = [Spotted(*page.span(a, b), weight / total) for weight, a, b in weighed]
    return sorted(spotted, key=lambda one: -one.share)
