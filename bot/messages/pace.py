"""How fast a platform may be spoken to: per chat, per group, and for the whole account, in the order of urgency.

A limit is "at most so many in any so many seconds". Where the whole account is at its limit, replies go before
reminders, reminders before surveys, surveys before digests; within a chat the order never changes.
"""

import asyncio
import heapq
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count

from adapters.base import Limits, Rate
from bot.messages.message import Lane

URGENCY: dict[Lane, int] = {"reply": 0, "reminder": 1, "survey": 2, "digest": 3}
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 600.0
MANY_CHATS = 10_000  # more windows than this are looked through for those that are empty again


class Window:
    """The moments of what was sent, and when the next may be."""

    def __init__(self, rates: Sequence[Rate], share: int = 1) -> None:
        self._whole = tuple(rates)
        self._rates = [_part(rate, share) for rate in rates]
        self._times: deque[float] = deque(maxlen=max((rate.count for rate in rates), default=1))
        self.closed_until = 0.0

    def wait_s(self, now: float) -> float:
        """How long until there is room; 0: there is."""
        ends = [self._times[-rate.count] + rate.per_s for rate in self._rates if len(self._times) >= rate.count]
        return max(0.0, max(ends, default=0.0) - now, self.closed_until - now)

    def note(self, moment: float) -> None:
        self._times.append(moment)

    def take_back(self) -> None:
        """The last one was not sent after all."""
        if self._times:
            self._times.pop()

    def is_half_free(self, now: float) -> bool:
        """Whether not even half of it is used."""
        halves = ((-(-rate.count // 2), rate.per_s) for rate in self._rates)
        return now >= self.closed_until and all(
            len(self._times) < half or self._times[-half] + per_s <= now for half, per_s in halves
        )

    def is_empty(self, now: float) -> bool:
        longest = max((rate.per_s for rate in self._rates), default=0.0)
        return not self._times or self._times[-1] + longest <= now

    def share(self, processes: int) -> None:
        """Keep to one part of so many from now on; what was sent is remembered."""
        self._rates = [_part(rate, processes) for rate in self._whole]


class Pace:
    """Keeps to the limits of one platform. All calls come from one event loop."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._now = monotonic
        self._share = 1
        self._account = Window(limits.account)  # by the moments at which room was given
        self._begun = Window(limits.account[-1:])  # by the moments at which calls began: some are held up on the way
        self._redraws = Window(limits.redraws) if limits.redraws else None
        self._chats: dict[str, Window] = {}
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._pump: asyncio.Task[None] | None = None

    def take_now(self, chat: str) -> bool:
        """Room for one message to the chat, if there is some and nobody waits. `begin` or `give_back` follows."""
        now = self._now()
        if self._waiting or self._account.wait_s(now) or self._chat_wait_s(chat):
            return False
        self._account.note(now)
        return True

    async def take(self, chat: str, lane: Lane) -> None:
        """Wait for room for one message to the chat. `begin` or `give_back` follows."""
        while (wait_s := self._chat_wait_s(chat)) > 0:  # noqa: ASYNC110 — time passes, nothing happens
            await asyncio.sleep(wait_s)
        if self._waiting or self._account.wait_s(self._now()):
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (URGENCY[lane], next(self._numbers), turn))
            if self._pump is None or self._pump.done():
                self._pump = asyncio.create_task(self._hand_out())
            await turn
        else:
            self._account.note(self._now())

    async def begin(self, chat: str, *, is_group: bool) -> None:
        """A message that has room goes to the chat now. Those that were held up since do not go all at once."""
        while (wait_s := self._begun.wait_s(self._now())) > 0:  # noqa: ASYNC110 — time passes, nothing happens
            await asyncio.sleep(wait_s)
        self._begun.note(self._now())
        self._window(chat, is_group=is_group).note(self._now())

    def went(self, chat: str, *, is_group: bool, ago_s: float) -> None:
        """A message went to the chat so long before."""
        moment = self._now() - ago_s
        for window in (self._account, self._begun, self._window(chat, is_group=is_group)):
            window.note(moment)

    def give_back(self) -> None:
        """The room that was taken is not needed."""
        self._account.take_back()

    def take_to_redraw(self, chat: str, *, is_group: bool) -> bool:
        """Room to redraw a message, which nobody waits for: where it counts as one, only while there is plenty."""
        now = self._now()
        if self._redraws is not None:
            windows, is_free = [self._redraws], self._redraws.wait_s(now) == 0
        else:
            windows = [self._account, self._begun, self._window(chat, is_group=is_group)]
            is_free = not self._waiting and all(window.is_half_free(now) for window in windows)
        for window in windows if is_free else ():
            window.note(now)
        return is_free

    def close_for(self, seconds: float) -> None:
        """The platform wants nothing of us for so long."""
        self._account.closed_until = max(self._account.closed_until, self._now() + seconds)

    def share_with(self, processes: int) -> None:
        """So many processes speak to the platform: each keeps to its part."""
        if processes == self._share:
            return
        self._share = processes
        self._account.share(processes)
        self._begun.share(processes)
        if self._redraws is not None:
            self._redraws.share(processes)
        self._chats = {chat: window for chat, window in self._chats.items() if not window.is_empty(self._now())}
        for window in self._chats.values():
            window.share(processes)

    def _chat_wait_s(self, chat: str) -> float:
        window = self._chats.get(chat)
        return window.wait_s(self._now()) if window is not None else 0.0

    def _window(self, chat: str, *, is_group: bool) -> Window:
        window = self._chats.get(chat)
        if window is None:
            if len(self._chats) >= MANY_CHATS:
                now = self._now()
                self._chats = {name: each for name, each in self._chats.items() if not each.is_empty(now)}
            window = Window(self._limits.group if is_group else self._limits.chat, self._share)
            self._chats[chat] = window
        return window

    async def _hand_out(self) -> None:
        """Give room to who waits, the most urgent first."""
        while self._waiting:
            wait_s = self._account.wait_s(self._now())
            if wait_s > 0:
                await asyncio.sleep(wait_s)
                continue
            _urgency, _number, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._account.note(self._now())
                turn.set_result(None)


def _part(rate: Rate, share: int) -> Rate:
    """The part of a rate for one of so many processes."""
    if rate.count >= share:
        return Rate(rate.count // share, rate.per_s)
    return Rate(1, rate.per_s * share / rate.count)


def backoff(attempts: int) -> float:
    """Seconds: exponential, 2 s to 10 min, half of it by chance.

    Many rows that failed together must not come back together; and yet all tries together must outlast a platform that
    is away for ten minutes, whatever chance has it.
    """
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**attempts)
    return random.uniform(longest / 2, longest)  # noqa: S311
