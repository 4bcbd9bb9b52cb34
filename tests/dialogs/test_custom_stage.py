"""Fields that crm.toml declares: asked when a form is opened bare, or at the stage of a deal that wants them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from config.crm import SHIPPED, read_crm
from config.errors import ConfigError
from config.reading import Table
from config.settings import read_toml
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BUDGET = {"kind": "opportunity", "key": "budget", "zh": "预算", "type": "money", "stage": "negotiation"}
SOURCE = {"kind": "customer", "key": "lead", "zh": "线索", "en": "Lead", "type": "choice", "choices": ["展会", "官网"]}


def crm_with(*fields):
    return read_crm(Table({**read_toml(SHIPPED), "custom_fields": list(fields)}, lambda _path: "crm.toml"))


@pytest.fixture
def talk(tmp_path):
    talk = Talk(tmp_path, NOW, crm=crm_with(BUDGET, SOURCE))
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    yield talk
    talk.close()


def say(talk, text):
    return talk.say("李雷", text).text


def test_what_a_stage_wants_is_asked_at_the_move_and_may_be_skipped(talk):
    say(talk, "新商机 蓝海物流 冷库改造 50万")
    assert "已保存" in say(talk, "保存")
    assert "预算" in say(talk, "冷库改造进入合同谈判")
    assert "预算：¥400,000" in say(talk, "40万")
    assert "已保存" in say(talk, "保存")
    assert talk.seen("opportunity", ("stage", "custom")) == [
        {"stage": "negotiation", "custom": "{'budget': {'value': '400000', 'currency': 'CNY'}}"}
    ]
    say(talk, "冷库改造退回方案制定")
    say(talk, "保存")
    assert "预算" not in say(talk, "冷库改造进入合同谈判")


def test_a_bare_form_asks_and_offers_the_choices(talk):
    say(talk, "新客户")
    say(talk, "星河科技")
    for _ in range(2):
        asked = talk.say("李雷", "跳过")
    assert asked.buttons[:2] == ("展会", "官网")
    talk.press("李雷", "官网")
    assert "已保存" in say(talk, "保存")
    assert talk.find("customer", {"name": "星河科技", "custom": "{'lead': '官网'}"})


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ({**BUDGET, "stage": "nonsense"}, "custom_fields[1].stage"),
        ({**BUDGET, "kind": "nonsense"}, "custom_fields[1].kind"),
        ({**SOURCE, "choices": []}, "custom_fields[1].choices"),
        ({**SOURCE, "nonsense": 1}, "custom_fields[1].nonsense"),
    ],
)
def test_a_wrong_declaration_is_named(field, key):
    with pytest.raises(ConfigError) as caught:
        crm_with(field)
    assert caught.value.key == key
