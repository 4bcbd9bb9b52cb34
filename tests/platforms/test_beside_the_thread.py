"""Where each mention begins a thread, a question asked beside the last one still goes on with it, for a while."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.reports.test_audience import company
from tests.transcripts.talk import Talk

GROUP = "华东群"


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    found = company(tmp_path / "here", "zh", with_secret=True)
    yield found
    found.close()


def ask(talk: Talk, text: str, thread: str, *, who: str = "陈静", chat: str = GROUP) -> str:
    return talk.say(who, text, chat=chat, thread_id=thread).text


def test_a_short_question_goes_on_with_the_last_one(talk: Talk) -> None:
    assert ask(talk, "本季度管道汇总", "1.1").startswith("华东 · 本季度管道")
    assert ask(talk, "换成上季度", "2.2").startswith("华东 · 上季度管道")


@pytest.mark.parametrize(
    ("who", "chat", "after"),
    [
        pytest.param("李雷", GROUP, timedelta(), id="somebody else"),
        pytest.param("陈静", "别的群", timedelta(), id="elsewhere"),
        pytest.param("陈静", GROUP, timedelta(hours=1), id="later"),
    ],
)
def test_but_not_with_what_is_another_matter(talk: Talk, who: str, chat: str, after: timedelta) -> None:
    ask(talk, "本季度管道汇总", "1.1")
    talk.now += after
    assert "上季度管道" not in ask(talk, "换成上季度", "2.2", who=who, chat=chat)


def test_a_draft_stays_in_its_thread(talk: Talk) -> None:
    ask(talk, "拜访了蓝海物流，聊了价格", "1.1", who="李雷")
    before = talk.find("follow_up", {})
    ask(talk, "保存", "2.2", who="李雷")
    assert talk.find("follow_up", {}) == before
    assert "已保存" in ask(talk, "保存", "1.1", who="李雷")
