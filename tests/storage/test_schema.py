"""The schema: both roads to it end at the same place, and what is not ours or not of our time is refused."""

import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, select, text

from storage import filing, schema
from storage.database import Database
from storage.errors import Damaged, DatabaseUnavailable, NotADatabase, SchemaTooNew, SchemaTooOld
from storage.tables import conversations, filed, grams, name_keys


def shape(database):
    """Everything the engine knows about the tables, in an order that does not depend on how they were made."""
    with database.read() as tx:
        found = inspect(tx.connection)
        if database.is_sqlite:
            rows = tx.connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
            return {row.name: statement_parts(row.sql) for row in rows if row.name != schema.VERSION_TABLE}
        tables = {
            name: (
                [(column["name"], str(column["type"]), column["nullable"], column["default"])
                 for column in found.get_columns(name)],
                found.get_pk_constraint(name),
                sorted(found.get_foreign_keys(name), key=lambda key: str(key["name"])),
                sorted(found.get_check_constraints(name), key=lambda key: str(key["name"])),
            )
            for name in found.get_table_names()
        }  # fmt: skip
        indexes = tx.connection.execute(text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"))
        return tables | {row.indexname: row.indexdef for row in indexes}


def statement_parts(sql):
    sql = sql.replace('"', "")  # a table that was copied to be changed is quoted
    return sorted(part.strip().rstrip(",") for part in sql.replace("(\n", "\n", 1).splitlines() if part.strip())


def test_migrations_and_declared_tables_are_the_same(empty_database, database):
    schema.migrate(empty_database, "head")
    assert schema.status(empty_database) == schema.status(database)
    assert shape(empty_database) == shape(database)


def test_migrations_leave_nothing_to_generate(empty_database):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from storage.tables import metadata

    schema.migrate(empty_database, "head")
    with empty_database.engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* expression-based index")
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_an_empty_database_gets_the_newest_schema_once(empty_database):
    assert schema.status(empty_database) == (None, schema.versions()[-1])
    schema.ensure(empty_database)
    schema.ensure(empty_database)
    assert schema.status(empty_database) == (schema.versions()[-1],) * 2


def mark(database, version):
    database.write(lambda tx: tx.connection.execute(text(f"UPDATE schema_version SET version_num = '{version}'")))


def test_a_newer_schema_is_refused(database):
    mark(database, "9999")
    with pytest.raises(SchemaTooNew):
        schema.ensure(database, may_upgrade=True)
    with pytest.raises(SchemaTooNew):
        schema.upgrade(database)


def test_an_older_schema_waits_for_the_upgrade(database, monkeypatch):
    shipped = schema.versions()
    monkeypatch.setattr(schema, "versions", lambda: (*shipped, "9999"))
    with pytest.raises(SchemaTooOld):
        schema.ensure(database)


def test_an_upgrade_keeps_what_is_there(empty_database, database):
    schema.migrate(empty_database, "0001")
    row = {"key": "console||1", "state": '{"文": 1}', "version": 1, "at": "2026-11-23T01:00:00+00:00"}
    insert = "INSERT INTO conversations (key, state, version, updated_at) VALUES (:key, :state, :version, :at)"
    empty_database.write(lambda tx: tx.connection.execute(text(insert), row) and None)
    with pytest.raises(SchemaTooOld):
        schema.ensure(empty_database)
    schema.ensure(empty_database, may_upgrade=True)
    assert shape(empty_database) == shape(database)
    with empty_database.read() as tx:
        assert tx.connection.execute(select(conversations.c.key, conversations.c.state)).all() == [
            ("console||1", {"文": 1})
        ]


def test_an_upgrade_files_what_stands_in_the_index(empty_database):
    schema.migrate(empty_database, "0028")
    rows = (
        "INSERT INTO name_keys (key, form, kind, record_id) VALUES ('蓝海', 'short', 'customer', 7)",
        "INSERT INTO name_keys (key, form, kind, record_id) VALUES ('lh', 'initials', 'customer', 7)",
        "INSERT INTO grams (gram, kind, record_id) VALUES ('蓝海', 'customer', 7), ('报价', 'follow_up', 7)",
    )
    for sql in rows:
        empty_database.write(lambda tx, sql=sql: tx.connection.execute(text(sql)) and None)
    schema.ensure(empty_database, may_upgrade=True)
    with empty_database.read() as tx:
        found = {row.kind: (sorted(row.forms), row.grams) for row in tx.connection.execute(select(filed))}
    assert found == {
        "customer": ([["initials", "lh"], ["short", "蓝海"]], "蓝海"),
        "follow_up": ([], "报价"),
    }
    empty_database.write(lambda tx: filing.forget(tx.connection, "customer", [7]))
    with empty_database.read() as tx:
        assert [row.kind for row in tx.connection.execute(select(grams))] == ["follow_up"]
        assert not tx.connection.execute(select(name_keys)).all()


def test_two_who_start_at_once_make_it_once(new_database_url):
    url = new_database_url(empty=True)
    doors = [Database(url), Database(url)]
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(schema.ensure, door) for door in doors]:
            done.result(20)
    assert schema.status(doors[0]) == (schema.versions()[-1],) * 2
    for door in doors:
        door.close()


def test_somebody_elses_tables_are_left_alone(empty_database):
    empty_database.write(lambda tx: tx.connection.execute(text("CREATE TABLE users (id INTEGER)")))
    with pytest.raises(NotADatabase):
        schema.ensure(empty_database)


def test_a_file_that_breaks_off_is_damaged(tmp_path):
    url = f"sqlite:///{tmp_path / 'half.db'}"
    whole = Database(url)
    schema.ensure(whole)
    whole.close()
    path = tmp_path / "half.db"
    path.write_bytes(path.read_bytes()[:50_000])
    half = Database(url)
    with pytest.raises(Damaged):
        schema.ensure(half)
    half.close()
    assert path.stat().st_size == 50_000


def test_a_file_that_is_not_a_database(tmp_path):
    path = tmp_path / "notes.db"
    path.write_bytes(b"Dear diary, " * 400)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(NotADatabase):
        schema.ensure(database)
    database.close()
    assert path.read_bytes().startswith(b"Dear diary")


def test_a_place_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    database = Database(f"sqlite:///{tmp_path}/file/crmbot.db")
    with pytest.raises(DatabaseUnavailable):
        schema.ensure(database)
    database.close()


def test_an_up_to_date_start_loads_neither_alembic_nor_the_records(database_url):
    code = (
        "import sys; from storage import schema; from storage.database import Database;"
        f"database = Database({database_url!r}); schema.ensure(database); database.close();"
        "print([name for name in sys.modules if name.startswith(('alembic', 'storage.records', 'sqlalchemy.orm'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
