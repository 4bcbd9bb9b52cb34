"""The moments at which things are looked at from time to time: the same for all, so that a process that has nothing to
do wakes up seldom."""

import asyncio
import time


def to_next(every_s: float) -> float:
    """How long it is to the next of the moments that lie so far apart."""
    return every_s - time.monotonic() % every_s


async def rest(every_s: float) -> None:
    """Wait for it."""
    await asyncio.sleep(to_next(every_s))
