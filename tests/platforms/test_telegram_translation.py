"""Telegram's payloads and ours, there and back: recorded updates, and messages as calls of the Bot API."""

import inspect
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import aiohttp
import pytest
from telegram import error as errors

from adapters.base import (
    Attachment,
    Button,
    Inbound,
    Moved,
    Outbound,
    OutcomeUnknown,
    RetryLater,
    Undeliverable,
    Upload,
)
from adapters.telegram.adapter import _says
from adapters.telegram.client import translate
from adapters.telegram.inbound import Me, to_inbound
from adapters.telegram.outbound import to_payload, to_redrawn
from adapters.telegram.units import index, length, split
from tests.fakes.telegram_text import parsed, read_keyboard

PAYLOADS = Path(__file__).parents[1] / "payloads" / "telegram"
ME = Me(424242, "ledger_test_bot", {"zh": _says("zh"), "en": _says("en")}, "zh")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_recorded_updates(path):
    recorded = json.loads(path.read_text("utf-8"))
    expected = recorded["inbound"]
    if expected is not None:
        expected["sent_at"] = datetime.fromisoformat(expected["sent_at"])
        expected["attachments"] = tuple(Attachment(**item) for item in expected.get("attachments", ()))
        expected["joined"] = tuple(expected.get("joined", ()))
        expected = Inbound(**expected)
    assert to_inbound(recorded["update"], ME, now=NOW) == expected


def message(text="", **more):
    return Outbound(**{"platform": "telegram", "chat_id": "1001", "text": text} | more)


def test_text_is_escaped_and_never_previewed():
    (call,) = to_payload(message("<b>&amp; <!channel> [a](http://x) *b* & c"))
    assert call.method == "sendMessage"
    assert call.params["text"] == "&lt;b&gt;&amp;amp; &lt;!channel&gt; [a](http://x) *b* &amp; c"
    assert call.params["parse_mode"] == "HTML"
    assert call.params["link_preview_options"] == {"is_disabled": True}
    assert parsed(call.params, "text", 4096) == "<b>&amp; <!channel> [a](http://x) *b* & c"


def test_names_behind_an_at_ring_nobody_in_a_group():
    (call,) = to_payload(message("ask @someone or a@b.example", chat_id="-1001"))
    assert call.params["text"] == "ask @\u2060someone or a@b.example"
    (call,) = to_payload(message("ask @someone"))
    assert call.params["text"] == "ask @someone"


def test_a_heading_stands_out():
    message = Outbound(platform="telegram", chat_id="7", text="华东 · <管道>\n方案制定　1", has_heading=True)
    (call,) = to_payload(message)
    assert call.params["text"] == "<b>华东 · &lt;管道&gt;</b>\n方案制定　1"
    picture, text = to_payload(replace(message, text=message.text + "长" * 1100, picture=PNG, picture_alt="图"))
    assert picture.params["caption"] == "图"
    assert text.params["text"].startswith("<b>华东 · &lt;管道&gt;</b>\n")


def test_long_texts_are_split_by_utf_16_units():
    text = "\n".join(f"{number} 号客户 😀 <名称>" for number in range(900))
    calls = to_payload(message(text, buttons=(Button("1.0", "保存"),)))
    assert len(calls) > 2
    assert ["reply_markup" in call.params for call in calls] == [False] * (len(calls) - 1) + [True]
    assert "\n".join(parsed(call.params, "text", 4096) for call in calls) == text


def test_units():
    assert length("a中😀") == 4
    assert [index("a😀b", units) for units in range(5)] == [0, 1, 2, 2, 3]
    assert split("😀" * 3000, 4096) == ["😀" * 2048, "😀" * 952]
    assert split("a b " * 3, 5) == ["a b a", "b a b"]
    assert split("", 10) == [""]
    assert split("x" * 10, 10) == ["x" * 10]
    for text in ("word " * 2000, "行\n" * 4000, "😀a" * 3000):
        parts = split(text, 4096)
        assert all(length(part) <= 4096 and part.strip() for part in parts)
        assert "".join("".join(parts).split()) == "".join(text.split())


def test_buttons_share_a_row_where_they_fit():
    labels = ["保存", "修改", "取消", "一个很长很长很长的选项名称", "1", "2", "3", "4", "5"]
    (call,) = to_payload(message("?", buttons=tuple(Button(f"9.{n}", label) for n, label in enumerate(labels))))
    rows = [[button["text"] for button in row] for row in call.params["reply_markup"]["inline_keyboard"]]
    assert rows == [["保存", "修改", "取消"], ["一个很长很长很长的选项名称"], ["1", "2", "3", "4"], ["5"]]
    assert [button["callback_data"] for button in read_keyboard(call.params)] == [f"9.{n}" for n in range(9)]


