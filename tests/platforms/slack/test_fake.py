"""The Slack on loopback is good enough for Slack's own client: what passes against it is not of our own making."""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, FakeSlack


async def test_bolt_listens_answers_and_survives_a_refresh(slack: FakeSlack) -> None:
    quiet = logging.getLogger("test")
    client = AsyncWebClient(BOT_TOKEN, slack.base_url, logger=quiet)
    app = AsyncApp(client=client, logger=quiet)

    @app.event("message")
    async def echo(event: dict[str, str], say) -> None:  # type: ignore[no-untyped-def]
        await say(event["text"])

    handler = AsyncSocketModeHandler(app, APP_TOKEN, logger=quiet, web_client=client, ping_interval=0.2)
    await handler.connect_async()
    try:
        await slack.say("U0REP", "one")
        assert (await slack.answer("D0REP", 0)).shown == "one"
        await slack.refresh(after_s=0.2)
        await slack.wait(lambda: len(slack.sockets) == 2)
        await slack.say("U0REP", "two")
        assert (await slack.answer("D0REP", 1)).shown == "two"
        assert all(delivery.is_acked for delivery in slack.deliveries)
    finally:
        await handler.close_async()
        await asyncio.sleep(0)
