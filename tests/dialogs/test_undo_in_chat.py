"""Random chains of saves and undos, in chat: what was undone leaves no trace in the store."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")
FIELDS = {
    "customer": ("name", "phones", "address"),
    "contact": ("name", "customer", "phones"),
    "opportunity": ("name", "customer", "stage", "amount", "expected_close", "lost_reason", "closed_on"),
    "follow_up": ("customer", "contact", "channel", "content", "next_follow_up_at"),
    "reminder": ("subject", "remind_at", "status"),
    "service_request": ("customer", "description", "status", "handler", "steps"),
}
# Each saves something, whatever was there before: a message (or several), then "save".
DEEDS = (
    ("今天拜访了蓝海物流的何经理，聊了冷库改造，预算大概50万，下周三下午三点再跟进",),
    ("给星河科技打了电话，聊了样品，月底前能定，预算大概20万",),
    ("提醒我明天上午十点给李总回电话",),
    ("蓝海物流报修，冷柜报警",),
    ("新商机", "远景能源", "储能一期", "80万", "跳过"),
    ("新客户", "红山贸易", "王芳", "13800138000"),
)


def _snapshot(talk: Talk) -> dict[str, list[dict[str, str]]]:
    return {kind: talk.seen(kind, fields) for kind, fields in FIELDS.items()}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(DEEDS), st.just(("撤销",))), min_size=2, max_size=7))
def test_undo_restores_the_store(chain: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        talk = Talk(Path(folder), NOW)
        try:
            talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
            before = [_snapshot(talk)]
            for deed in chain:
                _do(talk, deed, before)
            for expected in before[-2::-1]:
                talk.say("李雷", "撤销")
                assert _snapshot(talk) == expected
            assert talk.say("李雷", "撤销").text == "没有可以撤销的。"
        finally:
            talk.close()


def _do(talk: Talk, deed: tuple[str, ...], before: list[dict[str, list[dict[str, str]]]]) -> None:
    """A deed: it adds a snapshot; an undo goes back to the one before."""
    for message in deed:
        reply = talk.say("李雷", message)
        if "可能已经有了" in reply.text:
            talk.press("李雷", reply.buttons[0])
    if deed == ("撤销",):
        del before[-1 if len(before) > 1 else 1 :]
    else:
        assert talk.say("李雷", "保存").text.startswith("已保存"), deed
        if _snapshot(talk) != before[-1]:  # what changes nothing is no step
            before.append(_snapshot(talk))
    assert _snapshot(talk) == before[-1]
