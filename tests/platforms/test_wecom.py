"""The WeCom adapter against a WeCom on loopback: real HTTP, real encryption, a real WebSocket."""

import asyncio
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette

from adapters.base import Button, Inbound, NotStored, Outbound, OutcomeUnknown, RetryLater, Undeliverable
from adapters.wecom import create
from adapters.wecom.adapter import WeCom
from adapters.wecom.errors import Unreachable
from adapters.wecom.store import MemoryStore
from config.settings import Secret, Settings
from tests.fakes.wecom import AGENT, CORP, KEY, SECRET, TOKEN, FakeWeCom
from tests.fakes.wecom_socket import ROBOT, ROBOT_SECRET, FakeRobotServer

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3000  # more than one chunk of an upload


@dataclass
class House:
    """The adapter with something to receive for it."""

    adapter: WeCom
    url: str
    store: MemoryStore
    heard: list[Inbound] = field(default_factory=list)
    refusals: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbound: Inbound) -> None:
        if self.refusals:
            self.refusals -= 1
            raise NotStored
        self.heard.append(inbound)
        self.news.set()

    async def until_heard(self, count: int) -> Inbound:
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()
        return self.heard[-1]


@pytest_asyncio.fixture
async def wecom() -> AsyncIterator[FakeWeCom]:
    fake = await FakeWeCom().start()
    yield fake
    await fake.stop()


@pytest_asyncio.fixture
async def robot_server(wecom: FakeWeCom) -> AsyncIterator[FakeRobotServer]:
    server = await FakeRobotServer(wecom).start()
    yield server
    await server.stop()


def settings(wecom: FakeWeCom, **more: Any) -> Settings:
    given: dict[str, Any] = {
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_secret": Secret(SECRET),
        "wecom_token": Secret(TOKEN),
        "wecom_aes_key": Secret(KEY),
        "wecom_base_url": wecom.base_url,
    }
    return Settings(data_dir=Path("unused"), **(given | more))


@asynccontextmanager
async def house_with(wanted: Settings, *, runs: bool = False) -> AsyncIterator[House]:
    """The adapter behind a real HTTP server."""
    store = MemoryStore()
    (adapter,) = create(wanted, store=store)
    assert isinstance(adapter, WeCom)
    listening = socket.create_server(("127.0.0.1", 0))
    house = House(adapter, f"http://127.0.0.1:{listening.getsockname()[1]}", store)
    app = Starlette(routes=list(adapter.routes(house.receive)))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    running = asyncio.create_task(adapter.run(house.receive)) if runs else None
    try:
        yield house
    finally:
        if running is not None:
            running.cancel()
            await asyncio.wait([running])
        server.should_exit = True
        await serving
        await adapter.aclose()


@pytest_asyncio.fixture
async def house(wecom: FakeWeCom) -> AsyncIterator[House]:
    async with house_with(settings(wecom)) as opened:
        yield opened


def out(text: str, *labels: str, **more: Any) -> Outbound:
    buttons = tuple(Button(f"7.{number}", label) for number, label in enumerate(labels))
    return Outbound(**{"platform": "wecom", "chat_id": "lilei", "text": text, "buttons": buttons} | more)


def test_nothing_without_credentials() -> None:
    assert create(Settings(data_dir=Path("unused"))) == []


def test_a_wrong_key_names_its_setting() -> None:
    wanted = Settings(data_dir=Path("unused"), wecom_corp_id=CORP, wecom_secret=Secret("s"), wecom_token=Secret("t"))
    with pytest.raises(ValueError, match="CRMBOT_WECOM_AES_KEY") as caught:
        create(replace(wanted, wecom_aes_key=Secret("not-a-key")))
    assert "not-a-key" not in str(caught.value)


