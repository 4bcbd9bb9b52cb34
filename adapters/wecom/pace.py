"""Counts what really goes out: one message of ours may be several of WeCom's, and above 30 a minute it drops them
without an error."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from adapters.base import Rate, RetryLater

MAX_CHATS = 20_000


class Pace:
    """Sliding windows, one for each chat."""

    def __init__(self, *rates: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._longest_s = max(rate.per_s for rate in rates)
        self._clock = clock
        self._sent: OrderedDict[str, deque[float]] = OrderedDict()

    def step(self, chat: str) -> None:
        """Count one message to the chat. Raises RetryLater where it would be one too many."""
        now = self._clock()
        times = self._sent.setdefault(chat, deque())
        self._sent.move_to_end(chat)
        while times and times[0] <= now - self._longest_s:
            times.popleft()
        for rate in self._rates:
            if len(times) >= rate.count and (wait := times[-rate.count] + rate.per_s - now) > 0:
                raise RetryLater(wait)
        times.append(now)
        while len(self._sent) > MAX_CHATS:
            self._sent.popitem(last=False)
