"""Learns the weights of intents from every case and sentence: ``python -m tests.nlu.learn_intents``.

Multinomial logistic regression by AdaGrad with a small pull to zero, in plain Python: the same corpus gives the same
file on every machine. Each order of learning follows from the examples themselves, not from their places: a new
sentence is put in between the others, which keep their order, and so it moves what it speaks of and not the rest. About
a minute.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import exp, sqrt
from pathlib import Path

from nlu.evidence import evidence
from nlu.intents import INTENTS
from nlu.marks import marks
from nlu.parse_json import scene_of
from tests.nlu.corpus import learning_cases, place

CLASSES = (*INTENTS, "answer")
WEIGHTS = Path(__file__).parents[2] / "nlu" / "data" / "intents.weights"
ORDERS = 5  # the mean over several orders of learning; one order alone decides seven messages in a hundred otherwise
ROUNDS, RATE, PULL = 8, 0.25, 1e-4
LEAST_SEEN = 2  # evidence met once says more about its sentence than about the language
LEAST_WEIGHT = 15  # in hundredths

Example = tuple[list[str], int]


def examples() -> Iterator[Example]:
    """Each case as its evidence and its intent; the first where several are right."""
    for case in learning_cases():
        gold = case["gold"]["intent"]
        scene = scene_of(case)
        wanted = gold["any_of"][0] if isinstance(gold, dict) else gold
        yield sorted(evidence(scene.m, marks(scene))), CLASSES.index(wanted)


def learn(corpus: Sequence[Example]) -> dict[str, list[float]]:
    """The weights of each piece of evidence for each intent; "" holds where every message starts from."""
    seen = Counter(feature for features, _ in corpus for feature in features)
    kept = [
        (name, (["", *[f for f in features if seen[f] >= LEAST_SEEN]], intent))
        for name, (features, intent) in _named(corpus)
    ]
    total: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(CLASSES))
    for order in range(ORDERS):
        for feature, row in _learn_once(kept, order).items():
            for at, weight in enumerate(row):
                total[feature][at] += weight / ORDERS
    return total


def _learn_once(corpus: Sequence[tuple[str, Example]], order: int) -> dict[str, list[float]]:
    weights: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(CLASSES))
    squares: dict[str, list[float]] = defaultdict(lambda: [1e-4] * len(CLASSES))
    for turn in range(ROUNDS):
        for _, (features, intent) in sorted(corpus, key=lambda pair: place(order, turn, pair[0])):
            _step(features, intent, weights, squares)
    return weights


def _named(corpus: Sequence[Example]) -> list[tuple[str, Example]]:
    """Each example with what tells it from all others: its evidence, its intent, which of several alike it is."""
    met: Counter[str] = Counter()
    named = []
    for features, intent in corpus:
        name = "\t".join([*features, str(intent)])
        met[name] += 1
        named.append((f"{name}\t{met[name]}", (features, intent)))
    return named


def _step(features: list[str], intent: int, weights: dict[str, list[float]], squares: dict[str, list[float]]) -> None:
    rows = [(weights[f], squares[f]) for f in features]
    scores = [sum(column) for column in zip(*[row for row, _ in rows], strict=True)]
    top = max(scores)
    shares = [exp(score - top) for score in scores]
    total = sum(shares)
    for at, share in enumerate(shares):
        slope = share / total - (at == intent)
        if abs(slope) > 0.01:
            for row, square in rows:
                pull = slope + PULL * len(rows) * row[at]
                square[at] += pull * pull
                row[at] -= RATE * pull / sqrt(square[at]) * 0.2


def written(weights: dict[str, list[float]]) -> str:
    """The file: evidence, then intent:weight in hundredths; what weighs next to nothing is left out."""
    lines = []
    for feature in sorted(weights):
        row = [(at, round(weight * 100)) for at, weight in enumerate(weights[feature])]
        pairs = [f"{at}:{weight}" for at, weight in row if abs(weight) >= LEAST_WEIGHT]
        if pairs:
            lines.append(f"{feature}\t{' '.join(pairs)}\n")
    return "".join(lines)


if __name__ == "__main__":
    WEIGHTS.write_text(written(learn(list(examples()))), "utf-8")
