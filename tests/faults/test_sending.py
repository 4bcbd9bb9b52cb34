"""A platform that wants silence in one place, or is away for a while: nothing is lost, and the order is kept."""

import asyncio
from collections import Counter
from collections.abc import Callable
from time import monotonic

from tests.faults import checker
from tests.faults.conftest import StartWorker, settled
from tests.faults.platform import ACKED, Person, Platform, Sent

People = Callable[[int], list[Person]]
MANY = 30
SILENCE_S = 3.0
TALK = ("new customer", "cancel")


async def test_silence_in_one_chat(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Asked to wait for one chat, that one hears nothing for so long, and then all of it in order; others go on."""
    everyone = people(6)
    quiet = everyone[0].chat
    times: list[tuple[str, float]] = []

    def answer(sent: Sent) -> dict[str, object]:
        times.append((sent.chat, monotonic()))
        is_first = [chat for chat, _at in times].count(quiet) == 1
        return {"as": "later", "after_s": SILENCE_S} if sent.chat == quiet and is_first else {"as": "1"}

    platform.answer = answer
    worker = await start_worker()
    for text in TALK * 2:
        for person in everyone:
            assert await person.tell(worker, text) == ACKED
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    refused, *later = [at for chat, at in times if chat == quiet]
    assert len(later) == 2 * len(TALK)
    assert min(later) - refused >= SILENCE_S
    others = [at for chat, at in times if chat != quiet]
    assert len(others) == 2 * len(TALK) * (len(everyone) - 1)
    assert sum(at < refused + SILENCE_S for at in others) > len(others) / 2


async def test_away_for_a_while(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """Everything that it did not take arrives later, once and in order, and the tries do not come all at once."""
    everyone = people(MANY)
    tries: dict[str, list[float]] = {person.chat: [] for person in everyone}

    def answer(sent: Sent) -> dict[str, object]:
        tries[sent.chat].append(monotonic())
        return {"as": "failed" if len(tries[sent.chat]) <= 2 else "1"}

    platform.answer = answer
    worker = await start_worker()
    for text in TALK:
        assert await asyncio.gather(*(person.tell(worker, text) for person in everyone)) == [ACKED] * MANY
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    assert Counter(len(times) for times in tries.values()) == {2 + len(TALK): MANY}
    waits = [times[1] - times[0] for times in tries.values()]
    assert min(waits) >= 1
    assert max(waits) - min(waits) > 0.5
    assert all(second - first >= 2 for first, second in (times[1:3] for times in tries.values()))
