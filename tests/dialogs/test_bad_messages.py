"""Messages no form is made for: each gets one clear answer, and what was begun is still there."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    talk = Talk(tmp_path, NOW)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    yield talk
    talk.close()


@pytest.mark.parametrize(
    "message",
    ["x" * 1_000_000, "啊" * 200_000, "\x00\x01\x02", "\ud800", "🎉" * 500, "\n\n\n", "‮abc", "a" * 5_000, "1" * 300],
    ids=["1 MB", "600 kB of Han", "control", "surrogate", "emoji", "lines", "direction", "5000 letters", "300 digits"],
)
def test_a_begun_form_survives(talk: Talk, message: str) -> None:
    talk.say("李雷", "记录跟进")
    talk.say("李雷", "华为")
    answer = talk.say("李雷", message)
    assert answer.text
    assert len(answer.text) < 1_000
    assert "错误" not in answer.text
    assert talk.say("李雷", "继续").buttons
    assert talk.say("李雷", "取消").text == "好，不记了。"
    assert talk.seen("customer", ("name",)) == []


def test_a_name_of_5000_characters_is_refused(talk: Talk) -> None:
    talk.say("李雷", "新客户")
    answer = talk.say("李雷", "很长的名字" * 1_000)
    assert answer.text == "太长了，最多 200 个字。\n客户叫什么？"
    answer = talk.say("李雷", "红山贸易")
    assert answer.text == "联系人是谁？"


@pytest.mark.parametrize("action", ["", "1", "1.", ".1", "1.1.1", "9999999.0", "x.y", "-1.0", "1.99", "९.०"])
def test_a_button_that_never_was(talk: Talk, action: str) -> None:
    talk.say("李雷", "记录跟进")
    answer = talk.say("李雷", "", action=action)
    assert answer.text.startswith("这张卡片已经处理过了。")
    assert "跟进哪个客户？" in answer.text


def test_somebody_elses_button_does_nothing(talk: Talk) -> None:
    talk.add("user", {"name": "韩梅梅", "role": "rep", "team": "华东"})
    card = talk.say("李雷", "今天拜访了红山贸易有限公司，聊了样品")
    answer = talk.say("韩梅梅", "", action=f"{card.row}.0")
    assert answer.text == "这张卡片已经处理过了。"
    assert talk.seen("follow_up", ("content",)) == []
    assert talk.press("李雷", "保存").text.startswith("已保存")
