"""WeCom as one platform with several accounts: which channel a message goes through is said by its account."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import httpx
from starlette.routing import Route

from adapters.base import Limits, Outbound, Platform, Rate, Receive, Undeliverable
from adapters.wecom.app_messages import APP, PLATFORM
from adapters.wecom.callback import Errands


class Channel(Protocol):
    async def send(self, message: Outbound) -> str: ...


class Hears(Protocol):
    """A channel that WeCom calls."""

    def routes(self, receive: Receive) -> Sequence[Route]: ...


class Runs(Protocol):
    """A channel that calls WeCom."""

    async def run(self, receive: Receive) -> None: ...


class WeCom:
    """``channels`` by account: "" the self-built app, "aibot", "kf:…", "robot"."""

    platform: Platform = PLATFORM
    limits = Limits(
        chat=(Rate(25, 60.0), Rate(900, 3600.0)),
        group=(Rate(18, 60.0), Rate(900, 3600.0)),
        account=(Rate(9000, 60.0),),
    )

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        hearing: Sequence[Hears],
        running: Sequence[Runs],
        errands: Errands,
        http: httpx.AsyncClient,
    ) -> None:
        self._channels = channels
        self._hearing = hearing
        self._running = running
        self._errands = errands
        self._http = http

    def routes(self, receive: Receive) -> list[Route]:
        return [route for channel in self._hearing for route in channel.routes(receive)]

    async def run(self, receive: Receive) -> None:
        """Sending goes on after this has been cancelled, as far as it needs no long connection."""
        async with asyncio.TaskGroup() as group:
            for channel in self._running:
                group.create_task(channel.run(receive))
            await asyncio.Event().wait()

    async def send(self, message: Outbound) -> str:
        if message.only_for is not None and message.only_for != message.chat_id:
            # WeCom knows no message that only one of a group sees: it goes to that person alone.
            message = replace(message, account=APP, chat_id=message.only_for, only_for=None, replaces=None)
        channel = self._channels.get(message.account)
        if channel is None:
            raise Undeliverable("no_such_account")
        return await channel.send(message)

    async def aclose(self) -> None:
        """After the last message has been sent."""
        await self._errands.close()
        await self._http.aclose()
