"""Opening the store for a command, and changing it with the same care as a turn does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from bot.clock import system_clock
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from storage.database import Database, Tx
    from storage.session import RecordSession

T = TypeVar("T")


@contextmanager
def open_store(*, settings: Settings | None = None) -> "Iterator[Database]":
    """The configured database, its schema checked. An empty one is set up; an older one must be upgraded first."""
    from storage.schema import ensure

    with open_unchecked(settings=settings) as database:
        ensure(database)
        yield database


@contextmanager
def open_unchecked(*, settings: Settings | None = None) -> "Iterator[Database]":
    """The configured database as it is."""
    from bot.people.naming import forms_of
    from storage.database import Database

    settings = settings or load_settings()
    make_data_dir(settings)
    database = Database(settings.database_url, namer=forms_of)
    try:
        yield database
    finally:
        database.close()


def make_data_dir(settings: Settings) -> None:
    """The data directory is made at first use, readable by its owner only."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def change(database: "Database", command: str, job: "Callable[[RecordSession], T]") -> T:
    """Do a job on records in one audited transaction; the trail says which command it was."""
    from storage.author import Author

    def work(tx: "Tx") -> T:
        session = tx.session
        session.author = Author(user_id=None, at=system_clock(), chat_key="cli", what={"command": command})
        result = job(session)
        session.flush()
        return result

    return database.write(work)
