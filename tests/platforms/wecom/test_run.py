"""The bot on WeCom as a black box: the real process against a WeCom on loopback."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from adapters.wecom.crypto import Stamp
from tests.fakes.wecom import AGENT, CORP, KEY, SECRET, TOKEN, FakeWeCom, Sent, card_text
from tests.fakes.wecom_socket import ROBOT, ROBOT_SECRET, FakeRobotServer
from tests.platforms.process import Running, command, environment

VISIT = "上午去了蓝海物流，见了仓储部的何经理，他们想先试三个月，价格觉得偏高，周五前给他新报价"
ROBOT_CALLBACK = {"wecom_aibot_token": TOKEN, "wecom_aibot_aes_key": KEY}


class Place:
    """An installation, and the members who write to it."""

    def __init__(self, folder: Path, wecom: FakeWeCom) -> None:
        self.folder = folder
        self.wecom = wecom
        given = {"wecom_corp_id": CORP, "wecom_agent_id": AGENT, "wecom_secret": SECRET, "log_level": "DEBUG"}
        given |= {"wecom_token": TOKEN, "wecom_aes_key": KEY, "wecom_base_url": wecom.base_url}
        self.env = environment(folder, **given)
        self.running: list[Running] = []

    async def crmbot(self, *arguments: str) -> str:
        done = await asyncio.to_thread(command, self.env, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def follow_ups(self) -> list[dict[str, Any]]:
        lines = await self.crmbot("export", "-", "--format", "jsonl", "--kind", "follow_up")
        return [json.loads(line) for line in lines.splitlines()]

    async def start(self, **settings: str) -> Running:
        env = self.env | {f"CRMBOT_{name.upper()}": value for name, value in settings.items()}
        bot = Running(env, self.folder / f"log-{len(self.running)}.txt")
        self.running.append(bot)
        return await asyncio.to_thread(bot.until_ready)

    async def push(self, fields: dict[str, str]) -> None:
        assert await self.wecom.push(self.running[-1].url + "/wecom/callback", fields) == (200, "")

    async def answer(self, fields: dict[str, str], count: int = 1) -> Sent:
        """What the app says to this, last."""
        before = len(self.wecom.sent)
        await self.push(fields)
        await self.wecom.until(lambda: len(self.wecom.sent) >= before + count)
        return self.wecom.sent[-1]


def button(sent: Sent, label: str) -> int:
    return next(number for number, item in enumerate(sent.buttons) if item["text"] == label)


@pytest_asyncio.fixture
async def place(tmp_path: Path, wecom: FakeWeCom) -> AsyncIterator[Place]:
    made = Place(tmp_path, wecom)
    await made.crmbot("user", "add", "李雷", "--role", "rep", "--wecom", "lilei", "--lang", "zh")
    yield made
    for bot in made.running:
        await asyncio.to_thread(bot.kill)


async def test_a_visit_in_one_message(place: Place, wecom: FakeWeCom) -> None:
    bot = await place.start()
    card = await place.answer(wecom.message("lilei", VISIT))
    assert "蓝海物流" in card.text
    saved = await place.answer(wecom.press("lilei", card, button(card, "保存")))
    assert "已保存" in saved.text
    await wecom.until(lambda: wecom.updates)
    assert wecom.updates[0]["button"]["replace_name"] == "✓ 保存"
    (follow_up,) = await place.follow_ups()
    assert "蓝海物流" in follow_up["customer"]["name"]
    assert (wecom.token_fetches, wecom.dropped, wecom.cut_texts) == (1, [], 0)
    assert await asyncio.to_thread(bot.stop) == 0
    for hidden in (SECRET, TOKEN, KEY, "token-1", "蓝海物流", "access_token"):
        assert hidden not in bot.log


async def test_a_visit_on_each_engine(tmp_path: Path, wecom: FakeWeCom, database_url: str) -> None:
    place = Place(tmp_path, wecom)
    place.env["CRMBOT_DATABASE_URL"] = database_url
    await place.crmbot("user", "add", "李雷", "--role", "rep", "--wecom", "lilei", "--lang", "zh")
    bot = await place.start(**ROBOT_CALLBACK)
    try:
        card = await place.answer(wecom.message("lilei", VISIT))
        assert "已保存" in (await place.answer(wecom.press("lilei", card, button(card, "保存")))).text
        assert (await wecom.push_aibot(bot.url + "/wecom/aibot", wecom.aibot_text("lilei", "帮助")))[0] == 200
        await wecom.until(lambda: wecom.response_posts)
        assert len(await place.follow_ups()) == 1
        assert await asyncio.to_thread(bot.stop) == 0
    finally:
        await asyncio.to_thread(bot.kill)


async def test_words_instead_of_buttons(place: Place, wecom: FakeWeCom) -> None:
    await place.start()
    await place.answer(wecom.message("lilei", VISIT))
    changed = await place.answer(wecom.message("lilei", "不是三个月，是半年"))
    assert "半年" in changed.text
    assert "已保存" in (await place.answer(wecom.message("lilei", "保存"))).text
    assert len(await place.follow_ups()) == 1


async def test_the_same_delivery_five_times(place: Place, wecom: FakeWeCom) -> None:
    await place.start()
    message = wecom.message("lilei", VISIT)
    card = await place.answer(message)
    for _ in range(4):
        await place.push(message)
    press = wecom.press("lilei", card, button(card, "保存"))
    await place.answer(press)
    for _ in range(4):
        await place.push(press)
    await place.answer(wecom.message("lilei", "帮助"))
    assert len(wecom.sent) == 3
    assert len(await place.follow_ups()) == 1


async def test_forged_and_stale_callbacks(place: Place, wecom: FakeWeCom) -> None:
    bot = await place.start()
    url = bot.url + "/wecom/callback"
    assert (await wecom.verify(url, "42"))[1] == "42"
    for stamp in ({"msg_signature": "0" * 40}, {"timestamp": "x"}, {"timestamp": str(int(time.time()) - 600)}):
        assert (await wecom.push(url, wecom.message("lilei", VISIT), **stamp))[0] == 401
    assert (await wecom.call(url, {"msg_signature": "签名", "timestamp": "é"}, b"\xff"))[0] == 401
    await place.answer(wecom.message("lilei", "帮助"))
    assert len(wecom.sent) == 1


async def test_killed_before_the_answer_was_sent(place: Place, wecom: FakeWeCom) -> None:
    bot = await place.start()
    wecom.fail("message/send", *["cut before"] * 50)
    await place.push(wecom.message("lilei", VISIT))
    await wecom.until(lambda: "message/send" in wecom.calls)
    await asyncio.to_thread(bot.kill)
    wecom.mend("message/send")
    await place.start()
    await wecom.until(lambda: wecom.sent)
    assert "蓝海物流" in wecom.sent[0].text


async def test_a_member_who_cannot_be_reached_holds_up_nobody(place: Place, wecom: FakeWeCom) -> None:
    await place.crmbot("user", "add", "韩梅梅", "--role", "rep", "--wecom", "hanmeimei", "--lang", "zh")
    await place.start()
    wecom.hidden.add("hanmeimei")
    await place.push(wecom.message("hanmeimei", "帮助"))
    await place.answer(wecom.message("lilei", "帮助"))
    await wecom.until(lambda: wecom.calls.count("message/send") == 2)
    await place.answer(wecom.message("lilei", "帮助"))
    assert wecom.calls.count("message/send") == 3  # one try for who cannot be reached
    assert "invaliduser" in await place.crmbot("outbox", "list")


async def test_a_flood_is_answered_without_a_loss(place: Place, wecom: FakeWeCom) -> None:
    """Thirty-five questions at once: what would be too many in a minute waits, and nothing is dropped."""
    await place.start()
    for _ in range(35):
        await place.push(wecom.message("lilei", "帮助"))
    await wecom.until(lambda: len(wecom.sent) >= 25)
    assert (wecom.dropped, len(wecom.sent) <= 28) == ([], True)


async def test_a_megabyte_and_a_token_that_ended(place: Place, wecom: FakeWeCom) -> None:
    await place.start()
    refused = await place.answer(wecom.message("lilei", "长" * 350_000))
    assert len(refused.text) < 200
    wecom.end_token()
    assert (await place.answer(wecom.message("lilei", "帮助"))).text != refused.text
    assert (wecom.token_fetches, await place.follow_ups()) == (2, [])


async def test_strangers_learn_nothing(place: Place, wecom: FakeWeCom) -> None:
    wecom.members.add("stranger")
    await place.start()
    answer = await place.answer(wecom.message("stranger", "查一下蓝海物流"))
    assert "蓝海" not in answer.text


@pytest.mark.parametrize("typed", ['<a href="https://x.example">点我</a>', "<@all>", "*粗* [x](https://x.example)"])
async def test_what_people_type_is_only_text(place: Place, wecom: FakeWeCom, typed: str) -> None:
    await place.start()
    card = await place.answer(wecom.message("lilei", f"今天拜访了蓝海物流，他们说 {typed}"))
    assert "<a" not in card.text
    assert "<@" not in card.text


class TestRobot:
    """A private chat and a group of the 智能机器人, by callback and by long connection."""

    async def test_callback(self, place: Place, wecom: FakeWeCom) -> None:
        bot = await place.start(**ROBOT_CALLBACK)
        posts = wecom.response_posts

        async def say(body: dict[str, Any]) -> dict[str, Any]:
            before = len(posts)
            assert (await wecom.push_aibot(bot.url + "/wecom/aibot", body))[0] == 200
            await wecom.until(lambda: len(posts) > before)
            return posts[-1][1]

        card = (await say(wecom.aibot_text("lilei", VISIT)))["template_card"]
        assert "蓝海物流" in card_text(card)
        saved = await say(wecom.aibot_press("lilei", card, 0))
        assert "已保存" in json.dumps(saved, ensure_ascii=False)
        assert len(await place.follow_ups()) == 1
        assert await say(wecom.aibot_text("lilei", "帮助", chat="wrGroup"))
        assert wecom.sent == []

    async def test_a_callback_without_an_address_is_answered_by_a_stream(self, place: Place, wecom: FakeWeCom) -> None:
        bot = await place.start(**ROBOT_CALLBACK)

        async def call(body: dict[str, Any]) -> dict[str, Any]:
            status, sealed = await wecom.push_aibot(bot.url + "/wecom/aibot", body)
            assert status == 200
            answer = json.loads(sealed)
            stamp = Stamp(answer["msgsignature"], str(answer["timestamp"]), answer["nonce"])
            opened: dict[str, Any] = json.loads(wecom.aibot_seal.open(answer["encrypt"], stamp))["stream"]
            return opened

        asked = wecom.aibot_text("lilei", VISIT)
        del asked["response_url"]
        begun = await call(asked)
        assert (begun["finish"], begun["content"]) == (False, "")
        assert (await call(asked))["id"] == begun["id"], "a repeat goes on with the same stream"
        again = {**asked, "msgid": "other", "msgtype": "stream", "stream": {"id": begun["id"]}}
        shown = await call(again)
        while not shown["finish"]:
            await asyncio.sleep(0.1)
            shown = await call(again)
        assert "蓝海物流" in shown["content"]
        assert "[1] 保存" in shown["content"].replace("\\", "")
        assert await call(again) == shown
        assert wecom.sent == wecom.response_posts == []

    async def test_killed_before_the_answer_was_sent(self, place: Place, wecom: FakeWeCom) -> None:
        """The address to answer to outlives the process that was given it."""
        bot = await place.start(**ROBOT_CALLBACK)
        wecom.fail("response", *["cut before"] * 50)
        assert (await wecom.push_aibot(bot.url + "/wecom/aibot", wecom.aibot_text("lilei", VISIT)))[0] == 200
        await wecom.until(lambda: "response" in wecom.calls)
        await asyncio.to_thread(bot.kill)
        wecom.mend("response")
        await place.start(**ROBOT_CALLBACK)
        await wecom.until(lambda: wecom.response_posts)
        assert "蓝海物流" in card_text(wecom.response_posts[0][1]["template_card"])

    async def test_long_connection(self, place: Place, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        robot = {"wecom_aibot_id": ROBOT, "wecom_aibot_secret": ROBOT_SECRET, "wecom_aibot_ws_url": robot_server.url}
        bot = await place.start(**robot)
        await wecom.until(lambda: robot_server.is_connected)

        async def say(body: dict[str, Any]) -> str:
            before = len(robot_server.sent)
            await robot_server.push(body)
            await wecom.until(lambda: len(robot_server.sent) > before)
            return robot_server.shown()[-1]

        assert "蓝海物流" in await say(wecom.aibot_text("lilei", VISIT))
        card = robot_server.sent[-1]["template_card"]
        assert "已保存" in await say(wecom.aibot_press("lilei", card, 0))
        assert len(await place.follow_ups()) == 1
        assert await say(wecom.aibot_text("lilei", "帮助", chat="wrGroup"))
        assert robot_server.sent[-1]["chatid"] == "wrGroup"
        assert await asyncio.to_thread(bot.stop) == 0
        assert ROBOT_SECRET not in bot.log


async def test_a_robot_that_may_not_speak_by_itself_answers(
    place: Place, wecom: FakeWeCom, robot_server: FakeRobotServer
) -> None:
    robot = {"wecom_aibot_id": ROBOT, "wecom_aibot_secret": ROBOT_SECRET, "wecom_aibot_ws_url": robot_server.url}
    await place.start(**robot)
    await wecom.until(lambda: robot_server.is_connected)
    robot_server.refuse_next = [846609]
    asked = await robot_server.push(wecom.aibot_text("lilei", "帮助", chat="wrGroup"))
    ((req_id, body),) = await wecom.until(lambda: robot_server.responses)
    assert req_id == asked
    assert body["stream"]["finish"] is True
    assert "发一句话" in body["stream"]["content"]


async def test_a_reminder_by_the_robot(place: Place, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
    robot = {"wecom_aibot_id": ROBOT, "wecom_aibot_secret": ROBOT_SECRET, "wecom_aibot_ws_url": robot_server.url}
    await place.start(**robot)
    await wecom.until(lambda: robot_server.is_connected)
    sent = robot_server.sent
    await robot_server.push(wecom.aibot_text("lilei", "2秒后提醒我喝水"))
    await wecom.until(lambda: sent)
    await robot_server.push(wecom.aibot_press("lilei", sent[0]["template_card"], 0))
    await wecom.until(lambda: len(sent) == 3)
    assert "喝水" in card_text(sent[2]["template_card"])
    await robot_server.push(wecom.aibot_press("lilei", sent[2]["template_card"], 0))
    await wecom.until(lambda: len(sent) == 4)
    assert "已完成" in robot_server.shown()[-1]
    assert not [one for one in wecom.sent if "喝水" in one.text]


async def test_a_reminder_where_the_robot_cannot_begin(place: Place, wecom: FakeWeCom) -> None:
    """By callback a robot only answers: what comes by itself comes from the app."""
    bot = await place.start(**ROBOT_CALLBACK)
    url, posts = bot.url + "/wecom/aibot", wecom.response_posts
    await wecom.push_aibot(url, wecom.aibot_text("lilei", "2秒后提醒我喝水"))
    await wecom.until(lambda: posts)
    await wecom.push_aibot(url, wecom.aibot_press("lilei", posts[0][1]["template_card"], 0))
    came = (await wecom.until(lambda: [one for one in wecom.sent if "喝水" in one.text]))[0]
    assert "已完成" in (await place.answer(wecom.press("lilei", came, button(came, "已完成")))).text


async def test_a_reminder_comes_by_itself(place: Place, wecom: FakeWeCom) -> None:
    await place.start()
    card = await place.answer(wecom.message("lilei", "2秒后提醒我喝水"))
    await place.answer(wecom.press("lilei", card, button(card, "保存")))
    await wecom.until(lambda: len(wecom.sent) == 3)
    came = wecom.sent[-1]
    assert "喝水" in came.text
    assert "已完成" in (await place.answer(wecom.press("lilei", came, button(came, "已完成")))).text
