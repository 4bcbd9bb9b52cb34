"""Slack, as far as a bot sees it, on loopback: Web API, Events API, interactions, Socket Mode.

As strict as the platform: it refuses wrong tokens, malformed Block Kit and over-long texts, limits, counts late and
missing acknowledgements, and delivers again what was not acknowledged.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web

from tests.fakes.slack_api import WebApi
from tests.fakes.slack_people import People
from tests.fakes.slack_state import APP_TOKEN, BOT_TOKEN, BOT_USER, SIGNING_SECRET, Delivery, Fault, Message

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "BOT_USER",
    "SIGNING_SECRET",
    "Delivery",
    "FakeSlack",
    "Fault",
    "Message",
    "fake_slack",
]


class FakeSlack(People, WebApi):
    """All of it."""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._receive_file)
        app.router.add_get("/files/{file}", self._give_file)
        app.router.add_get("/link/{ticket}", self._link)
        app.router.add_post("/respond/{ticket}", self._respond)
        return app


@asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    """A Slack on a free port of loopback."""
    slack = FakeSlack()
    runner = web.AppRunner(slack.app(), shutdown_timeout=0.5, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    slack.base_url = f"http://{host}:{port}/api/"
    async with ClientSession() as session:
        slack._session = session
        try:
            yield slack
        finally:
            for socket in slack.sockets:
                await socket.close()
            await runner.cleanup()
