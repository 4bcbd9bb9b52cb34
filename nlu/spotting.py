"""Where an unknown company stands in a Chinese message: a small linear model over every stretch that could be a name.

A stretch gets points for what stands before it and behind it, for its own characters and for its shape; all stretches
and "there is none" then share the certainty. Dates, amounts, people and known names are one letter each, so
「今天跑了一趟恒泰聊得还行」 speaks for every firm on every day. ``data/firms.weights`` is learned from the sentences
under tests/nlu (``python -m tests.nlu.learn_firms``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import repeat
from math import exp
from typing import NamedTuple

from nlu.company_like import company_start, is_company_like
from nlu.everyday import is_everyday, is_word
from nlu.nobodies import is_nobody
from nlu.patterns import pattern
from nlu.people import FREQUENT_SURNAMES, bare_name
from nlu.scene import Scene
from nlu.units import PAD, units

__all__ = ["Page", "Spotted", "none_at_all", "read_page", "shape", "spot"]

LONGEST = 12  # units of a name
_KEPT = 6  # stretches whose shape is looked at: the rest stand where no name stands
_FAR = 60  # tenths below the best: as far as a shape can lift or sink a stretch
_SCALE = 10  # weights are stored in tenths
_FIRST_HAN = "\u4e00"
_NAME_PARTS = frozenset("aA0·&()")
_NAME = pattern(rf"(?:[\u4e00-\u9fffaA0·&()]|(?<=A) (?=A)){{1,{LONGEST}}}")
_OPENS = frozenset("0()·&他她它你谁咱的了吗呢吧啊们")  # begin no name
_CLOSED = frozenset("·&(的了吗呢吧啊着们")  # end none
_EDGES = frozenset("^$ ,.:")
_HAN = "\u2e80"
_NOTHING = repeat(0)  # what evidence weighs that is not known


class Spotted(NamedTuple):
    """A stretch of the text with its share of the certainty that the company stands there."""

    start: int
    end: int
    share: float


@dataclass(slots=True)
class Page:
    """A message as the model reads it: what speaks for a name to begin or to end at each place.

    ``begins`` and ``ends`` go by the number of a unit; a name may begin or end at no other.
    """

    letters: str
    places: list[int]
    begins: dict[int, list[str]]
    ends: dict[int, list[str]]

    def stretches(self, begins: Iterable[int], ends: Iterable[int]) -> list[tuple[int, int]]:
        """Every (first, last + 1) between these places in which nothing but parts of names stands."""
        closes = sorted(ends)
        found = []
        for first in begins:
            least = 1 if self.letters[first + PAD] in "aA" else 2
            name = _NAME.match(self.letters, first + PAD)
            stop = name.end() - PAD if name else first
            found += [(first, last) for last in closes if first + least <= last <= stop]
        return found

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.places[first], self.places[last]


def read_page(s: Scene) -> Page:
    """The evidence of every place where a name may begin or end: within no word that is explained."""
    letters, places = units(s.m)
    page = Page(letters, places, {}, {})
    before = {t.end: t.kinds for t in s.tokens}
    behind = {t.start: t.kinds for t in s.tokens}
    explained = _explained(s)
    was_name = False
    for number, place in enumerate(places):
        letter = letters[number + PAD]
        is_name = letter >= _FIRST_HAN or letter in _NAME_PARTS
        if (is_name or was_name) and place not in explained:
            if is_name and letter not in _OPENS:
                page.begins[number] = _beginning(letters, number + PAD, before.get(place, ()))
            if was_name and letters[number + PAD - 1] not in _CLOSED:
                page.ends[number] = _ending(letters, number + PAD, behind.get(place, ()))
        was_name = is_name
    return page


# Kinds of words that stand in names, too: 有限公司, 北方机床, 方案 in 方案公司.
_IN_NAMES = ("suffix", "noise", "question.region", "field.opp")


def _explained(s: Scene) -> set[int]:
    """The places inside of a word that is explained, which no name cuts."""
    inside: set[int] = set()
    for start, end, kinds in s.tokens:
        if end - start > 1 and not kinds[0].startswith(_IN_NAMES):
            inside.update(range(start + 1, end))
    return inside


def _beginning(letters: str, at: int, kinds: tuple[str, ...]) -> list[str]:
    """What stands around the place where a name may begin; pieces of two letters and whether they are a word."""
    before, own, across = letters[at - 2 : at], letters[at : at + 2], letters[at - 1 : at + 1]
    found = ["a" + before[1], "b" + before, "e" + own[0], "f" + own]
    if before[1] == " ":
        found.append("s" + before[0])
    if is_word(across):
        found.append("x")
    if is_word(own):
        found.append("y")
    if kinds:
        found += ["k" + kind for kind in kinds]
    return found


def _ending(letters: str, at: int, kinds: tuple[str, ...]) -> list[str]:
    """The same of the place where a name may end."""
    behind, own, across = letters[at : at + 2], letters[at - 2 : at], letters[at - 1 : at + 1]
    found = ["A" + behind[0], "B" + behind, "E" + own[1], "F" + own]
    if is_word(across):
        found.append("X")
    if is_word(own):
        found.append("Y")
    if kinds:
        found += ["K" + kind for kind in kinds]
    return found


def shape(s: Scene, page: Page, first: int, last: int) -> list[str]:
    """What speaks for and against a stretch as a whole."""
    start, end = page.span(first, last)
    low = s.m.low[start:end]
    size = last - first
    is_named = is_company_like(low)
    is_plain = low[0] > _HAN and is_everyday(low)
    edges = (page.letters[first + PAD - 1] in _EDGES) + (page.letters[last + PAD] in _EDGES)
    found = [f"l{size}", f"v{is_plain:d}{is_named:d}{min(5, size)}", f"d{edges}{is_named:d}"]
    if bare_name(low):
        found.append(f"n{size}{low[0] in FREQUENT_SURNAMES:d}")
    if is_nobody(low):
        found.append("nobody")
    if company_start(low, 2) == 0:
        found.append(f"place{min(5, size)}")
    if s.is_rival(start, end):
        found.append("rival")
    if s.m.has("company.known") and any(
        t.start == start and t.end == end and "company.known" in t.kinds for t in s.tokens
    ):
        found.append("known")
    return found + ["i" + letter for letter in page.letters[first + PAD + 1 : last + PAD - 1]]


def none_at_all(s: Scene) -> list[str]:
    """What speaks for and against a message that names no company."""
    return ["0", *["0" + kind for kind in s.m.kinds]]


class _Model:
    """The weights by evidence, in tenths."""

    def __init__(self, text: str) -> None:
        numbers: dict[str, int] = {}  # one object for each number
        pairs = (line.rsplit("\t", 1) for line in text.splitlines())
        self.weights = {evidence: numbers.setdefault(weight, int(weight)) for evidence, weight in pairs}

    def points(self, evidence: Iterable[str]) -> int:
        return sum(map(self.weights.get, evidence, _NOTHING))

    def each(self, places: Mapping[int, list[str]]) -> dict[int, int]:
        weigh = self.weights.get
        return {place: sum(map(weigh, evidence, _NOTHING)) for place, evidence in places.items()}


@cache
def _model() -> _Model:
    return _Model(files("nlu").joinpath("data", "firms.weights").read_text("utf-8"))


def _best(points: Mapping[int, int]) -> list[int]:
    """The places where a name most likely begins."""
    return sorted(points, key=lambda place: -points[place])[:_KEPT]


def spot(s: Scene) -> list[Spotted]:
    """The stretches where the company may stand, the likeliest first; their shares and that of "none" make one."""
    model = _model()
    page = read_page(s)
    begins, ends = model.each(page.begins), model.each(page.ends)
    rated = [(begins[a] + ends[b], a, b) for a, b in page.stretches(_best(begins), ends)]
    rated.sort(reverse=True)
    near = [one for one in rated[:_KEPT] if one[0] > rated[0][0] - _FAR]
    rated = [(points + model.points(shape(s, page, a, b)), a, b) for points, a, b in near]
    none = model.points(none_at_all(s))
    top = max([none, *(points for points, _, _ in rated)])
    weighed = [(exp((points - top) / _SCALE), a, b) for points, a, b in rated]
    total = exp((none - top) / _SCALE) + sum(weight for weight, _, _ in weighed)
    spotted = [Spotted(*page.span(a, b), weight / total) for weight, a, b in weighed]
    return sorted(spotted, key=lambda one: -one.share)
