"""Whether a word is a date at all: May, Sun and Jan alone may be names, verbs or stars."""

from typing import Final

from nlu.patterns import pattern
from nlu.values.durations import duration_at
from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader

__all__ = ["DOUBTFUL_DAYS", "is_certain"]

# ── is it a date at all? ────────────────────────────────────────────────────────────────────────────────────
# Short or common words that are more often no date: they need a preposition, a number or a neighbour.
DOUBTFUL_DAYS: Final = frozenset({"sat", "sun", "mon", "wed", "fri", "tue", "thu", "tues", "thur", "thurs", "weds"})

_NO_WORDS: Final = frozenset({"fri", "tue", "tues", "thu", "thur", "thurs", "weds"})  # of English

# call back|sat, try again|wed, see him|sun: the day closes what is to be done
_DONE_THEN: Final = pattern(
    r"\b(?:again|try|back|till?|until|by|him|her|them|us|you|open|free|round|in|over|there|call|ring|meet|visit|w/\w+)\s$"
)

_DOUBTFUL_MONTHS: Final = frozenset({
    "may", "march", "mar", "jan", "april", "june", "august", "dec", "jun", "jul", "apr", "aug", "sep", "sept", "oct",
    "nov", "feb", "july",
})  # fmt: skip

# push it to|April, hold until|May
_MOVED_TO: Final = pattern(
    r"(?:\b(?:push|mov|slip|delay|postpon|bump|shift|pull|extend|reschedul|defer|put off|brought|bring)\w*\b.{0,30}\bto"
    r"|\b(?:until|till))\s$"
)

# expected|Nov, close in|April; April|close, March|signing, June|target
_CLOSE_BEFORE: Final = pattern(
    r"\b(?:expect(?:ed)?|clos(?:e|es|ing)|sign(?:s|ing)|due|eta|est|target(?:ing)?|decision|decid(?:es?|ing)|live|start(?:s|ing)?|"
    r"launch(?:es|ing)?|deliver(?:y|ed)?)[.:]? $"
)

_CLOSE_BEHIND: Final = pattern(
    r" (?:clos(?:e|ing)|sign(?:ing|ature)|start|delivery|decision|go-live|launch|install(?:ation)?|kick-?off"
    r"|targets?|quota|goal|numbers?|figures?|forecast|pipeline|sales|revenue|bookings)\b"
)

_PART_OF: Final = pattern(r"\b(?:all|most|rest|whole|part|half|much) of $")  # all of|August


def _beside_close(r: Reader, at: int) -> bool:
    token = r.tokens[at]
    before, behind = r.text[: token.start][-20:].lower(), r.text[token.end :].lower()
    return _CLOSE_BEFORE.search(before) is not None or _CLOSE_BEHIND.match(behind) is not None


def is_certain(r: Reader, at: int, end: int) -> bool:
    """Whether a date stands without a preposition: May, Sun or Jan alone may be names, verbs or stars."""
    token = r.tokens[at]
    word = token.word
    if "company" in r.kinds[end]:
        return False
    if end > at + 1:
        return True
    if word in DOUBTFUL_DAYS or word in _DOUBTFUL_MONTHS:
        if r.is_whole(at, end):
            return True
        if word in DOUBTFUL_DAYS and r.ends_clause(at) and _DONE_THEN.search(r.text[: token.start][-12:]):
            return True
        if word in DOUBTFUL_DAYS and word not in ("sat", "sun"):
            certain = r.is_capital(at) or (word in _NO_WORDS and not r.text.startswith(" ed", token.end))
            return certain or bool(
                r.kinds[end].keys() & {NUMBER, "clock", "part", "to", "noon", "at", "dayrel", "ampm"}
                or ("rel" in r.kinds[end] and r.kinds[end + 1].get("unit") == "week")
            )
        alone = r.text[: token.start].rstrip(" ").endswith((",", "/", "-")) and not r.text[token.end :].strip(" .!")
        if word in _DOUBTFUL_MONTHS and r.is_capital(at) and alone:  # …, needs analysis, March
            return True
        if word in _DOUBTFUL_MONTHS and r.is_capital(at) and _PART_OF.search(r.text[: token.start][-12:]):
            return True
        if word in _DOUBTFUL_MONTHS and (r.is_capital(at) or word not in ("may", "march")) and _beside_close(r, at):
            return True
        if word in _DOUBTFUL_MONTHS and _MOVED_TO.search(r.text[: token.start][-60:]):
            return True
        if "rel" in r.kinds[end + ("of" in r.kinds[end])] or r.kinds[end].keys() & {"orlater", "orearlier"}:
            return True
        if "in" in r.kinds[end] and r.kinds[end + 1] and duration_at(r, end + 1):
            return True
        if r.kinds[end].keys() & {"to", "until"} and "month" in r.kinds[end + 1]:
            return True
        return bool(
            r.kinds[end].keys() & {NUMBER, "clock", "to", "and"}
            and (r.is_capital(at) or r.kinds[end].keys() & {NUMBER, "clock"})
        )
    return True
