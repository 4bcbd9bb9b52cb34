"""Slips of who types by sound: 「根进」 for 「跟进」, 「商鸡」 for 「商机」, where only one character went wrong."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from nlu.everyday import is_word
from nlu.sounds import sounds_alike

__all__ = ["as_it_sounds"]

_BEFORE_NAME = "跟下"  # 「跟金总」, 「下昼」 are none
Span = tuple[int, int]


def as_it_sounds(text: str, but: Iterable[Span] = ()) -> str:
    """The text with each such slip put right; what is a word by itself, or half of one, and the spans ``but``, stay."""
    kept = {at for start, end in but for at in range(start, end)}
    by_first, by_second = _words()
    for at in range(len(text) - 1):
        if text[at] not in by_first and text[at + 1] not in by_second:
            continue
        if at in kept or at + 1 in kept or is_word(text[at : at + 2]):
            continue
        meant = _meant(text[at : at + 2])
        if meant is not None and not _cuts(text, at):
            text = f"{text[:at]}{meant}{text[at + 2 :]}"
    return text


def _meant(pair: str) -> str | None:
    """The word for which the pair is a slip."""
    by_first, by_second = _words()
    for word in by_first.get(pair[0], ()) if pair[0] not in _BEFORE_NAME else ():
        if word != pair and sounds_alike(word[1], pair[1]):
            return word
    for word in by_second.get(pair[1], ()):
        if word != pair and sounds_alike(word[0], pair[0]):
            return word
    return None


def _cuts(text: str, at: int) -> bool:
    """Does the pair end one word and begin the next: 「跟金额」?"""
    by_first, _ = _words()
    edges = (text[at - 1 : at + 1] if at else "", text[at + 1 : at + 3])
    return any(len(edge) == 2 and (is_word(edge) or edge in by_first.get(edge[0], ())) for edge in edges)


@cache
def _words() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The words of two characters that are put right, by their first and by their second one."""
    by_first: dict[str, list[str]] = {}
    by_second: dict[str, list[str]] = {}
    for word in files("nlu").joinpath("data", "commands.txt").read_text("utf-8").split():
        by_first.setdefault(word[0], []).append(word)
        by_second.setdefault(word[1], []).append(word)
    return by_first, by_second
