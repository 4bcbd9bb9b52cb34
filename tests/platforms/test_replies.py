"""A reply to an older message of the bot's means that one, whatever has been said since."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.tables import outbox
from tests.reports.test_audience import company
from tests.transcripts.talk import Answer, Talk

WHO = "李雷"


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    found = company(tmp_path / "here", "zh", with_secret=True)
    yield found
    found.close()


@pytest.fixture
def reminders(talk: Talk) -> list[Answer]:
    """Two that have come, one after the other."""
    for text in ("明天上午九点提醒我寄样品", "明天上午十一点提醒我订会议室"):
        talk.say(WHO, text)
        talk.say(WHO, "保存")
    came = []
    for hour in (9, 11):
        talk.pass_time((talk.now + timedelta(days=hour == 9)).replace(hour=hour, minute=0))
        found = talk.unasked(WHO)
        assert found is not None
        came.append(found)
    _arrive(talk)
    return came


def _arrive(talk: Talk) -> None:
    """The platform has them all, each under an id of its own."""
    ids = update(outbox).where(outbox.c.platform_message_id.is_(None)).values(platform_message_id=outbox.c.id)
    talk.bot.database.write(lambda tx: tx.connection.execute(ids))


def _states(talk: Talk) -> dict[str, str]:
    return {row["subject"]: row["status"] for row in talk.seen("reminder", ("subject", "status"))}


@pytest.mark.parametrize("said", ["已完成", "1", "完成了"])
def test_of_two_reminders_the_one_replied_to_is_done(talk: Talk, reminders: list[Answer], said: str) -> None:
    talk.say(WHO, said, replies_to=str(reminders[0].row))
    assert _states(talk) == {"寄样品": "done", "订会议室": "fired"}


def test_below_a_message_in_a_private_thread_of_its_own(talk: Talk, reminders: list[Answer]) -> None:
    """Slack: the first answer there means the message that the thread began with, the next what was said there."""
    below = {"thread_id": str(reminders[0].row), "replies_to": str(reminders[0].row)}
    assert "寄样品" in talk.say(WHO, "推迟到明天下午三点", **below).text
    assert _states(talk) == {"寄样品": "pending", "订会议室": "fired"}
    talk.say(WHO, "撤销", **below)
    assert _states(talk) == {"寄样品": "fired", "订会议室": "fired"}


def test_what_stands_in_another_chat_is_not_meant(talk: Talk, reminders: list[Answer]) -> None:
    talk.say("陈静", "已完成", replies_to=str(reminders[0].row))
    assert _states(talk) == {"寄样品": "fired", "订会议室": "fired"}


def test_without_a_reply_the_last_one_is(talk: Talk, reminders: list[Answer]) -> None:
    talk.say(WHO, "已完成")
    assert _states(talk) == {"寄样品": "fired", "订会议室": "done"}
