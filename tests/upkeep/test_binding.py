"""An administrator says in a group whose it is; then what the team may see is said there, and nothing else."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from storage.tables import outbox
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def talk(tmp_path):
    talk = Talk(tmp_path, NOW)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("user", {"name": "王芳", "role": "admin"})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    yield talk
    talk.close()


@pytest.mark.parametrize("said", ["绑定团队 华东", "把这个群绑定到华东", "这个群绑定团队「华东」"])
def test_a_group_is_bound_by_a_word(talk, said):
    assert "还没有绑定" in talk.say("李雷", "蓝海物流的情况", chat="-100").text
    assert "属于团队「华东」" in talk.say("王芳", said, chat="-100").text
    assert "蓝海物流" in talk.say("李雷", "蓝海物流的情况", chat="-100").text
    talk.say("王芳", "撤销", chat="-100")
    assert "还没有绑定" in talk.say("李雷", "蓝海物流的情况", chat="-100").text


def test_only_an_administrator_may_only_in_a_group_only_to_a_team_there_is(talk):
    assert talk.say("李雷", "绑定团队 华东", chat="-100").text == "你的角色不能做这一步。"
    assert "在那个群里" in talk.say("王芳", "绑定团队 华东").text
    assert talk.say("王芳", "绑定团队 火星", chat="-100").text == "没有团队「火星」。"


def test_what_is_masked_in_the_group_comes_whole_to_the_asker_alone(talk):
    talk.add("contact", {"name": "何静", "customer": "蓝海物流", "phones": "13812345678"}, "李雷")
    talk.say("李雷", "你好")
    talk.say("王芳", "绑定团队 华东", chat="-100")
    shown = talk.say("李雷", "蓝海物流的情况", chat="-100")
    assert "138 **** 78" in shown.text
    assert "完整的私下发我" in shown.buttons
    pressed = talk.say("李雷", "", chat="-100", action=f"{shown.row}.{shown.buttons.index('完整的私下发我')}")
    assert pressed.text == "私下发给你了。"
    with talk.bot.database.read() as tx:
        alone = tx.connection.execute(select(outbox.c.chat_key, outbox.c.payload).order_by(outbox.c.id)).all()
    whole = [row.chat_key for row in alone if "138 1234 5678" in row.payload["text"]]
    assert whole == ["console||李雷"]
    others = talk.say("王芳", "", chat="-100", action=f"{shown.row}.{shown.buttons.index('完整的私下发我')}")
    assert "私下" not in others.text
