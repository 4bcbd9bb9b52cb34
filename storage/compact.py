"""Writing a SQLite file anew, so that what was erased from it is not left in pages that nobody uses any more."""

from storage.database import Database


def compact(database: Database) -> None:
    """Leave nothing behind of what was deleted or overwritten. PostgreSQL's own vacuuming sees to that there."""
    if not database.is_sqlite:
        return
    with database.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        if driver is not None:
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
