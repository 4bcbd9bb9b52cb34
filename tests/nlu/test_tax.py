"""What a message says of tax, and what only looks like it."""

from decimal import Decimal

import pytest

from nlu.tax import Tax, read_tax


@pytest.mark.parametrize(
    ("text", "included", "rate"),
    [
        ("网关 200 套，单价 1,250，9 折，不含税 13%", False, "0.13"),
        ("50万，含13%税", True, "0.13"),
        ("含税13%", True, "0.13"),
        ("不含税（6%）", False, "0.06"),
        ("开13个点的专票", True, "0.13"),
        ("开票 5 万，6 个点", True, "0.06"),
        ("另加13%增值税", False, "0.13"),
        ("税率 9%", True, "0.09"),
        ("未税价 20 万", False, None),
        ("价税合计 50 万", True, None),
        ("含税，首付 30%", True, None),
        ("含税 30% 首付", True, None),
        ("excl. 20% VAT", False, "0.2"),
        ("plus VAT", False, None),
        ("$1,200 + VAT", False, None),
        ("ex VAT", False, None),
        ("incl. VAT, 30% down", True, None),
        ("including 20% VAT", True, "0.2"),
        ("tax included (13%)", True, "0.13"),
        ("VAT at 20%", False, "0.2"),
        ("VAT is on top", False, None),
    ],
)
def test_what_is_said_of_tax(text, included, rate):
    assert read_tax(text) == Tax(included, Decimal(rate) if rate else None)


@pytest.mark.parametrize(
    "text", ["首付 30%，验收 60%", "10% off", "降了5个点", "明天去税务局", "the tax office visit", "下午 3 点开票"]
)
def test_what_is_no_word_on_tax(text):
    assert read_tax(text) is None
