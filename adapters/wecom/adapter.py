"""WeCom as one platform with several channels: account and thread say which one a message goes through."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

import httpx
from starlette.routing import Route

from adapters.base import Inbound, Limits, Outbound, Platform, Rate, Receive, Undeliverable
from adapters.wecom.aibot_messages import THREAD as AIBOT
from adapters.wecom.app_messages import APP, CARD_ID, PLATFORM, safe_word
from adapters.wecom.callback import Errands
from adapters.wecom.robot import ACCOUNT as ROBOT
from adapters.wecom.robot import GROUP as ROBOT_GROUP

log = logging.getLogger(__name__)


class Channel(Protocol):
    async def send(self, message: Outbound) -> str: ...


@runtime_checkable
class Redraws(Protocol):
    async def redraw(self, message: Outbound, sent_as: str) -> None: ...


class Hears(Protocol):
    """A channel that WeCom calls."""

    def routes(self, receive: Receive) -> Sequence[Route]: ...


class Runs(Protocol):
    """A channel that calls WeCom."""

    async def run(self, receive: Receive) -> None: ...


class Media(Protocol):
    """Where what was sent along can be had."""

    async def download(self, media_id: str, *, most: int) -> bytes: ...


class WeCom:
    """``channels`` by account: "" the self-built app, "kf:…", "robot"; and by thread: "aibot". The robot's webhook has
    one group, which is called `ROBOT_GROUP` here: nobody's userid has a colon."""

    platform: Platform = PLATFORM
    limits = Limits(
        chat=(Rate(25, 60.0), Rate(900, 3600.0)),
        group=(Rate(18, 60.0), Rate(900, 3600.0)),
        account=(Rate(9000, 60.0),),
        redraws=(Rate(1000, 60.0),),
    )

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        hearing: Sequence[Hears],
        running: Sequence[Runs],
        errands: Errands,
        http: httpx.AsyncClient,
        media: Media | None = None,
    ) -> None:
        self._media = media
        self._channels = channels
        self._hearing = hearing
        self._running = running
        self._errands = errands
        self._http = http
        self._groups: set[str] = set()

    def routes(self, receive: Receive) -> list[Route]:
        heard = self._telling_groups(receive)
        return [route for channel in self._hearing for route in channel.routes(heard)]

    async def run(self, receive: Receive) -> None:
        """Sending goes on after this has been cancelled, as far as it needs no long connection."""
        async with asyncio.TaskGroup() as group:
            for channel in self._running:
                group.create_task(channel.run(self._telling_groups(receive)))
            await asyncio.Event().wait()

    def _telling_groups(self, receive: Receive) -> Receive:
        """``receive``, noting the id of each group once: WeCom shows it nowhere, and who binds a group needs it."""

        async def heard(inbound: Inbound) -> None:
            await receive(inbound)
            if not inbound.is_private and inbound.chat_id not in self._groups:
                self._groups.add(inbound.chat_id)
                log.info("wecom robot: heard in the group with the id %s", safe_word(inbound.chat_id))

        return heard

    async def send(self, message: Outbound) -> str:
        if message.only_for is not None and message.only_for != message.chat_id:
            # WeCom knows no message that only one of a group sees: it goes to that person alone.
            message = replace(message, account=APP, thread_id="", chat_id=message.only_for, only_for=None)
        if message.chat_id == ROBOT_GROUP:
            message = replace(message, account=ROBOT)
        channel = self._channels.get(message.account or message.thread_id)
        if channel is None:
            raise Undeliverable("no_such_account")
        robot = self._channels.get(AIBOT)
        if message.account or message.thread_id or robot in (None, channel):
            return await channel.send(message)
        try:
            return await channel.send(message)
        except Undeliverable:
            # Nobody that the app could write to: it may be a group, where the robot is at home.
            return await robot.send(replace(message, thread_id=AIBOT))

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        """Only the app's cards can be changed without having been pressed."""
        app = self._channels.get(APP)
        if isinstance(app, Redraws) and sent_as.startswith(CARD_ID):
            await app.redraw(replace(message, chat_id=message.only_for or message.chat_id), sent_as)

    async def fetch(self, file_id: str, *, account: str = "", most: int) -> bytes:
        """The robot's files are not to be had: their address, which opens them to everybody, is not kept."""
        if self._media is None or "/" in file_id:
            raise Undeliverable("no_media")
        return await self._media.download(file_id, most=most)

    async def aclose(self) -> None:
        """After the last message has been sent."""
        await self._errands.close()
        await self._http.aclose()
