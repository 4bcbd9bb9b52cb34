"""The 智能机器人 in callback mode and on its long connection."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from adapters.base import OutcomeUnknown, RetryLater, Undeliverable, Upload
from adapters.wecom import create
from config.settings import Secret, Settings
from tests.fakes.wecom import KEY, TOKEN, FakeWeCom
from tests.fakes.wecom_socket import ROBOT, ROBOT_SECRET, FakeRobotServer
from tests.platforms.wecom.house import PNG, House, house_with, out, settings


def aibot_callback(wecom: FakeWeCom, **more: Any) -> Settings:
    return settings(wecom, wecom_aibot_token=Secret(TOKEN), wecom_aibot_aes_key=Secret(KEY), **more)


class TestAibotCallback:
    PATH = "/wecom/aibot"

    async def test_ask_in_a_group(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            assert await wecom.verify(house.url + self.PATH, "12", aibot=True) == (200, "12")
            assert (await wecom.verify(house.url + self.PATH, "12"))[0] == 401  # sealed for the app
            asked = wecom.aibot_text("hanmeimei", "本季度管道", chat="wrGroup")
            for _ in range(2):
                assert await wecom.push_aibot(house.url + self.PATH, asked) == (200, "")
            heard = house.heard[0]
            assert (heard.thread_id, heard.chat_id, heard.text) == ("aibot", "wrGroup", "本季度管道")
            answer = out("华东 *17* 单", thread_id="aibot", chat_id="wrGroup")
            await house.adapter.send(answer)
            assert [body["markdown"]["content"] for _, body in wecom.response_posts] == ["华东 \\*17\\* 单"]
            with pytest.raises(Undeliverable):
                await house.adapter.send(answer)  # the address worked once

    async def test_press(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("lilei", "拜访了蓝海"))
            await house.adapter.send(out("要这样记吗？", "保存", "取消", thread_id="aibot"))
            card = wecom.response_posts[0][1]["template_card"]
            status, answer = await wecom.push_aibot(house.url + self.PATH, wecom.aibot_press("lilei", card, 0))
            assert (status, house.heard[1].action) == (200, "7.0")
            assert "encrypt" in answer
            card = out("要这样记吗？", "保存", chat_id="wrGroup", thread_id="aibot", asker="lilei")
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("lilei", "拜访了蓝海", chat="wrGroup"))
            await house.adapter.send(card)
            in_group = wecom.response_posts[1][1]["template_card"]
            anothers = wecom.aibot_press("hanmeimei", in_group, 0, chat="wrGroup")
            assert await wecom.push_aibot(house.url + self.PATH, anothers) == (200, ""), "the card is as it was"
            # The press brought an address of its own.
            await house.adapter.send(out("已保存", thread_id="aibot"))
            assert len(wecom.response_posts) == 3

    async def test_without_an_address_the_app_speaks(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await house.adapter.send(out("提醒", thread_id="aibot"))
            assert [sent.text for sent in wecom.sent] == ["提醒"]

    async def test_only_for_one_of_the_group(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("hanmeimei", "x", chat="wrGroup"))
            await house.adapter.send(out("只给你", thread_id="aibot", chat_id="wrGroup", only_for="hanmeimei"))
            assert [(sent.touser, sent.text) for sent in wecom.sent] == [("hanmeimei", "只给你")]
            assert wecom.response_posts == []

    async def test_a_file_asked_for_in_a_group_goes_to_who_asked(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            group = {"thread_id": "aibot", "chat_id": "wrGroup", "file": Upload("file", "报价.pdf", b"%PDF-1.7")}
            for asker in ("hanmeimei", "outsider"):
                await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text(asker, "报价单", chat="wrGroup"))
                await house.adapter.send(out("报价单在这里。", asker=asker, **group))
            assert [(sent.touser, sent.kind) for sent in wecom.sent] == [("hanmeimei", "file"), ("hanmeimei", "text")]
            assert [body["markdown"]["content"] for _, body in wecom.response_posts] == ["报价单在这里。"] * 2

    async def test_addresses_outlive_the_process(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("lilei", "x"))
            kept = house.store
        (adapter,) = create(aibot_callback(wecom), store=kept)
        await adapter.send(out("答复", thread_id="aibot"))
        assert len(wecom.response_posts) == 1
        await adapter.aclose()  # type: ignore[attr-defined]

    @pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"{}", b'{"encrypt": 5}', b'{"encrypt": "x"}', b"[" * 99999])
    async def test_forged(self, wecom: FakeWeCom, body: bytes) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            assert (await wecom.call(house.url + self.PATH, {"timestamp": "1"}, body))[0] == 401
            assert house.heard == []


@asynccontextmanager
async def long_connection(wecom: FakeWeCom, server: FakeRobotServer, **more: Any) -> AsyncIterator[House]:
    wanted = settings(
        wecom,
        **{"wecom_aibot_id": ROBOT, "wecom_aibot_secret": Secret(ROBOT_SECRET), "wecom_aibot_ws_url": server.url}
        | more,
    )
    async with house_with(wanted, runs=True) as house:
        await wecom.until(lambda: server.is_connected)
        yield house


class TestLongConnection:
    async def test_ask_and_answer(
        self, wecom: FakeWeCom, robot_server: FakeRobotServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        async with long_connection(wecom, robot_server) as house:
            await robot_server.push(wecom.aibot_text("hanmeimei", "本季度管道", chat="wrGroup"))
            heard = await house.until_heard(1)
            assert (heard.text, heard.is_private) == ("本季度管道", False)
            await self.eventually(lambda: house.adapter.send(out("17 单", thread_id="aibot", chat_id="wrGroup")))
            await house.adapter.send(out("管道", thread_id="aibot", chat_id="wrGroup", picture=PNG))
            assert robot_server.shown() == ["17 单", "管道"]
            assert list(robot_server.uploads.values()) == [PNG]
            await house.adapter.send(out("报价", chat_id="wrGroup", file=Upload("file", "报价.pdf", b"%PDF-1.7")))
            assert list(robot_server.uploads.values()) == [PNG, b"%PDF-1.7"]
            assert {body["chatid"] for body in robot_server.sent} == {"wrGroup"}
            assert "the group with the id wrGroup" in caplog.text

    async def test_a_digest_for_a_group_finds_the_robot(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await self.eventually(lambda: house.adapter.send(out("周报", chat_id="wrGroup")))
            assert robot_server.sent[0]["chatid"] == "wrGroup"
            await house.adapter.send(out("提醒"))
            assert [sent.text for sent in wecom.sent] == ["提醒"]

    async def test_press(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await self.eventually(lambda: house.adapter.send(out("要这样记吗？", "保存", "取消", thread_id="aibot")))
            card = robot_server.sent[0]["template_card"]
            req_id = await robot_server.push(wecom.aibot_press("lilei", card, 1))
            assert (await house.until_heard(1)).action == "7.1"
            ((answered, update),) = await wecom.until(lambda: robot_server.updates)
            assert answered == req_id
            assert [item["text"] for item in update["template_card"]["button_list"]] == ["✓ 取消"]
            assert update["template_card"]["task_id"] == card["task_id"]

    async def test_another_persons_press_leaves_a_card_its_buttons(
        self, wecom: FakeWeCom, robot_server: FakeRobotServer
    ) -> None:
        async with long_connection(wecom, robot_server) as house:
            in_group = out("要这样记吗？", "保存", "取消", chat_id="wrGroup", thread_id="aibot", asker="lilei")
            await self.eventually(lambda: house.adapter.send(in_group))
            card = robot_server.sent[0]["template_card"]
            await robot_server.push(wecom.aibot_press("hanmeimei", card, 0, chat="wrGroup"))
            await house.until_heard(1)
            own = await robot_server.push(wecom.aibot_press("lilei", card, 0, chat="wrGroup"))
            ((answered, _update),) = await wecom.until(lambda: robot_server.updates)
            assert answered == own

    async def test_one_person_is_heard_in_order(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            house.refusals = 1  # the first is stored at the second attempt, and still before the others
            for number in range(5):
                await robot_server.push(wecom.aibot_text("lilei", f"{number}"))
            await house.until_heard(5)
            assert [item.text for item in house.heard] == ["0", "1", "2", "3", "4"]

    async def test_comes_back_after_a_cut(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await robot_server.cut()
            await wecom.until(lambda: robot_server.connections == 2)
            await self.eventually(lambda: house.adapter.send(out("又在了", thread_id="aibot")))
            assert robot_server.shown() == ["又在了"]

    async def test_gives_way_when_taken_over(
        self, wecom: FakeWeCom, robot_server: FakeRobotServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with long_connection(wecom, robot_server) as house:
            await robot_server.take_over()
            await wecom.until(lambda: "taken over" in caplog.text)
            with pytest.raises(RetryLater):
                await house.adapter.send(out("x", thread_id="aibot"))
            assert robot_server.connections == 1

    async def test_wrong_secret(
        self, wecom: FakeWeCom, robot_server: FakeRobotServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        wanted = settings(wecom, wecom_aibot_id=ROBOT, wecom_aibot_secret=Secret("nope"))
        async with house_with(replace(wanted, wecom_aibot_ws_url=robot_server.url), runs=True):
            await wecom.until(lambda: "846600" in caplog.text)
        assert "nope" not in caplog.text

    async def test_silence_is_an_unknown_outcome(
        self, wecom: FakeWeCom, robot_server: FakeRobotServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("adapters.wecom.connection.ANSWER_S", 0.2)
        async with long_connection(wecom, robot_server) as house:
            await self.eventually(lambda: house.adapter.send(out("x", thread_id="aibot")))
            robot_server.is_deaf = True
            with pytest.raises(OutcomeUnknown):
                await house.adapter.send(out("y", thread_id="aibot"))

    async def test_refusals(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await self.eventually(lambda: house.adapter.send(out("x", thread_id="aibot")))
            robot_server.refuse_next = [45009]
            with pytest.raises(RetryLater):
                await house.adapter.send(out("y", thread_id="aibot"))
            robot_server.refuse_next = [93006]
            with pytest.raises(Undeliverable):
                await house.adapter.send(out("y", thread_id="aibot"))

    @staticmethod
    async def eventually(send: Callable[[], Awaitable[str]]) -> None:
        """The connection counts as open a moment after the server has subscribed it."""
        async with asyncio.timeout(5):
            while True:
                try:
                    await send()
                    return
                except RetryLater:
                    await asyncio.sleep(0.01)
