"""What every turn asks and hardly ever changes (who is who, which fields, words, lists there are): rows that are kept.

They hold for as long as nobody has changed a record of these kinds. Within this process `changed` tells; of other
connections SQLite tells by its ``data_version``, which is read in the transaction that uses the rows. On PostgreSQL,
which has no such number, they are read anew each time.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import Executable

from storage.prepared import Params, Prepared, on_driver

_KINDS = frozenset({"user", "team", "identity", "custom_field", "taught_word", "config_section"})
MANY = 20_000
# In the notes that SQLAlchemy keeps with each driver's connection.
_ROWS, _VERSION, _IS_CHANGED = "kept rows", "data version", "kept kinds changed"


class Kept(Prepared):
    """A statement about records of these kinds. That there are none is kept as well, where ``keeps_none``."""

    def __init__(self, build: Callable[[str], Executable], *, keeps_none: bool = False) -> None:
        super().__init__(build)
        self._keeps_none = keeps_none

    def rows(self, connection: Connection, params: Params) -> list[Any]:
        kept: dict[Any, list[Any]] | None = connection.info.get(_ROWS)
        if kept is None:
            return super().rows(connection, params)
        key = (self, *params.values())
        found = kept.get(key)
        if found is None:
            found = super().rows(connection, params)
            if found or self._keeps_none:
                if len(kept) >= MANY:
                    kept.clear()
                kept[key] = found
        return found


def begin(connection: Connection) -> None:
    """A transaction has begun on SQLite: what was kept is, unless somebody has written since."""
    info = connection.info
    version = on_driver(connection, "PRAGMA data_version").fetchone()
    if info.get(_ROWS) is None or info.get(_VERSION) != version:
        info[_ROWS], info[_VERSION] = {}, version


def changed(connection: Connection, kind: str) -> None:
    """A record was written. After one of these kinds nothing is kept until the transaction ends, however it ends."""
    if kind in _KINDS:
        connection.info[_ROWS] = None
        connection.info[_IS_CHANGED] = True


def committed(connection: Connection) -> None:
    """A transaction of this process was committed."""
    global _edition
    if connection.info.pop(_IS_CHANGED, False):
        _edition += 1


def edition() -> int:
    """Grows with each commit of this process that changed a record of these kinds: for who keeps more than rows."""
    return _edition


_edition = 0
