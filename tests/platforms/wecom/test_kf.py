"""微信客服: customers are fetched with a cursor and answered within limits."""

import asyncio

import pytest

from adapters.base import Undeliverable
from tests.fakes.wecom import FakeWeCom
from tests.platforms.wecom.house import house_with, out, settings


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

    async def test_what_could_not_be_fetched_is_fetched_again(self, wecom: FakeWeCom) -> None:
        async with house_with(settings(wecom, wecom_kf_open_id="wkFake")) as house:
            wecom.customer_says("冷柜报警")
            wecom.fail("kf/sync_msg", 45033)
            event = {**wecom.message("x", ""), "MsgType": "event", "Event": "kf_msg_or_event", "OpenKfId": "wkFake"}
            assert await wecom.push(house.url + "/wecom/callback", event) == (200, "")
            assert (await house.until_heard(1)).text == "冷柜报警"

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
