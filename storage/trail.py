"""What leaves a record for good leaves its history too."""

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from storage import seals
from storage.tables import audit


def forget(connection: Connection, kind: str, ids: Collection[int], columns: tuple[str, ...] | None = None) -> None:
    """Take columns (None: all) of these records out of the trail, and seal it anew."""
    if not ids:
        return
    theirs = select(audit.c.id, audit.c.changes).where(audit.c.kind == kind, audit.c.record_id.in_(ids))
    rows = connection.execute(theirs).all()

    def change() -> None:
        for row in rows:
            kept = {name: value for name, value in row.changes.items() if columns is not None and name not in columns}
            connection.execute(update(audit).where(audit.c.id == row.id).values(changes=kept))

    seals.altered(connection, "audit", [row.id for row in rows], change)
