"""Learns where companies, people and deals stand in Chinese sentences: ``python -m tests.nlu.learn_names``.

Every case and every marked sentence is read as if the CRM knew no customers, a few more times with names that nobody
has heard of. A log-linear choice among the stretches of a message and "none", by AdaGrad in plain Python: the same
corpus gives the same files on every machine. The people first: where they stand is known when firms are looked for.
The weights are the mean over several draws of names: one draw alone sways by two or three cases in a hundred. What is
drawn for a sentence, and where it comes in the order of learning, follows from the sentence itself, so that a new one
leaves the others as they were. About two minutes.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple, TypeAlias

from nlu.contacts import find_person
from nlu.deal_names import DEAL
from nlu.fill import OF_FIRMS, RULES
from nlu.intents import decide
from nlu.parse_json import scene_of
from nlu.persons import PERSON
from nlu.rivals import mark_rivals
from nlu.scene import Scene
from nlu.spotting import FIRM
from nlu.stretches import Sought, read_page
from tests.nlu.corpus import place
from tests.nlu.names import Right, Sentence, sentences

DATA = Path(__file__).parents[2] / "nlu" / "data"
ROUNDS, RATE, PULL = 5, 0.3, 2e-4
FIRST_KEPT = 1  # the round from which weights count
DRAWS = 3
LEAST_SEEN = 8
LEAST_WEIGHT = 6  # in tenths
_NEXT_TO_NOTHING = 0.005


class Choice(NamedTuple):
    """What can be chosen in a message: the evidence of each stretch, by parts that stretches share."""

    parts: list[list[str]]  # the last one speaks for "none"
    stretches: list[tuple[int, ...]]  # each the numbers of its parts
    right: frozenset[int]


Choices: TypeAlias = Callable[[Iterable[Sentence]], Iterable[Choice]]


def choice(scene: Scene, sought: Sought, where: Right) -> Choice | None:
    """The choice a sentence leaves; None where no stretch is the name it should be."""
    page = read_page(scene, sought)
    parts: list[list[str]] = [*page.begins.values(), *map(page.ending, page.ends)]
    begins = {place: number for number, place in enumerate(page.begins)}
    ends = {place: number for number, place in enumerate(page.ends, len(begins))}
    stretches: list[tuple[int, ...]] = []
    right = set()
    for first, last in page.stretches(page.begins, page.ends):
        if page.span(first, last) in where.spans:
            right.add(len(stretches))
        stretches.append((begins[first], ends[last], len(parts)))
        parts.append(sought.shape(scene, page, first, last))
    if where.none:
        right.add(len(stretches))
    stretches.append((len(parts),))
    parts.append(sought.none(scene))
    return Choice(parts, stretches, frozenset(right)) if right else None


def shares(one: Choice, weights: Mapping[str, float]) -> list[float]:
    """How the certainty is shared out among the stretches and "none"."""
    points = [sum([weights[e] for e in part if e in weights]) for part in one.parts]
    totals = [sum([points[number] for number in numbers]) for numbers in one.stretches]
    top = max(totals)
    raised = [exp(total - top) for total in totals]
    return [value / sum(raised) for value in raised]


def learn_of_draws(choices: Choices, corpora: Iterable[list[Sentence]]) -> dict[str, float]:
    """The mean of the weights that the sentences with each draw of names give."""
    total: dict[str, float] = defaultdict(float)
    for corpus in corpora:
        for evidence, weight in learn(choices(corpus)).items():
            total[evidence] += weight / DRAWS
    return total


def learn(corpus: Iterable[Choice], orders: int = 1) -> dict[str, float]:
    """The weights under which the right stretches are likeliest: the mean over so many orders of learning."""
    chosen = list(corpus)
    seen = Counter(evidence for one in chosen for part in one.parts for evidence in part)
    kept = {evidence for evidence, times in seen.items() if times >= LEAST_SEEN}
    total: dict[str, float] = defaultdict(float)
    named = [(_name(one), one) for one in chosen]
    for order in range(orders):
        for evidence, weight in _learn_once(named, kept, order).items():
            total[evidence] += weight / orders
    return total


def _name(one: Choice) -> str:
    """What tells a choice from all others."""
    told = [sorted(part) for part in one.parts], one.stretches, sorted(one.right)
    return blake2b(repr(told).encode(), digest_size=16).hexdigest()


def _learn_once(corpus: Sequence[tuple[str, Choice]], kept: Container[str], order: int) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1e-2)
    sums: dict[str, float] = defaultdict(float)
    for number in range(ROUNDS):
        for _, one in sorted(corpus, key=lambda pair: place(order, number, pair[0])):
            for evidence, slope in _slopes(one, weights).items():
                if evidence in kept:
                    pull = slope + PULL * weights[evidence]
                    squares[evidence] += pull * pull
                    weights[evidence] -= RATE * pull / sqrt(squares[evidence])
        if number >= FIRST_KEPT:  # the mean of several rounds hangs less on which sentence came last
            for evidence, weight in weights.items():
                sums[evidence] += weight
    return {evidence: total / (ROUNDS - FIRST_KEPT) for evidence, total in sums.items()}


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


def of_people(corpus: Iterable[Sentence]) -> Iterator[Choice]:
    """Who the contact is; a sentence with an unmarked person teaches nothing."""
    for sentence in corpus:
        if where := sentence.person:
            scene = _scene(sentence)
            if (where.spans or not scene.m.people) and (one := choice(scene, PERSON, where)):
                yield one


def of_firms(corpus: Iterable[Sentence]) -> Iterator[Choice]:
    """Which firm the customer is; with the people found, but for deals and papers, where a bare name is a firm's."""
    for sentence in corpus:
        if sentence.firm:
            scene = _scene(sentence)
            if decide(scene).intent not in OF_FIRMS:
                find_person(scene)
            if one := choice(scene, FIRM, sentence.firm):
                yield one


def of_deals(corpus: Iterable[Sentence]) -> Iterator[Choice]:
    """What the opportunity is called, with the customer found; of messages that bring one in or change one."""
    for sentence in corpus:
        if sentence.deal is None:
            continue
        scene = _scene(sentence)
        decision = decide(scene)
        if decision.intent in ("create_opportunity", "update_opportunity"):
            scene.marks = decision.marks
            for rule in RULES[decision.intent][:-1]:
                rule(scene)
            if one := choice(scene, DEAL, sentence.deal):
                yield one


def _scene(sentence: Sentence) -> Scene:
    scene = scene_of(sentence.case)
    mark_rivals(scene)
    return scene


if __name__ == "__main__":
    corpora = [list(sentences(seed)) for seed in range(DRAWS)]
    for choices, sought in ((of_people, PERSON), (of_firms, FIRM), (of_deals, DEAL)):
        (DATA / sought.weights).write_text(written(learn_of_draws(choices, corpora)), "utf-8")
