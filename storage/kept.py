"""Who is who, which every turn asks and which hardly ever changes: rows that are kept as long as they hold.

They hold for as long as nobody has changed a user, a team or an account. Within this process `changed` tells; of other
connections SQLite tells by its ``data_version``, which is read in the transaction that uses the rows. On PostgreSQL,
which has no such number, they are read anew each time.
"""

from typing import Any

from sqlalchemy import Connection

from storage.prepared import Params, Prepared, on_driver

_KINDS = frozenset({"user", "team", "identity"})
MANY = 20_000
_ROWS, _VERSION = "who is who", "data version"  # in the notes that SQLAlchemy keeps with each driver's connection


class Kept(Prepared):
    """A statement about users, teams and accounts."""

    def rows(self, connection: Connection, params: Params) -> list[Any]:
        kept: dict[Any, list[Any]] | None = connection.info.get(_ROWS)
        if kept is None:
            return super().rows(connection, params)
        key = (self, *params.values())
        found = kept.get(key) or super().rows(connection, params)
        if found:
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
