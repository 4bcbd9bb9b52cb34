"""What other threads have done comes to the event loop: results, errors, and nothing to those who wait no more."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from bot.landing import landed


async def test_each_hears_of_its_own_in_whatever_order_they_land() -> None:
    there: list[Future[int]] = [Future() for _ in range(100)]
    here = [landed(one) for one in there]
    with ThreadPoolExecutor(4) as threads:
        for n in reversed(range(100)):
            threads.submit(there[n].set_result, n)
        assert await asyncio.wait_for(asyncio.gather(*here), 20) == list(range(100))


async def test_an_error_is_raised_where_it_is_waited_for() -> None:
    failed, fine = Future[int](), Future[int]()
    one, other = landed(failed), landed(fine)
    failed.set_exception(ValueError("lost"))
    fine.set_result(1)
    with pytest.raises(ValueError, match="lost"):
        await one
    assert await other == 1


async def test_who_gave_up_waiting_disturbs_nobody() -> None:
    given_up, other = Future[int](), Future[int]()
    gone, here = landed(given_up), landed(other)
    gone.cancel()
    given_up.set_result(1)
    other.set_result(2)
    assert await asyncio.wait_for(here, 20) == 2
    assert gone.cancelled()


async def test_what_is_done_already_lands_too() -> None:
    there: Future[int] = Future()
    there.set_result(3)
    assert await asyncio.wait_for(landed(there), 20) == 3


def test_what_lands_behind_the_end_of_its_loop_is_nobodys() -> None:
    there: Future[int] = Future()

    async def leave() -> None:
        landed(there)

    asyncio.run(leave())
    there.set_result(1)
