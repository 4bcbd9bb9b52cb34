"""The trails under seal: whatever is altered or removed afterwards is found; by right, it is sealed anew."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, select, update

from storage import seals
from storage.database import Database
from storage.tables import access_log, trail_seals

NOW = datetime(2026, 11, 26, 2, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def log(database):
    """A database in which three batches of accesses are sealed, two rows each."""
    for batch in range(3):
        database.write(lambda tx, batch=batch: _add(tx, batch))
        seal(database)
    return database


def _add(tx, batch):
    rows = [
        {"user_id": n, "chat_key": "c", "action": "read", "what": {"b": batch, "a": "华为"}, "at": NOW} for n in (1, 2)
    ]
    tx.connection.execute(insert(access_log), rows)


def seal(database):
    """What is there comes under seal; on PostgreSQL a mark is set first, and holds good when it is looked at again."""
    for _ in range(2):
        assert database.write(lambda tx: seals.seal(tx.connection, NOW)) is False


def chain(database):
    with database.read() as tx:
        return next(one for one in seals.chains(tx.connection) if one.trail == "access_log")


def test_what_nobody_touched_is_as_it_was_sealed(log):
    assert (chain(log).rows, chain(log).broken_at) == (6, None)
    seal(log)  # nothing new: nothing to seal
    with log.read() as tx:
        assert len(tx.connection.execute(select(trail_seals)).all()) == 3


@pytest.mark.parametrize(
    "tamper",
    [
        lambda c: update(access_log).where(c.id == 3).values(user_id=9),
        lambda c: update(access_log).where(c.id == 4).values(what={"b": 1, "a": "中兴"}),
        lambda c: update(access_log).where(c.id == 3).values(at=datetime(2026, 11, 26, tzinfo=UTC)),
        lambda c: delete(access_log).where(c.id == 4),
    ],
)
def test_whatever_is_altered_is_found(log, tamper):
    log.write(lambda tx: tx.connection.execute(tamper(access_log.c)))
    assert chain(log).broken_at == 3


def test_a_seal_that_was_made_to_fit_is_found_by_the_next(log):
    with log.read() as tx:
        second = tx.connection.execute(select(trail_seals).order_by(trail_seals.c.id)).all()[1]

    def forge(tx):
        tx.connection.execute(update(access_log).where(access_log.c.id == 3).values(user_id=9))
        rows = seals._rows(tx.connection, "access_log", 2, 4)
        content = seals._content(rows)
        digest = seals._chained("0" * 64, content)
        forged = update(trail_seals).where(trail_seals.c.id == second.id).values(content=content, digest=digest)
        tx.connection.execute(forged)

    log.write(forge)
    assert chain(log).broken_at is not None


def test_what_is_altered_by_right_is_sealed_anew(log):
    def erase(tx):
        with seals.altering(tx.connection):
            tx.connection.execute(update(access_log).where(access_log.c.id == 1).values(what={}))

    before = chain(log).digest
    log.write(erase)
    assert chain(log).broken_at is None
    assert chain(log).digest != before


def test_a_row_altered_by_right_does_not_hide_another_that_was_not(log):
    log.write(lambda tx: tx.connection.execute(update(access_log).where(access_log.c.id == 5).values(user_id=9)))

    def change(tx):
        blank = update(access_log).where(access_log.c.id == 1).values(what={})
        seals.altered(tx.connection, "access_log", [1], lambda: tx.connection.execute(blank))

    log.write(change)
    assert chain(log).broken_at == 5


def test_what_is_still_under_way_does_not_fall_behind_a_seal(database_url):
    """Two at once on PostgreSQL: the first has its number, the second commits first."""
    if database_url.startswith("sqlite"):
        pytest.skip("one writer at a time")
    database = Database(database_url)
    row = {"user_id": 1, "chat_key": "c", "action": "read", "what": {}, "at": NOW}
    with database.engine.connect() as slow, slow.begin():
        slow.execute(insert(access_log), row)
        database.write(lambda tx: tx.connection.execute(insert(access_log), row) and None)
        seal(database)
        seal(database)
        assert chain(database).rows == 0
    seal(database)
    seal(database)
    assert (chain(database).rows, chain(database).broken_at) == (2, None)
    database.close()
