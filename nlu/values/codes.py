"""Numbers that are parts of a name: an order, a model, a version."""

from typing import Final

from nlu.values.lexicon import CODE, NUMBER, lexicon
from nlu.values.tokens import GLUED, Token

__all__ = ["ORDINAL_ENDS", "is_code"]

# Letters that may stand right before or after digits without making them a code.
_BEFORE_DIGITS: Final = frozenset({"cur", "quarterno", "month", "wday", "mid", "moneyish"})
_AFTER_DIGITS: Final = frozenset({
    "scale", "ampm", "unit", "cur", "minor", "ish", "month", "measure", "tz", "quarterno", "oclock", "wday",
    "article",
})  # fmt: skip
_BEFORE_DASH: Final = frozenset({"ampm", "ord", "noon", "decade", "article", "unit", "tz"})
ORDINAL_ENDS: Final = frozenset({"st", "nd", "rd", "th"})


def is_code(text: str, tokens: list[Token], start: int, end: int) -> bool:
    """SO20261130-07, PCT-7741, M8, 4G, v2.1: letters glued to digits that are no word of time or money."""
    last = text[start - 1] if start else ""
    if last and last.isascii() and (last.isalpha() or last in "-_#\\") and _is_name_before(text, tokens, start, last):
        return True
    return _has_foreign_tail(text, end)


def _is_name_before(text: str, tokens: list[Token], start: int, last: str) -> bool:
    """Whether letters (or letters and a dash) right before digits make them a code."""
    before = tokens[-1] if tokens and tokens[-1].end == start else None
    if last.isalpha():
        if before is None or "ymd" in before.kinds:  # a word of no table; the T of an ISO 8601 instant
            return before is None
        if "quarterno" in before.kinds and _stands_free(tokens, before):
            tail = text[start + 1 : start + 3]
            return tail[:1].isascii() and tail[:1].isalpha() and tail != "fy"  # H3C; not H2FY27
        if before.word == "r" and "cur" in before.kinds:  # R350k
            return False
        if before.word == "h":  # 15h20
            return len(tokens) < 2 or NUMBER not in tokens[-2].kinds
        return len(before.word) == 1 or before.kinds.keys().isdisjoint(_BEFORE_DIGITS | _AFTER_DIGITS)
    if last != "-":
        return last != "#" or (before is not None and CODE in before.kinds)
    if before is None or len(tokens) < 2:
        return False
    owner = tokens[-2] if tokens[-2].end == before.start else None
    if owner is None:
        letter = text[before.start - 1 : before.start]
        return letter.isascii() and letter.isalpha()
    if CODE in owner.kinds:
        return True
    if (
        "scale" in owner.kinds and tokens[-3:-2] and NUMBER in tokens[-3].kinds and tokens[-3].end == owner.start
    ):  # 5m-6m
        return False
    letters = owner.word[-1].isascii() and owner.word[-1].isalpha()
    return letters and owner.kinds.keys().isdisjoint(_BEFORE_DIGITS | _BEFORE_DASH)


def _stands_free(tokens: list[Token], letter: Token) -> bool:
    """Whether a Q or H begins a word: Q3, 2019-Q1, 2019Q1; not the q of seq3."""
    before = tokens[-2] if len(tokens) > 1 else None
    return (
        letter.gap != GLUED
        or before is None
        or before.word in "-/,"
        or before.digits == 4
        or not before.word[-1:].isascii()
    )


def _has_foreign_tail(text: str, end: int) -> bool:
    if end >= len(text) or not (text[end].isascii() and text[end].isalpha()):
        return False
    stop = end
    while stop < len(text) and stop < end + 20 and text[stop].isascii() and text[stop].isalpha():
        stop += 1
    tail = text[end:stop]
    if tail == "s" and text[end - 1] == "0":  # 1970s
        return False
    if tail == "e" and text[stop : stop + 1] in "-+" and text[stop + 1 : stop + 2].isdigit():  # 1e-9
        return True
    if tail in ORDINAL_ENDS or (tail == "t" and text[stop : stop + 1].isdigit()):
        return False
    kinds = lexicon().latin.get(tail)
    if kinds is None and tail[0] in "kmwb":  # 120meur, 10kusd, 50wrmb
        kinds = lexicon().latin.get(tail[1:])
        return not (kinds and "cur" in kinds)
    return not (kinds and kinds.keys() & _AFTER_DIGITS)
