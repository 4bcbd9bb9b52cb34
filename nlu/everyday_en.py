"""Everyday English words in four levels: what is none of them may be a name, however it is written."""

from functools import cache
from importlib.resources import files

__all__ = ["commonness"]

_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("s", ""),
    ("es", ""),
    ("ed", ""),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)


@cache
def _levels() -> dict[str, str]:
    lines = files("nlu").joinpath("data", "everyday_en.txt").read_text("utf-8").splitlines()
    return {word: line[0] for line in lines for word in line[2:].split()}


def commonness(low: str) -> str:
    """ "1" for the commonest words, "2" for common ones, "3" for forms of those, "4" for rarer ones, else ""."""
    levels = _levels()
    return levels.get(low) or ("3" if low.endswith(("n't", "n’t")) or _stem(low, levels) else "")


def _stem(low: str, levels: dict[str, str]) -> bool:
    """Is it a common word with an ending: slipped, bumps, rescheduling?"""
    for ending, instead in _ENDINGS:
        if low.endswith(ending):
            stem = low[: -len(ending)] + instead
            doubled = len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in levels
            if len(stem) >= 3 and (stem in levels or doubled):
                return True
    return False
