"""Far too much of something: a polite answer, and the process does not grow."""

import asyncio
from collections.abc import Callable

from tests.faults import checker
from tests.faults.conftest import StartWorker, settled
from tests.faults.platform import ACKED, Person, Platform

MEGABYTE = 1_000_000
GROWTH_KIB = 40_000
LONGEST_ANSWER = 4_000


async def test_large_messages(
    start_worker: StartWorker, platform: Platform, people: Callable[[int], list[Person]], database_url: str
) -> None:
    """1 MB, a name of 5,000 characters, a long story: refused or taken, at once, and the memory stays flat."""
    everyone = people(4)
    worker = await start_worker()

    async def burden(person: Person) -> None:
        for text in ("x" * MEGABYTE, "话" * (MEGABYTE // 3), "a b\n" * (MEGABYTE // 4), "1" * MEGABYTE):
            assert await person.tell(worker, text) == ACKED
        assert await person.tell(worker, "hello", sender_name="n" * 5000) == ACKED
        for text in ("new customer", "N" * 5000, "名" * 5000, "cancel", "long " * 19_000, "cancel"):
            assert await person.tell(worker, text) == ACKED

    await asyncio.gather(*map(burden, everyone))
    before = await worker.do("memory")
    for _ in range(2):
        await asyncio.gather(*map(burden, everyone))
    assert await worker.do("memory") - before < GROWTH_KIB
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    texts = platform.texts(everyone[0].chat)
    assert sum("100000 characters at most" in text for text in texts) == 3  # one for each round
    assert any("200 characters at most" in text for text in texts)
    assert max(map(len, texts)) < LONGEST_ANSWER
    assert max(len(str(row.payload)) for row in books.inbox) < 2 * 100_001 + 10_000  # no more is kept than is read
