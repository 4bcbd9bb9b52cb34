"""What a text is cut into."""

from typing import Final

from nlu.values.lexicon import Kinds

__all__ = ["BREAK", "GLUED", "SPACED", "Token"]

# The gap before a token: nothing, blanks, other text.
GLUED: Final = 0
SPACED: Final = 1
BREAK: Final = 2


class Token:
    """A word, number or sign at ``text[start:end]``. ``kinds``: what it may be → its value."""

    __slots__ = ("digits", "end", "gap", "kinds", "scaled", "start", "vague", "word")

    def __init__(self, kinds: Kinds, start: int, end: int, gap: int, word: str) -> None:
        self.kinds = kinds
        self.start = start
        self.end = end
        self.gap = gap
        self.word = word
        self.scaled = False  # a number with 万, k, million …
        self.vague = False
        self.digits = 0  # of a number: how many digits it was written with; 0 for words

    def __repr__(self) -> str:
        return f"<{self.word} {dict(self.kinds)}>"
