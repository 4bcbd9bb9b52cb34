"""Turns that could not be done when their message came: tried again, oldest first, by one thread.

A message whose turn fails is stored and acknowledged; its conversation is put down here. What another process left
behind when it ended is found by looking at the inbox from time to time: a conversation that stands still between two
looks is nobody's.
"""

import heapq
import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeAlias

log = logging.getLogger(__name__)

LOOK_S = 5.0
TROUBLE_S = 1.0  # after which to try again when it was not the turn that failed

# One attempt at a conversation: in how many seconds to come back, None when it has nothing more to do.
Step: TypeAlias = Callable[[str], float | None]
# The conversations with turns to do, and how far each has come.
Find: TypeAlias = Callable[[], Mapping[str, object]]


class Later:
    """Conversations to come back to, by the time of the next attempt."""

    def __init__(self, step: Step, find: Find, *, look_s: float = LOOK_S) -> None:
        self._step = step
        self._find = find
        self._look_s = look_s
        self._due: list[tuple[float, str]] = []
        self._keys: set[str] = set()
        self._seen: Mapping[str, object] = {}
        self._look_at = float("inf")
        self._is_open = True
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, key: str, after_s: float = 0.0) -> None:
        """Come back to the conversation, unless that is planned already."""
        with self._change:
            if key not in self._keys and self._is_open:
                self._keys.add(key)
                heapq.heappush(self._due, (time.monotonic() + after_s, key))
                self._start()

    def watch(self) -> None:
        """Look for what was left behind, now and from time to time."""
        with self._change:
            self._look_at = 0.0
            self._start()

    def stop(self, within_s: float = 5.0) -> None:
        """End after the attempt in hand. What is left is found at the next start."""
        with self._change:
            self._is_open = False
            self._change.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(within_s)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="later", daemon=True)
            self._thread.start()
        self._change.notify_all()

    def _run(self) -> None:
        while self._is_open:
            key = self._next()
            if key is not None:
                self._attempt(key)
            elif self._is_open and time.monotonic() >= self._look_at:
                self._look()

    def _next(self) -> str | None:
        """Wait until a conversation is due (its key) or it is time to look (None)."""
        with self._change:
            while self._is_open:
                now = time.monotonic()
                if self._due and self._due[0][0] <= now:
                    return heapq.heappop(self._due)[1]
                if now >= self._look_at:
                    return None
                at = min(self._look_at, self._due[0][0] if self._due else float("inf"))
                self._change.wait(None if at == float("inf") else at - now)
            return None

    def _attempt(self, key: str) -> None:
        with self._change:
            self._keys.discard(key)  # before it is tried: what is put down meanwhile may come too late for this time
        try:
            again = self._step(key)
        except Exception as error:
            log.warning("a waiting turn could not be tried: %s", type(error).__name__)
            again = TROUBLE_S
        if again is not None:
            self.add(key, again)

    def _look(self) -> None:
        """Take up the conversations that have not come any further since the last look."""
        is_first = self._look_at == 0.0
        self._look_at = time.monotonic() + self._look_s
        try:
            found = self._find()
        except Exception as error:
            log.warning("the inbox could not be looked at: %s", type(error).__name__)
            return
        for key, state in found.items():
            if is_first or self._seen.get(key) == state:
                self.add(key)
        self._seen = found
