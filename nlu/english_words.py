"""An English message in words, each with what it is and what kind of word it is, for ``english_names``.

Dates, amounts and known names are one capital letter each (``masks``), so that "spoke to Priya on Monday" speaks for
every day; of an uncommon word only its kind is kept: how it is written, and whether it is a given name, a trade, …
"""

from functools import lru_cache
from typing import NamedTuple

from nlu.chunks import given_names
from nlu.everyday_en import commonness
from nlu.masks import masks
from nlu.message import Message
from nlu.name_forms import company_words
from nlu.patterns import pattern
from nlu.people import HONORIFICS
from nlu.wordlists import words

__all__ = ["PAD", "Words", "read_words"]

PAD = 2  # words before the first and behind the last, so that every place has neighbours
_READ = 300  # characters; whom a message is about is said before that
_KEPT = frozenset("CPOUGTMDFEKR")  # what is masked in English; numbers stand in names, too (3PL, 7 Seas)
_CONTRACTED = pattern(r"(?:i|you|he|she|it|we|they|that|there|who|what)['’](?:d|m|ll|ve|re)")  # Told Sanj |I'd| ring
_WORD = pattern(
    rf"w/o?|f/u|c/o|['’]s\b|\b(?i:{HONORIFICS}|St)\."
    r"|(?<=[rs]\. )[A-Z]\.(?= [A-Z])"  # Mr. |P.| Raghavan
    r"|\d[\d.,]*%|[^\W_](?:[^\W_]|[&+](?=[^\W_])|(?!['’]s\b)[.'’-](?=[^\W_]))*|\S|\n"
)


_SAYING = frozenset(("says", "said", "tells", "told", "asks", "asked", "reckons", "thinks"))  # in nobody's name
_NORDIC = frozenset(("AS", "ASA", "AB", "OY", "Oy", "Oyj"))  # legal forms, of which one is a word, too
_HONORIFICS = frozenset(HONORIFICS.lower().split("|"))


class Words(NamedTuple):
    """``said[i]`` is the word as a context, ``kinds[i]`` its kind; both padded by PAD at either end.

    ``spans`` and ``low`` are those of the words themselves; ``is_name[i]``: can a name hold it?
    """

    said: list[str]
    kinds: list[str]
    spans: list[tuple[int, int]]
    low: list[str]
    is_name: list[bool]
    style: str


def read_words(m: Message) -> Words:
    """The words of the first part of a message."""
    said, kinds, spans, low, is_name = ["^"] * PAD, ["^"] * PAD, [], [], []
    masked = [one for one in masks(m) if one[0] < _READ and one[2] in _KEPT and not _is_guess(m, one)]
    at = 0
    for start, end, letter in [*masked, (len(m.low), len(m.low), "")]:
        for match in _WORD.finditer(m.text, at, min(start, _READ)):
            word = match.group()
            if word in _NORDIC and m.text[: match.start()].rstrip()[-1:].islower():
                word = "Ltd"  # Polar Cold Chain |AS|; "AS DISCUSSED" is loud
            said_as, kind, can = _kind(word)
            said.append(said_as)
            kinds.append(kind)
            spans.append(match.span())
            low.append(word.lower())
            is_name.append(can)
        if start >= _READ or not letter:
            break
        said.append(letter)
        kinds.append(letter)
        spans.append((start, end))
        low.append("")
        is_name.append(False)
        at = end
    said += ["$"] * PAD
    kinds += ["$"] * PAD
    return Words(said, kinds, spans, low, is_name, _style(kinds))


def _is_guess(m: Message, mask: tuple[int, int, str]) -> bool:
    """Is it a person whom only a way of address gives away, rather than a known name?"""
    return mask[2] == "P" and not any((n.start, n.end) == mask[:2] for n in m.names)


def _style(kinds: list[str]) -> str:
    """How capitals are used: 0 not at all, 1 but not at the head, 2 as in print."""
    capitals = sum([kind[0] in "XA" and len(kind) > 1 for kind in kinds])
    if not capitals:
        return "0"
    return "1" if kinds[PAD][0] == "x" else "2"


@lru_cache(maxsize=8192)
def _kind(word: str) -> tuple[str, str, bool]:
    """How a word is said as a context, its kind, and whether a name can hold it."""
    if word[-1] == "s" and word[0] in "'’":
        return "'s", "'s", True
    if word[-1] == "%" and len(word) > 1:
        return "%", "%", False
    if not word[0].isalnum():
        sign = "¶" if word == "\n" else word
        return sign, sign, word == "&"
    low = word.lower().rstrip(".")
    if word.isdigit():
        return "0", "0", len(word) < 5
    what = _what(low)
    kind = _case(word) + what
    is_said = what in "123wht" or len(low) <= 3 or "/" in low
    can = "/" not in word and word not in _SAYING and _CONTRACTED.fullmatch(low) is None
    return (low if is_said else kind), kind, can


def _case(word: str) -> str:
    if word.islower():
        return "x"
    if word.isupper() and len(word) > 1:
        return "A"
    return "X" if word[0].isupper() and (word[1:].islower() or len(word) == 1) else "M"


def _what(low: str) -> str:
    """g a given name, w one that is also a word, h a way of address, l a legal form, t a trade, s a Chinese surname,
    d with digits, 1 to 4 everyday words, r the rest."""
    if low in _HONORIFICS:
        return "h"
    if low in words("legal_en"):
        return "l"
    if low in given_names():
        return "w" if low in words("names_and_words") or commonness(low) else "g"
    if low in _trades():
        return "t"
    common = commonness(low)
    if common:
        return common
    if low in words("pinyin_surnames"):
        return "s"
    return "d" if any(map(str.isdigit, low)) else "r"


@lru_cache(maxsize=1)
def _trades() -> frozenset[str]:
    return frozenset(company_words()["trades_en"])
