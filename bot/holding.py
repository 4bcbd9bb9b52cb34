"""Keeping something running in one process at a time: the poller or socket of a platform."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from bot.landing import landed
from bot.logs import bare
from storage import leases
from storage.database import Database
from storage.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

TRY_S = 2.0  # how often another process asks whether it may
MARGIN_S = 5.0  # the work is stopped so long before the lease ends
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0


async def hold(database: Database, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do the work while this process holds the lease. Ends when the work does; one that fails is begun again."""
    wait_s = FIRST_WAIT_S
    while True:
        if not await _take(database, name):
            await asyncio.sleep(TRY_S)
            continue
        log.info("%s: this process has the connection", name)
        began = time.monotonic()
        try:
            if await _while_held(database, name, work):
                return
            log.warning("%s: the lease is lost", name)
        except Exception as error:
            log.error("%s: the connection failed and is begun again", name, exc_info=bare(error))
            wait_s = FIRST_WAIT_S if time.monotonic() - began > LONGEST_WAIT_S else min(LONGEST_WAIT_S, wait_s * 2)
            await asyncio.sleep(wait_s)


async def _while_held(database: Database, name: str, work: Callable[[], Awaitable[None]]) -> bool:
    """Do the work and renew the lease; False when the lease was lost. Raises what the work raises."""
    task = asyncio.ensure_future(work())
    try:
        safe_until = time.monotonic() + leases.LEASE_S - MARGIN_S
        while not task.done():
            await asyncio.wait([task], timeout=leases.RENEW_S if time.monotonic() < safe_until else 1.0)
            if task.done():
                break
            held = await _take(database, name)
            if held:
                safe_until = time.monotonic() + leases.LEASE_S - MARGIN_S
            elif held is False or time.monotonic() >= safe_until:
                return False
        await task
        return True
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _take(database: Database, name: str) -> bool | None:
    """Take or renew the lease; None: the database cannot say."""
    me = leases.this_process()
    try:
        fence = await asyncio.shield(landed(database.submit(lambda tx: leases.acquire(tx.connection, name, me))))
    except DatabaseUnavailable:
        return None
    return fence is not None
