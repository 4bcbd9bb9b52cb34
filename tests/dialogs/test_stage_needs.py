"""What a deal must tell at a stage: asked at the move, only what is missing, and skipped only with a reason."""

from dataclasses import replace
from datetime import datetime

import pytest

from config.crm import load_crm
from config.custom import CustomField
from config.errors import ConfigError
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T10:00+08:00")
SOURCE = CustomField(
    kind="opportunity", key="source", labels={"zh": "线索来源", "en": "Lead source"}, stage="negotiation"
)
NEEDS = {"proposal": ("amount",), "negotiation": ("decision_maker", "competitor", "source")}


@pytest.fixture
def talk(tmp_path):
    crm = replace(load_crm(), stage_needs=NEEDS, customs=(SOURCE,))
    talk = Talk(tmp_path, NOW, crm=crm)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("user", {"name": "Ann", "role": "manager", "team": "华东", "language": "en"})
    talk.add("customer", {"name": "蓝海物流有限公司"}, "李雷")
    deal = {"customer": "蓝海物流有限公司", "name": "冷库改造", "stage": "initial_contact"}
    talk.add("opportunity", deal, "李雷")
    yield talk
    talk.close()


def test_a_move_asks_for_what_it_and_the_stages_before_want_and_only_for_that(talk):
    asked = talk.say("李雷", "冷库改造进入合同谈判")
    assert "金额" in asked.text
    assert "竞争对手" in talk.say("李雷", "50万").text
    assert "谁拍板" in talk.say("李雷", "海康").text
    assert "线索来源" in talk.say("李雷", "何经理").text
    card = talk.say("李雷", "展会")
    assert "¥500,000" in card.text
    assert "竞争对手：海康" in card.text
    assert "决策人：何经理" in card.text
    assert "线索来源：展会" in card.text
    talk.say("李雷", "保存")
    assert talk.find("opportunity", {"stage": "negotiation", "competitor": "海康"})
    assert talk.find("contact", {"name": "何经理", "decision_role": "decider", "customer": "蓝海物流有限公司"})
    won = talk.say("李雷", "冷库改造赢单了")  # nothing is missing any more
    assert "要这样改吗" in won.text


def test_what_is_skipped_is_skipped_with_a_reason_that_is_kept(talk):
    assert "how much" in talk.say("Ann", "move 冷库改造 to proposal").text
    assert "Why" in talk.say("Ann", "skip").text
    assert "can't be skipped" in talk.say("Ann", "skip").text  # the reason is asked again
    card = talk.say("Ann", "budget not approved yet")
    assert "budget not approved yet" in card.text
    talk.say("Ann", "save")
    with talk.bot.database.read() as tx:
        from storage import records

        deal = tx.session.get(records.Opportunity, 1)
        assert deal.stage == "proposal"
        assert deal.custom["stage_gaps"] == {"proposal": {"missing": ["amount"], "reason": "budget not approved yet"}}
    talk.say("Ann", "undo")
    assert talk.find("opportunity", {"stage": "initial_contact"})


def test_a_lost_deal_and_a_move_that_is_none_ask_for_nothing(talk):
    assert "为什么丢" in talk.say("李雷", "冷库改造丢单了").text
    talk.say("李雷", "取消")
    assert "要这样改吗" in talk.say("李雷", "冷库改造下一步：发新报价").text


def test_a_fact_that_nobody_knows_is_refused_with_its_place(tmp_path):
    own = tmp_path / "crm.toml"
    own.write_text('[stage_needs]\nproposal = ["amuont"]\n', "utf-8")
    with pytest.raises(ConfigError) as error:
        load_crm(own)
    assert "stage_needs.proposal" in str(error.value)


def test_a_note_that_moves_the_stage_asks_for_the_same(talk):
    asked = talk.say("李雷", "今天拜访了蓝海物流，谈得不错，冷库改造进入合同谈判")
    assert "金额" in asked.text
    assert "对手是谁" in talk.say("李雷", "50万").text
    assert "谁拍板" in talk.say("李雷", "海康").text
    assert "线索来源" in talk.say("李雷", "跳过").text
    assert "为什么" in talk.say("李雷", "展会").text
    card = talk.say("李雷", "还没见到老板")
    assert "线索来源：展会" in card.text
    assert "没填的原因：还没见到老板" in card.text
    talk.say("李雷", "保存")
    assert talk.find("opportunity", {"stage": "negotiation", "competitor": "海康"})
    with talk.bot.database.read() as tx:
        from storage import records

        deal = tx.session.get(records.Opportunity, 1)
        assert deal.custom["stage_gaps"]["negotiation"]["reason"] == "还没见到老板"
        assert deal.custom["stage_gaps"]["negotiation"]["missing"] == ["decision_maker"]
        assert deal.custom["source"] == "展会"
    talk.say("李雷", "撤销")
    assert talk.find("opportunity", {"stage": "initial_contact"})
    assert not talk.find("follow_up", {})


def test_a_note_that_moves_nothing_asks_for_nothing(talk):
    assert "要这样记吗" in talk.say("李雷", "今天拜访了蓝海物流，冷库改造报了50万").text


def test_a_known_product_that_a_note_names_is_that_of_its_deal(talk):
    talk.add("product", {"name": "云平台", "name_key": "云平台"}, "Ann")
    card = talk.say("李雷", "今天拜访了蓝海物流，演示了云平台，预算大概50万")
    assert "产品：云平台" in card.text
    talk.say("李雷", "保存")
    assert talk.find("opportunity", {"name": "冷库改造", "product": "云平台"})
    assert "产品" not in talk.say("李雷", "今天拜访了蓝海物流，云平台他们觉得不错").text