class TestCallback:
    async def test_address_is_verified(self, wecom: FakeWeCom, house: House) -> None:
        assert await wecom.verify(house.url + "/wecom/callback", "1616140317555161061") == (200, "1616140317555161061")
        status, _ = await wecom.verify(house.url + "/wecom/callback", "1", msg_signature="0" * 40)
        assert status == 401

    async def test_message_is_stored_and_answered_empty(self, wecom: FakeWeCom, house: House) -> None:
        message = wecom.message("lilei", "上午去了蓝海物流 <b>")
        assert await wecom.push(house.url + "/wecom/callback", message) == (200, "")
        assert [item.text for item in house.heard] == ["上午去了蓝海物流 <b>"]

    async def test_repeats_bear_the_same_id(self, wecom: FakeWeCom, house: House) -> None:
        message = wecom.message("lilei", "记一次拜访")
        for _ in range(4):
            assert await wecom.push(house.url + "/wecom/callback", message) == (200, "")
        assert len({item.event_id for item in house.heard}) == 1

    async def test_not_stored_is_not_acknowledged(self, wecom: FakeWeCom, house: House) -> None:
        house.refusals = 1
        message = wecom.message("lilei", "记一次拜访")
        assert (await wecom.push(house.url + "/wecom/callback", message))[0] == 503
        assert (await wecom.push(house.url + "/wecom/callback", message))[0] == 200

    @pytest.mark.parametrize(
        "stamp",
        [
            {"msg_signature": ""},
            {"msg_signature": "f" * 40},
            {"msg_signature": "签名"},
            {"timestamp": "letters"},
            {"timestamp": "１７９５３９５６００"},
            {"timestamp": ""},
            {"nonce": "\x00"},
        ],
    )
    async def test_forged(self, wecom: FakeWeCom, house: House, stamp: dict[str, str]) -> None:
        status, _ = await wecom.push(house.url + "/wecom/callback", wecom.message("lilei", "x"), **stamp)
        # The fake signs whatever timestamp it is given: one that is none is as bad as a wrong signature.
        assert (status, house.heard) == (401, [])

    async def test_ten_minutes_old(self, wecom: FakeWeCom, house: House) -> None:
        old = str(int(time.time()) - 600)
        status, _ = await wecom.push(house.url + "/wecom/callback", wecom.message("lilei", "x"), timestamp=old)
        assert (status, house.heard) == (401, [])

    @pytest.mark.parametrize(
        "body",
        [b"", b"\xff\xfe", b"{}", b"<xml/>", b"<xml><Encrypt>!!</Encrypt></xml>", b"<!DOCTYPE a><xml/>", b"[" * 9999],
    )
    async def test_bodies_that_are_none(self, wecom: FakeWeCom, house: House, body: bytes) -> None:
        assert (await wecom.call(house.url + "/wecom/callback", {"timestamp": "1"}, body))[0] == 401
        assert house.heard == []

    async def test_too_large(self, wecom: FakeWeCom, house: House) -> None:
        assert (await wecom.call(house.url + "/wecom/callback", {}, b"x" * 5_000_000))[0] == 413

    async def test_one_megabyte_of_text_is_handed_over(self, wecom: FakeWeCom, house: House) -> None:
        message = wecom.message("lilei", "长" * 350_000)
        assert (await wecom.push(house.url + "/wecom/callback", message))[0] == 200
        assert len(house.heard[0].text) == 350_000

    async def test_what_is_not_for_us_is_acknowledged(self, wecom: FakeWeCom, house: House) -> None:
        message = {**wecom.message("lilei", ""), "MsgType": "event", "Event": "enter_agent"}
        assert (await wecom.push(house.url + "/wecom/callback", message), house.heard) == ((200, ""), [])


