"""The store goes away in traffic, or is full: nothing is acknowledged that is not there, and all goes on by itself."""

import asyncio
import time
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.faults import checker
from tests.faults.conftest import StartWorker, settled
from tests.faults.platform import ACKED, REFUSED, Person, Platform, marker

People = Callable[[int], list[Person]]
ANSWER_WITHIN_S = 2.0
FULL = """
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""


async def test_the_server_restarts(
    start_worker: StartWorker,
    platform: Platform,
    people: People,
    database_url: str,
    engine_name: str,
    request: pytest.FixtureRequest,
) -> None:
    """Twice in traffic: whoever was acknowledged is in the books, and nobody has to do anything."""
    if engine_name == "sqlite":
        pytest.skip("a SQLite file has no server that could restart")
    restart_server: Callable[[], None] = request.getfixturevalue("restart_server")
    everyone = people(8)
    await start_worker()
    numbers = iter(range(100_000))
    is_over = False

    async def go_on(person: Person) -> None:
        while not is_over:
            for said in ("new customer", marker(next(numbers)), "skip", "skip", "save"):
                await person.say(said)

    lives = [asyncio.create_task(go_on(person)) for person in everyone]
    for n in range(2):
        await platform.until(lambda n=n: len(platform.sent) > 100 * (n + 1))
        await asyncio.to_thread(restart_server)
    sent = len(platform.sent)
    await platform.until(lambda: len(platform.sent) > sent + 100)
    is_over = True
    await asyncio.wait_for(asyncio.gather(*lives), 30)
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)


async def test_the_disk_is_full_and_free_again(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, engine_name: str
) -> None:
    """Refused at once while it is full, nothing is damaged, and it goes on when there is room again."""
    everyone = people(5)
    worker = await start_worker()
    for number, person in enumerate(everyone):
        for said in ("new customer", marker(number)):
            assert await person.tell(worker, said) == ACKED
    await settled(platform, database_url)

    if engine_name == "sqlite":
        await worker.do("limit", bytes=32 * 1024)  # every file of the database is larger already
    else:
        _run(database_url, FULL, "CREATE TRIGGER full_disk BEFORE INSERT ON inbox EXECUTE FUNCTION full_disk()")
    began = time.monotonic()
    refused = await asyncio.gather(*(person.try_once(worker, "skip") for person in everyone * 20))
    assert time.monotonic() - began < ANSWER_WITHIN_S
    assert refused[-len(everyone) :] == [REFUSED] * len(everyone)

    if engine_name == "sqlite":
        await worker.do("limit", bytes=None)
    else:
        _run(database_url, "DROP TRIGGER full_disk ON inbox", "DROP FUNCTION full_disk")
    for person in everyone:
        for said in ("skip", "skip", "save"):
            assert await person.tell(worker, said) == ACKED
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    assert len(books.customers) == len(everyone)
    if engine_name == "sqlite":
        with create_engine(database_url, poolclass=NullPool).connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def _run(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
