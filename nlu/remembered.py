"""A table whose entries are worked out when they are first asked for."""

from collections.abc import Callable
from typing import TypeVar

__all__ = ["Remembered"]

Key = TypeVar("Key")
Made = TypeVar("Made")


class Remembered(dict[Key, Made]):
    """``table[key]`` is ``make(key)``, made once. A key asked for again costs what a dict costs, and no call."""

    def __init__(self, make: Callable[[Key], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Made:
        made = self[key] = self._make(key)
        return made
