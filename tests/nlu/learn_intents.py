"""Learns the weights of intents from every case and sentence: ``python -m tests.nlu.learn_intents``.

Multinomial logistic regression with a pull to zero, followed down to its one lowest point (L-BFGS, Nocedal 1980): the
order of the sentences says nothing, and a new sentence moves what it speaks of, not the rest. A few minutes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlu.evidence import evidence
from nlu.intents import INTENTS
from nlu.marks import marks
from nlu.parse_json import scene_of
from tests.nlu.corpus import learning_cases

CLASSES = (*INTENTS, "answer")
WEIGHTS = Path(__file__).parents[2] / "nlu" / "data" / "intents.weights"
PULL = 0.1
ROUNDS, REMEMBERED = 100, 10  # steps down; how many of them tell how the ground curves
STILL = 0.05  # a slope from which on no weight changes by a hundredth
LEAST_SEEN = 2  # evidence met once says more about its sentence than about the language
LEAST_WEIGHT = 15  # in hundredths
AT_ONCE = 1000  # examples whose scores are held at a time

Example = tuple[list[str], int]
Row: TypeAlias = tuple[tuple[tuple[int, ...], int], int]  # the places of its evidence and its intent; how often
Floats: TypeAlias = NDArray[np.float64]
Ground: TypeAlias = Callable[[Floats], tuple[float, Floats]]


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
    places = {"": 0, **{f: at for at, f in enumerate(sorted(f for f, n in seen.items() if n >= LEAST_SEEN), 1)}}
    counted = Counter(((0, *[places[f] for f in features if f in places]), intent) for features, intent in corpus)
    weights = _lowest(_ground(sorted(counted.items()), len(places)), np.zeros(len(places) * len(CLASSES)))
    return dict(zip(places, weights.reshape(-1, len(CLASSES)).tolist(), strict=True))


def _ground(counted: Sequence[Row], size: int) -> Ground:
    """How badly weights tell the examples, and which way is down."""
    pieces = [_piece(counted[at : at + AT_ONCE]) for at in range(0, len(counted), AT_ONCE)]

    def at(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(size, len(CLASSES))
        loss, slope = PULL / 2 * float(flat @ flat), PULL * weights
        for evidence_, starts, order, features, places, wanted, times in pieces:
            scores = np.add.reduceat(weights[evidence_], starts)
            scores -= scores.max(axis=1, keepdims=True)
            shares = np.exp(scores)
            sums = shares.sum(axis=1)
            rows = np.arange(len(wanted))
            loss += float(times @ (np.log(sums) - scores[rows, wanted]))
            shares /= sums[:, None]
            shares[rows, wanted] -= 1
            shares *= times[:, None]
            slope[features] += np.add.reduceat(shares[order], places)
        return loss, slope.ravel()

    return at


def _piece(counted: Sequence[Row]) -> tuple[NDArray[np.intp], ...]:
    """Some examples in rows: all their evidence, where each row starts; the rows by evidence, the pieces of evidence,
    where each of them starts; the intents, and how often each example is there."""
    evidence_ = np.concatenate([np.array(features, dtype=np.intp) for (features, _), _ in counted])
    sizes = np.array([len(features) for (features, _), _ in counted])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    by_feature = np.argsort(evidence_, kind="stable")
    features, places = np.unique(evidence_[by_feature], return_index=True)
    wanted = np.array([intent for (_, intent), _ in counted])
    times = np.array([n for _, n in counted])
    return evidence_, starts, np.repeat(np.arange(len(counted)), sizes)[by_feature], features, places, wanted, times


def _lowest(ground: Ground, at: Floats) -> Floats:
    """Down from a place, by the last steps' idea of how the ground curves, half as far until it is lower there."""
    steps: list[tuple[Floats, Floats]] = []
    loss, slope = ground(at)
    for _ in range(ROUNDS):
        if np.abs(slope).max() < STILL:
            break
        way = _way_down(slope, steps)
        length = 1.0 if steps else 1 / float(np.abs(slope).sum())
        while (found := ground(at + length * way))[0] > loss + 1e-4 * length * float(way @ slope) and length > 1e-9:
            length /= 2
        steps = [*steps, (length * way, found[1] - slope)][-REMEMBERED:]
        at = at + length * way
        loss, slope = found
    return at


def _way_down(slope: Floats, steps: list[tuple[Floats, Floats]]) -> Floats:
    way = -slope
    taken: list[float] = []
    for step, bend in reversed(steps):
        taken.append(float(step @ way) / float(step @ bend))
        way = way - taken[-1] * bend
    if steps:
        step, bend = steps[-1]
        way = way * (float(step @ bend) / float(bend @ bend))
    for (step, bend), much in zip(steps, reversed(taken), strict=True):
        way = way + (much - float(bend @ way) / float(step @ bend)) * step
    return way


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
