"""Cantonese words by their standard ones; nothing else is touched."""

import pytest

from nlu.dialect import in_standard_words, without_slips


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


def test_slips() -> None:
    assert without_slips("今天败访了永安，提型我打电化") == "今天拜访了永安，提醒我打电话"
    for right in ("电话会议，客户跟进", "失败访问", "其他门店", "请提型号", "汇报阶段"):
        assert without_slips(right) == right
