"""The clock: it looks again and again; neither errors nor a computer's clock that jumps end it."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import scheduler
from bot.app import Bot, open_bot
from bot.duties import DUTIES
from bot.duty import Done
from bot.house import House
from config.settings import Settings
from storage import schema
from storage.database import Tx

WITHIN_S = 10


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    opened = open_bot(Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'crm.db'}"))
    schema.ensure(opened.database)
    yield opened
    opened.close()


@pytest.fixture
def duties() -> Iterator[dict[str, object]]:
    """The duties, to be replaced by others."""
    usual = dict(DUTIES)
    DUTIES.clear()
    yield DUTIES  # type: ignore[misc]
    DUTIES.clear()
    DUTIES.update(usual)


async def test_it_ticks_whatever_goes_wrong(bot: Bot, duties: dict[str, object]) -> None:
    """A duty that fails is called again, does not hold up the others, and what is left is done at once."""
    left, looks, woken = [3], [0], []
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()

    def fails(_house: House, _tx: Tx, _now: datetime) -> Done:
        looks[0] += 1
        if looks[0] == 3:
            loop.call_soon_threadsafe(enough.set)
        raise RuntimeError("a duty's own trouble")

    def works(_house: House, _tx: Tx, _now: datetime) -> Done:
        left[0] -= 1
        return Done((f"console||{left[0]}",), has_more=left[0] > 0)

    duties.update(fails=(0.05, fails), works=(3600.0, works))
    keeping = asyncio.create_task(scheduler.keep_time(bot, woken.append))
    await asyncio.wait_for(enough.wait(), WITHIN_S)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert woken == ["console||2", "console||1", "console||0"]


async def test_the_computers_clock_is_set_back() -> None:
    """What would be looked at in two hours is looked at now; what stands where it should, stays."""
    jobs = AsyncIOScheduler(timezone=UTC)
    jobs.start(paused=True)
    now = datetime.now(UTC)
    for name, ahead_s in (("ahead", 7200), ("usual", 30)):
        at = now + timedelta(seconds=ahead_s)
        jobs.add_job(asyncio.sleep, "interval", seconds=60, args=(0,), id=name, next_run_time=at)
    scheduler.hurry(jobs)
    due = {job.id: (job.next_run_time - now).total_seconds() for job in jobs.get_jobs()}
    jobs.shutdown(wait=False)
    assert due["ahead"] < WITHIN_S
    assert due["usual"] == 30


async def test_its_end_in_the_middle_of_a_duty_is_no_mistake(
    bot: Bot, duties: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    begun, may_end = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def goes_on(_house: House, _tx: Tx, _now: datetime) -> Done:
        loop.call_soon_threadsafe(begun.set)
        may_end.wait(WITHIN_S)
        return Done()

    duties.update(goes_on=(3600.0, goes_on))
    keeping = asyncio.create_task(scheduler.keep_time(bot, lambda _chat: None))
    await asyncio.wait_for(begun.wait(), WITHIN_S)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await asyncio.sleep(0.05)  # what was cancelled hears of it
    may_end.set()
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == []
