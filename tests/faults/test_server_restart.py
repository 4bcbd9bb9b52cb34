"""The database's server restarts while people write on the platforms, with the real adapters between.

Whoever was told that a message has arrived gets an answer, once; the bot is back by itself, on its connections as well.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import checker
from tests.platforms.ways import WAYS, OnSlack, OnTelegram, installed

NAMES = ("slack-socket", "telegram-polling", "wecom-app")
MESSAGES, RESTART_AT = 20, 7  # fewer than WeCom bears in a minute
WITHIN_S = 60.0


def _teller(way: Any) -> Callable[[str], Awaitable[bool]]:
    """Says something as the platform delivers it, with its tries; was it told that it has arrived?"""
    if isinstance(way, OnSlack):
        way.slack.retry_after_s = (0.5, 2.0, 4.0)

        async def on_slack(text: str) -> bool:
            await way.slack.say(way.person, text)
            delivery = next(one for one in way.slack.deliveries if text in str(one.payload))
            return delivery.attempts[-1] == "acked"

        return on_slack
    if isinstance(way, OnTelegram):

        async def on_telegram(text: str) -> bool:
            way.fake.say(int(way.person), text)
            return True  # it is kept until it is taken

        return on_telegram

    async def on_wecom(text: str) -> bool:
        return await way.wecom.deliver(f"{way.url}/wecom/callback", way.wecom.message(way.person, text)) > 0

    return on_wecom


def _sent(way: Any) -> list[str]:
    if isinstance(way, OnSlack):
        return [message.shown for message in way.slack.in_channel("D0REP")]
    return [sent.text for sent in (way.fake.sent if isinstance(way, OnTelegram) else way.wecom.sent)]


@pytest.mark.parametrize("name", NAMES)
async def test_a_restart_in_traffic(
    name: str, tmp_path: Path, database_url: str, engine_name: str, request: pytest.FixtureRequest
) -> None:
    if engine_name == "sqlite":
        pytest.skip("a SQLite file has no server that could restart")
    restart_server: Callable[[], None] = request.getfixturevalue("restart_server")
    async with WAYS[name]() as way:
        way.settings |= {"database_url": database_url}
        async with installed(way, name, tmp_path):
            tell = _teller(way)
            await way.say("帮助")
            told: dict[str, asyncio.Task[bool]] = {}
            for number in range(MESSAGES):
                marker = f"Kestrel{number:02}Quarry"
                told[marker] = asyncio.create_task(tell(f"查一下客户{marker}"))  # type: ignore[arg-type]
                if number == RESTART_AT:
                    await asyncio.to_thread(restart_server)
                await asyncio.sleep(0.1)
            arrived = {marker for marker, task in told.items() if await asyncio.wait_for(task, WITHIN_S)}
            assert len(arrived) >= MESSAGES / 2

            end = asyncio.get_running_loop().time() + WITHIN_S
            while unanswered := {marker for marker in arrived if not any(marker in text for text in _sent(way))}:
                assert asyncio.get_running_loop().time() < end, unanswered
                await asyncio.sleep(0.1)
            while not (books := checker.read(database_url)).is_settled:
                assert asyncio.get_running_loop().time() < end, "some are still being sent"
                await asyncio.sleep(0.1)
    kept = Counter(marker for marker in told for row in books.inbox if marker in str(row.payload))
    assert arrived <= kept.keys()
    assert set(kept.values()) == {1}
    assert {row.status for row in books.inbox} == {"done"}
    doubled = sum(n - 1 for n in Counter(text for text in _sent(way) if "Kestrel" in text).values())
    assert doubled <= sum(row.status == "sent" and row.attempts > 1 for row in books.outbox)
