"""A message of which piece by piece is understood and taken out."""

from bot.reports.cues import cue
from config.catalog import Catalog
from nlu.types import Understanding, Value

TAKEN = "\x00"  # stands for each character that is understood
AROUND = 12  # characters about an amount, where it may be said to be a limit


class Said:
    """The folded message, with what is understood taken out of it."""

    def __init__(self, words: Catalog, heard: Understanding) -> None:
        folded = heard.text.casefold()
        self.words = words
        self.folded = folded
        self._letters = list(folded if len(folded) == len(heard.text) else heard.text)

    @property
    def letters(self) -> str:
        return "".join(self._letters)

    @property
    def rest(self) -> str:
        return " ".join(self.letters.replace(TAKEN, " ").split())

    def take_span(self, start: int, end: int) -> None:
        self._letters[start:end] = TAKEN * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return TAKEN not in self._letters[start:end]

    def take(self, name: str, table: str = "cue") -> str:
        """The first cue of a list that still stands there, ""; all of them are taken."""
        matches = list(cue(self.words, name, table).finditer(self.letters))
        for match in matches:
            self.take_span(*match.span())
        return matches[0].group() if matches else ""

    def within(self, value: Value, name: str) -> str:
        """The words of a value behind the cue that it begins with, "" where it does not."""
        found = cue(self.words, name).match(value.text.casefold())
        return value.text[found.end() :].strip() if found else ""

    def take_word(self, word: str) -> bool:
        start = self.letters.find(word)
        if start >= 0:
            self.take_span(start, start + len(word))
        return start >= 0

    def is_behind(self, at: int, name: str) -> bool:
        """Whether a cue of the list stands right before a place."""
        before = self.letters[:at].rstrip()
        return any(match.end() == len(before) for match in cue(self.words, name).finditer(before))

    def is_beside(self, value: Value) -> bool:
        """Whether a time is what something is compared with: 「比上月」, 「和月初比」, "vs last quarter"."""
        return self._is_beside(value.start, value.end)

    def take_beside(self, name: str) -> tuple[bool, bool]:
        """Whether a cue of the list stands there, which is taken, and whether something is compared with it."""
        found = cue(self.words, name).search(self.letters)
        if found is None:
            return False, False
        is_beside = self._is_beside(*found.span())
        self.take_span(*found.span())
        return True, is_beside

    def _is_beside(self, start: int, end: int) -> bool:
        is_then = bool(cue(self.words, "beside_after").match(self.letters[end:].lstrip()))
        names = ("beside_before", *(("beside_around",) if is_then else ()))
        return any(self.is_behind(start, name) for name in names)

    def is_limit(self, value: Value, name: str) -> bool:
        """Whether an amount is a limit: 「50万以上」, "over 50k"; ``name``: above, below, between."""
        return self._limit(value, name) is not None

    def take_limit(self, value: Value) -> None:
        """Take an amount with the words that make it a limit."""
        spans = [span for name in ("above", "below", "between") if (span := self._limit(value, name)) is not None]
        self.take_span(value.start, value.end)
        for span in spans:
            self.take_span(*span)

    def _limit(self, value: Value, name: str) -> tuple[int, int] | None:
        """The words beside an amount that make it a limit of the kind."""
        first = max(0, value.start - AROUND)
        before, after = self.letters[first : value.start], self.letters[value.end : value.end + AROUND]
        ends = [
            match for match in cue(self.words, f"{name}_before").finditer(before) if not before[match.end() :].strip()
        ]
        if ends:
            return first + ends[-1].start(), first + ends[-1].end()
        match = cue(self.words, f"{name}_after").match(after)
        return (value.end, value.end + match.end()) if match else None
