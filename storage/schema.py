"""The schema of a database: which version it has, and how it comes to be the newest.

A new database is made from the declared tables at once and marked with the newest version; an older one is brought up
by the numbered migrations. A test holds both roads to the same end. Neither Alembic nor the records are loaded when
there is nothing to do: every start asks.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.sql import column, table

from storage.database import Database, Tx
from storage.errors import NotADatabase, SchemaTooNew, SchemaTooOld

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "schema_version"
_VERSION = table(VERSION_TABLE, column("version_num"))
_LOCK = 7_232_646  # any number, the same in every process: who makes or changes the schema holds it (PostgreSQL)


def versions() -> tuple[str, ...]:
    """The numbers of all migrations, oldest first: "0001", "0002" …"""
    return tuple(sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py")))


def status(database: Database) -> tuple[str | None, str]:
    """The version of the database, None where it is empty, and the newest version. Raises `NotADatabase`."""
    with database.read() as tx:
        return current(tx.connection), versions()[-1]


def ensure(database: Database, *, may_upgrade: bool = False) -> bool:
    """See that the schema is the newest one; an empty database gets it. Whether it was empty.

    Raises `SchemaTooOld` (unless it may be upgraded), `SchemaTooNew`, `NotADatabase`, `DatabaseUnavailable`.
    """
    current, head = status(database)
    if current is None:
        database.write(_create)
    elif current not in versions():
        raise SchemaTooNew(current)
    elif current != head:
        if not may_upgrade:
            raise SchemaTooOld(current)
        upgrade(database)
    return current is None


def upgrade(database: Database) -> None:
    """Bring the database to the newest version, all or nothing. Raises as `ensure` does."""
    current, head = status(database)
    if current is None:
        database.write(_create)
    elif current not in versions():
        raise SchemaTooNew(current)
    elif current != head:
        migrate(database, head)


def migrate(database: Database, to: str) -> None:
    """Run the migrations up to a version, also on an empty database.

    SQLite changes a column by copying its table; foreign keys are off meanwhile, and all are checked before the commit.
    """
    with database.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        if database.is_sqlite and driver is not None:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                _hold_lock(connection)
                _run_alembic(connection, to)
                if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise NotADatabase("foreign_key_check")
        finally:
            if database.is_sqlite and driver is not None:
                driver.execute("PRAGMA foreign_keys=ON")


def _run_alembic(connection: Connection, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def current(connection: Connection) -> str | None:
    """The version that the database is marked with; None where nothing of ours is in it yet."""
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE in names:
        return connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
    # On PostgreSQL, tables of others may stand beside ours. A SQLite file belongs to one program.
    if names and (connection.dialect.name == "sqlite" or names & {"users", "inbox", "outbox"}):
        raise NotADatabase(*sorted(names)[:1])
    return None


def _create(tx: Tx) -> None:
    """Make all tables, unless another process has just done so."""
    from storage import records
    from storage.tables import metadata

    connection = tx.connection
    _hold_lock(connection)
    if current(connection) is not None:
        return
    records.all_records()  # declares their tables
    metadata.create_all(connection, checkfirst=False)
    # As Alembic makes it.
    connection.execute(
        text(
            f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(_VERSION.insert().values(version_num=versions()[-1]))


def _hold_lock(connection: Connection) -> None:
    """One process at a time; SQLite's write transaction is that already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
