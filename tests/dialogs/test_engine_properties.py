"""Whatever the order of facts, corrections and digressions, the same record comes out; and nothing raises."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogs import engine
from bot.dialogs.model import Field, Flow, Line, Values
from bot.dialogs.reply import Reply, Saved
from bot.dialogs.state import CONFIRM, State, Step
from bot.dialogs.types import Choice, LongText, Ref, Text
from bot.dialogs.values import Amount, Day, Moment, not_past, positive
from tests.dialogs.world import SmallWorld

FLOW = Flow(
    kind="follow_up",
    starts_on=("log_follow_up",),
    fields=(
        Field("customer", Ref("customer", if_unknown="create")),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="guided", within=("customer",)),
        Field("channel", Choice("channels", "channel")),
        Field("content", LongText(slot="content")),
        Field("amount", Amount(), required=False, ask="guided", check=positive),
        Field("expected_close", Day("future", last=True), required=False, ask="never"),
        Field("next_follow_up_at", Moment("future"), required=False, ask="guided", check=not_past),
        Field("department", Text(), required=False, ask="never"),
    ),
    card=(
        Line("follow_up.card.who", ("customer", "contact")),
        Line("follow_up.card.how", ("channel",)),
        Line("follow_up.card.content", ("content",)),
        Line("follow_up.card.deal", ("amount",)),
        Line("follow_up.card.next", ("next_follow_up_at",)),
    ),
    save=lambda world, values: Saved(Reply("")),
)
WORLD = SmallWorld()

# For each field: the words that give it, others that give something else, how the latter is put right, and the value.
FACTS: dict[str, tuple[str, str, str, Any]] = {
    "customer": ("华为", "中兴通讯", "客户是华为", {"id": 1, "name": "华为技术有限公司"}),
    "contact": ("李工", "张总", "联系人是李工", {"id": 2, "name": "李工"}),
    "channel": ("电话", "拜访", "方式是电话", "call"),
    "content": ("聊了二期扩容的方案", "聊了一期扩容的方案", "不是一期，是二期", "聊了二期扩容的方案"),
    "amount": ("80万", "50万", "不对，是80万", "800000"),
    "next_follow_up_at": ("下周三下午三点", "下周四下午三点", "改成下周三下午三点", "2026-12-02T15:00:00+08:00"),
}
ASIDES = ("哈哈", "谢谢", "帮助", "继续", "我的商机有哪些", "🎉", "", "提醒我明天上午十点给李总回电话")


def _kept(step: Step, state: State) -> State:
    """The state as it comes back from the store."""
    if step.state is None or not step.is_mine:
        return state
    return State.from_json(json.loads(json.dumps(step.state.to_json())), FLOW)


def _plain(values: Values) -> dict[str, Any]:
    """The values as they are compared: amounts and moments by what matters of them."""
    plain = dict(values)
    if "amount" in plain:
        plain["amount"] = plain["amount"]["value"]
    if "next_follow_up_at" in plain:
        plain["next_follow_up_at"] = plain["next_follow_up_at"]["at"]
    return plain


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_way_through_ends_in_the_same_record(data: st.DataObject) -> None:
    step = engine.start(FLOW, WORLD.hear(""), WORLD)
    assert step.state is not None
    state = step.state
    for _turn in range(40):
        for aside in data.draw(st.lists(st.sampled_from(ASIDES), max_size=2), label="asides"):
            state = _kept(engine.advance(FLOW, state, WORLD.hear(aside), WORLD), state)
        if state.asking == CONFIRM:
            break
        right, wrong, repair, _value = FACTS[str(state.asking)]
        way = data.draw(st.sampled_from(("right", "wrong", "back")), label=f"{state.asking}")
        if way == "back" and _turn < 20:
            state = _kept(engine.advance(FLOW, state, WORLD.hear("上一步"), WORLD), state)
            continue
        state = _kept(engine.advance(FLOW, state, WORLD.hear(wrong if way == "wrong" else right), WORLD), state)
        if way == "wrong":
            state = _kept(engine.advance(FLOW, state, WORLD.hear(repair), WORLD), state)
    assert state.asking == CONFIRM
    assert _plain(state.values) == {name: value for name, (*_words, value) in FACTS.items()}


@settings(max_examples=60, deadline=None)
@given(st.permutations(sorted(FACTS)))
def test_corrections_at_the_card_in_any_order(order: list[str]) -> None:
    step = engine.start(FLOW, WORLD.hear(""), WORLD)
    assert step.state is not None
    state = step.state
    while state.asking != CONFIRM:
        state = _kept(engine.advance(FLOW, state, WORLD.hear(FACTS[str(state.asking)][1]), WORLD), state)
    for name in order:
        step = engine.advance(FLOW, state, WORLD.hear(FACTS[name][2]), WORLD)
        assert step.is_mine, name
        state = _kept(step, state)
    assert _plain(state.values) == {name: value for name, (*_words, value) in FACTS.items()}
    assert engine.advance(FLOW, state, WORLD.hear("保存"), WORLD).save == state.values


WORDS = st.sampled_from(
    [
        *(word for fact in FACTS.values() for word in fact[:3]),
        *ASIDES,
        *("保存", "取消", "上一步", "跳过", "不", "是", "修改", "金额", "2", "中兴", "-3", "两千亿", "2月30日"),
        *("今天拜访了华为的张总，聊了二期扩容，预算大概50万，下周三下午三点再跟进", "月底或者下月底", "昨天"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=40)), max_size=12))
def test_no_input_raises(messages: list[str]) -> None:
    state = engine.start(FLOW, WORLD.hear(""), WORLD).state
    for message in messages:
        if state is None:
            return
        step = engine.advance(FLOW, state, WORLD.hear(message), WORLD)
        for press in (press for reply in step.replies[-1:] for press in reply.buttons):
            assert press.action["do"] in engine.PRESSES
            if step.state is not None:
                engine.press(FLOW, step.state, press.action, WORLD)
        assert engine.ask_again(FLOW, step.state or state, WORLD, after_aside=True).text
        state = None if step.is_mine and step.state is None else _kept(step, state)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from((*State.__slots__, "step", "index")), JSON))
def test_a_state_of_another_version_is_used_as_far_as_it_goes(data: dict[str, Any]) -> None:
    data.pop("values", None)  # values of known fields are this version's, or were converted
    data.pop("open", None)
    state = State.from_json(data, FLOW)
    step = engine.advance(FLOW, state, WORLD.hear("华为"), WORLD)
    assert step.replies or not step.is_mine  # a name alone is no change of a card
    assert State.from_json(json.loads(json.dumps(state.to_json())), FLOW) == state


def test_an_older_state_keeps_what_is_still_a_field() -> None:
    old = {
        "flow": "follow_up",
        "version": 0,
        "asking": "budget",
        "values": {"customer": {"id": 1, "name": "华为技术有限公司"}, "budget": "50万"},
        "trail": ["customer", "budget"],
        "stepIndex": 3,
    }
    step = engine.advance(FLOW, State.from_json(old, FLOW), WORLD.hear("电话"), WORLD)
    assert step.state is not None
    assert step.state.values == {"customer": {"id": 1, "name": "华为技术有限公司"}, "channel": "call"}
