"""What goes to members: whole, in order, not too fast, with one token for all."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.base import OutcomeUnknown, RetryLater, TooBig, Undeliverable, Upload
from adapters.wecom import create
from adapters.wecom.errors import ApiError, Unreachable
from config.settings import Secret, Settings
from tests.fakes.wecom import CORP, KEY, SECRET, TOKEN, FakeWeCom
from tests.platforms.wecom.house import PNG, House, house_with, out, settings


def test_nothing_without_credentials() -> None:
    assert create(Settings(data_dir=Path("unused"))) == []


def test_a_wrong_key_names_its_setting() -> None:
    wanted = Settings(data_dir=Path("unused"), wecom_corp_id=CORP, wecom_secret=Secret("s"), wecom_token=Secret("t"))
    with pytest.raises(ValueError, match="CRMBOT_WECOM_AES_KEY") as caught:
        create(replace(wanted, wecom_aes_key=Secret("not-a-key")))
    assert "not-a-key" not in str(caught.value)


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

    async def test_file(self, wecom: FakeWeCom, house: House) -> None:
        await house.adapter.send(out("报价", file=Upload("file", "报价.pdf", b"%PDF-1.7")))
        assert [sent.kind for sent in wecom.sent] == ["file", "text"]
        assert list(wecom.uploads.values()) == [b"%PDF-1.7"]

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
            (-1, Unreachable),
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
        assert not caught.value.everywhere  # the robot has credentials of its own
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

    async def test_a_card_that_is_of_no_more_use_loses_its_buttons(self, wecom: FakeWeCom, house: House) -> None:
        """Once; not while some are of use, and not after a press, which has taken them off."""
        first = await house.adapter.send(out("第一张", "保存"))
        await house.adapter.redraw(out("第一张", "保存"), first)
        assert wecom.updates == []
        for _ in range(2):
            await house.adapter.redraw(out("第一张"), first)
        assert [update["button"] for update in wecom.updates] == [{"replace_name": "见下一条"}]
        second = await house.adapter.send(out("第二张", "保存"))
        await wecom.push(house.url + "/wecom/callback", wecom.press("lilei", wecom.sent[1], 0))
        await wecom.until(lambda: len(wecom.updates) > 1)
        await house.adapter.redraw(out("第二张"), second)
        assert [update["button"]["replace_name"] for update in wecom.updates] == ["见下一条", "✓ 保存"]


async def test_group_robot(wecom: FakeWeCom) -> None:
    webhook = Secret(f"{wecom.base_url}/cgi-bin/webhook/send?key=robot-key")
    async with house_with(settings(wecom, wecom_robot_webhook=webhook)) as house:
        await house.adapter.send(out("本周：新增 2", chat_id="robot:group"))
    assert [body["text"]["content"] for body in wecom.robot_posts] == ["本周：新增 2"]


class TestWhatMembersSend:
    """`media/get` keeps it for three days."""

    async def test_is_fetched(self, wecom: FakeWeCom, house: House) -> None:
        wecom.media["photo-1"] = PNG
        assert await house.adapter.fetch("photo-1", most=len(PNG)) == PNG
        wecom.end_token()
        assert await house.adapter.fetch("photo-1", most=len(PNG)) == PNG

    async def test_is_not_taken_in_where_it_is_too_big(self, wecom: FakeWeCom, house: House) -> None:
        wecom.media["photo-1"] = PNG
        with pytest.raises(TooBig):
            await house.adapter.fetch("photo-1", most=len(PNG) - 1)

    async def test_may_be_gone(self, wecom: FakeWeCom, house: House) -> None:
        with pytest.raises(Undeliverable, match="40007"):
            await house.adapter.fetch("photo-of-last-week", most=1000)

    @pytest.mark.parametrize("fault", ["500", "cut before", -1, 45009])
    async def test_comes_the_next_time(self, wecom: FakeWeCom, house: House, fault: object) -> None:
        wecom.media["photo-1"] = PNG
        wecom.fail("media/get", fault)
        with pytest.raises((Unreachable, ApiError, RetryLater)):
            await house.adapter.fetch("photo-1", most=len(PNG))
        assert await house.adapter.fetch("photo-1", most=len(PNG)) == PNG
