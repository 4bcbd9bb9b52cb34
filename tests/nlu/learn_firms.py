"""Learns where companies stand in Chinese sentences: ``python -m tests.nlu.learn_firms``.

Every case and every marked sentence is read as if the CRM knew no customers, a few more times with a name in the place
of the customer that nobody has heard of. A log-linear choice among the stretches of a message and "none", by AdaGrad
in plain Python: the same corpus gives the same file on every machine. About a minute.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple

from nlu.parse_json import scene_of
from nlu.rivals import mark_rivals
from nlu.spotting import none_at_all, read_page, shape
from tests.nlu.firms import Sentence, sentences

WEIGHTS = Path(__file__).parents[2] / "nlu" / "data" / "firms.weights"
ROUNDS, RATE, PULL = 5, 0.3, 2e-4
LEAST_SEEN = 8
LEAST_WEIGHT = 6  # in tenths
_NEXT_TO_NOTHING = 0.005


class Choice(NamedTuple):
    """What can be chosen in a message: the evidence of each stretch, by parts that stretches share."""

    parts: list[list[str]]  # the last one speaks for "none"
    stretches: list[tuple[int, ...]]  # each the numbers of its parts
    right: frozenset[int]


def choice(sentence: Sentence) -> Choice | None:
    """The choice a sentence leaves; None where no stretch is the name it should be."""
    scene = scene_of(sentence.case)
    mark_rivals(scene)
    page = read_page(scene)
    parts: list[list[str]] = [*page.begins.values(), *page.ends.values()]
    begins = {place: number for number, place in enumerate(page.begins)}
    ends = {place: number for number, place in enumerate(page.ends, len(begins))}
    stretches: list[tuple[int, ...]] = []
    right = set()
    for first, last in page.stretches(page.begins, page.ends):
        if page.span(first, last) in sentence.spans:
            right.add(len(stretches))
        stretches.append((begins[first], ends[last], len(parts)))
        parts.append(shape(scene, page, first, last))
    if sentence.none:
        right.add(len(stretches))
    stretches.append((len(parts),))
    parts.append(none_at_all(scene))
    return Choice(parts, stretches, frozenset(right)) if right else None


def shares(one: Choice, weights: Mapping[str, float]) -> list[float]:
    """How the certainty is shared out among the stretches and "none"."""
    points = [sum([weights[e] for e in part if e in weights]) for part in one.parts]
    totals = [sum([points[number] for number in numbers]) for numbers in one.stretches]
    top = max(totals)
    raised = [exp(total - top) for total in totals]
    return [value / sum(raised) for value in raised]


def learn(corpus: Iterable[Choice]) -> dict[str, float]:
    """The weights under which the right stretches are likeliest."""
    order = list(corpus)
    seen = Counter(evidence for one in order for part in one.parts for evidence in part)
    kept = {evidence for evidence, times in seen.items() if times >= LEAST_SEEN}
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1e-2)
    draw = random.Random(0)
    for _ in range(ROUNDS):
        draw.shuffle(order)
        for one in order:
            for evidence, slope in _slopes(one, weights).items():
                if evidence in kept:
                    pull = slope + PULL * weights[evidence]
                    squares[evidence] += pull * pull
                    weights[evidence] -= RATE * pull / sqrt(squares[evidence])
    return weights


def _slopes(one: Choice, weights: Mapping[str, float]) -> dict[str, float]:
    """How much more likely than right each piece of evidence is."""
    given = shares(one, weights)
    right = max(sum(given[number] for number in one.right), 1e-9)
    of_part: dict[int, float] = defaultdict(float)
    for number, share in enumerate(given):
        slope = share - share / right if number in one.right else share
        if abs(slope) > _NEXT_TO_NOTHING:
            for part in one.stretches[number]:
                of_part[part] += slope
    slopes: dict[str, float] = defaultdict(float)
    for part, slope in of_part.items():
        for evidence in one.parts[part]:
            slopes[evidence] += slope
    return slopes


def written(weights: Mapping[str, float]) -> str:
    """The file: evidence and its weight in tenths; what weighs next to nothing is left out."""
    rounded = ((evidence, round(weights[evidence] * 10)) for evidence in sorted(weights))
    return "".join(f"{evidence}\t{weight}\n" for evidence, weight in rounded if abs(weight) >= LEAST_WEIGHT)


def choices(corpus: Iterable[Sentence]) -> Iterator[Choice]:
    return (one for sentence in corpus if (one := choice(sentence)))


if __name__ == "__main__":
    WEIGHTS.write_text(written(learn(choices(sentences()))), "utf-8")
