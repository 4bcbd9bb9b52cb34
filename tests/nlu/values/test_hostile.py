"""Whatever a text holds, reading it ends soon, in order, with places inside the text, and never in an exception."""

import gc
import random
import time
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.types import Language
from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")
PIECES = [
    *"一二十百千万亿年月日号周天点半下上前后内个元块第每到$¥£%,.-~/:() \u200b\u202e\ud800\u3000",
    *(
        "3",
        "12",
        "2026",
        "1.5",
        "3:30",
        "12/3",
        "2026-13-45",
        "0月0日",
        "32号",
        "二十五点",
        "99999999999",
        "1/0",
        "0/0",
    ),
    *("999999999", "days", "ago", "in", "the", "next", "last", "friday", "may", "and", "of", "from", "to", "between"),
    *(
        "5pm",
        "Q5",
        "H9",
        "农历",
        "春节",
        "大后天",
        "mid",
        "end",
        "beginning",
        "first",
        "week",
        "half",
        "a",
        "few",
        "million",
    ),
    *("k", "w", "hundred", "twenty"),
]
REPEATED = [
    *(
        "1",
        "一",
        "十百千万亿",
        "一万亿",
        "the_",
        "end_of_",
        "last_week_of_",
        "from_1_to_",
        "between_1_and_",
        "$",
        "1.2.3.",
    ),
    *(
        "3:",
        "-",
        "1-",
        "1/",
        "a",
        "a@",
        "\u200b",
        "\u202e1",
        "上",
        "下下",
        "半",
        "twenty_",
        "hundred_and_",
        "in_",
        "3_days_",
    ),
    *(
        "周一",
        "每",
        "2026年",
        "3月",
        "5号",
        "before_",
        "ago_",
        "1_day_after_",
        "the_first_monday_of_",
        "下午",
        "3点",
        "to_",
    ),
    *("\ud800", "50万", "half_", ",", "第一", "closest_monday_to_", "a.b.", "www.", "个", "next_", "q3_"),
    *("月", "点", "万", "下周", "5_", "5时", "3点半", "at_5_", "二十", "从5号到", "明天9.30_", "万把", "半个", "每周"),
]


def check(text: str, lang: Language) -> None:
    values = find_values(text, now=NOW, lang=lang)
    assert all(text[value.start : value.end] == value.text for value in values)
    assert all(left.end <= right.start for left, right in pairwise(values))
    values_json(values, NOW)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pieces_in_any_order(lang: Language) -> None:
    chance = random.Random(f"pieces {lang}")
    for _ in range(3000):
        check("".join(chance.choice(PIECES) + chance.choice(["", "", " "]) for _ in range(chance.randint(1, 14))), lang)


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.characters(exclude_categories=[]), max_size=60), lang=st.sampled_from(["zh", "en"]))
def test_any_characters(text: str, lang: Language) -> None:
    check(text, lang)


@pytest.mark.parametrize("piece", REPEATED)
def test_ten_thousand_characters(piece: str) -> None:
    """The limit is generous, for a busy machine; a quadratic reader would need seconds.

    Only this thread counts, after what other tests left behind is collected: neither is the reader's work.
    """
    word = piece.replace("_", " ")
    text = word * (10_000 // len(word))
    gc.collect()
    start = time.thread_time()
    for lang in ("zh", "en"):
        find_values(text, now=NOW, lang=lang)  # type: ignore[arg-type]
    assert time.thread_time() - start < 0.25


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "\u200b", "。"])
def test_next_to_nothing(text: str) -> None:
    assert find_values(text, now=NOW, lang="zh") == ()
