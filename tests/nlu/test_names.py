"""Names: their forms, their telephone keys, and the index that finds them in text."""

import importlib
import unicodedata

import pytest

from nlu.cards import read_vcards
from nlu.names import (
    NameIndex,
    core_name,
    normalise,
    phone_key,
    pinyin,
    pinyin_initials,
    short_forms,
    split_extension,
    syllable,
)
from nlu.types import Name


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("华为技术有限公司", "华为"),
        ("蓝海物流有限公司", "蓝海物流"),
        ("Northwind Traders Ltd", "northwind traders"),
        ("天津港", "天津港"),
        ("北京银行股份有限公司", "北京银行"),
        ("上海锐博科技有限公司", "锐博"),
        ("公司", "公司"),
        ("", ""),
    ],
)
def test_core_name(name: str, core: str) -> None:
    assert core_name(name) == core


def test_short_forms() -> None:
    assert "中兴" in short_forms("中兴通讯股份有限公司")
    assert "华为中国" in short_forms("华为（中国）有限公司")
    assert "kestrel" in short_forms("Kestrel Aerospace")
    assert "palm crest" in short_forms("Palm Crest Resort Ltd")
    assert "bank of" not in short_forms("Bank of Ardley")
    assert short_forms("") == ()


def test_normalise_and_pinyin() -> None:
    assert normalise("華為（中國） Co., Ltd") == "华为中国coltd"
    assert pinyin("华为") == "huawei"
    assert pinyin_initials("TCL集团") == "tcljt"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("138 1234 0000", "+8613812340000"),
        ("＋８６ 138-1234-0000", "+8613812340000"),
        ("010-58856600转801", "+861058856600"),
        ("0592-5566778", "+865925566778"),
        ("+233 24 555 0101", "+233245550101"),
        ("10086", ""),
        ("", ""),
        ("x" * 500, ""),
    ],
)
def test_phone_key(text: str, key: str) -> None:
    assert phone_key(text) == key


def test_extension() -> None:
    assert split_extension("010-58856600转801") == ("010-58856600", "801")


def _found(index: NameIndex, text: str) -> list[tuple[str, str]]:
    return [(match.name.name, text[match.start : match.end]) for match in index.find(text)]


def test_the_longest_name_wins_and_records_change() -> None:
    index = NameIndex([Name("customer", "华为"), Name("customer", "华为终端")])
    assert _found(index, "今天拜访华为终端的张总") == [("华为终端", "华为终端")]
    index.remove(Name("customer", "华为终端"))
    assert _found(index, "今天拜访华为终端的张总") == [("华为", "华为")]
    index.add(Name("customer", "Acme Robotics"), aliases=["铁臂"])
    assert _found(index, "铁臂那边") == [("Acme Robotics", "铁臂")]


def test_near_misses_and_word_borders() -> None:
    index = NameIndex([Name("customer", "华为技术有限公司"), Name("customer", "Northwind Traders")])
    assert _found(index, "华维张总来电话") == [("华为技术有限公司", "华维")]
    assert _found(index, "met northwind  traders") == [("Northwind Traders", "northwind  traders")]
    assert _found(index, "northwinds") == []


def test_several_vcards() -> None:
    text = "\n".join(
        f"BEGIN:VCARD\r\nVERSION:{version}\r\nFN:Rita Gomes\r\nORG:Copperfield;Buying\r\nTEL:+44 20 "
        f"7946 0999\r\nEND:VCARD"
        for version in ("3.0", "4.0")
    )
    cards = read_vcards(text)
    assert [card.name for card in cards] == ["Rita Gomes"] * 2
    assert cards[0].company == "Copperfield"
    assert cards[0].department == "Buying"
    assert cards[0].phones == ("+442079460999",)


def test_syllables_are_those_of_pypinyin(monkeypatch):
    """Our table is a small extract of theirs."""
    monkeypatch.setenv("PYPINYIN_NO_PHRASES", "true")
    readings = importlib.import_module("pypinyin.pinyin_dict").pinyin_dict
    for code, reading in readings.items():
        plain = unicodedata.normalize("NFD", reading.split(",")[0])
        assert syllable(chr(code)) == "".join(c for c in plain if c.isascii()), chr(code)
    assert [syllable(char) for char in "a7 あ😊"] == list("a7 あ😊")
