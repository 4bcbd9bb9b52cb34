"""One spelling for many: full width, traditional, upper case and invisible characters.

``fold`` gives text of the **same length** as it got, so that a place found in the folded text is the place in the
original; what has no one-character fold (「㎡」, "ß") stays. Invisible characters become spaces only where they stand
alone; inside a word ``clean`` takes them out first.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from nlu.patterns import pattern

__all__ = ["clean", "fold", "has_han", "simplify"]

# Zero-width, bidirectional marks, soft hyphen, byte order mark, variation selectors, lone surrogates and the other
# controls: nothing a person typed on purpose. Tab, line feed and carriage return are kept.
_INVISIBLE = pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ud800-\udfff]"
)
_KEPT = 200  # characters: longer texts are not remembered
# Typographic variants that NFKC leaves or turns into something longer.
_PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-", "\u2012": "-",
    "\u2013": "-", "\u2212": "-", "\u3000": " ", "\u00a0": " ", "\u2003": " ", "\u2002": " ", "\u2009": " ",
    "\u202f": " ", "，": "，", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "【": "[", "】": "]",
    "〔": "[", "〕": "]",
    # Cantonese as it is written in chats
    "咗": "了", "嘅": "的", "佢": "他", "哋": "们", "唔": "不", "喺": "在", "冇": "没", "睇": "看", "嚟": "来",
    "啲": "些", "嗰": "那", "俾": "给", "畀": "给", "攞": "拿", "谂": "想", "諗": "想",
}  # fmt: skip


def clean(text: str) -> str:
    """The text without invisible characters; the same object when it has none."""
    return _INVISIBLE.sub("", text) if not text.isascii() or _INVISIBLE.search(text) else text


def has_han(text: str) -> bool:
    """Does a Chinese character stand in the text?"""
    return not text.isascii() and any("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" for c in text)


@cache
def _traditional() -> dict[int, str]:
    old, new = files("nlu").joinpath("data", "traditional.txt").read_text("utf-8").split("\n")[:2]
    return dict(zip(map(ord, old), new, strict=True))


@cache
def _traditional_set() -> frozenset[str]:
    return frozenset(map(chr, _traditional()))


class _Folds(dict[int, str]):
    """A translation table that learns: each character is worked out the first time it is seen."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if "\u4e00" <= char <= "\u9fff":
            folded = self[code] = _PLAIN.get(char) or _traditional().get(code, char)
            return folded
        folded = _PLAIN.get(char) or _traditional().get(code) or char
        if folded == char:
            wide = unicodedata.normalize("NFKC", char)
            folded = wide if len(wide) == 1 else char
            folded = _traditional().get(ord(folded), folded)
        lower = folded.lower()
        folded = lower if len(lower) == 1 else folded
        if len(self) < 20_000:  # a text of every character there is must not grow the table for good
            self[code] = folded
        return folded


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Lower case, half width, simplified, plain quotes; of the same length as the text."""
    if text.isascii():
        return text.lower()
    return _folded(text) if len(text) <= _KEPT else text.translate(_FOLDS)


@lru_cache(maxsize=256)  # of one message a dozen ask
def _folded(text: str) -> str:
    return text.translate(_FOLDS)


def simplify(text: str) -> str:
    """Traditional characters as simplified ones, one for one; all else as it was."""
    if text.isascii() or _traditional_set().isdisjoint(text):
        return text
    return text.translate(_traditional())
