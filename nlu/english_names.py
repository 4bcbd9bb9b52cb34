"""Where an unknown customer and its contact stand in an English message: one linear model over every stretch.

A stretch gets points for what stands before and behind it, for its own words and for its shape, once as the customer
and once as the contact; all stretches and "there is none" then share the certainty. ``data/names_en.weights`` is
learned from the sentences under tests/nlu (``python -m tests.nlu.learn_english_names``).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import NamedTuple

from nlu.company_like import is_company_like
from nlu.english_words import PAD, Words, read_words
from nlu.nobodies import is_nobody
from nlu.patterns import pattern
from nlu.remembered import Remembered
from nlu.scene import Scene
from nlu.stretches import Spotted
from nlu.wordlists import words

__all__ = ["KINDS", "Page", "likeliest", "none_at_all", "read_page", "shape", "spot_names", "stretches"]

KINDS = ("customer", "contact")
_CUSTOMER, _CONTACT = range(len(KINDS))
LONGEST = (6, 4)  # words of a name
_KEPT = 6  # beginnings, and then stretches, that are looked at closely
_FAR = 60  # tenths below the best: as far as a shape can lift or sink a stretch
_SCALE = 10  # weights are stored in tenths
# Words in small letters that are nobody's name, by how the text uses capitals.
_EVERYDAY: Mapping[str, tuple[str, ...]] = {"0": (), "1": ("x1",), "2": ("x1", "x2", "x3")}


class Page(NamedTuple):
    """A message as the model reads it: its words, and what speaks for a name to begin or to end at each place."""

    words: Words
    begins: dict[int, list[str]]
    ends: dict[int, list[str]]  # by the number of the word behind

    def span(self, first: int, last: int) -> tuple[int, int]:
        return self.words.spans[first][0], self.words.spans[last - 1][1]


def read_page(s: Scene) -> Page:
    """The evidence of every place where a name may begin or end."""
    w = read_words(s.m)
    before = {t.end: t.kinds for t in s.tokens}
    behind = {t.start: t.kinds for t in s.tokens}
    begins: dict[int, list[str]] = {}
    ends: dict[int, list[str]] = {}
    everyday = _EVERYDAY[w.style]
    never = words("inside_en")
    spans = w.spans
    for number, can in enumerate(w.is_name):
        place = number + PAD
        if not can or w.kinds[place] in everyday or w.low[number] in never:
            continue
        start = spans[number][0]
        left = before.get(spans[number - 1][1], ()) if number else ()
        begins[number] = _beginning(w, place, left, behind.get(start, ()))
        after = behind.get(spans[number + 1][0], ()) if number + 1 < len(spans) else ()
        if w.low[number] != "the":
            ends[number + 1] = _ending(w, place + 1, after)
    return Page(w, begins, ends)


def _beginning(w: Words, at: int, kinds: tuple[str, ...], own: tuple[str, ...]) -> list[str]:
    """What stands around the word with which a name may begin."""
    said, kind = w.said, w.kinds
    last, first = said[at - 1], kind[at]
    found = [
        "a" + last,
        "b" + said[at - 2] + " " + last,
        "c" + first,
        "d" + first + " " + kind[at + 1],
        "e" + last + " " + first,
        "f" + said[at],
        "g" + kind[at - 1] + " " + first,
        "s" + w.style + first,
    ]
    if kinds:
        found += ["k" + one for one in kinds]
    if own:
        found += ["o" + one for one in own]
    return found


def _ending(w: Words, at: int, kinds: tuple[str, ...]) -> list[str]:
    """The same of the word behind a name."""
    said, kind = w.said, w.kinds
    after, last = said[at], kind[at - 1]
    found = [
        "A" + after,
        "B" + after + " " + said[at + 1],
        "C" + last,
        "E" + last + " " + after,
        "F" + said[at - 1],
        "G" + last + " " + kind[at],
        "S" + w.style + last,
    ]
    if kinds:
        found += ["K" + one for one in kinds]
    return found


def stretches(page: Page, begins: Iterable[int], longest: int) -> list[tuple[int, int]]:
    """Every (first, last + 1) of some length in which nothing but parts of names stands."""
    found = []
    can, ends = page.words.is_name, page.ends
    for first in begins:
        for last in range(first + 1, min(first + longest, len(can)) + 1):
            if not can[last - 1]:
                break
            if last in ends:
                found.append((first, last))
    return found


def shape(s: Scene, page: Page, first: int, last: int) -> list[str]:
    """What speaks for and against a stretch as a whole."""
    w = page.words
    start, end = page.span(first, last)
    a, b = first + PAD, last + PAD
    low, kinds = s.m.low[start:end], w.kinds[a:b]
    named = "n" if is_company_like(low) else ""
    size = str(last - first)
    found = [
        "l" + size,
        "v" + " ".join(kinds),
        "w" + w.said[a - 1] + "_" + w.said[b],
        f"x{w.said[a - 1]} {size}{named}",
        f"y{size}{named} {w.said[b]}",
        "z" + low[-3:],
    ]
    if not first:
        found.append("h" + size)
    if named:
        found.append("named")
    if is_nobody(low):
        found.append("nobody")
    if s.is_rival(start, end):
        found.append("rival")
    if any(t.start == start and t.end == end and "company.known" in t.kinds for t in s.tokens):
        found.append("known")
    if w.kinds[a - 1][0] == "X":
        found.append("q" + kinds[0])  # goes on from a capital before
    if w.kinds[b][0] == "X":
        found.append("Q" + kinds[-1])
    return found + ["i" + said for said in w.said[a:b] if last - first > 1]


def none_at_all(s: Scene, page: Page) -> list[str]:
    """What speaks for and against a message that names nobody."""
    return ["0", "0" + page.words.style, *["0" + kind for kind in s.m.kinds]]


_BITS = 20  # of a score: far more than the evidence of a stretch can add up to
_HALF = 1 << (_BITS - 1)


class Model:
    """What each piece of evidence weighs for the customer and for the contact, in tenths.

    Both are fields of one number, so a piece of evidence is one addition; a line is taken apart when its evidence is
    first met.
    """

    def __init__(self, text: str) -> None:
        self._lines = dict(line.split("\t", 1) for line in text.splitlines())
        self._packed = Remembered(self._pack)

    def _pack(self, evidence: str) -> int:
        customer, _, contact = self._lines[evidence].partition("\t")
        return (int(customer) << _BITS) + int(contact)

    def points(self, found: Iterable[str]) -> tuple[int, int]:
        """What all of it comes to for either."""
        total = sum(map(self._packed.__getitem__, filter(self._lines.__contains__, found)))
        contact = ((total + _HALF) & (2 * _HALF - 1)) - _HALF
        return (total - contact) >> _BITS, contact


@cache
def _model() -> Model:
    return Model(files("nlu").joinpath("data", "names_en.weights").read_text("utf-8"))


def spot_names(s: Scene, kinds: Sequence[int]) -> list[list[Spotted]]:
    """Where the customer, and where the contact may stand, each with its share, the likeliest first.

    ``kinds``: which of ``KINDS`` are looked for; there is nothing of the other.
    """
    points_of = _model().points
    page = read_page(s)
    begins = {n: points_of(found) for n, found in page.begins.items()}
    ends = {n: points_of(found) for n, found in page.ends.items()}
    none = points_of(none_at_all(s, page))
    shapes: dict[tuple[int, int], tuple[int, int]] = {}  # most that could be the one could be the other
    found: list[list[Spotted]] = [[] for _ in KINDS]
    for kind in kinds:
        likely = sorted(begins, key=lambda n: -begins[n][kind])[:_KEPT]
        rated = [(begins[a][kind] + ends[b][kind], a, b) for a, b in stretches(page, likely, LONGEST[kind])]
        rated.sort(reverse=True)
        near = [one for one in rated[:_KEPT] if one[0] > rated[0][0] - _FAR]
        closely = []
        for points, a, b in near:
            if (a, b) not in shapes:
                shapes[a, b] = points_of(shape(s, page, a, b))
            closely.append((points + shapes[a, b][kind], a, b))
        found[kind] = _shared(page, closely, none[kind])
    return found


def _shared(page: Page, rated: list[tuple[int, int, int]], none: int) -> list[Spotted]:
    """The stretches with what they have of the certainty beside "there is none"."""
    top = max([none, *(points for points, _, _ in rated)])
    weighed = [(exp((points - top) / _SCALE), a, b) for points, a, b in rated]
    total = exp((none - top) / _SCALE) + sum([weight for weight, _, _ in weighed])
    spotted = [Spotted(*page.span(a, b), weight / total) for weight, a, b in weighed]
    return sorted(spotted, key=lambda one: -one.share)


def likeliest(s: Scene, *, has_customer: bool = False) -> tuple[Spotted | None, Spotted | None]:
    """The customer and the contact that are likeliest together, never in the same words and neither a rival; None where
    none is likelier. ``has_customer``: the customer is known for certain, and none is looked for."""
    spotted = spot_names(s, (_CONTACT,) if has_customer else (_CUSTOMER, _CONTACT))
    customers, contacts = ([one for one in some if not s.is_rival(one.start, one.end)] for some in spotted)
    customers.append(_none(customers))
    contacts.append(_none(contacts))
    shares: dict[tuple[int, int], float] = {}
    impossible = []
    for a, customer in enumerate(customers):
        for b, contact in enumerate(contacts):
            both = customer.share * contact.share
            if customer.start < contact.end and contact.start < customer.end:
                impossible.append((a, b, both))
            else:
                shares[a, b] = both
    no_customer, nobody = len(customers) - 1, len(contacts) - 1
    for a, b, both in impossible:  # it is the one or the other, not neither
        shares[a, nobody] += both
        shares[no_customer, b] += both
        shares[no_customer, nobody] -= both
    a, b = max(shares, key=lambda pair: shares[pair])
    a = _before_its_town(s, customers, a)
    return customers[a] if a != no_customer else None, contacts[b] if b != nobody else None


_TOWN = pattern(r", (?-i:[A-Z])[a-z]+(?=\s*(?:[.;!\n]|$))")
_LEAST = 0.25


def _before_its_town(s: Scene, customers: list[Spotted], chosen: int) -> int:
    """The customer whose town was taken for it: |Prairie Sky Drones|, Calgary."""
    town = customers[chosen]
    for number, one in enumerate(customers):
        behind = _TOWN.match(s.m.text, one.end) if one.share > _LEAST else None
        if behind and behind.end() == town.end and one.end < town.start:
            return number
    return chosen


def _none(spotted: list[Spotted]) -> Spotted:
    return Spotted(0, 0, 1 - sum([one.share for one in spotted]))
