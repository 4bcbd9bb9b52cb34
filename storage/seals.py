"""The trails of changes and of accesses, sealed: who alters or removes a row afterwards breaks the chain.

Each seal covers the rows that came since the one before. Its digest is SHA-256 over that one's digest and the content
of those rows, so that it stands for everything up to there: who has noted the newest can tell later whether anything
was altered. Where a person is erased by right, the pieces concerned are sealed anew, and the access log says so.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text, update

from storage.prepared import Prepared, insert_for
from storage.tables import access_log, audit, settings, steps, trail_seals

BEGINNING = "0" * 64
PIECE = 1_000  # rows of one seal at most: nobody's answer waits for it
_LOCK = 7_232_647  # any number, the same in every process: who seals, or alters by right, holds it (PostgreSQL)
_MARK = "seals.mark"
# Steps are told by what does not change: whether one was undone is written into it later.
_COLUMNS: dict[str, tuple[Table, tuple[str, ...]]] = {
    "audit": (audit, ("id", "step_id", "user_id", "kind", "record_id", "action", "changes", "at")),
    "steps": (steps, ("id", "user_id", "inbox_id", "chat_key", "what", "at", "undoes_step_id")),
    "access_log": (access_log, ("id", "user_id", "chat_key", "action", "what", "at")),
}


@dataclass(frozen=True, slots=True)
class Chain:
    """How a trail stands: rows under seal, the newest digest, and the first row of the piece that does not fit (None:
    all of it does)."""

    trail: str
    rows: int
    digest: str
    broken_at: int | None = None


def seal(connection: Connection, now: datetime) -> bool:
    """Seal what has come since the last time; whether there may be more."""
    until: dict[str, int] | None = None
    if connection.dialect.name == "postgresql":
        if not connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar():
            return False  # another process is at it
        until = _settled(connection)
    sealed = [_seal(connection, trail, now, until) for trail in _COLUMNS]
    return any(sealed)


def _settled(connection: Connection) -> dict[str, int]:
    """Up to which row of each trail nothing can still come on PostgreSQL, where ids are given before a commit.

    A mark holds the newest ids of some moment and the transactions that were under way then. When all of those are
    over it holds good, and the next is set. Nobody waits for anybody.
    """
    under_way = connection.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")).scalar_one()
    mark = connection.execute(select(settings.c.value).where(settings.c.key == _MARK)).scalar_one_or_none()
    if mark is not None and int(mark["before"]) > int(under_way):
        return dict.fromkeys(_COLUMNS, 0)
    ids = {
        trail: connection.execute(select(func.max(table.c.id))).scalar() or 0 for trail, (table, _) in _COLUMNS.items()
    }
    before = connection.execute(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")).scalar_one()
    _SET_MARK.many(connection, [{"key": _MARK, "value": {"ids": ids, "before": before}}])
    return dict(mark["ids"]) if mark is not None else dict.fromkeys(_COLUMNS, 0)


def _hold(connection: Connection) -> None:
    """Nothing is sealed until this transaction ends. On SQLite only one writes at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _set_mark(dialect: str) -> Any:
    new = insert_for(dialect)(settings)
    return new.on_conflict_do_update(index_elements=[settings.c.key], set_={"value": new.excluded.value})


_SET_MARK = Prepared(_set_mark, ("key", "value"))


def _seal(connection: Connection, trail: str, now: datetime, until: dict[str, int] | None) -> bool:
    c = trail_seals.c
    newest = connection.execute(
        select(c.last_id, c.digest).where(c.trail == trail).order_by(c.last_id.desc()).limit(1)
    ).first()
    last, digest = (newest.last_id, newest.digest) if newest else (0, BEGINNING)
    rows = _rows(connection, trail, last, until[trail] if until is not None else None, limit=PIECE)
    if not rows:
        return False
    content = _content(rows)
    found = {"trail": trail, "last_id": rows[-1].id, "rows": len(rows), "content": content}
    connection.execute(insert(trail_seals), found | {"digest": _chained(digest, content), "at": now})
    return len(rows) == PIECE


