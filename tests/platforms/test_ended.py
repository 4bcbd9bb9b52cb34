"""Buttons that are of no more use go, where the platform lets them; those that always are stay."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.base import Limits, Rate
from bot.messages.ended import QUIET_S
from bot.messages.pace import Pace
from tests.platforms.ways import WAYS, OnSlack, OnTelegram, OnWeCom, Said, Way, installed, pressed

VISIT = "上午去了蓝海物流，见了仓储部的何经理，他们想先试三个月，价格觉得偏高"
WITHIN_S = QUIET_S + 10.0


def left(way: Way, said: Said) -> Callable[[], list[str]]:
    """The labels that the message bears by now."""
    if isinstance(way, OnSlack):
        return lambda: [label for label, *_ in said.message.choices()]
    if isinstance(way, OnTelegram):
        return lambda: [button["text"] for button in said.message.shown]
    assert isinstance(way, OnWeCom)
    updates = way.wecom.updates
    return lambda: [update["button"]["replace_name"] for update in updates] or [*said.labels]


@pytest.mark.parametrize("name", ["slack-socket", "telegram-polling", "wecom-app"])
async def test_a_card_that_another_has_replaced(name: str, tmp_path: Path) -> None:
    async with WAYS[name]() as way, installed(way, name, tmp_path):
        card = await way.say(VISIT)
        assert "保存" in left(way, card)()
        changed = await way.say("不是三个月，是半年")
        gone = ["见下一条"] if name == "wecom-app" else []
        for _ in range(int(WITHIN_S * 10)):
            if left(way, card)() == gone:
                break
            await asyncio.sleep(0.1)
        assert left(way, card)() == gone
        assert (await pressed(way, changed, "保存")).text.startswith("已保存"), "the last one lives"
        assert "处理过" in (await way.press(card, "保存")).text or name == "wecom-app"


def test_where_it_counts_as_a_message_there_must_be_plenty_of_room() -> None:
    pace = Pace(Limits(chat=(Rate(3, 3.0),), group=(Rate(18, 60.0),), account=(Rate(25, 1.0),)), lambda: 100.0)
    pace.went("telegram||1", is_group=False, ago_s=0.5)
    assert [pace.take_to_redraw("telegram||1", is_group=False) for _ in range(2)] == [True, False]
    taken = [pace.take_to_redraw("telegram||-1", is_group=True) for _ in range(18)]
    assert taken == [True] * 9 + [False] * 9, "the rest is for answers"


def test_where_it_has_limits_of_its_own_it_takes_nothing_from_messages() -> None:
    pace = Pace(Limits(chat=(Rate(1, 1.0),), redraws=(Rate(2, 60.0),)), lambda: 100.0)
    pace.went("slack||U1", is_group=False, ago_s=0.1)
    assert [pace.take_to_redraw("slack||U1", is_group=False) for _ in range(3)] == [True, True, False]
    assert pace.take_now("slack||U2")
