"""Keys of messages are kept for thirty days, and what still waits for its turn for as long as it takes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from adapters.base import Inbound
from bot.messages import inbox
from storage import tables

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def message(number):
    return Inbound(
        platform="telegram", event_id=str(number), chat_id="1", sender_id="1", text="hello", sent_at=NOW - timedelta(1)
    )


def accept(database, number, *, days_ago, status="done"):
    at = NOW - timedelta(days=days_ago)
    return database.write(lambda tx: inbox.accept(tx.connection, [message(number)], now=at, status=status)[0])


def test_old_keys_are_dropped_a_piece_at_a_time(database, monkeypatch):
    monkeypatch.setattr(inbox, "PIECE", 2)
    settled = [accept(database, number, days_ago=31) for number in range(3)]
    waiting = accept(database, "waiting", days_ago=40, status="waiting")
    recent = accept(database, "recent", days_ago=29)

    def forget():
        return database.write(lambda tx: inbox.forget(tx.connection, NOW - inbox.KEEP_FOR))

    assert [forget() for _ in range(3)] == [True, True, False]
    with database.read() as tx:
        left = set(tx.connection.execute(select(tables.inbox.c.id)).scalars())
    assert left == {waiting, recent}
    assert not left & set(settled)
    assert accept(database, "recent", days_ago=0) is None
    assert accept(database, 0, days_ago=0) is not None


def test_no_number_is_given_twice(database):
    first = accept(database, 1, days_ago=60)
    while database.write(lambda tx: inbox.forget(tx.connection, NOW - inbox.KEEP_FOR)):
        pass
    assert accept(database, 2, days_ago=0) > first
