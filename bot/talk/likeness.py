"""Which of many phrases a short message says in other words, by the pieces that both have.

A piece is a Han character, a Latin word without its ending, or two of those that follow each other; the rarer among
the phrases, the more it weighs (cosine of tf-idf vectors). Words that mean the same count as one, words without weight
as none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, log

from config.catalog import any_of
from nlu.folding import fold, has_han

_SAME = 0xE000  # the first of the private signs that stand for words which mean the same
_TOKEN = re.compile(r"[a-z0-9]+|[^\W_]|[\ue000-\uf8ff]")
_CAPITAL = re.compile(r"(?<=\s)[A-Z][a-z]+")  # not the first word
_HAN_ALONE, _WORD_ALONE, _HAN_PAIR, _WORD_PAIR = 0.6, 1.0, 1.0, 0.7
_EDGE, _BETWEEN = "\n", " "
MIN_WORDS = 2
LEAST = 0.2  # what is less like it is nothing like it


@dataclass(frozen=True, slots=True)
class Like:
    """The phrase with this index, and how like it the message is: 1.0 says the same, 0.0 has nothing in common."""

    index: int
    score: float


class Likeness:
    """Finds the phrases that a text is like. ``fillers`` weigh nothing; each of ``same`` is a list of words that mean
    the same; Latin words that differ in their ``endings`` are one."""

    def __init__(
        self, phrases: Sequence[str], fillers: Iterable[str], same: Iterable[Sequence[str]], endings: Iterable[str]
    ) -> None:
        self._endings = re.compile(rf"(?<=[a-z]{{3}})(?:{'|'.join(endings)})$")
        self._same = {_bare(word): chr(_SAME + at) for at, words in enumerate(same) for word in words}
        self._words = any_of((*self._same, *map(_bare, fillers)))
        pieces = [self._pieces(phrase) for phrase in phrases]
        counts = Counter(piece for found in pieces for piece in found)
        self._rarity = {piece: log(1 + len(phrases) / count) for piece, count in counts.items()}
        self._rarest = log(1 + len(phrases))
        self._having: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, found in enumerate(pieces):
            weights = self._weighed(found)
            length = _length(weights)
            for piece, weight in weights.items():
                self._having[piece].append((index, weight / length))

    def find(self, text: str) -> list[Like]:
        """The phrases that the text is like, in no order. One word alone is like nothing."""
        pieces = self._pieces(text)
        if sum(_BETWEEN not in piece for piece in pieces) < MIN_WORDS:
            return []
        weights = self._weighed(pieces)
        least = LEAST * _length(weights)
        scores: defaultdict[int, float] = defaultdict(float)
        for piece, weight in weights.items():
            for index, other in self._having.get(piece, ()):
                scores[index] += weight * other
        return [Like(index, score * LEAST / least) for index, score in scores.items() if score >= least]

    def is_strange(self, text: str) -> bool:
        """Does something stand in the text that no phrase has and that looks like a name: two Han characters, or a
        Latin word with a capital?"""
        capitals = {word.lower() for word in _CAPITAL.findall(text)}
        is_last_unseen = False
        for token in _TOKEN.findall(self._plain(text)):
            is_unseen = self._endings.sub("", token) not in self._rarity
            if is_unseen and (token in capitals or (is_last_unseen and has_han(token))):
                return True
            is_last_unseen = is_unseen and has_han(token)
        return False

    def _weighed(self, pieces: Mapping[str, float]) -> dict[str, float]:
        """Of what no phrase has, the single pieces weigh most; their pairs would tell it twice."""
        unseen = {piece: 0.0 if _BETWEEN in piece else self._rarest for piece in pieces if piece not in self._rarity}
        return {piece: times * (self._rarity.get(piece) or unseen[piece]) for piece, times in pieces.items()}

    def _pieces(self, text: str) -> Mapping[str, float]:
        tokens = [self._endings.sub("", token) for token in _TOKEN.findall(self._plain(text))]
        pieces: defaultdict[str, float] = defaultdict(float)
        for token in tokens:
            pieces[token] += _HAN_ALONE if has_han(token) else _WORD_ALONE
        is_han = any(map(has_han, tokens))
        # In Chinese where a text begins and ends tells much; in English the words do.
        for first, second in pairwise([_EDGE, *tokens, _EDGE] if is_han else tokens):
            pieces[f"{first}{_BETWEEN}{second}"] += _HAN_PAIR if is_han else _WORD_PAIR
        return pieces

    def _plain(self, text: str) -> str:
        return self._words.sub(lambda word: self._same.get(word.group(), " "), _bare(text))


def _bare(text: str) -> str:
    """The text as it is compared; an apostrophe is left out as often as it is typed."""
    return fold(text).lower().replace("'", "")


def _length(weights: Mapping[str, float]) -> float:
    return hypot(*weights.values()) or 1.0
