"""A team leaves questions out, asks others, and in an order of its own; another team's dialog stays as it was."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.custom.steps import check
from config.crm import load_crm
from config.dialogs import Steps
from config.errors import ConfigError
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WISH = Steps("follow_up", "华东", ("next_follow_up_at",), ("feedback",), ("customer", "content", "channel"))


def steps(**given):
    empty = {"flow": "follow_up", "team": "", "skip": (), "ask": (), "order": ()}
    return replace(load_crm(), dialogs=(Steps(**empty | given),))


@pytest.fixture
def talk(tmp_path):
    talk = Talk(tmp_path, NOW, crm=replace(load_crm(), dialogs=(WISH,)))
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("user", {"name": "韩梅梅", "role": "rep", "team": "华南"})
    for name, owner in (("蓝海物流", "李雷"), ("南方重工", "韩梅梅")):
        talk.add("customer", {"name": name}, owner)
    yield talk
    talk.close()


def asked(talk, who, answers):
    talk.say(who, "记录跟进")
    return [talk.say(who, answer).text.splitlines()[-1] for answer in answers]


def test_a_shorter_dialog_in_another_order(talk):
    questions = asked(talk, "李雷", ("蓝海物流", "想先试半年", "拜访", "价格偏高"))
    assert questions[:3] == ["聊了什么？", "怎么联系的？", "客户怎么说？"]
    assert "保存" in talk.say("李雷", "保存").text
    assert talk.find("follow_up", {"content": "想先试半年", "channel": "visit", "feedback": "价格偏高"})


def test_another_team_is_asked_as_ever(talk):
    questions = asked(talk, "韩梅梅", ("南方重工", "拜访", "想先试半年"))
    assert questions == ["怎么联系的？", "聊了什么？", "下次什么时候跟进？"]


def test_what_was_not_asked_is_understood_as_ever(talk):
    assert "12-02 周三" in talk.say("李雷", "今天拜访了蓝海物流，想先试半年，下周三跟进").text


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"flow": "visit"}, "dialogs[1].flow"),
        ({"skip": ("colour",)}, "dialogs[1].skip"),
        ({"skip": ("customer", "channel")}, "dialogs[1].skip"),
        ({"order": ("contact", "customer")}, "dialogs[1].order"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(given, key):
    with pytest.raises(ConfigError) as caught:
        check(steps(**given), None)
    assert (caught.value.file, caught.value.key) == ("crm.toml", key)
