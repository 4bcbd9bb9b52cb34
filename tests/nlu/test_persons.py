"""People nobody knows in Chinese sentences: short titles, nicknames and bare names, by where they stand."""

import random
from typing import Any

import pytest

from nlu.parse_json import parse_line
from tests.nlu.inventing import invented, invented_person

NOW = "2026-11-27T10:00:00+08:00"
SAID = (
    "今早去{firm}拜访{person}，他对参数没意见",
    "{firm}{person}回话了，要我们周五前改报价",
    "{firm}采购部的{person}问能不能分两批发",
    "跟{person}打了二十分钟电话，主要讲付款",
    "{person}刚来电，说合同法务过了",
    "给{firm}的{person}打电话，约了看样",
)


def _slots(text: str) -> Any:
    return parse_line({"id": "x", "text": text, "now": NOW, "lang": "zh"})["slots"]


def test_nine_of_ten_invented_people_are_found() -> None:
    draw = random.Random(2027)
    drawn = [(said, invented(draw), invented_person(draw)) for said in SAID for _ in range(20)]
    found = [_slots(said.format(firm=firm, person=person)).get("contact") for said, firm, person in drawn]
    right = [contact == person for contact, (_, _, person) in zip(found, drawn, strict=True)]
    assert sum(right) / len(drawn) >= 0.9


@pytest.mark.parametrize(
    ("text", "customer", "contact"),
    [
        ("仪征华岳见郭部长，聊了半小时", "仪征华岳", "郭部长"),
        ("蒋科打电话来说参数要改", None, "蒋科"),
        ("临海三院的陆院说下周再谈价格", "临海三院", "陆院"),
        ("鼎盛行的老板娘嫌贵", "鼎盛行", "老板娘"),
        ("跟大发食品胖哥聊了聊，他要二十箱", "大发食品", "胖哥"),
        ("同盈丰嘅陈生倾咗半个钟，佢话太贵", "盈丰", "陈生"),
        ("中科的小张说还在等批文", "中科", "小张"),
    ],
)
def test_a_person_and_a_firm_share_a_message(text: str, customer: str | None, contact: str) -> None:
    slots = _slots(text)
    assert (slots.get("customer"), slots.get("contact")) == (customer, contact)


@pytest.mark.parametrize("text", ["领导申请了预算，下周批", "金额没定，方案先发", "院方说再坏就退货", "老客户都还稳定"])
def test_words_like_names_are_nobody(text: str) -> None:
    assert "contact" not in _slots(text)
