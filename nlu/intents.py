"""What a message wants: a linear model over its evidence, under a few rules that nothing may outweigh.

``data/intents.weights`` is learned from the sentences under tests/nlu (``python -m tests.nlu.learn_intents``): a line
per piece of evidence with its weight for each intent it speaks for or against. The rules stand above it because a
demand for all data or an announcement must never act, however much else it says.
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from math import exp
from typing import NamedTuple, get_args

from nlu.evidence import evidence
from nlu.marks import marks
from nlu.scene import Scene
from nlu.types import Intent

__all__ = ["INTENTS", "Decision", "decide", "reasons"]

INTENTS: tuple[Intent, ...] = get_args(Intent)
_ANSWER = len(INTENTS)  # the class beyond: answers inside a dialog, which have no intent of their own
_RULES: tuple[tuple[str, Intent], ...] = (("junk.order", "other"), ("news", "other"), ("card", "create_customer"))
_SCALE = 100  # weights are stored as whole numbers
_SHARPER = 60  # a mean of models is too modest; so, of ten intents told at 0.8 eight are right


class Decision(NamedTuple):
    intent: Intent
    sure: float
    marks: frozenset[str]


Weights = tuple[tuple[int, int], ...]


class Model:
    """The weights by evidence. A line is taken apart when its evidence is first met: loading costs 3 ms, not 30."""

    def __init__(self, text: str) -> None:
        self._lines = dict(line.split("\t", 1) for line in text.splitlines())
        self._read: dict[str, Weights] = {}
        self._start = self._weights("")

    def _weights(self, feature: str) -> Weights:
        found = self._read.get(feature)
        if found is None:
            pairs = [pair.split(":") for pair in self._lines.get(feature, "").split()]
            found = tuple((int(intent), int(weight)) for intent, weight in pairs)
            if found:
                self._read[feature] = found
        return found

    def scores(self, features: Iterable[str]) -> list[int]:
        """A score for each of ``INTENTS``, and for being an answer."""
        total = [0] * (_ANSWER + 1)
        for intent, weight in self._start:
            total[intent] += weight
        lines, read = self._lines, self._read
        for feature in features:
            if feature in lines:
                for intent, weight in read.get(feature) or self._weights(feature):
                    total[intent] += weight
        return total

    def speaking_for(self, intent: Intent, features: Iterable[str]) -> list[tuple[str, float]]:
        """The evidence for an intent with its weight, the heaviest first."""
        wanted = INTENTS.index(intent)
        weighed = [(f, weight / _SCALE) for f in features for at, weight in self._weights(f) if at == wanted]
        return sorted((pair for pair in weighed if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))


@cache
def _model() -> Model:
    return Model(files("nlu").joinpath("data", "intents.weights").read_text("utf-8"))


def decide(s: Scene) -> Decision:
    """The intent, how sure it is, and the marks found on the way."""
    found = marks(s)
    for mark, intent in _RULES:
        if mark in found:
            return Decision(intent, 0.95, found)
    scores = _model().scores(evidence(s.m, found))
    best = max(range(len(scores)), key=scores.__getitem__)
    total = sum(exp((score - scores[best]) / _SHARPER) for score in scores)
    return Decision("other" if best == _ANSWER else INTENTS[best], 1 / total, found)


def reasons(s: Scene, intent: Intent) -> list[str]:
    """What spoke for the intent, for a person to read: the heaviest evidence first, cues and marks by their names."""
    found = marks(s)
    rules = [mark for mark, ruled in _RULES if mark in found and ruled == intent]
    weighed = _model().speaking_for(intent, evidence(s.m, found))
    named = [feature.removeprefix("k").strip("^$ ") for feature, _ in weighed]
    return rules or list(dict.fromkeys(word for word in named if word))[:5]
