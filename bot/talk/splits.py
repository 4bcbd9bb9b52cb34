"""What figures are split by: 「按行业」, "per rep", 「最高的三个行业」, "source breakdown".

One grammar for all who answer with figures: a word that splits and a noun, in ``split.toml``.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from config.catalog import Catalog
from config.phrasing import numbers

# By these a question may ask, too: "which industry"; of people and customers that asks for their names.
_TIMES = ("month", "quarter", "day")
_ASKED = frozenset({"team", "product", "industry", "source", "size", "place", "month", "quarter", "reason", "rival"})


@lru_cache(maxsize=100)
def split_by(words: Catalog, by: str) -> str:
    """The expression that finds the split, "" where the language has none; Latin words are whole."""
    nouns = words.words(f"split.noun.{by}")
    return _split(words, nouns, is_asked=by in _ASKED) if nouns else ""


@lru_cache(maxsize=8)
def any_split(words: Catalog) -> re.Pattern[str]:
    """Finds a split by whatever is no time."""
    known = words.table("split.noun")
    nouns = tuple(noun for by, said in known.items() if by not in _TIMES for noun in said)
    return re.compile(_split(words, nouns, is_asked=False) if nouns else "(?!)")


def _split(words: Catalog, nouns: tuple[str, ...], *, is_asked: bool) -> str:
    noun, number = _any(nouns), _any(words.words("split.number"))
    behind, view = (_any(words.words(f"split.{name}")) for name in ("behind", "view"))
    before = [*words.words("split.word"), *(words.words("split.asked") if is_asked else ())]
    best = rf"{_any(words.words('split.best'))} ?(?:(?:{number}|\x00+) ?)?(?:[个大名家位种类款]的?)?"
    said = rf"(?:{_any(before)}|{best}) ?{noun}(?:{behind}|{view})?|{noun}{behind}"
    return rf"(?:{said})的?" if words.language == "zh" else rf"(?<![a-z0-9])(?:{said})(?![a-z0-9])"


def order_said(words: Catalog, said: str) -> str:
    """Does the split ask for those with "most", or with "least"? "" where it asks for all."""
    return next((name for name in ("least", "most") if words.pattern(f"split.{name}").search(said)), "")


def count_said(said: str) -> int:
    """How many of them are wanted, 0 where it is not said."""
    digits = "".join(letter for letter in said if letter.isdigit())
    if digits:
        return int(digits)
    number = max((number for word, number in numbers().items() if word in said), default=0)
    return number if number > 1 else 0


def _any(parts: Sequence[str]) -> str:
    return f"(?:{'|'.join(sorted(parts, key=len, reverse=True)) or '(?!)'})"
