"""Companies and people nobody knows: by where they stand, never by a list."""

import random
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from nlu.contacts import find_person
from nlu.english_names import likeliest
from nlu.parse_json import explain, parse_line, scene_of
from nlu.persons import PERSON
from nlu.rivals import mark_rivals
from nlu.spotting import FIRM
from nlu.stretches import Sought, spot
from nlu.understand import understand
from tests.nlu.inventing import invented
from tests.nlu.inventing_en import invented_firm, invented_person
from tests.nlu.judge import Case
from tests.nlu.names import Sentence, kept_back
from tests.nlu.names.english import held_sentences

NOW = "2026-11-27T10:00:00+08:00"
SAID = (
    "今天跑了一趟{}聊得还行",
    "约了{}下周看设备",
    "{}催我们报价催得很紧",
    "刚从{}出来，王总对方案没意见",
    "给{}的李经理打了个电话，他说月底定",
    "{}嫌贵，想再便宜点",
)


def _case(text: str, **known: list[str]) -> Case:
    return {"id": "x", "text": text, "now": NOW, "lang": "zh", "known": known}


def _slots(case: Case) -> Any:
    return parse_line(case)["slots"]


def _invented() -> Iterator[tuple[str, str]]:
    draw = random.Random(2026)
    for said in SAID:
        for _ in range(20):
            name = invented(draw)
            yield said.format(name), name


def test_nine_of_ten_invented_firms_are_found() -> None:
    pairs = list(_invented())
    best = [spot(scene_of(_case(text)), FIRM)[0] for text, _ in pairs]
    right = [text[one.start : one.end] == name for one, (text, name) in zip(best, pairs, strict=True)]
    assert sum(right) / len(pairs) >= 0.9


@pytest.mark.parametrize("sought", [FIRM, PERSON], ids=["firms", "people"])
def test_names_are_found_where_salespeople_put_them(sought: Sought) -> None:
    right = [_is_right(sentence, sought) for sentence in kept_back()]
    assert sum(right) / len(right) >= 0.85


def _is_right(sentence: Sentence, sought: Sought) -> bool:
    """Is the likeliest stretch the marked one, and none likely where none is?"""
    scene = scene_of(sentence.case)
    mark_rivals(scene)
    find_person(scene)
    where = sentence.firm if sought is FIRM else sentence.person
    spotted = spot(scene, sought)
    assert where is not None
    if not spotted or spotted[0].share <= 1 - sum(one.share for one in spotted):
        return where.none
    return spotted[0][:2] in where.spans


@pytest.mark.parametrize(
    "text", ["今天跑了一趟没见到人", "下周看设备", "客户催报价催得很紧", "他嫌贵，想再便宜点", "聊了价格和付款和质保"]
)
def test_where_nobody_is_named_there_is_none(text: str) -> None:
    assert "customer" not in _slots(_case(text))


def test_a_known_name_beats_every_guess() -> None:
    assert _slots(_case("今天跑了一趟恒泰聊得还行，顺路看了蓝海", customers=["蓝海"]))["customer"] == "蓝海"


def test_a_rival_is_no_customer() -> None:
    assert _slots(_case("这单输给了鼎新，价格没打过")).get("customer") != "鼎新"


def test_the_shares_never_make_up_more_than_all() -> None:
    for text, _ in _invented():
        shares = [one.share for one in spot(scene_of(_case(text)), FIRM)]
        assert 0 <= sum(shares) <= 1.000001
        assert shares == sorted(shares, reverse=True)


def test_it_tells_why_and_how_sure() -> None:
    found = understand("约了鼎新下周看设备", now=datetime.fromisoformat(NOW))
    row = next(row for row in explain(found) if row.name == "customer")
    assert (row.words, row.why) == ("鼎新", "where companies stand")
    assert 0.5 < row.sure <= 1


# -- in English

SAID_EN = (
    "Stopped by {firm} this morning, {person} gave us a tour of the yard",
    "quick sync w/ {person} ({firm}), they need it before the summer",
    "{person} from {firm} pinged me, board said no",
    "{firm}: {person} is asking for net 45",
)


def _invented_en(draw: random.Random) -> Iterator[tuple[str, str, str]]:
    for said in SAID_EN:
        for _ in range(20):
            firm, person = invented_firm(draw), invented_person(draw, draw.choice(("Ann", "Ann Lee")))
            yield said.format(firm=firm, person=person), firm, person


@pytest.mark.parametrize(("small", "least"), [(False, 0.85), (True, 0.7)], ids=["written", "in small letters"])
def test_invented_firms_and_people_are_found_in_english(small: bool, least: float) -> None:
    right = total = 0
    for text, firm, person in _invented_en(random.Random(2026)):
        typed = text.lower() if small else text
        found = likeliest(scene_of(_case(typed) | {"lang": "en"}))
        names = [typed[one.start : one.end].lower() if one else "" for one in found]
        right += names == [firm.lower(), person.lower()]
        total += 1
    assert right / total >= least


@pytest.mark.parametrize(
    "text", ["they want a discount, i said no", "Board meets in July, no decision before", "Called twice. No answer."]
)
def test_where_nobody_is_named_in_english_there_is_nobody(text: str) -> None:
    assert likeliest(scene_of(_case(text) | {"lang": "en"})) == (None, None)


def test_in_english_a_rival_is_no_customer() -> None:
    slots = parse_line(_case("lost Marlow Print to Zentora, too expensive") | {"lang": "en"})["slots"]
    assert slots == {"customer": "Marlow Print", "stage": "lost"} | {k: v for k, v in slots.items() if k == "feedback"}


def test_no_words_are_both_the_customer_and_the_contact() -> None:
    for text, _, _ in _invented_en(random.Random(7)):
        customer, contact = likeliest(scene_of(_case(text) | {"lang": "en"}))
        assert customer is None or contact is None or customer.end <= contact.start or contact.end <= customer.start


def test_english_as_reps_speak_is_read_from_sentences_never_learned() -> None:
    """Both the customer and the contact right, or rightly nobody, in four of five."""
    sentences = list(held_sentences())
    right = 0
    for sentence in sentences:
        scene = scene_of(sentence.case)
        mark_rivals(scene)
        places = [{(one.start, one.end)} if one else set() for one in likeliest(scene)]
        wanted = [sentence.spans[kind] for kind in ("customer", "contact")]
        right += all(found <= held and bool(found) == bool(held) for found, held in zip(places, wanted, strict=True))
    assert right / len(sentences) >= 0.8
