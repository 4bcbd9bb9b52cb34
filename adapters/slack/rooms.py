"""Where people talk with the bot: private chats, threads in which it takes part, and corners of channels."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

from adapters.base import NotStored, Undeliverable
from adapters.slack.api import NO_METHOD, Refused

log = logging.getLogger(__name__)
K = TypeVar("K")
V = TypeVar("V")

MOST = 50_000
AGAIN_AFTER_S = 20.0  # another process may have been spoken to in a thread that was none of ours a moment ago
ANSWERS, ANSWERED_FOR_S = 5, 1800.0  # how often, and for how long, Slack takes an answer to a command or a press
PATIENCE_S = 1.0  # the message has to be acknowledged within 3 s
ABSENT = frozenset({"thread_not_found", "channel_not_found", "not_in_channel", "is_archived", *NO_METHOD})


class _Memory(dict[K, V], Generic[K, V]):
    """A dictionary that starts afresh when it is full. Nothing in it is more than a way to ask less often."""

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(key, value)


Open: TypeAlias = Callable[[str], Awaitable[str]]
Parent: TypeAlias = Callable[[str, str], Awaitable[Mapping[str, Any]]]


class Rooms:
    """``open_direct`` gives the channel of a private chat; ``parent`` the first message of a thread."""

    def __init__(self, open_direct: Open, parent: Parent, clock: Callable[[], float] = time.monotonic) -> None:
        self._open = open_direct
        self._parent = parent
        self._direct: _Memory[str, str] = _Memory()
        self._clock = clock
        self._ours: _Memory[tuple[str, str], bool] = _Memory()
        self._not_ours: _Memory[tuple[str, str], float] = _Memory()
        self._corners: _Memory[str, tuple[str, int, float]] = _Memory()

    def note_direct(self, user: str, channel: str) -> None:
        self._direct[user] = channel

    def note_thread(self, channel: str, thread: str) -> None:
        """The bot takes part in this thread from now on."""
        self._ours[channel, thread] = True

    def note_corner(self, chat: str, url: str) -> None:
        """Somebody's corner of a channel can be answered at this address for a while, whoever is in the channel."""
        self._corners[chat] = (url, ANSWERS, self._clock() + ANSWERED_FOR_S)

    def corner(self, chat: str) -> str:
        """The address for one more answer; "" where there is none."""
        url, left, until = self._corners.get(chat, ("", 0, 0.0))
        if not left or self._clock() >= until:
            return ""
        self._corners[chat] = (url, left - 1, until)
        return url

    async def direct(self, user: str) -> str:
        """The channel of the private chat with somebody. Raises what opening it raises."""
        if user not in self._direct:
            self._direct[user] = await self._open(user)
        return self._direct[user]

    async def takes_part(self, channel: str, thread: str, bot_user: str) -> bool:
        """Whether the bot has been spoken to, or has spoken, in this thread. Slack remembers it for all processes.

        Raises `NotStored` when Slack cannot tell now: the message shall come again.
        """
        place = (channel, thread)
        if place in self._ours:
            return True
        if self._clock() < self._not_ours.get(place, 0.0):
            return False
        is_ours = await self._ask(channel, thread, bot_user)
        if is_ours:
            self._ours[place] = True
        else:
            self._not_ours[place] = self._clock() + AGAIN_AFTER_S
        return is_ours

    async def _ask(self, channel: str, thread: str, bot_user: str) -> bool:
        try:
            parent = await asyncio.wait_for(self._parent(channel, thread), PATIENCE_S)
        except (Undeliverable, Refused) as error:
            log.warning("cannot read a thread: %s", error)
            return False
        except Exception as error:
            if getattr(error, "code", "") in ABSENT:
                return False
            raise NotStored from error
        speakers = parent.get("reply_users") or ()
        return f"<@{bot_user}" in str(parent.get("text")) or bot_user in speakers or parent.get("user") == bot_user
