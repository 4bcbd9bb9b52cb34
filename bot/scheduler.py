"""The clock of what falls due by itself. APScheduler says only "look now"; what is due stands in the database.

Any number of processes may tick. What moment it is, is for the bot's own clock to say.
"""

import logging
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

from bot.app import Bot
from bot.beat import rest, to_next
from bot.clock import system_clock
from bot.duties import DUTIES
from bot.duty import Duty
from bot.landing import landed
from bot.logs import bare
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

# A tick that was missed is made up for once, never several times and never beside another one.
_JOBS: dict[str, object] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
GLANCE_S = 5.0  # how often to see whether somebody set the computer's clock back


async def keep_time(bot: Bot, wake: Callable[[str], None]) -> None:
    """Have every duty looked after until this is cancelled; ``wake`` hears of each chat that has something new."""
    # Loaded when the first answer is long given.
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    from bot.upkeep.duties import UPKEEP

    first = system_clock() + timedelta(seconds=to_next(1.0) - 1.0)  # the last beat, on which all further ones follow
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOBS)
    for name, (seconds, duty) in (DUTIES | UPKEEP).items():
        work = (bot, name, duty, wake)
        scheduler.add_job(attend, "interval", seconds=seconds, args=work, id=name, next_run_time=first)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that had to wait is nobody's news
    # `attend` says what failed; what is left to be said is that a duty in hand ended with the process.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    scheduler.start()
    try:
        while True:
            await rest(GLANCE_S)
            hurry(scheduler)
    finally:
        scheduler.shutdown(wait=False)


def hurry(scheduler: Any) -> None:
    """Call at once what stands further off than its interval: the computer's clock was set back."""
    now = system_clock()  # APScheduler's idea of now, whatever the bot's own
    for job in scheduler.get_jobs():
        if job.next_run_time - now > job.trigger.interval + timedelta(seconds=GLANCE_S):
            job.modify(next_run_time=now)


async def attend(bot: Bot, name: str, duty: Duty, wake: Callable[[str], None]) -> None:
    """Do a duty, piece by piece, until nothing of it is due; what goes wrong is tried at the next tick."""
    has_more = True
    while has_more:
        try:
            done = await landed(bot.attend(duty, name))
        except DatabaseUnavailable:
            return
        except Exception as error:
            log.error("%s failed", name, exc_info=bare(error))
            return
        for chat in done.chats:
            wake(chat)
        has_more = done.has_more


async def look_once(bot: Bot, wake: Callable[[str], None]) -> None:
    """Do all that is due now."""
    for name, (_seconds, duty) in DUTIES.items():
        await attend(bot, name, duty, wake)
