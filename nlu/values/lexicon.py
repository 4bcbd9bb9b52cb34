"""The words of all languages in one table, and the words by their first letter for longest match.

A language is one module with ``WORDS``: kind → {spellings: value}. A word may be of several kinds (前: before, ago);
the grammar asks for the kind it wants.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, TypeAlias

from nlu.values import words_en, words_holidays, words_money, words_zh

__all__ = ["CODE", "NUMBER", "Kinds", "Lexicon", "lexicon"]

# kind → value of one word
Kinds: TypeAlias = Mapping[str, object]

_FIRST_HAN: Final = "\u2e80"
NUMBER: Final = "num"
CODE: Final = "code"  # a number of something: an order, a phone, a model; never a value


class Lexicon:
    """``latin``: word → kinds. ``phrases``: first word → the phrases that begin so, longest first.
    ``han``: Chinese word → kinds; ``sizes``: first character → the lengths of its words, longest first."""

    __slots__ = ("han", "latin", "phrases", "sizes", "starters")

    def __init__(self, tables: Iterable[Mapping[str, Mapping[str, object]]]) -> None:
        self.latin: dict[str, dict[str, object]] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], dict[str, object]]]] = {}
        self.han: dict[str, dict[str, object]] = {}
        words: dict[str, dict[str, object]] = {}
        for table in tables:
            for kind, meanings in table.items():
                for spellings, value in meanings.items():
                    for word in spellings.split("|"):
                        words.setdefault(word, {})[kind] = value
        for word, kinds in words.items():
            self._add(word, kinds)
        sizes: dict[str, set[int]] = {}
        for word in self.han:
            sizes.setdefault(word[0], set()).add(len(word))
        self.sizes = {first: sorted(known, reverse=True) for first, known in sizes.items()}
        for phrases in self.phrases.values():
            phrases.sort(key=lambda entry: -len(entry[0]))
        self.starters = "".join(self.sizes)

    def _add(self, word: str, kinds: dict[str, object]) -> None:
        if word[0] >= _FIRST_HAN:
            self.han[word] = kinds
        elif word[-1] < _FIRST_HAN and (" " in word or "-" in word):
            parts = tuple(word.replace("-", " ").split())
            self.phrases.setdefault(parts[0], []).append((parts, kinds))
        elif word[-1] < _FIRST_HAN:
            self.latin[word] = kinds
        else:
            self.han[word] = kinds


@cache
def lexicon() -> Lexicon:
    """The table of all languages, built at the first use."""
    return Lexicon((words_en.WORDS, words_holidays.WORDS, words_money.WORDS, words_zh.WORDS))
