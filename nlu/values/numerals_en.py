"""English numbers in words, folded into single tokens: two hundred fifty thousand, half a million, 50 lakh."""

from decimal import Decimal
from typing import Final

from nlu.values.lexicon import NUMBER
from nlu.values.tokens import BREAK, GLUED, Token

__all__ = ["fold"]

_HALF: Final = Decimal("0.5")
_HEADS: Final = frozenset({NUMBER, "digit", "tens", "half", "article", "couple"})
_PARTS: Final = frozenset({"digit", "tens", "hundred", "scale", "half", "article", "couple"})


def fold(tokens: list[Token]) -> list[Token]:
    """The tokens with every number in words as one number token (``scaled`` when a multiplier stood in it)."""
    for token in tokens:
        if not token.kinds.keys().isdisjoint(_PARTS):
            break
    else:
        return tokens
    folded: list[Token] = []
    at = 0
    while at < len(tokens):
        kinds = tokens[at].kinds
        reader = None
        if not kinds.keys().isdisjoint(_HEADS):
            reader = _Folding(tokens, at)
        if reader and reader.read():
            folded.append(reader.token())
            at = reader.at
        else:
            folded.append(tokens[at])
            at += 1
    return folded


class _Folding:
    """Reads one number: thousands groups from left to right."""

    __slots__ = ("at", "first", "group", "last", "ordinal", "scale", "scaled", "tokens", "total")

    def __init__(self, tokens: list[Token], at: int) -> None:
        self.tokens = tokens
        self.first = self.at = at
        self.total = self.group = self.scale = Decimal(0)
        self.last = ""
        self.ordinal = self.scaled = False

    def _kinds(self, offset: int = 0) -> dict[str, object]:
        """The kinds of a token ahead, if it is joined to the one before it."""
        at = self.at + offset
        if at >= len(self.tokens) or (at > self.first and self.tokens[at].gap == BREAK):
            return {}
        return dict(self.tokens[at].kinds)

    def read(self) -> bool:
        """Whether anything was folded: more than one token, or a number in words."""
        if not self._head():
            return False
        while not self.ordinal and (self._step() or self._joint()):
            pass
        self._and_a_half()
        return (
            self.at > self.first + 1
            or "digit" in self.tokens[self.first].kinds
            or "tens" in self.tokens[self.first].kinds
        )

    def _head(self) -> bool:
        kinds = self._kinds()
        if "half" in kinds:
            offset = 2 if "article" in self._kinds(1) else 1
            return self._start(_HALF, offset) if self._is_scale(offset) else False
        if "article" in kinds or "couple" in kinds:
            rough = self._rough()
            if rough:
                return self._start(*rough)
        if "article" in kinds:
            after = self._kinds(1)
            return self._start(Decimal(1), 1) if "hundred" in after or self._is_scale(1) else False
        number = kinds.get(NUMBER)
        if isinstance(number, Decimal):
            self.scaled = self.tokens[self.at].scaled
            self._start(number, 1)
        if self._kinds(1).get("unit") == "quarter":  # three quarters billion, three quarters of a million
            at = 2 + ("of" in self._kinds(2))
            at += "article" in self._kinds(at)
            if self._is_scale(at) and self._step():
                return self._start(self.group / 4, at - 1)
        return True

    def _rough(self) -> tuple[Decimal, int] | None:
        """a couple (of) hundred, a quarter (of a) million: the factor and the tokens it takes."""
        at = int("article" in self._kinds())
        kinds = self._kinds(at)
        word = self.tokens[self.at + at].word if kinds else ""
        value = Decimal(2) if word.startswith("couple") else Decimal("0.25") if word == "quarter" else None
        if value is None:
            return None
        at += 1 + ("of" in self._kinds(at + 1))
        at += "article" in self._kinds(at)
        return (value, at) if "hundred" in self._kinds(at) or self._is_scale(at) else None

    def _start(self, number: Decimal, tokens: int) -> bool:
        self.group, self.last = number, "number"
        self.at += tokens
        return True

    def _is_scale(self, offset: int) -> bool:
        at = self.at + offset
        if at >= len(self.tokens) or "scale" not in self._kinds(offset):
            return False
        token = self.tokens[at]
        is_spoken = token.word == "k" and self.last in ("tens", "digit")  # forty k
        return len(token.word) > 1 or token.gap == GLUED or is_spoken

    def _step(self) -> bool:
        kinds = self._kinds()
        if "digit" in kinds:
            value = Decimal(str(kinds["digit"]))
            fits = self.last in ("", "hundred", "scale") or (self.last == "tens" and 1 <= value <= 9)
            return fits and self._take(self.group + value, "digit")
        if "tens" in kinds and self.last == "digit" and self._in_hundreds():
            return self._take(self.group * 100 + Decimal(str(kinds["tens"])), "tens")
        if "tens" in kinds:
            return self.last in ("", "hundred", "scale") and self._take(
                self.group + Decimal(str(kinds["tens"])), "tens"
            )
        if "hundred" in kinds:
            return self.last in ("digit", "tens", "number") and self._take(self.group * 100, "hundred")
        if self.last and self._is_scale(0) and self.group:
            self.scale = Decimal(str(kinds["scale"]))
            self.total += self.group * self.scale
            self.scaled = True
            return self._take(Decimal(0), "scale")
        if "ord" in kinds and self.last == "tens" and int(str(kinds["ord"])) <= 9:
            self.ordinal = True
            return self._take(self.group + Decimal(str(kinds["ord"])), "ord")
        return False

    def _in_hundreds(self) -> bool:
        """one twenty k, one twenty to one forty k: a digit before tens is hundreds where thousands follow"""
        if not 1 <= self.group <= 9 or self.total:
            return False
        number = {"digit", "tens"}
        at = 1 + ("digit" in self._kinds(1))
        if "to" in self._kinds(at):
            at += 1
            while not number.isdisjoint(self._kinds(at)):
                at += 1
        after = self._kinds(at)
        return "scale" in after and self.tokens[self.at + at].word in ("k", "grand", "thousand")

    def _take(self, group: Decimal, last: str) -> bool:
        self.group, self.last = group, last
        self.at += 1
        return True

    def _joint(self) -> bool:
        """ "and" after hundred or thousand, a hyphen inside forty-five: skipped if a number goes on behind it."""
        kinds, after = self._kinds(), self._kinds(1)
        if self.last in ("tens", "number", "hundred", "scale") and (
            "odd" in kinds or ("-" in kinds and "odd" in after)
        ):
            self.at += 1 + ("-" in kinds)  # forty-odd grand
            return True
        joined = (
            "and" in kinds and self.last in ("hundred", "scale") and not after.keys().isdisjoint({"digit", "tens"})
        ) or ("-" in kinds and self.last == "tens" and not after.keys().isdisjoint({"digit", "ord"}))
        if not joined:
            return False
        self.at += 1
        if self._step():
            return True
        self.at -= 1
        return False

    def _and_a_half(self) -> None:
        """two and a half [million], a million and a half"""
        if self.last not in ("digit", "number", "tens", "scale") or (self.total and self.last != "scale"):
            return
        if "and" in self._kinds():
            offset = 2 if "article" in self._kinds(1) else 1
            if "half" in self._kinds(offset):
                self.at += offset + 1
                self.group += _HALF * (self.scale if self.total else 1)
                if not self.total:
                    self._step() if self._is_scale(0) else None

    def token(self) -> Token:
        first, last = self.tokens[self.first], self.tokens[self.at - 1]
        value = self.total + self.group
        kinds: dict[str, object] = {"ord": int(value)} if self.ordinal else {NUMBER: value}
        made = Token(kinds, first.start, last.end, first.gap, first.word)
        made.scaled, made.vague, made.digits = self.scaled, first.vague, first.digits if not self.scaled else 0
        return made
