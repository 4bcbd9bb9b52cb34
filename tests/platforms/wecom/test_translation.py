"""WeCom: recorded payloads in, `Outbound` out, and the envelope pinned to the published test vector."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Attachment, Button, Inbound, Outbound, RetryLater, Undeliverable
from adapters.wecom import aibot_messages, app_messages, kf, robot
from adapters.wecom.cards import button_card, key_of, pressed_card, read_key
from adapters.wecom.crypto import Forged, Seal, Stamp
from adapters.wecom.errors import ApiError, Unreachable, error_of
from adapters.wecom.text import ZERO_WIDTH, markdown, pieces, plain
from adapters.wecom.xml import NotXml, fields_of

PAYLOADS = Path(__file__).parent.parent.parent / "payloads" / "wecom"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

# The vector published with the scheme (document path 91144).
TOKEN, KEY, CORP = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
STAMP = Stamp("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780")


def seal(receive_id: str = CORP, at: float = 1409659589) -> Seal:
    return Seal(TOKEN, KEY, receive_id, clock=lambda: at)


def app(name: str) -> Inbound | None:
    return app_messages.to_inbound(fields_of((PAYLOADS / f"app_{name}.xml").read_text("utf-8")))


def aibot(name: str) -> Inbound | None:
    return aibot_messages.to_inbound(json.loads((PAYLOADS / f"aibot_{name}.json").read_text("utf-8")), now=NOW)


class TestEnvelope:
    def test_published_vector(self) -> None:
        assert seal().open(ECHO, STAMP) == b"1616140317555161061"

    def test_what_is_closed_can_be_opened(self) -> None:
        for message in (b"", b"x", "汉字".encode() * 1000, b"0" * 12, b"0" * 44):
            encrypted, signature = seal("").close(message, timestamp="1409659589", nonce="n")
            assert seal("").open(encrypted, Stamp(signature, "1409659589", "n")) == message

    @pytest.mark.parametrize("late_s", [-301, 301, 600, 10**9])
    def test_old_and_future_ones_are_refused(self, late_s: int) -> None:
        with pytest.raises(Forged, match="timestamp"):
            seal(at=1409659589 + late_s).open(ECHO, STAMP)

    def test_within_five_minutes_is_fresh(self) -> None:
        assert seal(at=1409659589 + 299).open(ECHO, STAMP)

    def test_other_receiver(self) -> None:
        with pytest.raises(Forged, match="receive id"):
            seal("wx0000000000000000").open(ECHO, STAMP)
        with pytest.raises(Forged, match="receive id"):
            seal("").open(ECHO, STAMP)

    @pytest.mark.parametrize(
        "stamp",
        [
            Stamp("", "", ""),
            Stamp(STAMP.signature.upper(), STAMP.timestamp, STAMP.nonce),
            Stamp("签名" * 20, STAMP.timestamp, STAMP.nonce),
            Stamp("\ud800", STAMP.timestamp, STAMP.nonce),
            Stamp(STAMP.signature, "letters", STAMP.nonce),
            Stamp(STAMP.signature, STAMP.timestamp, "\udfff"),
        ],
    )
    def test_malformed_stamps(self, stamp: Stamp) -> None:
        with pytest.raises(Forged):
            seal().open(ECHO, stamp)

    @pytest.mark.parametrize(
        "timestamp", ["", "１４０９６５９５８９", "1e9", "-5", "9" * 40, "1409659589.0", " 1409659589"]
    )
    def test_signed_but_not_a_time(self, timestamp: str) -> None:
        signature = seal().sign(ECHO, timestamp, "n")
        with pytest.raises(Forged, match="timestamp"):
            seal().open(ECHO, Stamp(signature, timestamp, "n"))

    @given(st.binary(max_size=200), st.booleans())
    def test_signed_rubbish(self, rubbish: bytes, is_base64: bool) -> None:
        import base64

        text = base64.b64encode(rubbish).decode() if is_base64 else rubbish.decode("latin-1")
        signature = seal().sign(text, "1409659589", "n")
        with pytest.raises(Forged):
            seal().open(text, Stamp(signature, "1409659589", "n"))

    @pytest.mark.parametrize("key", ["", "short", KEY + "A", KEY[:-1] + "é", "=" * 43])
    def test_wrong_keys_say_so_without_showing_them(self, key: str) -> None:
        with pytest.raises(ValueError, match="EncodingAESKey") as caught:
            Seal(TOKEN, key, CORP)
        assert not key or key not in str(caught.value)


class TestXml:
    def test_fields(self) -> None:
        assert fields_of("<xml><A>1</A><B><![CDATA[<2>]]></B><C><D>3</D></C><E/></xml>") == {
            **{"A": "1", "B": "<2>", "C": "", "E": ""}
        }

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "no xml",
            "<xml><A></xml>",
            '<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
            '<!DOCTYPE x SYSTEM "file:///etc/hostname"><xml/>',
            "<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>",
            "<xml>" + "".join(f"<a{n}/>" for n in range(1000)) + "</xml>",
            "<xml><A>\ud800</A></xml>",
            "<xml><A>\x00</A></xml>",
        ],
    )
    def test_refused(self, text: str) -> None:
        with pytest.raises(NotXml):
            fields_of(text)

    def test_a_message_cannot_bring_fields_along(self) -> None:
        inbound = app_messages.to_inbound(
            fields_of(
                "<xml><FromUserName>a</FromUserName><FromUserName>b</FromUserName><CreateTime>1</CreateTime>"
                "<MsgType>text</MsgType><Content><![CDATA[<FromUserName>c</FromUserName>]]></Content></xml>"
            )
        )
        assert inbound is not None
        assert inbound.sender_id == "a"


class TestAppInbound:
    def test_text(self) -> None:
        assert app("text") == Inbound(
            platform="wecom",
            event_id="7425018361203456001",
            is_caseless=True,
            chat_id="LiLei",
            sender_id="LiLei",
            text="上午去了蓝海物流，见了仓储部的何经理 <b>&amp; 50万",
            message_id="7425018361203456001",
            sent_at=datetime.fromtimestamp(1795395600, UTC),
        )

    @pytest.mark.parametrize(
        ("name", "attachment"),
        [
            ("image", Attachment(kind="photo", file_id="1rkF7pMediaId")),
            ("voice", Attachment(kind="voice", file_id="voiceMediaId")),
            ("location", Attachment(kind="location", name="人民广场", latitude=31.230416, longitude=121.473701)),
        ],
    )
    def test_attachments(self, name: str, attachment: Attachment) -> None:
        inbound = app(name)
        assert inbound is not None
        assert (inbound.text, inbound.attachments) == ("", (attachment,))
        assert "media.example" not in repr(inbound)

    def test_link_click_and_first_visit(self) -> None:
        texts = [inbound.text if (inbound := app(name)) else None for name in ("link", "click", "subscribe")]
        assert texts == ["冷库改造方案\n第二版\nhttps://docs.example/plan", "我的提醒", "/start"]

    def test_press(self) -> None:
        inbound = app("card")
        assert inbound is not None
        assert (inbound.action, inbound.text, inbound.message_id) == ("12.0", "", "card:ResponseCode-abc")
        assert inbound.event_id.startswith("event:")

    def test_two_presses_in_one_second_are_two(self) -> None:
        fields = fields_of((PAYLOADS / "app_card.xml").read_text("utf-8"))
        other = {**fields, "EventKey": "12.1|取消"}
        ids = {getattr(app_messages.to_inbound(item), "event_id", "") for item in (fields, other, dict(fields))}
        assert len(ids) == 2

    @pytest.mark.parametrize("name", ["enter_agent", "unknown"])
    def test_not_for_us(self, name: str) -> None:
        assert app(name) is None

    @pytest.mark.parametrize("broken", [{"CreateTime": "x"}, {"CreateTime": "9" * 30}, {"FromUserName": ""}])
    def test_without_time_or_sender(self, broken: dict[str, str]) -> None:
        fields = fields_of((PAYLOADS / "app_text.xml").read_text("utf-8"))
        assert app_messages.to_inbound({**fields, **broken}) is None


class TestAibotInbound:
    def test_private(self) -> None:
        inbound = aibot("single")
        assert inbound is not None
        assert (inbound.account, inbound.thread_id, inbound.chat_id) == ("", "aibot", "LiLei")
        assert (inbound.event_id, inbound.is_private) == ("aibot:CAIQ1", True)
        assert inbound.text == "@张总 那边 50万"
        assert inbound.sent_at == NOW
        assert "answer.example" not in repr(inbound)

    def test_group(self) -> None:
        inbound = aibot("group")
        assert inbound is not None
        assert (inbound.chat_id, inbound.sender_id, inbound.is_private) == ("wrGroup1", "HanMeimei", False)
        assert inbound.text == "本季度管道怎么样"
        assert inbound.sent_at == datetime.fromtimestamp(1795395610, UTC)

    def test_text_with_a_picture(self) -> None:
        inbound = aibot("mixed")
        assert inbound is not None
        assert (inbound.text, inbound.attachments) == ("现场照片", (Attachment(kind="photo", file_id="CAIQ3/0"),))
        assert "signed-secret" not in repr(inbound)

    def test_voice_is_text(self) -> None:
        inbound = aibot("voice")
        assert inbound is not None
        assert inbound.text == "给蓝海物流记一次电话"

    def test_press(self) -> None:
        inbound = aibot("card")
        assert inbound is not None
        assert inbound.action == "12.1"

    @pytest.mark.parametrize("name", ["enter_chat", "stream"])
    def test_not_for_us(self, name: str) -> None:
        assert aibot(name) is None

    @pytest.mark.parametrize("body", [{}, {"from": 3}, {"event": []}, {"msgtype": "text", "from": {"userid": "a"}}])
    def test_odd_ones_do_no_harm(self, body: dict[str, Any]) -> None:
        aibot_messages.to_inbound(body, now=NOW)


class TestKf:
    def test_items(self) -> None:
        items = json.loads((PAYLOADS / "kf_sync.json").read_text("utf-8"))["msg_list"]
        found = [inbound for item in items if (inbound := kf.to_inbound(item))]
        assert [inbound.event_id for inbound in found] == ["k1", "k2", "k5", "k6"]
        assert {inbound.account for inbound in found} == {"kf:wkFake"}
        assert [inbound.text for inbound in found] == ["冷柜又报警了", "5 很满意", "", ""]
        assert found[1].action == "31.4"
        assert found[3].attachments[0].latitude == 31.23

    def test_menu(self) -> None:
        message = outbound("满意吗？", "1", "2", "3", "4", "5", "不评价", "以后再说")
        (payload,) = kf.to_payloads(message, open_kfid="wk")
        assert payload["msgmenu"]["head_content"] == "满意吗？"
        assert [item["click"]["id"] for item in payload["msgmenu"]["list"]] == [f"7.{n}" for n in range(7)]

    def test_too_much_for_a_menu(self) -> None:
        (payload,) = kf.to_payloads(outbound("好" * 400, "保存"), open_kfid="wk")
        assert payload["text"]["content"].endswith("[1] 保存")


def outbound(text: str, *labels: str, **more: Any) -> Outbound:
    buttons = tuple(Button(f"7.{number}", label) for number, label in enumerate(labels))
    return Outbound(platform="wecom", chat_id="LiLei", text=text, buttons=buttons, **more)


class TestOutbound:
    def test_card(self) -> None:
        text = "要这样记吗？\n🤝 跟进　蓝海物流有限公司 · 何经理\n　拜访 · 11-23 周一"
        (payload,) = app_messages.to_payloads(outbound(text, "保存", "修改", "取消"), agent_id="1000002", task_id="t1")
        assert payload == {
            "touser": "LiLei",
            "agentid": 1000002,
            "msgtype": "template_card",
            "template_card": {
                "card_type": "button_interaction",
                "main_title": {"title": "要这样记吗？"},
                "sub_title_text": "🤝 跟进　蓝海物流有限公司 · 何经理\n　拜访 · 11-23 周一",
                "task_id": "t1",
                "button_list": [
                    {"text": "保存", "style": 2, "key": "7.0|保存"},
                    {"text": "修改", "style": 2, "key": "7.1|修改"},
                    {"text": "取消", "style": 2, "key": "7.2|取消"},
                ],
            },
        }

    @pytest.mark.parametrize(
        "message",
        [
            outbound("哪一个？", *"1234567"),
            outbound("哪一个？", "中兴通讯股份有限公司 · 深圳"),
            outbound("题\n" + "长" * 161, "保存"),
        ],
    )
    def test_what_fits_no_card_is_numbered(self, message: Outbound) -> None:
        payloads = app_messages.to_payloads(message, agent_id="1", task_id="t")
        assert [payload["msgtype"] for payload in payloads] == ["text"]
        assert "[1] " in payloads[0]["text"]["content"]

    @pytest.mark.parametrize(
        ("text", "title", "rest"),
        [
            (
                "已保存：跟进 F-1，新客户 蓝海物流，新联系人 何经理，提醒 11-27。",
                "已保存：",
                "跟进 F-1，新客户 蓝海物流，新联系人 何经理，提醒 11-27。",
            ),
            (
                "Call with Northwind Traders. What was said, and by whom was it said?",
                "Call with Northwind Traders.",
                "",
            ),
            (
                "没有一个标点的很长很长很长很长很长很长很长很长很长很长的一行话",
                "没有一个标点的很长很长很长很长很长很长很长很长很长…",
                "",
            ),
        ],
    )
    def test_a_long_first_line_is_still_whole(self, text: str, title: str, rest: str) -> None:
        card = button_card(outbound(text, "取消"), task_id="t")
        assert card is not None
        assert card["main_title"]["title"] == title
        assert card["sub_title_text"] == (rest or (text if "…" in title else text.removeprefix(title).lstrip()))

    def test_button_keys(self) -> None:
        for button in (Button("12.0", "保存"), Button("a|b%", "x|y"), Button("é", "")):
            assert read_key(key_of(button)) == (button.id, button.label)
        assert read_key("plain") == ("plain", "")

    def test_pressed(self) -> None:
        card = button_card(outbound("好？", "保存", "取消"), task_id="t")
        assert card is not None
        assert [item["text"] for item in pressed_card(card, "7.1|取消")["button_list"]] == ["✓ 取消"]
        assert len(card["button_list"]) == 2

    def test_picture_first(self) -> None:
        image = {"msgtype": "image", "image": {"media_id": "m"}}
        payloads = app_messages.to_payloads(outbound("管道", "为什么"), agent_id="1", task_id="t", media=[image])
        assert [payload["msgtype"] for payload in payloads] == ["image", "template_card"]

    def test_robot(self) -> None:
        payloads = robot.to_payloads(outbound("周报 <@all>", picture=b"\x89PNG123"))
        assert [payload["msgtype"] for payload in payloads] == ["image", "text"]
        assert "<@all>" not in payloads[1]["text"]["content"]
        assert "mentioned_list" not in payloads[1]["text"]


class TestText:
    @given(st.text(alphabet="a汉🙂\n👨‍👩‍👧🏽<&*", max_size=400), st.integers(40, 90))
    def test_nothing_is_lost_and_nothing_is_too_long(self, text: str, limit: int) -> None:
        for escape in (plain, markdown):
            found = pieces(text, limit, escape)
            assert all(0 < len(piece.encode()) <= limit for piece in found)
        bare = pieces(text, limit, str)
        assert "".join(bare).replace("\n", "") == text.replace("\n", "")

    def test_2048_bytes_are_682_characters(self) -> None:
        assert [len(piece) for piece in pieces("汉" * 1500, 2048)] == [682, 682, 136]

    def test_lines_stay_together(self) -> None:
        assert pieces("a" * 30 + "\n" + "b" * 30, 40) == ["a" * 30, "b" * 30]

    @pytest.mark.parametrize(
        "typed", ['<a href="https://x.example">点我</a>', "<@all>", "</a>", "< a href=x>", "<@LiLei>", "<!--x-->"]
    )
    def test_plain_text_links_and_pings_nothing(self, typed: str) -> None:
        shown = plain(typed)
        assert shown != typed
        assert shown.replace(ZERO_WIDTH, "") == typed

    def test_plain_text_leaves_the_rest_alone(self) -> None:
        typed = "3 < 5, a<5, <3, *粗* [x](y) 100%"
        assert plain(typed) == typed

    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("*粗* _斜_ `码`", "\\*粗\\* \\_斜\\_ \\`码\\`"),
            ("[x](https://x.example)", f"\\[x\\](https:{ZERO_WIDTH}//x.example)"),
            ("<@LiLei> & <font>", f"&lt;@{ZERO_WIDTH}LiLei&gt; &amp; &lt;font&gt;"),
            ("# 题\n- 条\n1. 一", f"{ZERO_WIDTH}# 题\n{ZERO_WIDTH}- 条\n{ZERO_WIDTH}1. 一"),
            ("    code", "\u00a0\u00a0\u00a0\u00a0code"),
            ("11-23 周一，¥500,000。", "11-23 周一，¥500,000。"),
        ],
    )
    def test_markdown_shows_what_was_typed(self, typed: str, shown: str) -> None:
        assert markdown(typed) == shown


def test_what_codes_mean() -> None:
    assert isinstance(error_of(81013), Undeliverable)
    assert isinstance(error_of(95001), Undeliverable)
    later = error_of(45009)
    assert isinstance(later, RetryLater)
    assert later.everywhere
    assert isinstance(error_of(-1), Unreachable)  # tried again, ever more slowly, and not for ever
    assert isinstance(error_of(99999), ApiError)
