"""Socket Mode: events over a WebSocket that we open.

Slack's own client closes the old connection before it opens the new one, answers on whichever is current, and may stay
on a connection on which nothing arrives. This one opens the next connection as soon as Slack announces the end of the
present one, answers where it was asked, and leaves a connection that has gone silent.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import ClientSession, ClientWebSocketResponse, ClientWSTimeout

from adapters.slack.api import Refused
from adapters.slack.link import Handle, Link, Pace

log = logging.getLogger(__name__)

FIRST_WAIT_S, LONGEST_WAIT_S, REFUSED_WAIT_S = 0.5, 30.0, 60.0
REFUSED_FIRST_S = 5.0
SHORT_LIFE_S = 5.0  # connections that end sooner, one after the other, are opened ever more slowly
FINISH_S = 5.0  # at the end, for envelopes in hand
MAX_FRAME = 16 * 2**20
CLOSE_S = 2.0

Address: TypeAlias = Callable[[], Awaitable[str]]


class SocketMode:
    """``address`` gives the single-use URL of a new connection, ``handle`` what to answer to an envelope."""

    def __init__(self, session: ClientSession, address: Address, handle: Handle, pace: Pace | None = None) -> None:
        self._session = session
        self._address = address
        self._handle = handle
        self._pace = pace or Pace()
        self._links: set[Link] = set()

    async def run(self) -> None:
        """Keep a connection until cancelled; then let the envelopes in hand be answered."""
        loop = asyncio.get_running_loop()
        short_lives = 0
        try:
            while True:
                if short_lives > 1:
                    await asyncio.sleep(_backoff(short_lives))
                link = Link(await self._connect(), self._handle, self._pace)
                link.start(self._links)
                began = loop.time()
                await link.leaving.wait()
                short_lives = short_lives + 1 if loop.time() - began < SHORT_LIFE_S else 0
        finally:
            await asyncio.gather(*(link.finish(FINISH_S) for link in list(self._links)))

    async def _connect(self) -> ClientWebSocketResponse:
        """A new connection, however often it has to be tried; failures that come together must not return together."""
        failures = 0
        while True:
            try:
                timeout = ClientWSTimeout(ws_close=CLOSE_S)
                address = await self._address()
                return await self._session.ws_connect(address, autoping=False, max_msg_size=MAX_FRAME, timeout=timeout)
            except Refused:
                # Said in the log already; only an administrator can help.
                wait_s = min(REFUSED_WAIT_S, REFUSED_FIRST_S * 2 ** min(failures, 10))
            except Exception as error:
                wait_s = float(getattr(error, "after_s", _backoff(failures)))
                log.warning("no connection to Slack (%s), again in %.1f s", type(error).__name__, wait_s)
            failures += 1
            await asyncio.sleep(wait_s)


def _backoff(failures: int) -> float:
    longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 10))
    return random.uniform(0, longest)  # noqa: S311
