"""Short answers, words of control, corrections, teaching: what a dialog hears between its questions."""

from datetime import datetime, timedelta, timezone

import pytest

from nlu.lexicon import default_lexicon
from nlu.teaching import Teaching, read_teaching
from nlu.types import Correction
from nlu.understand import understand

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("好的", "yes"),
        ("是", "yes"),
        ("可以", "yes"),
        ("yes", "yes"),
        ("OK!", "yes"),
        ("保存", "save"),
        ("确认", "save"),
        ("save", "save"),
        ("好的，保存", "save"),
        ("跳过", "skip"),
        ("不用了", "skip"),
        ("skip", "skip"),
        ("上一步", "back"),
        ("返回", "back"),
        ("back", "back"),
        ("算了", "cancel"),
        ("取消", "cancel"),
        ("算了不录了", "cancel"),
        ("never mind", "cancel"),
        ("撤销", "undo"),
        ("撤回刚才那条", "undo"),
        ("undo that", "undo"),
        ("？", "help"),
        ("help", "help"),
        ("继续上次的", "resume"),
        ("修改", "edit"),
        ("不对", "no"),
        ("更多", "more"),
    ],
)
def test_a_whole_message_is_a_control(text: str, control: str) -> None:
    assert understand(text, now=NOW).control == control


@pytest.mark.parametrize(
    "text",
    ["保存合同给华为", "取消华为的订单", "好的产品", "上一步怎么走的", "不是三个月，是半年", "call him back tomorrow"],
)
def test_a_control_word_in_a_sentence_is_none(text: str) -> None:
    assert understand(text, now=NOW).control is None


@pytest.mark.parametrize(
    ("text", "old", "new", "field"),
    [
        ("不对，是80万", None, "80万", None),
        ("不是三个月，是半年", "三个月", "半年", None),
        ("80万，不是50万", "50万", "80万", None),
        ("金额改成80万", None, "80万", "amount"),
        ("客户是中兴不是华为", "华为", "中兴", "customer"),
        ("not 50k but 80k", "50k", "80k", None),
        ("make it Thursday 10am", None, "Thursday 10am", None),
        ("change the amount to 80k", None, "80k", "amount"),
        ("no, Friday", None, "Friday", None),
        ("算了，后天吧", None, "后天", None),
        ("还是周五吧，别周六了", "周六", "周五", None),
        ("算了，周五太赶，周一吧", "周五", "周一", None),
        ("客户说周五没空，改下周一", "周五", "下周一", None),
        ("no, make it Friday instead, forget Thursday", "Thursday", "Friday", None),
        ("Thursday doesn't work, let's say Friday", "Thursday", "Friday", None),
        ("on second thought, 80k", None, "80k", None),
    ],
)
def test_corrections(text: str, old: str | None, new: str, field: str | None) -> None:
    assert understand(text, now=NOW).correction == Correction(old, new, field)


@pytest.mark.parametrize(
    "text", ["周五", "约周五", "不到20万", "not 50k", "November 3", "今天不行", "12月3日", "wait 2 days"]
)
def test_a_value_alone_corrects_nothing(text: str) -> None:
    assert understand(text, now=NOW).correction is None


@pytest.mark.parametrize("text", ["今天拜访了华为张总", "你好", "下周三下午三点", "预算50万"])
def test_no_correction(text: str) -> None:
    assert understand(text, now=NOW).correction is None


@pytest.mark.parametrize("text", ["谢谢", "哈哈哈", "你好", "今天天气不错", "lol", "thanks", "good morning"])
def test_small_talk(text: str) -> None:
    found = understand(text, now=NOW)
    assert found.is_small_talk
    assert not found.slots


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("拜访", "channel", "visit"),
        ("微信", "channel", "chat"),
        ("email", "channel", "email"),
        ("13800138000", "phone", "+8613800138000"),
        ("a@b.example", "email", "a@b.example"),
        ("方案制定", "stage", "proposal"),
        ("王经理", "contact", "王经理"),
    ],
)
def test_bare_answers(text: str, slot: str, value: str) -> None:
    found = understand(text, now=NOW)
    assert found.intent == "other"
    assert {name: held.value for name, held in found.slots.items()} == {slot: value}


def test_a_bare_time_is_among_the_values() -> None:
    (value,) = understand("下周三下午三点", now=NOW).values
    assert value.future is not None
    assert value.future.start == datetime(2026, 12, 2, 15, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("text", "teaching"),
    [
        ("POC 就是方案制定", Teaching("stage", "proposal", "POC", "方案制定")),
        ("记住，踩点就是拜访", Teaching("channel", "visit", "踩点", "拜访")),
        ("小盒子就是边缘网关", Teaching("product", "小盒子", "边缘网关", "边缘网关")),
        ("POC means proposal", Teaching("stage", "proposal", "POC", "proposal")),
        ("张总就是决策人", None),
        ("今天拜访了华为", None),
    ],
)
def test_teaching(text: str, teaching: Teaching | None) -> None:
    assert read_teaching(text, default_lexicon(), frozenset(["边缘网关"])) == teaching
