"""What only one process may hold at a time: a row with an end, which its holder keeps pushing out.

All moments are of the database's clock, so that two machines whose clocks differ still agree. A process also holds a
lease named after itself: whoever finds work in the hands of a process without one knows that it is gone.
"""

import os
import socket
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.engine import Row

LEASE_S = 30.0
RENEW_S = 10.0
PROCESS = "process/"  # the name under which a process holds itself


@lru_cache
def this_process() -> str:
    """The name of this process: never given twice, and telling, on its own machine, whether it still runs."""
    return "|".join((_place(), str(os.getpid()), _started(os.getpid()) or "?", uuid4().hex[:8]))


def acquire(connection: Connection, name: str, holder: str, *, for_s: float = LEASE_S) -> int | None:
    """Take the lease, or keep it: its fence, which grows with each change of hands; None where another holds it."""
    row = _find(connection, name)
    if row is not None and row.holder != holder and row.left_ms > 0 and not _is_dead(row.holder):
        return None
    fence = 1 if row is None else row.fence + (row.holder != holder)
    values = {"name": name, "holder": holder, "fence": fence, "for_ms": round(for_s * 1000)}
    if row is None:
        done = connection.execute(_on(connection, _INSERT), values)
    else:
        done = connection.execute(_on(connection, _UPDATE), values | {"old": row.holder, "old_fence": row.fence})
    return fence if done.rowcount == 1 else None


def release(connection: Connection, holder: str) -> None:
    """Give back all that this holder has."""
    connection.execute(text("DELETE FROM leases WHERE holder = :holder"), {"holder": holder})


def processes(connection: Connection) -> set[str]:
    """The processes that run, as far as the database can tell. What has long ended is cleared away."""
    found = connection.execute(_on(connection, _PROCESSES), {"prefix": f"{PROCESS}%"}).all()
    gone = [row.holder for row in found if row.left_ms <= 0 or _is_dead(row.holder)]
    for holder in gone:
        release(connection, holder)
    return {row.holder for row in found} - set(gone)


def _find(connection: Connection, name: str) -> "Row[tuple[str, int, int]] | None":
    return connection.execute(_on(connection, _FIND), {"name": name}).first()


def _is_dead(holder: str) -> bool:
    """Whether a process of this machine has ended. Of other machines nothing is known: False."""
    parts = holder.split("|")
    if len(parts) != 4 or parts[0] != _place():
        return False
    return parts[1].isdigit() and (_started(int(parts[1])) or "") != parts[2]


@lru_cache
def _place() -> str:
    """This machine since it was started, and this space of process numbers in it: containers have their own."""
    boot, space = "", ""
    with suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()[:13]
        space = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()[:60]}/{boot}/{space}"


def _started(pid: int) -> str | None:
    """When a process was started, in ticks since the machine was; None where there is no such process.

    Where the system does not tell, every process that exists counts as the same one.
    """
    try:
        facts = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return None if facts[0] in "ZX" else facts[19]
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return "?"


_NOW_MS = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
}
_FIND = "SELECT holder, fence, expires_ms - {now} AS left_ms FROM leases WHERE name = :name {lock}"
_PROCESSES = "SELECT holder, expires_ms - {now} AS left_ms FROM leases WHERE name LIKE :prefix"
_INSERT = (
    "INSERT INTO leases (name, holder, fence, expires_ms) VALUES (:name, :holder, :fence, {now} + :for_ms) "
    "ON CONFLICT (name) DO NOTHING"
)
_UPDATE = (
    "UPDATE leases SET holder = :holder, fence = :fence, expires_ms = {now} + :for_ms "
    "WHERE name = :name AND holder = :old AND fence = :old_fence"
)


@lru_cache
def _statement(template: str, dialect: str) -> TextClause:
    lock = "FOR UPDATE" if dialect == "postgresql" else ""
    return text(template.format(now=_NOW_MS[dialect], lock=lock))


def _on(connection: Connection, template: str) -> TextClause:
    return _statement(template, connection.dialect.name)
