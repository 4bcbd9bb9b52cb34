"""Slips of the finger in English: "remnd" for "remind", "chnage" for "change", in the words that say what is wanted."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from nlu.chunks import given_names
from nlu.everyday_en import commonness
from nlu.patterns import pattern

__all__ = ["as_it_is_spelt"]

MIN_LETTERS = 5  # a shorter word is near too many others: its slips stand in the list
_WORD = pattern(r"(?<![\w@.'’/-])[a-z]+(?![\w@'’/-])")  # in lower case: what has a capital may be a name
# remind me |2| call Deb, got |2| see him, a quote |4| them
_FIGURE = pattern(
    r"(?<![\w.,:/-])(?P<before>me|us|him|her|them|need|needs|want|wants|got|gotta|have|has|going|try|forget|able|happy|"
    r"hope|hoping|like|supposed|due) 2 (?=(?:call|phone|ring|e?mail|text|send|ask|see|get|check|chase|tell|meet|visit|"
    r"talk|speak|chat|follow|do|give|make|buy|pay|sign|go|come|be|remind|order|finish|sort|fix|book|pick|drop|write|"
    r"update)\b)|\b(?P<what>[a-z]{2,}) 4 (?=(?:me|you|us|him|her|them|the|my|a)\b)"
)
_SOUNDS = {
    "2moro": "tomorrow",
    "2morrow": "tomorrow",
    "2day": "today",
    "2nite": "tonight",
    "4get": "forget",
    "b4": "before",
    "l8r": "later",
    "gr8": "great",
    "w8": "wait",
    "m8": "mate",
}
_SOUND = pattern(rf"\b(?:{'|'.join(_SOUNDS)})\b")
Span = tuple[int, int]


def as_it_is_spelt(text: str, but: Iterable[Span] = (), *, only_listed: bool = False) -> str:
    """The text with each such slip put right; what is a word or a given name by itself, and the spans ``but``, stay.

    ``only_listed``: nothing but the slips of the list, which are surely no names."""
    kept = tuple(but)
    pieces, at = [], 0
    meant_by = _known()[0].get if only_listed else _meant
    for found in _WORD.finditer(text):
        start, end = found.span()
        meant = None if any(a < end and start < b for a, b in kept) else meant_by(found.group())
        if meant is not None:
            pieces += [text[at:start], meant]
            at = end
    spelt = "".join([*pieces, text[at:]])
    spelt = _SOUND.sub(lambda found: _SOUNDS[found.group()], spelt)
    return _FIGURE.sub(lambda found: f"{found['before']} to " if found["before"] else f"{found['what']} for ", spelt)


def _meant(word: str) -> str | None:
    """The one word that differs in a letter, or in two that changed places; None where there is none, or several."""
    listed, known = _known()
    if word in listed:
        return listed[word]
    if len(word) < MIN_LETTERS or commonness(word) or word in given_names():
        return None
    near = {meant for rest in _rests(word) for meant in known.get(rest, ()) if _is_near(word, meant)}
    return near.pop() if len(near) == 1 else None


def _is_near(word: str, meant: str) -> bool:
    """Do they differ in one letter, or in two neighbours that changed places, and not in the first?"""
    if word[0] != meant[0] or len(word) != len(meant):
        return word[0] == meant[0]
    apart = [at for at, pair in enumerate(zip(word, meant, strict=True)) if pair[0] != pair[1]]
    first, last = apart[0], apart[-1]
    is_swap = last == first + 1 and word[first] == meant[last] and word[last] == meant[first]
    return len(apart) == 1 or is_swap


def _rests(word: str) -> set[str]:
    """The word, and the same without each of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


@cache
def _known() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Slips that are listed, "wat>what"; and the words that are put right, by what is left of them without a letter."""
    listed, found = {}, dict[str, tuple[str, ...]]()
    for word in files("nlu").joinpath("data", "commands_en.txt").read_text("utf-8").split():
        slip, _mark, meant = word.partition(">")
        if meant:
            listed[slip] = meant
            continue
        for rest in _rests(word):
            found[rest] = (*found.get(rest, ()), word)
    return listed, found
