"""One conversation, word for word the same on every platform and by each of its ways, with real processes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.platforms.ways import WAYS, Installation, Way, installed, pressed

VISIT = "上午去了蓝海物流，见了仓储部的何经理，他们想先试三个月，价格觉得偏高，周五前给他新报价"


@pytest.fixture(params=WAYS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Way, Installation]]:
    async with WAYS[request.param]() as way, installed(way, request.param, tmp_path) as here:
        yield way, here


async def exported(here: Installation, kind: str) -> list[dict[str, Any]]:
    lines = await here.crmbot("export", "-", "--format", "jsonl", "--kind", kind)
    return [json.loads(line) for line in lines.splitlines()]


async def test_the_main_job(place: tuple[Way, Installation]) -> None:
    """A visit in one message: the card, a correction, saved by button, looked up, taken back."""
    way, here = place
    card = await way.say(VISIT)
    assert "蓝海物流" in card.text
    assert "何经理" in card.text
    assert card.choices() == ("保存", "修改", "取消")
    changed = await way.say("不是三个月，是半年")
    assert "半年" in changed.text
    saved = await pressed(way, changed, "保存")
    assert saved.text.startswith("已保存")
    (follow_up,) = await exported(here, "follow_up")
    assert "蓝海物流" in follow_up["customer"]["name"]
    found = await way.say("查一下蓝海物流")
    assert "何经理" in found.text
    assert "半年" in found.text
    undone = await pressed(way, saved, "撤销") if saved.labels else await way.say("撤销")
    assert undone.text.startswith("已撤销")
    assert await exported(here, "follow_up") == await exported(here, "customer") == []


async def test_question_by_question(place: tuple[Way, Installation]) -> None:
    """A guided flow with buttons, answers by number and in words; then a choice between two of the same name."""
    way, here = place
    asked = await way.say("新客户")
    assert "叫什么" in asked.text
    asked = await way.say("中兴通讯股份有限公司")
    assert asked.choices() == ("跳过", "取消")
    asked = await way.say("1")
    assert "电话" in asked.text
    card = await way.say("13800138000")
    while "保存" not in card.choices():
        card = await pressed(way, card, "跳过")
    assert (await pressed(way, card, "保存")).text.startswith("已保存")
    await way.say("新客户")
    card = await way.say("中兴装饰有限公司")
    while "保存" not in card.choices():
        card = await way.say("跳过")
    assert (await way.say("保存")).text.startswith("已保存")
    which = await way.say("今天拜访了中兴，他们想要新报价")
    assert len([label for label in which.choices() if label.endswith("公司")]) == 2, which
    decor = next(label for label in which.choices() if "装饰" in label)
    card = await pressed(way, which, decor)
    assert "中兴装饰有限公司" in card.text
    assert (await way.say(card.number_of("保存"))).text.startswith("已保存")
    (follow_up,) = await exported(here, "follow_up")
    assert follow_up["customer"]["name"] == "中兴装饰有限公司"
    assert "他们想要新报价" in (await way.say("我的跟进")).text
