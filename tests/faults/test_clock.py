"""Reminders and what goes wrong around them: killed, down, two at once, a platform that refuses."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, select
from sqlalchemy.pool import NullPool

from storage.database import Database
from storage.tables import metadata
from tests.faults.conftest import StartWorker, settled
from tests.faults.platform import Person, Platform, Sent

People = Callable[[int], list[Person]]
MANY, AT_ONCE = 60, 200


def promise(url: str, people: list[Person], due: Callable[[int], datetime]) -> None:
    """A reminder for each of them, with their name as its subject."""
    from storage import records
    from storage.session import Author

    def write(tx: object) -> None:
        session = tx.session  # type: ignore[attr-defined]
        session.author = Author(user_id=None, at=datetime.now(UTC))
        ids = {user.name: user.id for user in session.scalars(select(records.User))}
        for number, person in enumerate(people):
            at = due(number)
            wall = at.replace(tzinfo=None).isoformat(timespec="seconds")
            values = {"subject": f"see {person.name}!", "remind_at": at, "wall_time": wall, "zone": "UTC"}
            session.add(records.Reminder(user_id=ids[person.name], status="pending", **values))

    database = Database(url)
    database.write(write)
    database.close()


def statuses(url: str) -> Counter[str]:
    """How many reminders there are of each status."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = Counter(connection.execute(select(metadata.tables["reminders"].c.status)).scalars())
    engine.dispose()
    return found


async def all_fired(platform: Platform, url: str, count: int) -> None:
    async with asyncio.timeout(30):
        while (await asyncio.to_thread(statuses, url))["fired"] < count:
            with suppress(TimeoutError):
                await platform.until(lambda: False, 0.05)
    await settled(platform, url)


def came(platform: Platform) -> Counter[str]:
    return Counter(sent.chat for sent in platform.sent)


async def test_killed_between_due_and_sent(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, chance: random.Random
) -> None:
    """Nothing is lost, nothing comes twice; what may not have arrived is there to be seen as unsure."""
    everyone = people(MANY)
    start = datetime.now(UTC) + timedelta(seconds=0.5)
    promise(database_url, everyone, lambda n: start + timedelta(seconds=n / MANY * 2))
    worker = await start_worker(CLOCK="1")
    for _ in range(5):
        await asyncio.sleep(chance.uniform(0.2, 0.6))  # not for something to happen: any moment will do
        await worker.kill()
        worker = await start_worker(CLOCK="1")
    await all_fired(platform, database_url, MANY)
    books = await settled(platform, database_url)
    seen = came(platform)
    assert len(books.outbox) == MANY
    for row in books.outbox:
        chat = row.payload["to"][2]
        assert row.status in ("sent", "unsure")
        assert seen[chat] == 1 or (seen[chat] == 0 and row.status == "unsure"), chat


async def test_two_processes_tick(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Two hundred due in one second, two processes that look for them: two hundred messages."""
    everyone = people(AT_ONCE)
    workers = [await start_worker(CLOCK="1"), await start_worker(CLOCK="1")]
    soon = datetime.now(UTC) + timedelta(seconds=1)
    promise(database_url, everyone, lambda n: soon + timedelta(milliseconds=n * 5))
    await all_fired(platform, database_url, AT_ONCE)
    assert came(platform) == Counter({person.chat: 1 for person in everyone})
    assert all(not worker.gone.is_set() for worker in workers)


async def test_down_when_it_was_due(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Down for 3 seconds, 3 hours, 3 days: once, late, and saying so."""
    everyone = people(3)
    lengths = (timedelta(seconds=3), timedelta(hours=3), timedelta(days=3))
    now = datetime.now(UTC)
    promise(database_url, everyone, lambda n: now - lengths[n])
    await start_worker(CLOCK="1")
    await all_fired(platform, database_url, 3)
    texts = {sent.chat: sent.text for sent in platform.sent}
    assert len(platform.sent) == 3
    for person, says in zip(everyone, ("Just past", "3 hours late", "3 days late"), strict=True):
        assert says in texts[person.chat]


async def test_blocked_by_one_of_them(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Who has blocked the bot costs one try, is listed, and holds up nobody."""
    everyone = people(4)
    blocked = everyone[1].chat

    def answer(sent: Sent) -> dict[str, object]:
        return {"as": "gone" if sent.chat == blocked else "1"}

    platform.answer = answer
    now = datetime.now(UTC)
    promise(database_url, everyone, lambda n: now)
    await start_worker(CLOCK="1")
    await all_fired(platform, database_url, 4)
    books = await settled(platform, database_url)
    assert {row.payload["to"][2]: row.status for row in books.outbox} == {
        person.chat: "dead" if person.chat == blocked else "sent" for person in everyone
    }
    assert came(platform) == Counter({person.chat: 1 for person in everyone})


async def test_taken_and_then_cut(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """The platform takes it and the connection is cut, or the process is killed: it does not come again."""
    everyone = people(2)
    platform.answer = lambda sent: {"as": "unknown"} if sent.chat == everyone[0].chat else None
    now = datetime.now(UTC)
    promise(database_url, everyone, lambda n: now)
    worker = await start_worker(CLOCK="1")
    await platform.until(lambda: len(platform.sent) == 2)
    await worker.kill()
    platform.answer = lambda sent: {"as": "1"}
    worker = await start_worker(CLOCK="1")
    await worker.do("recover")
    books = await settled(platform, database_url)
    assert [row.status for row in books.outbox] == ["unsure", "unsure"]
    assert came(platform) == Counter({person.chat: 1 for person in everyone})
