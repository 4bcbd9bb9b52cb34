"""Reading TOML tables key by key, so that what is missing, wrong or unknown is named with its place."""

import re
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from types import UnionType
from typing import Any, TypeVar

from config.errors import ConfigError, Problem, unknown_key

T = TypeVar("T", bound=str)
_ABSENT: Any = object()
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Table:
    """A TOML table being read. ``file_of`` gives the name of the file in which a key stands.

    Every key that is asked for counts as known; `finish` refuses the others.
    """

    def __init__(self, data: dict[str, Any], file_of: Callable[[tuple[str, ...]], str], *path: str) -> None:
        self._data = data
        self._file_of = file_of
        self._path = path
        self._known: set[str] = set()

    def text(self, key: str, default: str = _ABSENT) -> str:
        value = self._take(key, str, '"…"', default)
        if not value.strip() and default is _ABSENT:
            raise self.error(key, "missing")
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._take(key, list, '["…", …]')
        if not all(isinstance(item, str) and item for item in found):
            raise self.error(key, "wrong_type", expected='["…", …]')
        return tuple(found)

    def flag(self, key: str) -> bool:
        return bool(self._take(key, bool, "true / false"))

    def number(self, key: str, *, at_least: int = 0, at_most: int | None = None) -> int:
        value = self._take(key, int, "0, 1, 2, …")
        if isinstance(value, bool):
            raise self.error(key, "wrong_type", expected="0, 1, 2, …")
        if value < at_least or (at_most is not None and value > at_most):
            limits = f"{at_least} – {at_most}" if at_most is not None else f"≥ {at_least}"
            raise self.error(key, "not_allowed", value=value, expected=limits)
        return int(value)

    def duration(self, key: str) -> timedelta:
        """A length of time: a number of seconds, or "90s", "30m", "2h", "14d"."""
        value = self._take(key, int | str, '"2h"')
        found = re.fullmatch(r"(\d{1,9})\s*([smhd]?)", str(value).strip().lower())
        if found is None or isinstance(value, bool):
            raise self.error(key, "not_allowed", value=value, expected='3600, "90s", "30m", "2h", "14d"')
        return timedelta(seconds=int(found.group(1)) * _SECONDS[found.group(2)])

    def optional_duration(self, key: str) -> timedelta | None:
        """A length of time; "": none."""
        if self._data.get(key) == "":
            self._known.add(key)
            return None
        return self.duration(key)

    def one_of(self, key: str, allowed: tuple[T, ...], default: T) -> T:
        value = self._take(key, str, '"…"', default)
        for item in allowed:
            if item == value:
                return item
        raise self.error(key, "not_allowed", value=value, expected=", ".join(allowed))

    def clock(self, key: str) -> time:
        value = self._take(key, str, '"09:00"')
        try:
            return time.fromisoformat(value)
        except ValueError as error:
            raise self.error(key, "not_allowed", value=value, expected='"09:00"') from error

    def has(self, key: str) -> bool:
        self._known.add(key)
        return key in self._data

    def table(self, key: str) -> "Table":
        return Table(self._take(key, dict, "{ … }"), self._file_of, *self._path, key)

    def tables(self) -> dict[str, "Table"]:
        """All keys, each being a table; no key is unknown then."""
        return {key: self.table(key) for key in self._data}

    def mapping(self) -> dict[str, str]:
        """All keys, each being a text; no key is unknown then."""
        return {key: self.text(key) for key in self._data}

    def rows(self, key: str) -> Iterator["Table"]:
        """The tables of a list. Their keys are named ``key[n]``, counted from 1 as people do."""
        for number, row in enumerate(self._take(key, list, "[{ … }, …]"), 1):
            place = f"{key}[{number}]"
            if not isinstance(row, dict):
                raise self.error(place, "wrong_type", expected="{ … }")
            # The path keeps the bare key: that is what stands in the file.
            yield _Row(row, self._file_of, *self._path, key, place)

    def finish(self) -> None:
        """Raise for the first key that nobody asked for."""
        for key in self._data:
            if key not in self._known:
                raise unknown_key(self._file((*self._path, key)), self._place(), key, self._known)

    def error(self, key: str, problem: Problem, **facts: object) -> ConfigError:
        place = self._place()
        return ConfigError(self._file((*self._path, key)), f"{place}.{key}" if place else key, problem, **facts)

    def _take(self, key: str, kind: type | UnionType, expected: str, default: Any = _ABSENT) -> Any:
        self._known.add(key)
        value = self._data.get(key, default)
        if value is _ABSENT:
            raise self._absent(key)
        if not isinstance(value, kind):
            raise self.error(key, "wrong_type", expected=expected)
        return value

    def _absent(self, key: str) -> ConfigError:
        """A key is missing; where an unknown one looks much like it, that one is the mistake."""
        for other in self._data:
            if other not in self._known:
                error = unknown_key(self._file((*self._path, other)), self._place(), other, [key])
                if error.nearest:
                    return error
        return self.error(key, "missing")

    def _place(self) -> str:
        return ".".join(self._path)

    def _file(self, path: tuple[str, ...]) -> str:
        return self._file_of(path)


class _Row(Table):
    """An entry of a list: shown as ``stages[2]``, found in the file under ``stages``."""

    def _place(self) -> str:
        return ".".join((*self._path[:-2], self._path[-1]))

    def _file(self, path: tuple[str, ...]) -> str:
        return self._file_of(self._path[:-1])
