"""A message of which, word by word, what is understood is taken out."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.reports.said import TAKEN, Said
from bot.talk.splits import split_by
from config.catalog import Catalog
from nlu.types import Understanding

_EDGES = " ，,。.?？!！:：;；、\"'“”「」()（）-—"


def has_mark(heard: Understanding) -> bool:
    return heard.text.rstrip().endswith(("?", "？"))


class Words(Said):
    """The folded message and the words of ``question.toml``, each list of them expressions."""

    def __init__(self, words: Catalog, heard: Understanding) -> None:
        super().__init__(words, heard)
        self.heard = heard

    def find(self, key: str) -> re.Match[str] | None:
        """The first place where one of the expressions still stands; the longest list comes first."""
        return expressions(self.words, key).search(self.letters)

    def pick(self, key: str) -> re.Match[str] | None:
        """The same, taken out; all places of it are."""
        return self.pick_all(expressions(self.words, key))

    def pick_outside(self, key: str, spans: Sequence[tuple[int, int]]) -> bool:
        """Take the expressions out, but none within one of the places: 「到」 of 「7月到9月」 is none of its verbs."""
        matches = list(expressions(self.words, key).finditer(self.letters))
        free = [one for one in matches if not any(start < one.start() and one.end() <= end for start, end in spans)]
        for one in free:
            self.take_span(*one.span())
        return bool(free)

    def pick_split(self, name: str, noun: str) -> str:
        """「按客户」, "per rep", 「最高的三个行业」: what records are to be put together by; taken out."""
        found = self.pick_all(splitting(self.words, name, noun))
        return found.group() if found is not None else ""

    def pick_all(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first place of an expression; all of them are taken out."""
        matches = list(pattern.finditer(self.letters))
        for match in matches:
            self.take_span(*match.span())
        return matches[0] if matches else None

    def last(self, key: str) -> re.Match[str] | None:
        """The last place where one of the expressions still stands."""
        return max(expressions(self.words, key).finditer(self.letters), key=lambda match: match.end(), default=None)

    def pick_lack(self, name: str) -> bool:
        """「没有电话」, "without a phone number": that a field is empty; taken out."""
        return self.pick_all(lacking(self.words, self.words.words(f"question.field.{name}"))) is not None

    def pieces(self) -> list[str]:
        """What is left, in pieces that stand together, without marks around them."""
        return [piece for piece in (part.strip(_EDGES) for part in self.letters.split(TAKEN)) if piece]


@lru_cache(maxsize=1000)
def expressions(words: Catalog, key: str) -> re.Pattern[str]:
    """The expressions of a list, the longest first; Latin ones as whole words."""
    listed = sorted(words.words(f"question.{key}"), key=len, reverse=True)
    return re.compile("|".join(_whole(part) for part in listed) or "(?!)")


def _whole(part: str) -> str:
    """An expression that holds Latin letters finds nothing within a word: "order" is not in "reorder"."""
    return rf"(?<![a-z0-9])(?:{part})(?![a-z0-9])" if part.isascii() else f"(?:{part})"


@lru_cache(maxsize=200)
def denied(words: Catalog, key: str) -> re.Pattern[str]:
    """The expressions of a list, each with a word before it that denies it: "not delivered"."""
    said = (*words.words(f"question.{key}"),)
    return re.compile(f"{_any(words.words('question.denied'))}(?:{'|'.join(map(_whole, said)) or '(?!)'})")


@lru_cache(maxsize=100)
def splitting(words: Catalog, name: str, noun: str) -> re.Pattern[str]:
    """A split: the grammar of all figures, and the phrases that say it besides."""
    return re.compile("|".join(filter(None, (split_by(words, noun), expressions(words, f"ask.{name}").pattern))))


@lru_cache(maxsize=100)
def lacking(words: Catalog, names: tuple[str, ...]) -> re.Pattern[str]:
    """That a field of one of these names is empty."""
    lacks, after, ends = (_any(words.words(f"question.lack.{key}")) for key in ("word", "after", "end"))
    field = _any(names)
    edges = (r"(?<![a-z0-9])", r"(?![a-z0-9])")
    before, behind = edges if words.language != "zh" else ("", "")
    return re.compile(f"{before}{lacks} ?{field}{ends}?{behind}|{before}{field} ?{after}{behind}")


def _any(parts: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(sorted(parts, key=len, reverse=True)) or '(?!)'})"
