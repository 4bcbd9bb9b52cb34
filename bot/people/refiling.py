"""Filing all records anew under the forms by which they are found, after an upgrade that knows more of these."""

from typing import Any

from sqlalchemy import select

from bot.people.naming import KINDS, forms_of
from storage import filing, records
from storage.database import Database, Tx

PIECE = 500  # records in one transaction, so that nobody's turn waits long


def refile(database: Database) -> int:
    """How many records were looked at; others may work meanwhile."""
    count = 0
    for kind in KINDS:
        last: int | None = 0
        while last is not None:
            done, last = database.write(lambda tx, kind=kind, last=last: _piece(tx, kind, last))  # type: ignore[misc]
            count += done
    return count


def _piece(tx: Tx, kind: str, after: int) -> tuple[int, int | None]:
    """File the next records of a kind; how many there were, and the last one's id, None where no more follow."""
    cls: Any = records.record_class(kind)
    query = select(cls).where(cls.id > after, cls.deleted_at.is_(None)).order_by(cls.id).limit(PIECE)
    found = tx.session.scalars(query).all()
    for record in found:
        forms = forms_of(record)
        if forms is not None:
            filing.index(tx.connection, kind, record.id, forms, is_new=False)
    return len(found), found[-1].id if len(found) == PIECE else None