def chains(connection: Connection, *, newest: int | None = None) -> Iterator[Chain]:
    """Each trail, held against its seals: all of them, or the ``newest`` so many."""
    for trail in _COLUMNS:
        yield _checked(connection, trail, newest)


@contextmanager
def altering(connection: Connection) -> Iterator[None]:
    """Change any rows of the trails by right: what was intact before is sealed anew afterwards."""
    _hold(connection)
    intact = [chain.trail for chain in chains(connection) if chain.broken_at is None]
    yield
    for trail in intact:
        before = 0
        for one in _seals(connection, trail):
            content, before = _content(_rows(connection, trail, before, one.last_id)), one.last_id
            if content != one.content:
                connection.execute(update(trail_seals).where(trail_seals.c.id == one.id).values(content=content))
        _chain_anew(connection, trail)


def altered(connection: Connection, trail: str, ids: Iterable[int], change: Callable[[], None]) -> None:
    """Change rows of a trail by right: the pieces that they are in are sealed anew, if they were intact before."""
    _hold(connection)
    pieces = _covering(connection, trail, ids)
    intact = [piece for piece in pieces if _is_as_sealed(connection, trail, piece)]
    change()
    for first, last, _content_before in intact:
        content = _content(_rows(connection, trail, first, last))
        found = (trail_seals.c.trail == trail) & (trail_seals.c.last_id == last)
        connection.execute(update(trail_seals).where(found).values(content=content))
    if intact:
        _chain_anew(connection, trail)


def _covering(connection: Connection, trail: str, ids: Iterable[int]) -> list[tuple[int, int, str]]:
    """The sealed pieces in which these rows are: after which id, up to which, and the digest of the content."""
    wanted, found, before = sorted(set(ids)), [], 0
    for one in _seals(connection, trail):
        if bisect_right(wanted, one.last_id) > bisect_right(wanted, before):
            found.append((before, one.last_id, one.content))
        before = one.last_id
    return found


def _is_as_sealed(connection: Connection, trail: str, piece: tuple[int, int, str]) -> bool:
    return _content(_rows(connection, trail, *piece[:2])) == piece[2]


def _chain_anew(connection: Connection, trail: str) -> None:
    """Put the digests of the contents together again."""
    digest = BEGINNING
    for one in _seals(connection, trail):
        digest = _chained(digest, one.content)
        if digest != one.digest:
            connection.execute(update(trail_seals).where(trail_seals.c.id == one.id).values(digest=digest))


def _seals(connection: Connection, trail: str) -> Sequence[Any]:
    query = select(trail_seals).where(trail_seals.c.trail == trail).order_by(trail_seals.c.last_id)
    return connection.execute(query).all()


def _checked(connection: Connection, trail: str, newest: int | None) -> Chain:
    digest, last, total = BEGINNING, 0, 0
    found = _seals(connection, trail)
    trusted = found[: max(0, len(found) - newest)] if newest is not None else ()
    if trusted:
        digest, last, total = trusted[-1].digest, trusted[-1].last_id, sum(one.rows for one in trusted)
    for one in found[len(trusted) :]:
        rows = _rows(connection, trail, last, one.last_id)
        digest, total = _chained(digest, _content(rows)), total + len(rows)
        if digest != one.digest or len(rows) != one.rows:
            return Chain(trail, total, one.digest, rows[0].id if rows else one.last_id)
        last = one.last_id
    return Chain(trail, total, digest)


def _rows(
    connection: Connection, trail: str, after: int, until: int | None, *, limit: int | None = None
) -> Sequence[Any]:
    table, names = _COLUMNS[trail]
    query = select(*(table.c[name] for name in names)).where(table.c.id > after).order_by(table.c.id)
    query = query if until is None else query.where(table.c.id <= until)
    return connection.execute(query.limit(limit)).all()


def _content(rows: Sequence[Any]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row]
        digest.update(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode())
    return digest.hexdigest()


def _chained(before: str, content: str) -> str:
    return hashlib.sha256(f"{before}{content}".encode()).hexdigest()
