"""What the grammar reads from: the tokens of a text, the moment, the language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from nlu.values.cycles import Expr
from nlu.values.lexicon import NUMBER, Kinds
from nlu.values.text import Plain
from nlu.values.tokens import BREAK, GLUED, Token

__all__ = ["FoundDate", "Reader", "Rule"]

FoundDate: TypeAlias = tuple[Expr, int]
Rule: TypeAlias = "Callable[[Reader, int], FoundDate | None]"

_NOTHING: Final[Mapping[str, object]] = {}
# How deep "the first week of the last month of …" may nest.
MAX_DEPTH: Final = 5
_PADDING: Final = 12
_END: Final = Token(_NOTHING, 0, 0, BREAK, "")


class Reader:
    """Tokens by place. Rules take a reader and a place, and give what they found with the place behind it, or None."""

    __slots__ = (
        "chinese", "dates", "depth", "kinds", "lengths", "now", "pieces", "plain", "points", "rules", "size", "text",
        "today", "tokens",
    )  # fmt: skip

    def __init__(
        self, plain: Plain, tokens: list[Token], now: datetime, *, rules: Mapping[str, Rule], chinese: bool
    ) -> None:
        self.plain = plain
        self.text = plain.text
        self.size = len(tokens)
        # empty tokens behind the last: rules may look ahead, and back from the first, without asking
        self.tokens = tokens + [_END] * _PADDING
        # what each token may be, if it is joined to the one before it (nothing or blanks between)
        self.kinds = [token.kinds if token.gap != BREAK else _NOTHING for token in self.tokens]
        self.now = now
        self.today: date = now.date()
        self.chinese = chinese
        self.rules = rules
        self.dates: dict[int, FoundDate | None] = {}
        self.depth = 0
        # what was read once at a place is not read again
        self.lengths: dict[int, Any] = {}
        self.pieces: dict[tuple[int, bool, bool], Any] = {}
        self.points: dict[tuple[int, bool], Any] = {}

    def glued(self, at: int) -> Kinds:
        """What the token may be, if nothing stands between it and the one before."""
        token = self.tokens[at]
        return token.kinds if token.gap == GLUED else _NOTHING

    def number(self, at: int) -> int | None:
        """The whole number at a place, or None."""
        value = self.tokens[at].kinds.get(NUMBER)
        if isinstance(value, Decimal) and value < 10**9 and value == int(value):
            return int(value)
        return None

    def year(self, at: int) -> int | None:
        """A number that can be a year: four digits or words, 1900 to 2100."""
        number = self.number(at)
        if number is None or not 1900 <= number <= 2100:
            return None
        token = self.tokens[at]
        if token.scaled:
            return (
                number if token.word.isalpha() and token.word.isascii() and number % 1000 else None
            )  # two thousand and eighteen
        return number if token.digits in (0, 4) and "." not in token.word else None

    def date(self, at: int) -> "FoundDate | None":
        """The longest date or period that begins at a place."""
        if at in self.dates:
            return self.dates[at]
        if self.depth >= MAX_DEPTH:
            return None
        self.depth += 1
        best: FoundDate | None = None
        for kind in self.tokens[at].kinds:
            rule = self.rules.get(kind)
            found = rule(self, at) if rule else None
            if found and (best is None or found[1] > best[1]):
                best = found
        self.depth -= 1
        self.dates[at] = best
        return best

    def side(self, at: int) -> int:
        """1 where "after" or "following" stands beside a time, -1 where "before" or "preceding" does, else 0."""
        kinds = self.kinds[at]
        if "after" in kinds or (kinds.get("rel") == 1 and self.tokens[at].word == "following"):
            return 1
        return -1 if "before" in kinds else 0

    def after(self, at: int, size: int = 1) -> str:
        """The characters right behind the token."""
        end = self.tokens[at].end
        return self.text[end : end + size]

    def before(self, at: int, size: int = 1) -> str:
        """The characters right before the token."""
        start = self.tokens[at].start
        return self.text[max(0, start - size) : start]

    def is_whole(self, at: int, end: int) -> bool:
        """Whether the tokens from ``at`` up to ``end`` are all the text there is."""
        return not self.text[: self.tokens[at].start].strip() and not self.text[self.tokens[end - 1].end :].strip(
            " .。!?！？,，"
        )

    def is_named(self, at: int) -> bool:
        """Whether a word of no table stands right before the token."""
        before = self.text[: self.tokens[at].start][-20:].rstrip(" ")
        return before[-1:].isalpha() and self.tokens[at].gap == BREAK

    def ends_clause(self, at: int) -> bool:
        """Whether the token ends its clause: a mark of punctuation or nothing behind it."""
        rest = self.text[self.tokens[at].end :][:3].lstrip(" ")
        return not rest or rest[0] in ".,!?;。，！？；)\n"

    def ends_word(self, at: int) -> bool:
        """Whether no letter or digit follows the token."""
        return not self.text[self.tokens[at].end :][:1].isalnum()

    def chinese_word(self, at: int) -> bool:
        """Whether the token is written in Chinese characters."""
        word = self.tokens[at].word
        return bool(word) and word[0] >= "\u3400"

    def is_capital(self, at: int) -> bool:
        return self.plain.is_capital(self.tokens[at].start)

    def is_capital_at(self, position: int) -> bool:
        """Whether the character at a place of the text was a capital."""
        return self.plain.is_capital(position)
