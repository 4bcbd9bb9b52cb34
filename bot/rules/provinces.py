"""Which cities lie in a province: addresses name the one, questions the other."""

from functools import cache
from importlib.resources import files

import tomli


def places_of(word: str) -> tuple[str, ...]:
    """The words of an address that a place may stand in: of a province it and its cities, else the word itself."""
    name = word.removesuffix("省")
    return (name, *_provinces().get(name, ())) if name in _provinces() else (word,)


@cache
def _provinces() -> dict[str, list[str]]:
    return tomli.loads((files("config") / "provinces.toml").read_text("utf-8"))
