"""Whatever the text, there is an understanding, soon."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.name_index import NameIndex
from nlu.types import Name
from nlu.understand import understand

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
KNOWN = NameIndex([Name("customer", "华为"), Name("contact", "张总"), Name("customer", "Acme Robotics")])
WORDS = [
    "华为",
    "张总",
    "拜访",
    "了",
    "的",
    "下周三",
    "三点",
    "50万",
    "金额",
    "合同",
    "订单",
    "PO-123",
    "13800138000",
    "a@b.example",
    "不是",
    "是",
    "（",
    "）",
    "(",
    ":",
    "，",
    "。",
    "/",
    "|",
    "@",
    "+",
    "remind",
    "me",
    "visited",
    "by",
    "from",
    "the",
    "0",
    "9",
    "$",
    "€",
    "k",
    "打了5分",
    "BEGIN:VCARD",
    "TEL:",
    "公司",
]


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_text(text: str) -> None:
    found = understand(text, now=NOW, known=KNOWN)
    assert found.text == text


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
def test_any_order_of_our_words(text: str) -> None:
    found = understand(text, now=NOW, known=KNOWN)
    assert all(0 <= slot.start <= slot.end for slot in found.slots.values())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes(data: bytes) -> None:
    understand(data.decode("utf-8", "surrogateescape"), now=NOW, known=KNOWN)
    understand(data.decode("utf-16-le", "surrogatepass" if len(data) % 2 == 0 else "replace"), now=NOW)


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "\u202e华为\u200b张总", "a\u0301" * 50, "\x00" * 100, "华" * 10_000_000], ids=range(7)
)
def test_odd_texts(text: str) -> None:
    understand(text, now=NOW, known=KNOWN)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "一",
        "（",
        "(",
        "亿万",
        "a",
        "a ",
        "华为",
        "张总 ",
        "13800138000",
        "1-",
        "a@",
        "不是",
        "，",
        ".",
        "下周",
        "《",
        "a-1/",
        "合同号1",
        "A b",
    ],
)
def test_hostile_texts_of_ten_thousand_characters_do_not_stall(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    start = time.process_time()
    understand(text, now=NOW, known=KNOWN)
    assert time.process_time() - start < 2.0
