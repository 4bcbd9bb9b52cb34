"""kill -9: at any moment, and at the moments that matter most."""

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, update
from sqlalchemy.pool import NullPool

from storage.tables import outbox
from tests.faults import checker
from tests.faults.conftest import StartWorker, open_card, settled
from tests.faults.platform import ACKED, Person, Platform, Sent, marker

RUNS = int(os.environ.get("FAULT_RUNS") or 12)  # 200 before a release
PEOPLE = 12
WAITING = 300

People = Callable[[int], list[Person]]


async def test_killed_at_random(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, chance: random.Random
) -> None:
    """All or nothing per message, and everything in the end, however often the process is killed."""
    everyone = people(PEOPLE)
    is_over = False
    numbers = iter(range(100_000))

    async def go_on(person: Person) -> None:
        while not is_over:
            for text in ("new customer", marker(next(numbers)), "hello there", "skip", "skip", "save"):
                await person.say(text)

    lives = [asyncio.create_task(go_on(person)) for person in everyone]
    worker = await start_worker()
    for _ in range(RUNS):
        await asyncio.sleep(chance.uniform(0.0, 0.12))  # not for something to happen: any moment will do
        await worker.kill()
        worker = await start_worker()
    is_over = True
    await asyncio.wait_for(asyncio.gather(*lives), 60)
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    assert len(books.customers) >= PEOPLE


async def test_killed_after_ack_before_the_turn(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, tmp_path: Path
) -> None:
    """Messages that were acknowledged and not yet worked on are done after a restart, once."""
    everyone = people(WAITING)
    open_card(database_url, everyone, flow="fragile")
    trouble = tmp_path / "trouble"
    trouble.touch()
    worker = await start_worker(ONLY_FIRST_TURNS="1")
    room = asyncio.Semaphore(20)

    async def save(person: Person) -> None:
        async with room:
            assert await person.tell(worker, "save") == ACKED

    await asyncio.gather(*map(save, everyone))
    await worker.kill()
    before = checker.read(database_url)
    assert [row.status for row in before.inbox] == ["waiting"] * WAITING
    assert not before.customers
    trouble.unlink()
    await start_worker()
    books = await settled(platform, database_url, 60)
    assert [row.status for row in books.inbox] == ["done"] * WAITING
    assert len(books.customers) == WAITING
    checker.check(books, platform, everyone)


async def test_killed_after_commit_before_send(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """An answer that was decided and not sent arrives after a restart; one that was being sent is sent again."""
    (person,) = people(1)
    platform.answer = lambda sent: None  # the platform takes the first answer and says nothing
    worker = await start_worker()
    assert await person.tell(worker, "new customer") == ACKED
    assert await person.tell(worker, "Qbadafo") == ACKED
    await platform.until(lambda: len(platform.sent) == 1)
    await worker.kill()
    assert [row.status for row in checker.read(database_url).outbox] == ["sending", "waiting"]
    platform.answer = lambda sent: {"as": "1"}
    await start_worker()
    books = await settled(platform, database_url)
    checker.check(books, platform, [person])
    assert len(platform.sent) == 3


async def test_what_a_living_process_sends_is_left_to_it(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """A second process that starts meanwhile does not take over what the first is sending."""
    (person,) = people(1)

    def slowly(sent: Sent) -> dict[str, object] | None:
        return None if sent.text.startswith("What's") else {"as": "1"}

    platform.answer = slowly
    first = await start_worker()
    assert await person.tell(first, "new customer") == ACKED
    await platform.until(lambda: len(platform.sent) == 1)
    second = await start_worker()
    assert await person.tell(second, "cancel") == ACKED
    await second.do("recover")
    assert [row.status for row in checker.read(database_url).outbox] == ["sending", "waiting"]
    await first.kill()
    platform.answer = lambda sent: {"as": "1"}
    await second.kill()
    await start_worker()
    checker.check(await settled(platform, database_url), platform, [person])


async def test_killed_while_a_reminder_is_sent(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """What may have arrived and must not come twice is not sent again: it stays to be seen as unsure."""
    (person,) = people(1)
    platform.answer = lambda sent: None
    worker = await start_worker()
    assert await person.tell(worker, "hello") == ACKED
    await platform.until(lambda: len(platform.sent) == 1)
    await worker.kill()
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(update(outbox).values(lane="reminder"))
    engine.dispose()
    platform.answer = lambda sent: {"as": "1"}
    worker = await start_worker()
    await worker.do("recover")
    books = await settled(platform, database_url)
    assert [row.status for row in books.outbox] == ["unsure"]
    assert len(platform.sent) == 1
