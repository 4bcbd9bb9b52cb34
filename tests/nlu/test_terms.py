"""Terms of payment and goods as people type them, with marks between the parts or without any."""

from datetime import UTC, datetime

import pytest

from nlu.goods import read_goods
from nlu.terms import read_terms
from nlu.understand import understand

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

THIRTY_SIXTY_TEN = [
    ("首付30% 验收60% 质保10%", "signing acceptance warranty"),
    ("首付三成发货前付六成剩下质保", "signing delivery warranty"),
    ("首付三成，发货前付六成，剩下的质保金", "signing delivery warranty"),
    ("30% up front 60% before shipping rest after commissioning", "signing delivery acceptance"),
    ("deposit 30% delivery 60% acceptance 10%", "signing delivery acceptance"),
    ("30% on signing, 60% before shipping and the remaining 10% on acceptance", "signing delivery acceptance"),
]


@pytest.mark.parametrize(("said", "milestones"), THIRTY_SIXTY_TEN)
def test_each_share_is_due_at_its_own_milestone(said: str, milestones: str) -> None:
    parts = read_terms(understand(said, now=NOW))
    assert [part.share for part in parts] == [30, 60, 10]
    assert [part.milestone for part in parts] == milestones.split()


def test_a_share_alone_leaves_the_rest_for_later() -> None:
    first, rest = read_terms(understand("50% deposit", now=NOW))
    assert (first.share, first.milestone, rest.share) == (50, "signing", 50)
    halves = read_terms(understand("50% deposit 50% on delivery", now=NOW))
    assert [(part.share, part.milestone) for part in halves] == [(50, "signing"), (50, "delivery")]


def test_a_budget_is_neither_goods_nor_their_price() -> None:
    (goods,) = read_goods(understand("聊了二期扩容，预算大概80万；大概要两套，一套40万", now=NOW))
    assert (goods.product, goods.quantity, goods.unit_price and goods.unit_price.value) == ("二期扩容", 2, 400_000)
    assert read_goods(understand("预算大概80万", now=NOW)) == []
    (nameless,) = read_goods(understand("大概要两套，一套40万", now=NOW), named=False)
    assert (nameless.quantity, nameless.unit_price and nameless.unit_price.value) == (2, 400_000)


@pytest.mark.parametrize(
    "said", ["a third upfront, a third on delivery, balance net 45", "三分之一预付 三分之一到货付 剩下验收付"]
)
def test_three_thirds_are_the_whole(said: str) -> None:
    parts = read_terms(understand(said, now=NOW))
    assert sum(part.share or 0 for part in parts) == 100
    assert [part.milestone for part in parts[:2]] == ["signing", "delivery"]


FEES = [
    ("空调20台 每台3200 安装费每台300", [("空调", 20, 3200), ("安装费", 20, 300)]),
    ("要60把办公椅580一把和10张会议桌2600一张", [("办公椅", 60, 580), ("会议桌", 10, 2600)]),
    ("12 benches @ 340 and install for 900", [("benches", 12, 340), ("install", 1, 900)]),
    ("60 desks at 95, delivery 180", [("desks", 60, 95), ("delivery", 1, 180)]),
]


@pytest.mark.parametrize(("said", "goods"), FEES)
def test_what_is_sold_beside_goods_has_a_line_of_its_own(said: str, goods: list[tuple[str, int, int]]) -> None:
    found = read_goods(understand(said, now=NOW))
    assert [(item.product, item.quantity, item.unit_price and item.unit_price.value) for item in found] == goods
