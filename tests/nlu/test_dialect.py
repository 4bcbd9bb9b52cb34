"""Cantonese words by their standard ones; nothing else is touched."""

import pytest

from nlu.dialect import in_standard_words


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("听日下昼三点提我打畀何生", "明天下午三点提醒我打电话给何生"),
        ("唔系三点，系四点", "不是三点，是四点"),
        ("佢哋嘅单几钱", "他们的单多少钱"),
        ("佢话系统未来再升级", "他说系统未来再升级"),
        ("今日系统升级", "今日系统升级"),
        ("关系很好，未来再谈", "关系很好，未来再谈"),
        ("remind me tomorrow", "remind me tomorrow"),
    ],
)
def test_words(said: str, meant: str) -> None:
    assert in_standard_words(said) == meant
