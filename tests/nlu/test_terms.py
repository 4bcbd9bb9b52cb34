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
