"""How people say things, whatever language a talk is in: they mix them, so the ways of all languages are looked for.

Each language has its own in ``phrasing.toml``, as expressions in which upper and lower case are alike. Those of all are
compiled together when first needed. (What is heard in the language of the talk alone stands beside its answers.)
"""

import re
from functools import cache

from config.catalog import catalog, one_of
from config.types import LANGUAGES


@cache
def phrasing(name: str) -> re.Pattern[str]:
    """Finds what is said in one of the ways."""
    return one_of(ways(name))


def any_way(name: str) -> str:
    """The ways as a part of a larger expression."""
    return f"(?:{'|'.join(ways(name))})"


@cache
def ways(name: str) -> tuple[str, ...]:
    """The ways of all languages, one by one."""
    return tuple(dict.fromkeys(way for language in LANGUAGES for way in catalog(language).words(f"phrasing.{name}")))


@cache
def each_way(name: str) -> tuple[re.Pattern[str], ...]:
    """What finds each of the ways by itself: their groups may have the same names."""
    return tuple(one_of([way]) for way in ways(name))


@cache
def numbers() -> dict[str, int]:
    """What the small numbers are called: 三, 两, "three", "oh"."""
    return {word: number for number in range(11) for word in ways(f"number.{number}")}


def number_of(said: str) -> int:
    """The number that digits or a word stand for. Raises KeyError."""
    return int(said) if said.isdecimal() else numbers()[said.casefold()]
