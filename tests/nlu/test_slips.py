"""Slips of who types by sound are put right; words and names are left alone."""

import pytest

from nlu.slips import as_it_sounds


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("记个根进", "记个跟进"),
        ("查一下我的商鸡", "查一下我的商机"),
        ("商机推进到合同谈叛", "商机推进到合同谈判"),
        ("刘总说下个约签合同", "刘总说下个月签合同"),
        ("有没有漏根进的客户", "有没有漏跟进的客户"),
        ("提形我明田打电花", "提醒我明天打电话"),
    ],
)
def test_one_wrong_character_of_the_same_sound(typed: str, meant: str) -> None:
    assert as_it_sounds(typed) == meant


@pytest.mark.parametrize(
    "text", ["上级来检查", "跟金总聊了金额", "不跟金额挂钩", "下昼三点", "华为的情况", "联席会议", "log a call"]
)
def test_words_and_names_stay(text: str) -> None:
    assert as_it_sounds(text) == text


def test_a_known_name_stays() -> None:
    assert as_it_sounds("尚机科技的客户", but=[(0, 4)]) == "尚机科技的客户"
