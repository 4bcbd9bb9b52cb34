"""What WeCom pushes to the self-built app: proven, stored, acknowledged; and what somebody else pushes."""

import time

import pytest

from tests.fakes.wecom import FakeWeCom
from tests.platforms.wecom.house import House


class TestCallback:
    async def test_address_is_verified(self, wecom: FakeWeCom, house: House) -> None:
        assert await wecom.verify(house.url + "/wecom/callback", "1616140317555161061") == (200, "1616140317555161061")
        status, _ = await wecom.verify(house.url + "/wecom/callback", "1", msg_signature="0" * 40)
        assert status == 401

    async def test_a_plus_sign_in_the_echo_may_come_bare(self, wecom: FakeWeCom, house: House) -> None:
        assert await wecom.verify(house.url + "/wecom/callback", "42", safe="+") == (200, "42")

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
        house.refusals = 3
        message = wecom.message("lilei", "记一次拜访")
        assert (await wecom.push(house.url + "/wecom/callback", message))[0] == 503
        assert await wecom.deliver(house.url + "/wecom/callback", message) == 3
        assert [item.text for item in house.heard] == ["记一次拜访"]

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
