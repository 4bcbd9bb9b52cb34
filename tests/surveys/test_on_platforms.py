"""A customer's whole life with a request, over the real adapters: a code, a problem, its resolution, a tap."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from tests.fakes.telegram import TOKEN, telegram
from tests.fakes.telegram_methods import Sent as ToPerson
from tests.fakes.wecom import AGENT, CORP, KEY, SECRET, FakeWeCom, Sent
from tests.fakes.wecom import TOKEN as WECOM_TOKEN
from tests.platforms.process import Running, command, environment

CUSTOMER, AGENT_ID, REP = 5001, 2001, 1001
SOON = "[survey]\ndelay = 1\n"
LATER = "[survey]\ndelay = 4\n"  # there is time to say that it still fails


def crmbot(env: dict[str, str], *arguments: str) -> str:
    done = command(env, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def exported(env: dict[str, str], kind: str) -> list[dict[str, Any]]:
    lines = crmbot(env, "export", "-", "--format", "jsonl", "--kind", kind).splitlines()
    return [json.loads(line) for line in lines]


def made(folder: Path, rules: str = SOON, **settings: str) -> dict[str, str]:
    (folder / "crm.toml").write_text(rules, "utf-8")
    return environment(folder, config=str(folder / "crm.toml"), **settings)


def test_on_telegram(tmp_path: Path, database_url: str) -> None:
    with telegram() as fake:
        env = made(tmp_path, telegram_token=TOKEN, telegram_base_url=fake.url, database_url=database_url)
        crmbot(env, "user", "add", "王芳", "--role", "service", "--telegram", str(AGENT_ID), "--lang", "zh")
        code = crmbot(env, "contact", "code", "张总", "--customer", "蓝海物流有限公司")
        bot = Running(env, tmp_path / "log.txt").until_ready()
        try:
            fake.answer_to(AGENT_ID, "帮助")
            assert "您好，绑定好了" in fake.answer_to(CUSTOMER, f"/start {code}").text
            assert "SR-1" in fake.answer_to(CUSTOMER, "冷柜又报警了，温度降不下来").text
            told = fake.wait(lambda: [sent for sent in fake.to(AGENT_ID) if "新的服务请求" in sent.text], "the handler")
            assert "冷柜又报警了" in told[0].text
            assert "处理中" in fake.answer_to_press(AGENT_ID, told[0], "我来处理").text
            assert "已解决" in fake.answer_to_press(AGENT_ID, told[0], "已解决").text
            asked = fake.wait(lambda: [sent for sent in fake.to(CUSTOMER) if "满意吗" in sent.text], "the survey")
            assert [button["text"] for button in asked[0].buttons] == ["1 很不满意", "2", "3", "4", "5 很满意"]
            assert "抱歉" in fake.answer_to_press(CUSTOMER, asked[0], "1 很不满意").text
            assert "已经转达" in fake.answer_to(CUSTOMER, "等了两天").text
            fake.wait(lambda: [sent for sent in fake.to(AGENT_ID) if "等了两天" in sent.text], "the words")
            assert len([sent for sent in fake.to(AGENT_ID) if "评分 1" in sent.text]) == 2
            assert len([sent for sent in fake.to(CUSTOMER) if "满意吗" in sent.text]) == 1
            assert not [reason for _method, reason in fake.refusals]
        finally:
            assert bot.stop() == 0
        (survey,) = exported(env, "survey")
        assert (survey["satisfaction"], survey["comment"], survey["contact"]["name"]) == (1, "等了两天", "张总")
        (request,) = exported(env, "service_request")
        assert (request["status"], request["handler"]["name"]) == ("resolved", "王芳")


def test_it_still_fails_on_telegram(tmp_path: Path) -> None:
    """What is opened again is asked about once: after it is solved for good."""
    with telegram() as fake:
        env = made(tmp_path, LATER, telegram_token=TOKEN, telegram_base_url=fake.url)
        crmbot(env, "user", "add", "王芳", "--role", "service", "--telegram", str(AGENT_ID), "--lang", "zh")
        code = crmbot(env, "contact", "code", "张总", "--customer", "蓝海物流有限公司")
        bot = Running(env, tmp_path / "log.txt").until_ready()

        def hears(person: int, words: str, nth: int = 0) -> ToPerson:
            return fake.wait(lambda: [sent for sent in fake.to(person) if words in sent.text][nth:], words)[0]

        try:
            fake.answer_to(AGENT_ID, "帮助")
            fake.answer_to(CUSTOMER, f"/start {code}")
            fake.answer_to(CUSTOMER, "冷柜又报警了，温度降不下来")
            fake.answer_to_press(AGENT_ID, hears(AGENT_ID, "新的服务请求"), "已解决")
            hears(CUSTOMER, "已处理完成")
            assert "重新打开" in fake.answer_to(CUSTOMER, "还是不行").text
            fake.answer_to_press(AGENT_ID, hears(AGENT_ID, "还没好"), "已解决")
            hears(CUSTOMER, "已处理完成", 1)
            hears(CUSTOMER, "满意吗")
        finally:
            assert bot.stop() == 0
        assert sum("满意吗" in sent.text for sent in fake.to(CUSTOMER)) == 1
        assert [survey["status"] for survey in exported(env, "survey")] == ["cancelled", "sent"]
        assert [request["status"] for request in exported(env, "service_request")] == ["resolved"]


@pytest_asyncio.fixture
async def wecom() -> AsyncIterator[FakeWeCom]:
    fake = await FakeWeCom().start()
    yield fake
    await fake.stop()


async def test_on_wecom(tmp_path: Path, wecom: FakeWeCom) -> None:
    """The customer in 微信客服, the handler in the app."""
    env = await asyncio.to_thread(_desk_on_wecom, tmp_path, wecom)
    bot = await asyncio.to_thread(Running(env, tmp_path / "log.txt").until_ready)

    async def says(text: str, **more: str) -> str:
        return await customer_says(wecom, bot, text, **more)

    async def handler_presses(sent: Sent, label: str) -> None:
        await member_presses(wecom, bot, sent, label)

    try:
        stranger = await says("你好", who="wmStranger")
        assert stranger.startswith("您好，还不认识您")
        assert "SR-1" in await says("冷柜又报警了，温度降不下来")
        told = await wecom.until(lambda: [sent for sent in wecom.sent if "新的服务请求" in sent.text])
        await handler_presses(told[0], "已解决")
        await wecom.until(lambda: any("已处理完成" in said(body) for body in wecom.kf_sent))
        asked = await wecom.until(lambda: [body for body in wecom.kf_sent if "满意吗" in said(body)])
        entry = asked[0]["msgmenu"]["list"][4]["click"]
        assert entry["content"] == "5 很满意"
        assert "谢谢您的评分：5" in await says("5 很满意", menu_id=entry["id"])
        assert "已处理完成" not in await says("我的工单怎么样了")
    finally:
        assert await asyncio.to_thread(bot.stop) == 0
    (survey,) = await asyncio.to_thread(exported, env, "survey")
    assert (survey["satisfaction"], survey["status"]) == (5, "answered")


async def test_it_still_fails_on_wecom(tmp_path: Path, wecom: FakeWeCom) -> None:
    """The customer in 微信客服 says so, and is asked once: after it is solved for good."""
    env = await asyncio.to_thread(_desk_on_wecom, tmp_path, wecom, LATER)
    bot = await asyncio.to_thread(Running(env, tmp_path / "log.txt").until_ready)

    async def heard(words: str, times: int = 1) -> None:
        await wecom.until(lambda: sum(words in said(body) for body in wecom.kf_sent) == times)

    try:
        assert "SR-1" in await customer_says(wecom, bot, "冷柜又报警了，温度降不下来")
        told = await wecom.until(lambda: [sent for sent in wecom.sent if "新的服务请求" in sent.text])
        await member_presses(wecom, bot, told[0], "已解决")
        await heard("已处理完成")
        assert "重新打开" in await customer_says(wecom, bot, "还是不行")
        again = await wecom.until(lambda: [sent for sent in wecom.sent if "还没好" in sent.text])
        await member_presses(wecom, bot, again[0], "已解决")
        await heard("已处理完成", 2)
        await heard("满意吗")
    finally:
        assert await asyncio.to_thread(bot.stop) == 0
    assert [survey["status"] for survey in exported(env, "survey")] == ["cancelled", "sent"]


async def customer_says(wecom: FakeWeCom, bot: Running, text: str, **more: str) -> str:
    """The customer writes to 微信客服; what the bot says to it."""
    before = len(wecom.kf_sent)
    wecom.customer_says(text, **more)
    event = {**wecom.message("x", ""), "MsgType": "event", "Event": "kf_msg_or_event", "OpenKfId": "wkFake"}
    assert (await wecom.push(bot.url + "/wecom/callback", event))[0] == 200
    await wecom.until(lambda: len(wecom.kf_sent) > before)
    return said(wecom.kf_sent[before])


async def member_presses(wecom: FakeWeCom, bot: Running, sent: Sent, label: str) -> None:
    number = next(n for n, button in enumerate(sent.buttons) if button["text"] == label)
    assert (await wecom.push(bot.url + "/wecom/callback", wecom.press("lilei", sent, number)))[0] == 200


def _desk_on_wecom(folder: Path, wecom: FakeWeCom, rules: str = SOON, **more: str) -> dict[str, str]:
    """An installation where 王芳 handles what 张总 reports in 微信客服."""
    given = {"wecom_corp_id": CORP, "wecom_agent_id": AGENT, "wecom_secret": SECRET, "wecom_token": WECOM_TOKEN}
    given |= {"wecom_aes_key": KEY, "wecom_base_url": wecom.base_url, "wecom_kf_open_id": "wkFake"}
    env = made(folder, rules, **given, **more)
    crmbot(env, "user", "add", "王芳", "--role", "service", "--wecom", "lilei", "--lang", "zh")
    crmbot(env, "contact", "link", "张总", "--customer", "蓝海物流有限公司", "--wecom", "wmCustomer")
    return env


async def test_the_five_messages_are_used_up(tmp_path: Path, wecom: FakeWeCom) -> None:
    """微信客服 takes no more until the customer writes again: the survey becomes a link that whoever knows them
    passes on, and an answer on its page counts."""
    env = await asyncio.to_thread(_desk_on_wecom, tmp_path, wecom, public_url="https://crm.example")
    bot = await asyncio.to_thread(Running(env, tmp_path / "log.txt").until_ready)
    try:
        wecom.customer_says("冷柜又报警了，温度降不下来")
        event = {**wecom.message("x", ""), "MsgType": "event", "Event": "kf_msg_or_event", "OpenKfId": "wkFake"}
        assert (await wecom.push(bot.url + "/wecom/callback", event))[0] == 200
        told = await wecom.until(lambda: [sent for sent in wecom.sent if "新的服务请求" in sent.text])
        await wecom.until(lambda: wecom.kf_sent)
        wecom._kf_left["wmCustomer"] = 1  # the news that it is done is the last one
        await member_presses(wecom, bot, told[0], "已解决")
        passed = await wecom.until(lambda: [sent for sent in wecom.sent if "/survey/" in sent.text], 40)
        assert not any("满意吗" in said(body) for body in wecom.kf_sent)
        token = re.findall(r"/survey/([\w-]+)", passed[0].text)[0]
        async with httpx.AsyncClient(trust_env=False) as client:
            page = await client.get(f"{bot.url}/survey/{token}")
            assert page.status_code == 200
            answered = await client.post(f"{bot.url}/survey/{token}", data={"score": "4", "comment": "很快"})
            assert answered.status_code == 200
        assert len([sent for sent in wecom.sent if "/survey/" in sent.text]) == 1
    finally:
        assert await asyncio.to_thread(bot.stop) == 0
    (survey,) = await asyncio.to_thread(exported, env, "survey")
    assert (survey["satisfaction"], survey["comment"], survey["status"]) == (4, "很快", "answered")


def said(body: dict[str, Any]) -> str:
    """The words of a message to a customer."""
    return str(body["msgmenu"]["head_content"] if body["msgtype"] == "msgmenu" else body["text"]["content"])
