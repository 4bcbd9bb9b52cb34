"""A backup holds everything, and comes back on either engine; what was not sent is held."""

import pytest
from sqlalchemy import select

from storage import backup as backups
from storage import records
from storage.database import Database
from storage.errors import NotABackup, NotEmpty
from storage.tables import outbox
from tests.storage.samples import NOW, dump, everything, people, write


@pytest.fixture
def full(database):
    """A database with one of each kind, and messages in every state."""
    write(database, lambda session: everything(session) and None)
    rows = [
        {
            "dedupe_key": status, "chat_key": "c", "lane": "reply", "payload": {"文": 1}, "status": status,
            "attempts": 0, "try_at": NOW, "created_at": NOW,
        }
        for status in ("waiting", "sending", "sent", "dead")
    ]  # fmt: skip
    database.write(lambda tx: tx.connection.execute(outbox.insert(), rows) and None)
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, new_database_url, engine_name, tmp_path):
    """An empty database, of the same engine or of the other."""
    if request.param == engine_name:
        url = new_database_url()
    elif request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/elsewhere.db"
    else:
        url = request.getfixturevalue("other_postgresql")
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def other_postgresql(postgresql, tmp_path):
    from sqlalchemy import create_engine, text

    engine = create_engine(postgresql("postgres"), isolation_level="AUTOCOMMIT")
    name = f"other_{abs(hash(str(tmp_path)))}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgresql(name)


def test_everything_comes_back(full, elsewhere, tmp_path):
    rows = backups.backup(full, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    restored = backups.restore(elsewhere, tmp_path / "backup")
    assert (restored.rows, restored.held, restored.unsure) == (rows, 1, 1)
    assert dump(elsewhere) == dump(full)
    with elsewhere.read() as tx:
        found = dict(map(tuple, tx.connection.execute(select(outbox.c.dedupe_key, outbox.c.status))))
    assert found == {"waiting": "held", "sending": "unsure", "sent": "sent", "dead": "dead"}
    # and life goes on there
    write(elsewhere, lambda session: people(session, "新团队") and None)


def test_only_an_empty_database_is_filled(full, tmp_path):
    backups.backup(full, tmp_path / "backup")
    with pytest.raises(NotEmpty):
        backups.restore(full, tmp_path / "backup")


def test_what_is_not_a_backup_is_refused(database, tmp_path):
    for name, content in {"a": b"", "b": b"hello", "c": b'{"crmbot_backup": 1}\n', "d": b"SQLite format"}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotABackup):
            backups.restore(database, tmp_path / name)


def test_half_a_backup_is_refused_whole(full, elsewhere, tmp_path):
    if full.is_sqlite:
        pytest.skip("a SQLite copy is checked by SQLite")
    backups.backup(full, tmp_path / "backup")
    lines = (tmp_path / "backup").read_bytes().splitlines(keepends=True)
    (tmp_path / "half").write_bytes(b"".join(lines[:-5]))
    with pytest.raises(NotABackup):
        backups.restore(elsewhere, tmp_path / "half")
    with elsewhere.read() as tx:
        assert tx.session.scalars(select(records.Customer)).all() == []


def test_a_backup_appears_only_when_it_is_whole(full, tmp_path, monkeypatch):
    def broken(_connection):
        raise OSError("no space")

    monkeypatch.setattr(backups, "totals", broken)
    with pytest.raises(OSError, match="no space"):
        backups.backup(full, tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []
