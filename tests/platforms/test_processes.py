"""Several processes share the work: one hears, any of them answers, and another takes over from one that is killed."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.base import Inbound
from bot.dialogs.reply import Reply
from bot.messages import outbox
from bot.messages.message import Message
from storage.database import Database
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.platforms.process import Running, command, environment
from tests.platforms.ways import WAYS, OnSlack

LI = 1001
HOLDS = "connection/telegram: this process has the connection"


@pytest.fixture
def fake() -> Iterator[Telegram]:
    with telegram() as running:
        yield running


@pytest.fixture
def pair(tmp_path: Path, database_url: str, fake: Telegram) -> Iterator[list[Running]]:
    """Two processes on one database."""
    env = environment(tmp_path, telegram_token=TOKEN, telegram_base_url=fake.url, database_url=database_url)
    added = command(env, "user", "add", "李雷", "--role", "rep", "--telegram", str(LI), "--lang", "zh")
    assert added.returncode == 0, added.stderr
    bots = [Running(env, tmp_path / f"log-{number}.txt") for number in range(2)]
    try:
        yield [bot.until_ready() for bot in bots]
    finally:
        for bot in bots:
            bot.kill()


def holder(pair: list[Running], fake: Telegram) -> int:
    return int(fake.wait(lambda: [n + 1 for n, bot in enumerate(pair) if HOLDS in bot.log], "a holder")[0]) - 1


def test_one_hears_and_another_takes_over(pair: list[Running], fake: Telegram) -> None:
    first = holder(pair, fake)
    assert HOLDS not in pair[1 - first].log
    assert "发一句话" in fake.answer_to(LI, "帮助").text
    pair[first].kill()
    for number in range(10):
        fake.say(3000 + number, "你好")
    fake.wait(lambda: HOLDS in pair[1 - first].log, "the other one")
    # The answer that was on its way when its process was killed may come twice.
    fake.wait(lambda: len({(sent.chat, sent.text) for sent in fake.sent}) == 11, "everybody")
    assert not [reason for _method, reason in fake.refusals if "Conflict" in reason]
    assert pair[1 - first].stop() == 0
    assert len({(sent.chat, sent.text) for sent in fake.sent}) == 11


def test_what_one_has_stored_another_sends(pair: list[Running], fake: Telegram, database_url: str) -> None:
    """Reminders are decided by any process, also by one that has no connection and no sender."""
    holder(pair, fake)
    fake.started.add(LI)
    to = Inbound(platform="telegram", event_id="", chat_id=str(LI), sender_id=str(LI), sent_at=datetime.now(UTC))
    database = Database(database_url)
    messages = [Message(to, Reply(f"提醒 {number}"), f"reminder:{number}:1", "reminder") for number in range(5)]
    database.write(lambda tx: outbox.enqueue(tx.connection, messages, now=datetime.now(UTC)))
    database.write(lambda tx: outbox.enqueue(tx.connection, messages, now=datetime.now(UTC)))
    database.close()
    fake.wait(lambda: len(fake.to(LI)) >= 5, "five reminders")
    time.sleep(1.5)
    assert [sent.text for sent in fake.to(LI)] == [f"提醒 {number}" for number in range(5)]
    assert not fake.refusals


def test_a_reminder_of_unknown_outcome_is_not_sent_twice(
    pair: list[Running], fake: Telegram, database_url: str, tmp_path: Path
) -> None:
    holder(pair, fake)
    fake.started.add(LI)
    fake.fail("sendMessage", "after")
    to = Inbound(platform="telegram", event_id="", chat_id=str(LI), sender_id=str(LI), sent_at=datetime.now(UTC))
    database = Database(database_url)
    messages = [Message(to, Reply("提醒"), "reminder:1:1", "reminder")]
    database.write(lambda tx: outbox.enqueue(tx.connection, messages, now=datetime.now(UTC)))
    database.close()
    fake.wait(lambda: fake.to(LI), "the reminder")
    env = environment(tmp_path, database_url=database_url)
    listed = fake.wait(lambda: [command(env, "outbox", "list").stdout] if fake.to(LI) else [], "the list")[0]
    assert "unsure" in listed
    time.sleep(2)
    assert len(fake.to(LI)) == 1


async def test_slack_is_heard_by_another_when_one_is_killed(tmp_path: Path, database_url: str) -> None:
    """kill -9 of the process with the socket, with messages on their way: Slack delivers again what was not
    acknowledged, the other one connects, and everybody is answered once."""
    async with WAYS["slack-socket"]() as way:
        assert isinstance(way, OnSlack)
        slack = way.slack
        slack.retry_after_s = (0.05, 1.0, 40.0)
        env = environment(tmp_path, database_url=database_url, **way.settings)
        added = await asyncio.to_thread(command, env, "user", "add", "李雷", "--role", "rep", "--slack", way.person)
        assert added.returncode == 0, added.stderr
        bots = [Running(env, tmp_path / f"log-{number}.txt") for number in range(2)]
        try:
            for bot in bots:
                await asyncio.to_thread(bot.until_ready)
            await slack.wait(lambda: slack.sockets, 20)
            first = next(n for n, bot in enumerate(bots) if "connection/slack: this process" in bot.log)
            assert "发一句话" in (await way.say("帮助")).text
            people = [slack.add_user(f"U{number:03}", f"人{number}") for number in range(12)]
            said = [asyncio.create_task(slack.say(person, "你好")) for person in people]
            await slack.wait(lambda: sum(delivery.is_acked for delivery in slack.deliveries) > 3)
            bots[first].kill()
            await asyncio.wait_for(asyncio.gather(*said), 90)
            assert all(delivery.is_acked for delivery in slack.deliveries)
            await slack.wait(lambda: all(slack.in_channel(slack.direct(person)) for person in people), 60)
            answers = [{one.text for one in slack.in_channel(slack.direct(person))} for person in people]
            assert [len(each) for each in answers] == [1] * 12, "one that was on its way at the kill may come again"
            assert "蓝海物流" in (await way.say("上午去了蓝海物流，他们想先试三个月")).text
            assert await asyncio.to_thread(bots[1 - first].stop) == 0
        finally:
            for bot in bots:
                bot.kill()
