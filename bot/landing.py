"""What other threads have done, awaited in the event loop.

A commit settles many futures at once. asyncio's own bridge would wake the loop for each of them, which costs more than
what they bring; here those that land together are told together.
"""

import asyncio
import threading
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class _Landing:
    """The way into one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tell_soon = partial(loop.call_soon_threadsafe, self._tell)
        self._lock = threading.Lock()
        self._landed: deque[tuple[asyncio.Future[Any], Future[Any]]] = deque()

    def land(self, here: "asyncio.Future[T]", there: "Future[T]") -> None:
        """In any thread: what was waited for is there."""
        with self._lock:
            self._landed.append((here, there))
            is_first = len(self._landed) == 1
        if is_first:
            try:
                self._tell_soon()
            except RuntimeError:
                self._landed.clear()  # the loop has ended, and whoever waited with it

    def _tell(self) -> None:
        with self._lock:
            landed, self._landed = self._landed, deque()
        for here, there in landed:
            if here.done():
                continue  # cancelled: nobody waits any more
            error = there.exception()
            if error is None:
                here.set_result(there.result())
            else:
                here.set_exception(error)


_landings: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Landing]" = WeakKeyDictionary()


def landed(there: "Future[T]") -> "asyncio.Future[T]":
    """The future of another thread, to be awaited in the running loop. To cancel it stops nothing in that thread."""
    loop = asyncio.get_running_loop()
    landing = _landings.get(loop)
    if landing is None:
        landing = _landings[loop] = _Landing(loop)
    here: asyncio.Future[T] = loop.create_future()
    there.add_done_callback(partial(landing.land, here))
    return here
