"""Deliveries as platforms make them: twice, late, in the wrong order, several at once, to several processes."""

import asyncio
from collections.abc import Callable

from tests.faults import checker
from tests.faults.conftest import StartWorker, settled
from tests.faults.platform import ACKED, Person, Platform, Worker, marker

PAIRS = 200
People = Callable[[int], list[Person]]


async def _finish(person: Person, worker: Worker) -> None:
    """Leave what is still asked open, and save."""
    for text in ("skip", "skip", "save"):
        assert await person.tell(worker, text) == ACKED


async def test_the_same_delivery_again(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Twice at once, to two processes, later, and after a restart: acknowledged each time, one effect."""
    everyone = people(20)
    first, second = await start_worker(), await start_worker()
    deliveries = []
    for number, person in enumerate(everyone):
        for text in ("new customer", marker(number), "skip", "skip", "save"):
            message = person.message(text)
            person.results[message["event_id"]] = ACKED
            deliveries.append(message)
            at_once = (worker.deliver(message) for worker in (first, second, first))
            assert await asyncio.gather(*at_once) == [ACKED] * 3
    later = await asyncio.gather(*(second.deliver(message) for message in deliveries))
    await settled(platform, database_url)  # an answer that is on its way at a kill is sent again
    await first.kill()
    await second.kill()
    third = await start_worker()
    after_restart = await asyncio.gather(*(third.deliver(message) for message in deliveries))
    assert set(later) == set(after_restart) == {ACKED}
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    assert len(books.customers) == 20
    assert len(platform.sent) == len(deliveries)


async def test_out_of_order(start_worker: StartWorker, platform: Platform, people: People, database_url: str) -> None:
    """An answer that overtakes another finds its own place."""
    (person,) = people(1)
    worker = await start_worker()
    for text in ("new customer", "13800138000", "Qbadafo"):  # the number was typed after the name
        assert await person.tell(worker, text) == ACKED
    await _finish(person, worker)
    books = await settled(platform, database_url)
    checker.check(books, platform, [person])
    assert books.phones == {"Qbadafo": ["+8613800138000"]}


async def test_two_messages_of_one_person_at_once(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Two processes get the two halves of an answer in the same moment, for many people: nothing is lost."""
    everyone = people(PAIRS)
    workers = [await start_worker(), await start_worker()]
    room = asyncio.Semaphore(20)

    async def pair(number: int, person: Person) -> None:
        async with room:
            one, other = workers[number % 2], workers[1 - number % 2]
            if number % 4 < 2:  # for half of them these two are the first that the bot ever hears of the person
                await asyncio.gather(person.tell(one, "hello"), person.tell(other, "new customer"))
            else:
                await person.tell(one, "new customer")
            halves = (person.tell(one, marker(number)), person.tell(other, f"138{number:08}"))
            assert await asyncio.gather(*halves) == [ACKED, ACKED]
            await _finish(person, other)

    await asyncio.gather(*(pair(number, person) for number, person in enumerate(everyone)))
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    assert books.phones == {marker(number): [f"+86138{number:08}"] for number in range(PAIRS)}
