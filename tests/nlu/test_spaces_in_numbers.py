"""A Chinese writer who puts spaces around digits means the same: 「17 万 1」, 「3 月底」."""

from datetime import date, datetime

import pytest

from nlu.values.engine import find_values

NOW = datetime.fromisoformat("2026-11-27T10:00+08:00")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("17 万 1", 171_000),
        ("回款 19 万 8", 198_000),
        ("8 万 5 千", 85_000),
        ("10万零6800", 106_800),
        ("10 万零 6800 元", 106_800),
        ("20 万零 400", 200_400),
        ("10 万 6800", 106_800),
        ("35万7600", 357_600),
        ("3 万 2 到账", 32_000),
        ("3 万 2 台", 30_000),
        ("5万 3台", 50_000),
        ("预算 30 万 3 月签", 300_000),
        ("20 万 5 年", 200_000),
    ],
)
def test_an_amount_is_read_to_its_end(text: str, amount: int) -> None:
    money = [value.money.value for value in find_values(text, now=NOW, lang="zh") if value.money]
    assert money == [amount]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 月底", date(2027, 3, 31)),
        ("2027 年 3 月底", date(2027, 3, 31)),
        ("2027 年 6 月底之前", date(2027, 6, 30)),
        ("2027 年底", date(2027, 12, 31)),
        ("签了 3 单 月底付", date(2026, 11, 30)),
        ("金额 50 月底到", date(2026, 11, 30)),
    ],
)
def test_the_end_of_a_month_is_that_of_the_month_before_it(text: str, day: date) -> None:
    times = [value.future for value in find_values(text, now=NOW, lang="zh") if value.future]
    assert [time.days.end for time in times] == [day]