class TestSending:
    async def test_text_and_card(self, wecom: FakeWeCom, house: House) -> None:
        await house.adapter.send(out("已保存"))
        card_id = await house.adapter.send(out("要这样记吗？\n跟进 蓝海物流", "保存", "取消"))
        assert [sent.text for sent in wecom.sent] == ["已保存", "要这样记吗？\n跟进 蓝海物流\n[保存] [取消]"]
        assert card_id == f"card:{wecom.sent[1].response_code}"

    async def test_long_text_is_never_cut(self, wecom: FakeWeCom, house: House) -> None:
        text = "\n".join(f"第 {number} 行：" + "蓝海物流" * 40 for number in range(40))
        await house.adapter.send(out(text))
        assert wecom.cut_texts == 0
        assert "\n".join(sent.text for sent in wecom.sent) == text

    async def test_picture(self, wecom: FakeWeCom, house: House) -> None:
        await house.adapter.send(out("管道", picture=PNG))
        assert [sent.kind for sent in wecom.sent] == ["image", "text"]
        assert list(wecom.uploads.values()) == [PNG]

    async def test_a_flood_waits_instead_of_being_dropped(self, wecom: FakeWeCom, house: House) -> None:
        for number in range(28):
            await house.adapter.send(out(f"第 {number} 条"))
        with pytest.raises(RetryLater) as caught:
            await house.adapter.send(out("一条太多"))
        assert 50 < caught.value.after_s <= 60
        await house.adapter.send(out("给别人的", chat_id="hanmeimei"))
        assert wecom.dropped == []

    async def test_a_text_of_many_parts_goes_on_where_it_stopped(self, wecom: FakeWeCom, house: House) -> None:
        message = out("\n".join("长" * 682 for _ in range(4)))
        wecom.fail("message/send", None, 45009)
        with pytest.raises(RetryLater):
            await house.adapter.send(message)
        wecom.fail("message/send", "500")
        with pytest.raises(Unreachable):
            await house.adapter.send(message)
        await house.adapter.send(message)
        assert len(wecom.sent) == 4

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (81013, Undeliverable),
            (60011, Undeliverable),
            (48002, Undeliverable),
            (45009, RetryLater),
            (45033, RetryLater),
            (-1, RetryLater),
            (60020, RetryLater),
            ("500", Unreachable),
            ("cut after", OutcomeUnknown),
        ],
    )
    async def test_refusals(self, wecom: FakeWeCom, house: House, fault: Any, error: type[Exception]) -> None:
        wecom.fail("message/send", fault)
        with pytest.raises(error):
            await house.adapter.send(out("提醒"))
        await house.adapter.send(out("再来"))

    async def test_nobody_there(self, wecom: FakeWeCom, house: House) -> None:
        wecom.hidden.add("lilei")
        with pytest.raises(Undeliverable, match="invaliduser"):
            await house.adapter.send(out("提醒"))
        with pytest.raises(Undeliverable, match="81013"):
            await house.adapter.send(out("提醒", chat_id="nobody"))
        with pytest.raises(Undeliverable, match="no_such_account"):
            await house.adapter.send(out("提醒", account="elsewhere"))

    async def test_a_refused_card_arrives_as_text(self, wecom: FakeWeCom, house: House) -> None:
        wecom.fail("message/send", 42045)
        await house.adapter.send(out("要这样记吗？", "保存", "取消"))
        assert [sent.text for sent in wecom.sent] == ["要这样记吗？\n[1] 保存  [2] 取消"]

    async def test_unreachable(self, wecom: FakeWeCom) -> None:
        async with house_with(settings(wecom, wecom_base_url="http://127.0.0.1:9")) as house:
            with pytest.raises(Unreachable):
                await house.adapter.send(out("x"))


