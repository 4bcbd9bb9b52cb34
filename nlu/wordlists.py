"""Word lists of data/words.toml, read when they are first needed."""

from functools import cache
from importlib.resources import files

import tomli

__all__ = ["table", "words"]


@cache
def _raw() -> dict[str, str | dict[str, str]]:
    raw: dict[str, str | dict[str, str]]
    raw = tomli.loads(files("nlu").joinpath("data", "words.toml").read_text("utf-8"))
    return raw


@cache
def words(name: str) -> frozenset[str]:
    """The words of a list."""
    text = _raw()[name]
    return frozenset(text.split()) if isinstance(text, str) else frozenset(text)


@cache
def table(name: str) -> dict[str, str]:
    """A table of texts."""
    entries = _raw()[name]
    return {} if isinstance(entries, str) else {key: str(value) for key, value in entries.items()}
