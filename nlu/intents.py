"""What a message wants: a linear model over its evidence, under a few rules that nothing may outweigh.

``data/intents.weights`` is learned from the sentences under tests/nlu (``python -m tests.nlu.learn_intents``): a line
per piece of evidence with its weight for each intent it speaks for or against. The rules stand above it because a
demand for all data or an announcement must never act, however much else it says.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from math import exp
from typing import NamedTuple, get_args

from nlu.evidence import evidence
from nlu.marks import marks
from nlu.patterns import pattern
from nlu.remembered import Remembered
from nlu.scene import Scene
from nlu.types import Intent

__all__ = ["INTENTS", "Decision", "decide", "reasons"]

INTENTS: tuple[Intent, ...] = get_args(Intent)
_ANSWER = len(INTENTS)  # the class beyond: answers inside a dialog, which have no intent of their own
_RULES: tuple[tuple[str, Intent], ...] = (
    ("junk.order", "other"),
    ("news", "other"),
    ("card", "create_customer"),
    ("rescheduled", "log_follow_up"),
)
_PAPERS: frozenset[Intent] = frozenset({"create_order", "create_contract"})  # ahead of them there is a deal only
# Nothing is taken back without a word for it.
_TAKES_BACK = pattern(
    r"撤|取消|删|退|反悔|还原|恢复|不要|不算|错|作废|抹|去掉|回去|回滚|undo|revert|delete|remove|cancel|scrap|scratch|take\b|back|wrong|"
    r"mistake|didn't mean|get rid|wipe|ditch|\bbin|unsave|erase|reverse|restore|shouldn't|oops|drop|no good"
)
_SCALE = 100  # weights are stored as whole numbers
_SHARPER = 60  # a mean of models is too modest; so, of ten intents told at 0.8 eight are right


class Decision(NamedTuple):
    intent: Intent
    sure: float
    marks: frozenset[str]


_BITS = 32  # of a score: far more than a message's evidence can add up to, and read back at once
_BYTES = _BITS // 8 * (_ANSWER + 1)
_HALF = 1 << (_BITS - 1)
_LEVEL = sum(_HALF << (_BITS * at) for at in range(_ANSWER + 1))  # keeps every score positive while they are packed


class Model:
    """The weights by evidence.

    The scores of all intents are fields of one large number, so a piece of evidence is one addition. A line is taken
    apart when its evidence is first met: loading costs 3 ms, not 30.
    """

    def __init__(self, text: str) -> None:
        self._lines = dict(line.split("\t", 1) for line in text.splitlines())
        self._packed = Remembered(self._pack)
        self._start = _LEVEL + self._pack("")

    def _weights(self, feature: str) -> Iterator[tuple[int, int]]:
        for pair in self._lines.get(feature, "").split():
            intent, _, weight = pair.partition(":")
            yield int(intent), int(weight)

    def _pack(self, feature: str) -> int:
        return sum(weight << (_BITS * intent) for intent, weight in self._weights(feature))

    def scores(self, features: AbstractSet[str]) -> list[int]:
        """A score for each of ``INTENTS``, and for being an answer."""
        known = filter(self._lines.__contains__, features)
        total = sum(map(self._packed.__getitem__, known), self._start)
        fields = memoryview(total.to_bytes(_BYTES, "little")).cast("I")
        return [field - _HALF for field in fields]

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
    best = scores.index(max(scores))
    total = sum([exp((score - scores[best]) / _SHARPER) for score in scores])
    if best < _ANSWER and INTENTS[best] == "undo" and not _TAKES_BACK.search(s.m.low):
        scores[best] = min(scores)
        best = scores.index(max(scores))
    intent = "other" if best == _ANSWER else INTENTS[best]
    if intent in _PAPERS and "ahead" in found:
        intent = "update_opportunity"
    return Decision(intent, 1 / total, found)


def reasons(s: Scene, intent: Intent) -> list[str]:
    """What spoke for the intent, for a person to read: the heaviest evidence first, cues and marks by their names."""
    found = marks(s)
    rules = [mark for mark, ruled in _RULES if mark in found and ruled == intent]
    weighed = _model().speaking_for(intent, evidence(s.m, found))
    named = [feature.removeprefix("k").strip("^$ ") for feature, _ in weighed]
    return rules or list(dict.fromkeys(word for word in named if word))[:5]
