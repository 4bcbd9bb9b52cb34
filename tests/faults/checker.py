"""What must hold, whatever happened: nothing lost, nothing done twice, nothing said that is not so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from storage.tables import audit, conversations, inbox, metadata, outbox
from tests.faults.platform import ACKED, Person, Platform


@dataclass(frozen=True)
class Books:
    """What a database says, read at one moment."""

    inbox: list[Any]
    outbox: list[Any]
    customers: "Counter[str]"
    phones: dict[str, list[str]]
    created: int
    waiting: dict[str, int]

    @property
    def is_settled(self) -> bool:
        return not any(row.status == "waiting" for row in self.inbox) and not any(
            row.status in ("waiting", "sending") for row in self.outbox
        )


def read(url: str) -> Books:
    from storage import records

    records.all_records()
    customers = metadata.tables["customers"]
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        # All of it as it stood at one moment: else a turn that ends meanwhile is done and has done nothing.
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
        alive = select(customers.c.name, customers.c.phones).where(customers.c.deleted_at.is_(None))
        found = connection.execute(alive).all()
        made = select(func.count()).where(audit.c.kind == "customer", audit.c.action == "create")
        books = Books(
            inbox=list(connection.execute(select(inbox).order_by(inbox.c.id))),
            outbox=list(connection.execute(select(outbox).order_by(outbox.c.id))),
            customers=Counter(row.name for row in found),
            phones={row.name: row.phones for row in found},
            created=connection.execute(made).scalar_one(),
            waiting={
                row.key: row.waiting for row in connection.execute(select(conversations.c.key, conversations.c.waiting))
            },
        )
    engine.dispose()
    return books


def check(books: Books, platform: Platform, people: Iterable[Person]) -> None:
    """Every acknowledged message has exactly one effect, every other at most one; every answer was sent, in order, and
    every "saved" is true."""
    people = list(people)
    rows = Counter(row.event_key for row in books.inbox)
    assert max(rows.values(), default=0) <= 1
    for person in people:
        for event_id, result in person.results.items():
            found = rows[f"loopback||{event_id}"]
            assert found == 1 if result == ACKED else found <= 1, (event_id, result, found)
    assert [row for row in books.inbox if row.status not in ("done", "dead")] == []
    answers = Counter(row.dedupe_key for row in books.outbox)
    for row in books.inbox:
        key = f"turn:{row.id}:0" if row.status == "done" else f"dead:{row.id}"
        assert answers[key] == 1, (row.status, key)
    assert len(books.outbox) == len(books.inbox)
    assert [row.status for row in books.outbox if row.status != "sent"] == []
    assert set(books.waiting.values()) <= {0}
    _check_saved(books)
    _check_order(books, platform, people)


def _check_saved(books: Books) -> None:
    """What was said to be saved is what is there."""
    said = [row.payload["text"] for row in books.outbox if row.payload["text"].startswith("Saved:")]
    for name, times in books.customers.items():
        assert times == 1, name
        assert sum(name in text for text in said) == 1, name
    assert len(said) == len(books.customers) == books.created


def _check_order(books: Books, platform: Platform, people: Iterable[Person]) -> None:
    """Each chat was sent its answers in the order in which they were decided."""
    for person in people:
        decided = [row.payload["text"] for row in books.outbox if row.chat_key == f"loopback||{person.chat}"]
        decided = [text for n, text in enumerate(decided) if n == 0 or decided[n - 1] != text]
        assert platform.texts(person.chat) == decided, person.chat
