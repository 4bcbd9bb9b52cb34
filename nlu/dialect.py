"""What is typed in other words than the standard ones: Cantonese, 「听日有咩做」, Sichuanese, and slips, 「提型我」."""

import re
from functools import cache
from importlib.resources import files

__all__ = ["in_standard_words", "without_slips"]

_SIGNS = re.compile(
    "[佢嘅咗畀冇啲哋咩喺嚟揾嗰睇]|听日|听朝|下昼|上昼|而家|边个|边度|几钱|唔[系好该]|今个礼拜|莫得|啥子|晓得|咋个|啷个|好多钱|摆龙门阵|好耐|仲[有系要话]|今儿|明儿|后儿|昨儿|推去"
)


def in_standard_words(text: str) -> str:
    """The text with each regional word by its standard one; without any sign of such, as it is."""
    return _replaced("regional", text) if _SIGNS.search(text) else text


def without_slips(text: str) -> str:
    """The text with the slips of the list put right; none of them is a word, or ends and begins two."""
    return _replaced("typos", text)


def _replaced(name: str, text: str) -> str:
    return _words(name).sub(lambda found: _table(name)[found.group()], text)


@cache
def _table(name: str) -> dict[str, str]:
    """Each word with its standard one."""
    lines = files("nlu").joinpath("data", f"{name}.txt").read_text("utf-8").split("\n")
    return dict(line.split(" ", 1) for line in lines if " " in line)


@cache
def _words(name: str) -> re.Pattern[str]:
    """Finds the longest at each place."""
    return re.compile("|".join(sorted(map(re.escape, _table(name)), key=len, reverse=True)))