class TestToken:
    async def test_is_fetched_once_for_all(self, wecom: FakeWeCom, house: House) -> None:
        await asyncio.gather(*(house.adapter.send(out(f"{number}")) for number in range(20)))
        assert wecom.token_fetches == 1
        wecom.end_token()
        await asyncio.gather(*(house.adapter.send(out(f"{n}", chat_id="hanmeimei")) for n in range(20)))
        assert wecom.token_fetches == 2
        assert len(wecom.sent) == 40

    async def test_a_token_that_stays_refused_ends(self, wecom: FakeWeCom, house: House) -> None:
        wecom.fail("message/send", 40014, 42001)
        with pytest.raises(RetryLater):
            await house.adapter.send(out("x"))
        assert (wecom.token_fetches, wecom.calls) == (2, ["message/send", "message/send"])

    async def test_a_wrong_secret_keeps_messages(self, wecom: FakeWeCom, caplog: pytest.LogCaptureFixture) -> None:
        async with house_with(settings(wecom, wecom_secret=Secret("wrong"))) as house:
            with pytest.raises(RetryLater) as caught:
                await house.adapter.send(out("x"))
        assert caught.value.everywhere
        assert "CRMBOT_WECOM_SECRET" in caplog.text

    async def test_no_secret_in_the_log(self, wecom: FakeWeCom, house: House, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        wecom.fail("message/send", 40058)
        await wecom.push(house.url + "/wecom/callback", wecom.message("lilei", "秘密的话"))
        await house.adapter.send(out("要这样记吗？", "保存"))
        for secret in (SECRET, TOKEN, KEY, "token-1", "秘密的话"):
            assert secret not in caplog.text


class TestPress:
    async def test_the_pressed_card_loses_its_buttons(self, wecom: FakeWeCom, house: House) -> None:
        await house.adapter.send(out("要这样记吗？", "保存", "取消"))
        event = wecom.press("lilei", wecom.sent[0], 0)
        assert await wecom.push(house.url + "/wecom/callback", event) == (200, "")
        assert house.heard[0].action == "7.0"
        (update,) = await wecom.until(lambda: wecom.updates)
        assert update["button"] == {"replace_name": "✓ 保存"}
        assert update["userids"] == ["lilei"]

    async def test_nothing_changes_before_it_is_stored(self, wecom: FakeWeCom, house: House) -> None:
        await house.adapter.send(out("要这样记吗？", "保存"))
        house.refusals = 1
        event = wecom.press("lilei", wecom.sent[0], 0)
        assert (await wecom.push(house.url + "/wecom/callback", event))[0] == 503
        assert wecom.updates == []

    async def test_redraw_once_then_anew(self, wecom: FakeWeCom, house: House) -> None:
        card_id = await house.adapter.send(out("第一张", "保存"))
        await house.adapter.send(out("第二张", "保存", replaces=card_id))
        assert (len(wecom.sent), len(wecom.updates)) == (1, 1)
        await house.adapter.send(out("第三张", "保存", replaces=card_id))
        assert [sent.text for sent in wecom.sent] == ["第一张\n[保存]", "第三张\n[保存]"]


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
            assert (heard.account, heard.chat_id, heard.text) == ("aibot", "wrGroup", "本季度管道")
            answer = out("华东 *17* 单", account="aibot", chat_id="wrGroup")
            await house.adapter.send(answer)
            assert [body["markdown"]["content"] for _, body in wecom.response_posts] == ["华东 \\*17\\* 单"]
            with pytest.raises(Undeliverable):
                await house.adapter.send(answer)  # the address worked once

    async def test_press(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("lilei", "拜访了蓝海"))
            await house.adapter.send(out("要这样记吗？", "保存", "取消", account="aibot"))
            card = wecom.response_posts[0][1]["template_card"]
            status, answer = await wecom.push_aibot(house.url + self.PATH, wecom.aibot_press("lilei", card, 0))
            assert (status, house.heard[1].action) == (200, "7.0")
            assert "encrypt" in answer
            # The press brought an address of its own.
            await house.adapter.send(out("已保存", account="aibot"))
            assert len(wecom.response_posts) == 2

    async def test_without_an_address_the_app_speaks(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await house.adapter.send(out("提醒", account="aibot"))
            assert [sent.text for sent in wecom.sent] == ["提醒"]

    async def test_only_for_one_of_the_group(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("hanmeimei", "x", chat="wrGroup"))
            await house.adapter.send(out("只给你", account="aibot", chat_id="wrGroup", only_for="hanmeimei"))
            assert [(sent.touser, sent.text) for sent in wecom.sent] == [("hanmeimei", "只给你")]
            assert wecom.response_posts == []

    async def test_addresses_outlive_the_process(self, wecom: FakeWeCom) -> None:
        async with house_with(aibot_callback(wecom)) as house:
            await wecom.push_aibot(house.url + self.PATH, wecom.aibot_text("lilei", "x"))
            kept = house.store
        (adapter,) = create(aibot_callback(wecom), store=kept)
        await adapter.send(out("答复", account="aibot"))
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
    async def test_ask_and_answer(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await robot_server.push(wecom.aibot_text("hanmeimei", "本季度管道", chat="wrGroup"))
            heard = await house.until_heard(1)
            assert (heard.text, heard.is_private) == ("本季度管道", False)
            await self.eventually(lambda: house.adapter.send(out("17 单", account="aibot", chat_id="wrGroup")))
            await house.adapter.send(out("管道", account="aibot", chat_id="wrGroup", picture=PNG))
            assert robot_server.shown() == ["17 单", "管道"]
            assert list(robot_server.uploads.values()) == [PNG]
            assert {body["chatid"] for body in robot_server.sent} == {"wrGroup"}

    async def test_press(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await self.eventually(lambda: house.adapter.send(out("要这样记吗？", "保存", "取消", account="aibot")))
            card = robot_server.sent[0]["template_card"]
            req_id = await robot_server.push(wecom.aibot_press("lilei", card, 1))
            assert (await house.until_heard(1)).action == "7.1"
            ((answered, update),) = await wecom.until(lambda: robot_server.updates)
            assert answered == req_id
            assert [item["text"] for item in update["template_card"]["button_list"]] == ["✓ 取消"]
            assert update["template_card"]["task_id"] == card["task_id"]

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
            await self.eventually(lambda: house.adapter.send(out("又在了", account="aibot")))
            assert robot_server.shown() == ["又在了"]

    async def test_gives_way_when_taken_over(
        self, wecom: FakeWeCom, robot_server: FakeRobotServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with long_connection(wecom, robot_server) as house:
            await robot_server.take_over()
            await wecom.until(lambda: "taken over" in caplog.text)
            with pytest.raises(RetryLater):
                await house.adapter.send(out("x", account="aibot"))
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
            await self.eventually(lambda: house.adapter.send(out("x", account="aibot")))
            robot_server.is_deaf = True
            with pytest.raises(OutcomeUnknown):
                await house.adapter.send(out("y", account="aibot"))

    async def test_refusals(self, wecom: FakeWeCom, robot_server: FakeRobotServer) -> None:
        async with long_connection(wecom, robot_server) as house:
            await self.eventually(lambda: house.adapter.send(out("x", account="aibot")))
            robot_server.refuse_next = [45009]
            with pytest.raises(RetryLater):
                await house.adapter.send(out("y", account="aibot"))
            robot_server.refuse_next = [93006]
            with pytest.raises(Undeliverable):
                await house.adapter.send(out("y", account="aibot"))

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


class TestCustomers:
    async def test_fetch_answer_and_limits(self, wecom: FakeWeCom) -> None:
        async with house_with(settings(wecom, wecom_kf_open_id="wkFake"), runs=True) as house:
            for text in ("冷柜报警", "第二条", "第三条"):
                wecom.customer_says(text)
            wecom.customer_says("同事的话", origin=5)
            event = {**wecom.message("x", ""), "MsgType": "event", "Event": "kf_msg_or_event"}
            event |= {"OpenKfId": "wkFake", "Token": "T"}
            assert await wecom.push(house.url + "/wecom/callback", event) == (200, "")
            heard = await house.until_heard(3)
            assert (heard.account, heard.chat_id) == ("kf:wkFake", "wmCustomer")
            to = {"account": "kf:wkFake", "chat_id": "wmCustomer"}
            await house.adapter.send(out("满意吗？", "很满意", "不满意", **to))
            assert wecom.kf_sent[0]["msgmenu"]["list"][1]["click"] == {"id": "7.1", "content": "不满意"}
            for number in range(4):
                await house.adapter.send(out(f"{number}", **to))
            with pytest.raises(Undeliverable, match="95001"):
                await house.adapter.send(out("太多", **to))
            with pytest.raises(Undeliverable, match="95002"):
                await house.adapter.send(out("陌生", **(to | {"chat_id": "wmOther"})))

    async def test_the_cursor_waits_for_what_is_stored(self, wecom: FakeWeCom) -> None:
        wecom.customer_says("第一条")
        wecom.customer_says("第二条")
        async with house_with(settings(wecom, wecom_kf_open_id="wkFake")) as house:
            house.refusals = 1
            running = asyncio.create_task(house.adapter.run(house.receive))
            await house.until_heard(2)  # at the start, without any callback; the first attempt failed
            await wecom.until(lambda: house.store.values)
            assert wecom.kf_cursors == ["", ""]
            assert house.store.values == {"wecom.kf.cursor.wkFake": "cursor-2"}
            running.cancel()
            await asyncio.wait([running])


async def test_group_robot(wecom: FakeWeCom) -> None:
    webhook = Secret(f"{wecom.base_url}/cgi-bin/webhook/send?key=robot-key")
    async with house_with(settings(wecom, wecom_robot_webhook=webhook)) as house:
        await house.adapter.send(out("本周：新增 2", account="robot", chat_id="group"))
    assert [body["text"]["content"] for body in wecom.robot_posts] == ["本周：新增 2"]
