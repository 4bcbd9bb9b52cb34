"""Connections end, break and go deaf, and nothing is lost by it."""

import asyncio
import logging
from pathlib import Path

import pytest

from adapters.base import Outbound
from adapters.slack import create
from config.settings import Settings
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack, Fault
from tests.platforms.slack.conftest import Bot, patience, running


class TestSocketMode:
    async def test_an_announced_end_loses_nothing(self, slack: FakeSlack, by_socket: Bot) -> None:
        by_socket.delay_s = 0.2
        asked = asyncio.create_task(slack.say("U0REP", "before"))
        await asyncio.sleep(0.05)
        await slack.refresh(after_s=0.3)
        await slack.wait(lambda: len(slack.sockets) == 2)
        assert not slack.sockets[0].closed, "the new connection stands before the old one dies"
        await slack.say("U0REP", "after")
        await asked
        await slack.wait(lambda: slack.sockets[0].closed)
        assert by_socket.texts == ["before", "after"]
        assert all(delivery.attempts == ["acked"] for delivery in slack.deliveries)

    async def test_a_cut_connection_is_back_at_once(self, slack: FakeSlack, by_socket: Bot) -> None:
        await slack.say("U0REP", "one")
        slack.cut()
        await slack.wait(lambda: len(slack.sockets) == 2)
        await slack.say("U0REP", "two")
        assert by_socket.texts == ["one", "two"]

    async def test_a_deaf_connection_is_left(self, slack: FakeSlack, by_socket: Bot) -> None:
        slack.go_deaf()
        await slack.wait(lambda: len(slack.sockets) == 2)
        await slack.say("U0REP", "still there?")
        assert by_socket.texts == ["still there?"]

    async def test_slack_does_not_answer_for_a_while(self, slack: FakeSlack, by_socket: Bot) -> None:
        slack.faults["apps.connections.open"] += [Fault(status=500), Fault(cut="before"), Fault(error="internal_error")]
        slack.cut()
        await slack.wait(lambda: len(slack.sockets) == 2)
        await slack.say("U0REP", "hello")
        assert by_socket.texts == ["hello"]

    async def test_what_is_in_hand_is_answered_before_the_end(self, slack: FakeSlack) -> None:
        async with running(slack, socket=True) as bot:
            bot.delay_s = 0.3
            asked = asyncio.create_task(slack.say("U0REP", "last words"))
            await slack.wait(lambda: slack.deliveries)
            await asyncio.sleep(0.1)
        await asked
        assert bot.texts == ["last words"]
        assert slack.deliveries[0].attempts == ["acked"]


async def test_no_word_and_no_secret_reaches_the_log(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for socket in (False, True):
        slack.events_url = ""
        async with running(slack, socket=socket) as bot:
            bot.refuses = 1
            with patience(slack):
                await slack.say("U0REP", "geheim 13800138000")
            await slack.command("U0REP", "geheim")
            await bot.adapter.send(Outbound(platform="slack", chat_id="U0REP", text="geheim"))
            slack.faults["chat.postMessage"].append(Fault(error="invalid_blocks"))
            await bot.adapter.send(Outbound(platform="slack", chat_id="U0REP", text="geheim"))
            slack.cut()
            await asyncio.sleep(0.3)
    for secret in ("geheim", "13800138000", BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, "ticket-", "u0rep@example.com"):
        assert secret not in caplog.text


def test_nothing_of_slack_is_made_without_a_token() -> None:
    assert list(create(Settings(data_dir=Path("x")))) == []
