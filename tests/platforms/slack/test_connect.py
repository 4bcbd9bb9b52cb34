"""A customer through Slack Connect: a person of another workspace, by the real process and Bolt."""

import json
from collections.abc import Awaitable
from pathlib import Path

from tests.fakes.slack import FakeSlack, Message
from tests.platforms.slack.conftest import MENTION
from tests.platforms.slack.test_running import Installation, installed

CUSTOMER, THEIR_TEAM, SHARED = "U0CUST", "T0THEIRS", "C0SHARED"
DEAL = "冷库改造二期"


async def _said(slack: FakeSlack, channel: str, piece: str, after: int = 0) -> Message:
    """The first message of the bot in a channel, from one on, that holds these words."""

    def found() -> list[Message]:
        return [message for message in slack.in_channel(channel)[after:] if piece in message.shown]

    return (await slack.wait(found))[0]


async def _answer(slack: FakeSlack, channel: str, act: Awaitable[object]) -> Message:
    """What the bot says next in a channel once something was done."""
    before = len(slack.in_channel(channel))
    await act
    return await slack.answer(channel, before)


async def _handled(slack: FakeSlack, told: Message, *labels: str) -> None:
    for label, answer in (("我来处理", "处理中"), ("已解决", "已解决")):
        if labels and label not in labels:
            continue
        before = len(slack.in_channel("D0AGENT"))
        await slack.press("U0AGENT", told, label)
        await _said(slack, "D0AGENT", answer, before)


async def test_a_customers_whole_life(slack: FakeSlack, tmp_path: Path, database_url: str, engine_name: str) -> None:
    slack.add_user("U0AGENT", "王芳")
    slack.add_user(CUSTOMER, "张总", team_id=THEIR_TEAM, is_stranger=True, email="")
    slow = "[survey]\ndelay = 4\nquiet = 1\n"
    socket = engine_name == "sqlite"  # it takes its time, so each way to hear goes with one engine
    async with installed(slack, tmp_path, database_url, socket=socket, config=slow) as here:
        code = _people(here)
        await _deal(slack)
        desk = slack.direct(CUSTOMER)

        async def says(text: str) -> str:
            return (await _answer(slack, desk, slack.say(CUSTOMER, text))).shown

        assert "不认识" in await says("冷柜又报警了")
        assert "绑定好了" in await says(code)
        assert "SR-1" in await says("冷柜又报警了，温度降不下来")
        assert "SR-1" in await says("进度怎么样了")
        for question in ("蓝海物流的商机", "我的商机", "这个月管道", "蓝海物流的资料", f"{DEAL}多少钱"):
            shown = await says(question)
            assert DEAL not in shown
            assert "800,000" not in shown
        told = await _said(slack, "D0AGENT", "新的服务请求")
        await _handled(slack, told)
        await _said(slack, desk, "已处理完成")
        assert "已重新打开" in await says("还是不行")
        await _handled(slack, await _said(slack, "D0AGENT", "客户说还没好"), "已解决")
        asked = await _said(slack, desk, "满意吗")
        thanks = await _answer(slack, desk, slack.press(CUSTOMER, asked, "5 很满意"))
        assert "谢谢您的评分：5" in thanks.shown
        assert await here.stop() == 0
        surveys = here.crmbot("export", "-", "--format", "jsonl", "--kind", "survey").splitlines()
        answered = [survey for survey in map(json.loads, surveys) if survey["status"] == "answered"]
    assert [(survey["satisfaction"], survey["contact"]["name"]) for survey in answered] == [(5, "张总")]
    assert not [message for message in slack.in_channel(desk) if DEAL in message.shown]


async def test_in_a_shared_channel(slack: FakeSlack, tmp_path: Path, database_url: str) -> None:
    """Beside others of both companies: they report there, and see nothing but their request."""
    slack.add_user("U0AGENT", "王芳")
    slack.add_user(CUSTOMER, "张总", team_id=THEIR_TEAM, is_stranger=True, email="")
    slack.shared.add(SHARED)
    async with installed(slack, tmp_path, database_url, config="[survey]\ndelay = 1\nquiet = 1\n") as here:
        code = _people(here)
        await _deal(slack)
        await _answer(slack, slack.direct(CUSTOMER), slack.say(CUSTOMER, code))
        reported = await _answer(slack, SHARED, slack.say(CUSTOMER, f"{MENTION} 冷柜又报警了，温度降不下来", SHARED))
        assert "SR-1" in reported.shown
        shown = await _answer(slack, SHARED, slack.say(CUSTOMER, f"{MENTION} 蓝海物流的商机", SHARED))
        assert DEAL not in shown.shown
        await _handled(slack, await _said(slack, "D0AGENT", "新的服务请求"))
        asked = await _said(slack, slack.direct(CUSTOMER), "满意吗")
        thanks = await _answer(slack, slack.direct(CUSTOMER), slack.press(CUSTOMER, asked, "2"))
        assert "抱歉" in thanks.shown
        assert await here.stop() == 0


async def _deal(slack: FakeSlack) -> None:
    """The representative has a deal with them, of which they must never hear."""
    card = await _answer(slack, "D0REP", slack.say("U0REP", f"新商机：蓝海物流有限公司，{DEAL}，80万"))
    await _answer(slack, "D0REP", slack.press("U0REP", card, "保存"))


def _people(here: Installation) -> str:
    here.crmbot("user", "add", "王芳", "--role", "service", "--slack", "U0AGENT", "--lang", "zh")
    return here.crmbot("contact", "code", "张总", "--customer", "蓝海物流有限公司").strip()
