"""Where a message comes from: a channel with several people, a platform that draws its buttons."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from storage import records
from storage.author import Author
from storage.database import Tx
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    talk = Talk(tmp_path, NOW)
    for name in ("李雷", "韩梅梅"):
        talk.add("user", {"name": name, "role": "rep", "team": "华东"})
    yield talk
    talk.close()


def test_two_people_in_a_channel_have_two_drafts(talk: Talk) -> None:
    talk.say("李雷", "今天拜访了红山贸易有限公司，聊了样品", chat="群")
    talk.say("韩梅梅", "今天给启明星电子有限公司打了电话，聊了价格", chat="群")
    assert "红山" in talk.say("李雷", "保存", chat="群").text
    assert talk.seen("follow_up", ("customer",)) == [{"customer": "红山贸易有限公司"}]
    assert talk.say("李雷", "保存", chat="群").text == "都存好了，没有等着保存的。"
    assert "启明星" in talk.say("韩梅梅", "保存", chat="群").text


def test_a_channel_and_a_private_chat_are_two_conversations(talk: Talk) -> None:
    talk.say("李雷", "记录跟进", chat="群")
    assert talk.say("李雷", "保存").text == "现在没有正在填的内容。"
    assert talk.say("李雷", "红山贸易有限公司", chat="群").text == "怎么联系的？"


@pytest.mark.parametrize(("platform", "answer"), [("slack", "预计什么时候成交？"), ("console", "好，不记了。")])
def test_a_typed_number_is_an_amount_where_buttons_are_drawn(talk: Talk, platform: str, answer: str) -> None:
    def join(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=NOW)
        tx.session.add(records.Identity(platform="slack", external_id="李雷", user_id=1))
        tx.session.flush()

    talk.bot.database.write(join)
    for message in ("新商机", "红山贸易有限公司", "样品"):
        talk.say("李雷", message, platform=platform)
    assert talk.say("李雷", "2", platform=platform).text == answer
