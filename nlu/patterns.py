"""Regular expressions that are compiled when they are first used, so that importing costs next to nothing.

The first use puts the compiled methods into the object's own slots: from then on a call costs what ``re`` itself costs.
"""

import re
from collections.abc import Callable, Iterator

from config.compiled import compiled

__all__ = ["REACH", "Lazy", "pattern"]

REACH = 40  # characters before a place that a word beside it may take

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
Match = re.Match[str]


class Lazy:
    """A pattern that has not been needed yet, with the methods of ``re.Pattern``."""

    __slots__ = ("_flags", "_source", *_METHODS)

    search: Callable[..., Match | None]
    match: Callable[..., Match | None]
    fullmatch: Callable[..., Match | None]
    finditer: Callable[..., Iterator[Match]]
    findall: Callable[..., list[str]]
    sub: Callable[..., str]
    split: Callable[..., list[str]]

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        """Called only while a slot is empty: compiles, then fills them all."""
        if name not in _METHODS:
            raise AttributeError(name)
        made = compiled(self._source, self._flags, is_searched=name not in ("match", "fullmatch"))
        for method in _METHODS:
            setattr(self, method, getattr(made, method))
        return getattr(made, name)


def pattern(source: str, flags: int = 0) -> Lazy:
    """``re.compile``, later."""
    return Lazy(source, flags)
