"""Whether a text can hold a value at all: most small talk has no digit, no numeral and no word of time or money."""

import re
from functools import cache
from typing import Final

from nlu.values.lexicon import lexicon
from nlu.values.numerals import HAN_START

__all__ = ["may_hold"]

# Kinds of words that are part of a value but make none by themselves.
_GLUE: Final = frozenset({
    "the", "of", "for", "in", "on", "at", "by", "to", "and", "or", "from", "my", "but", "more", "about", "article",
    "before", "after", "since", "until", "between", "during", "within", "ago", "hence", "morethan", "lessthan",
    "thru", "present", "orlater", "orearlier", "early", "late", "begin", "end", "mid", "closest", "rest", "half",
    "rel", "measure", "moneyish", "company", "scoreish", "every", "final", "ending", "couple", "ish", "lasting",
})  # fmt: skip
_WORD: Final = re.compile(r"[a-z]+", re.ASCII)


@cache
def _signs() -> re.Pattern[str]:
    """A digit, a sign of a currency, a character that begins a Chinese word of the table, a letter beyond ASCII."""
    starters = re.escape(lexicon().starters + "".join(HAN_START))
    return re.compile(rf"[\d$€£¥₹₩₽฿₫₱₺₪%¢à-ÿ{starters}]")


@cache
def _words() -> frozenset[str]:
    """The words, and the longest words of phrases, that can make a value."""
    known = lexicon()
    alone = {word.partition("'")[0] for word, kinds in known.latin.items() if not kinds.keys() <= _GLUE}
    longest = {
        max(reversed(words), key=len).partition("'")[0]
        for phrases in known.phrases.values()
        for words, kinds in phrases
        if not kinds.keys() <= _GLUE
    }
    return frozenset(alone | longest)


def may_hold(text: str) -> bool:
    """Whether a plain text has any piece that a value needs."""
    return bool(_signs().search(text)) or not _words().isdisjoint(_WORD.findall(text))
