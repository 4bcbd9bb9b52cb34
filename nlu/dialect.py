"""Cantonese as it is typed, in the words of the standard language: 「听日有咩做」 is 「明天有什么做」."""

import re
from functools import cache
from importlib.resources import files

__all__ = ["in_standard_words"]

_SIGNS = re.compile("[佢嘅咗畀冇啲哋咩喺嚟揾嗰睇]|听日|听朝|下昼|上昼|而家|边个|边度|几钱|唔[系好该]|今个礼拜")


def in_standard_words(text: str) -> str:
    """The text with each such word by its standard one; a text that shows no sign of being Cantonese as it is."""
    return _words().sub(lambda found: _table()[found.group()], text) if _SIGNS.search(text) else text


@cache
def _table() -> dict[str, str]:
    """Each word with its standard one."""
    lines = files("nlu").joinpath("data", "cantonese.txt").read_text("utf-8").split("\n")
    return dict(line.split(" ", 1) for line in lines if " " in line)


@cache
def _words() -> re.Pattern[str]:
    """Finds the longest at each place."""
    return re.compile("|".join(sorted(map(re.escape, _table()), key=len, reverse=True)))