def test_what_cannot_be_a_button_becomes_a_numbered_line():
    (call,) = to_payload(message("?", buttons=(Button("很" * 22, "好"),)))
    assert "reply_markup" not in call.params
    assert call.params["text"] == "?\n[1] 好"
    (call,) = to_payload(message("?", buttons=tuple(Button(str(n), "x") for n in range(101))))
    assert "reply_markup" not in call.params


def test_where_it_goes():
    assert to_payload(message("x", chat_id="-100", thread_id="7"))[0].params["message_thread_id"] == 7
    private = to_payload(message("x", chat_id="-100", thread_id="7", only_for="1001"))[0].params
    assert private["chat_id"] == 1001
    assert "message_thread_id" not in private
    call = to_redrawn(message("x", chat_id="-100", thread_id="7"), "12")
    assert (call.method, call.params) == ("editMessageReplyMarkup", {"chat_id": -100, "message_id": 12})
    assert "reply_markup" in to_redrawn(message("x", buttons=(Button("1.0", "a"),)), "12").params
    assert to_redrawn(message("x"), "") is None


def test_a_picture_carries_the_text_where_it_fits():
    (call,) = to_payload(message("<短>", picture=PNG, picture_alt="图", buttons=(Button("1.0", "a"),)))
    assert (call.method, call.params["caption"], call.upload.content) == ("sendPhoto", "&lt;短&gt;", PNG)
    assert "reply_markup" in call.params
    first, second = to_payload(message("长" * 1025, picture=PNG, picture_alt="图"))
    assert (first.params["caption"], second.method) == ("图", "sendMessage")


def test_a_file_comes_with_its_text_under_it_and_after_a_picture():
    pdf = Upload("file", "报价.pdf", b"%PDF")
    (call,) = to_payload(message("报价", file=pdf, buttons=(Button("1.0", "a"),)))
    assert (call.method, call.params["caption"], call.upload) == ("sendDocument", "报价", pdf)
    first, second = to_payload(message("报价", file=pdf, picture=PNG))
    assert (first.method, "caption" in first.params, second.method) == ("sendPhoto", False, "sendDocument")


def test_what_telegram_has_already_is_named_by_its_handle():
    (call,) = to_payload(message("照片", file=Upload("image", "照片", b"", handle="AgAC1")))
    assert (call.method, call.upload.handle) == ("sendPhoto", "AgAC1")


def test_nothing_is_never_sent():
    assert to_payload(message("  "))[0].params["text"] == "…"


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.RetryAfter(30), RetryLater),
        (errors.ChatMigrated(-100), Moved),
        (errors.Forbidden("Forbidden: bot was blocked by the user"), Undeliverable),
        (errors.BadRequest("Chat not found"), Undeliverable),
        (errors.InvalidToken("no"), errors.InvalidToken),
        (errors.EndPointNotFound("no"), errors.EndPointNotFound),
        (errors.Conflict("two"), errors.Conflict),
        (caused(errors.TimedOut(), aiohttp.ConnectionTimeoutError()), errors.TimedOut),
        (caused(errors.TimedOut(), aiohttp.SocketTimeoutError()), OutcomeUnknown),
        (caused(errors.NetworkError(""), aiohttp.ClientConnectorError(Mock(), OSError())), errors.NetworkError),
        (caused(errors.NetworkError(""), aiohttp.ClientOSError()), OutcomeUnknown),
        (caused(errors.NetworkError(""), aiohttp.ServerDisconnectedError()), OutcomeUnknown),
        (errors.NetworkError("Bad Gateway"), errors.NetworkError),
        (errors.TelegramError("Invalid server response"), OutcomeUnknown),
        (errors.PassportDecryptionError(""), OutcomeUnknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors(error, expected):
    assert type(translate(error)) is expected


def test_every_error_of_the_library_is_known():
    theirs = {kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    tested = {type(case[0]) for mark in test_errors.pytestmark for case in mark.args[1]}
    assert theirs == tested


def test_a_wait_is_told_in_seconds():
    found = translate(errors.RetryAfter(30))
    assert isinstance(found, RetryLater)
    assert (found.after_s, found.everywhere) == (30.0, False)


@pytest.mark.parametrize(
    ("text", "chat", "said"),
    [
        ("/start K7QF-2M9X", {"id": 7, "type": "private"}, "K7QF-2M9X"),
        ("/help", {"id": 7, "type": "private"}, "帮助"),
        (f"@{ME.username} 本季度管道", {"id": -7, "type": "group"}, "本季度管道"),
        ("本季度管道", {"id": -7, "type": "group"}, None),
        ("/help@somebody_else_bot", {"id": -7, "type": "group"}, None),
    ],
)
def test_what_telegram_marks_is_seen_without_its_marks(text, chat, said):
    message = {"message_id": 1, "date": 1, "from": {"id": 7, "first_name": "雷"}, "chat": chat, "text": text}
    found = to_inbound({"update_id": 1, "message": message}, ME, now=NOW)
    assert (found.text if found else None) == said
