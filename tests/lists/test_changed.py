"""What an administrator changes of stages and lists counts at once, in every process, until it is undone."""

from datetime import datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from bot.lists.sections import crm_in
from config.changed import SECTIONS, laid_over, section_of
from config.crm import load_crm
from config.errors import ConfigError
from storage import records
from storage.author import Author
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def talk(tmp_path, database_url):
    talk = Talk(tmp_path, NOW, url=database_url)
    talk.add("user", {"name": "老板", "role": "admin"})
    talk.add("user", {"name": "李雷", "role": "rep"})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    talk.add("opportunity", {"name": "冷库改造", "customer": "蓝海物流", "stage": "proposal"}, "李雷")
    yield talk
    talk.close()


@pytest.fixture
def other(talk, tmp_path, database_url):
    """A second process over the same database, that has answered before."""
    other = Talk(tmp_path, NOW, url=database_url)
    other._numbers = count(1_000)  # the ids of its messages are its own
    other.say("李雷", "有哪些阶段")
    yield other
    other.close()


def test_every_process_knows_a_new_stage_at_once_and_forgets_what_is_undone(talk, other):
    talk.say("老板", "商机阶段加一个 法务审核，在合同谈判之前，概率 70%")
    assert "法务审核 70%" in other.say("李雷", "有哪些阶段").text
    assert "阶段：法务审核（原 方案制定）" in other.say("李雷", "冷库改造进入法务审核了").text
    other.say("李雷", "取消")
    talk.say("老板", "撤销")
    assert "法务审核" not in other.say("李雷", "有哪些阶段").text
    assert "法务审核" not in talk.say("李雷", "有哪些阶段").text


def test_a_field_of_ones_own_that_is_undone_is_gone_at_once(talk):
    talk.say("老板", "给客户加一个字段 级别：选项 A、B")
    assert "级别" in talk.say("老板", "有哪些自定义字段").text
    talk.say("老板", "撤销")
    assert "级别" not in talk.say("老板", "有哪些自定义字段").text


def test_the_sections_of_the_file_change_nothing_when_laid_over_it():
    crm = load_crm()
    same = laid_over(crm, {name: section_of(crm, name) for name in SECTIONS})
    assert (same.stages, same.lists, same.stage_needs) == (crm.stages, crm.lists, crm.stage_needs)


@pytest.mark.parametrize(
    ("section", "setting"),
    [
        ("stages", [{"code": "a", "zh": "甲", "probability": 10}]),
        ("stages", [{"code": "a", "zh": "甲", "probability": 101}]),
        ("order_statuses", [{"code": "placed", "zh": "已下单"}]),
        ("channels", [{"code": "visit", "zh": "拜访", "colour": "red"}]),
    ],
)
def test_what_the_file_may_not_hold_the_chat_may_not_either(section, setting):
    with pytest.raises(ConfigError):
        laid_over(load_crm(), {section: setting})


def test_a_section_that_no_longer_fits_stops_neither_the_bot_nor_the_others(talk):
    def spoil(tx):
        tx.author = Author(user_id=None, at=NOW)
        tx.session.add(records.ConfigSection(section="channels", label="跟进方式", setting=[{"code": "x", "zh": "甲"}]))
        tx.flush()

    talk.say("老板", "输单原因加一个 客户内部变动")
    talk.bot.database.write(spoil)
    assert "阶段" in talk.say("李雷", "有哪些阶段").text
    with talk.bot.database.read() as tx:
        crm = crm_in(tx, load_crm())
    assert crm.codes("channels") == load_crm().codes("channels")
    assert "客户内部变动" in crm.codes("lost_reasons")


def test_what_is_past_is_told_by_the_label_it_had(talk):
    talk.say("老板", "把冷库改造的阶段改成需求分析")
    talk.say("老板", "删除阶段 方案制定，商机都挪到需求分析")
    with talk.bot.database.read() as tx:
        crm = crm_in(tx, load_crm())
    assert crm.stage("proposal") is None
    assert crm.label("stages", "proposal", "zh") == "方案制定"
    talk.say("老板", "商机阶段加一个 方案制定，在合同谈判之前")
    with talk.bot.database.read() as tx:
        assert crm_in(tx, load_crm()).stage("proposal").probability == 55
