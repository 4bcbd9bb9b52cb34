"""People from outside the company in a group: as long as one is there, nothing of the company is said aloud."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Inbound
from bot.people import outsiders
from config.catalog import catalog
from tests.reports.test_audience import ASKED, NOW, company, said_in
from tests.transcripts.talk import Talk

GROUP, STRANGER = "华东群", "某客户"
ALLOWED = [catalog("zh").say(key) for key in ("group.outsiders", "group.outsiders_draft")]


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    found = company(tmp_path / "here", "zh", with_secret=True)
    yield found
    found.close()


def stranger_speaks(talk: Talk, who: str = STRANGER, **about: Any) -> None:
    talk.say(who, "你好", chat=GROUP, **({"is_outside": True} | about))


def comes_and_goes(talk: Talk, *, joined: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> None:
    event = Inbound(
        platform="console",
        event_id="e",
        chat_id=GROUP,
        sender_id="李雷",
        is_private=False,
        joined=joined,
        left=left,
        sent_at=NOW,
    )
    talk.bot.database.write(lambda tx: outsiders.come_and_gone(tx, event))


def report(talk: Talk) -> str:
    return talk.say("陈静", "本季度管道汇总", chat=GROUP).text


def test_numbers_come_to_the_asker_alone(talk: Talk) -> None:
    assert "¥500,000" in report(talk)
    stranger_speaks(talk)
    assert report(talk) == ALLOWED[0]
    alone = said_in(talk, "陈静")
    assert "¥500,000" in alone[-1][0]
    assert alone[-1][3].startswith(b"\x89PNG")


def test_nothing_of_the_company_is_said(talk: Talk) -> None:
    stranger_speaks(talk)
    before = len(said_in(talk, GROUP))
    for text in ASKED["zh"]:
        talk.say("老板", text, chat=GROUP)
    said = said_in(talk, GROUP)[before:]
    assert len(said) == len(ASKED["zh"])
    assert [one for one in said if one[0] not in ALLOWED or one[1] or one[2] or one[3]] == []


def test_a_colleague_whom_the_bot_did_not_know_is_none_once_linked(talk: Talk) -> None:
    stranger_speaks(talk, "新同事")
    assert report(talk) == ALLOWED[0]
    talk.add("user", {"name": "新同事", "role": "rep", "team": "华东"})
    assert "¥500,000" in report(talk)


def test_a_member_whom_the_platform_vouches_for_is_none(talk: Talk) -> None:
    stranger_speaks(talk, is_outside=False)
    assert "¥500,000" in report(talk)


def test_who_comes_in_counts_without_a_word_until_they_leave(talk: Talk) -> None:
    comes_and_goes(talk, joined=(STRANGER, "韩梅梅"))
    assert report(talk) == ALLOWED[0]
    comes_and_goes(talk, left=(STRANGER,))
    assert "¥500,000" in report(talk)


def test_a_chat_that_is_shared_with_another_organisation(talk: Talk) -> None:
    assert talk.say("陈静", "本季度管道汇总", chat=GROUP, is_shared=True).text == ALLOWED[0]


def test_binding_the_group_anew_says_that_all_may_hear_it(talk: Talk) -> None:
    stranger_speaks(talk)
    assert "华东" in talk.say("老板", "绑定团队 华东", chat=GROUP).text
    assert "¥500,000" in report(talk)


def test_a_draft_is_not_begun_before_them(talk: Talk) -> None:
    stranger_speaks(talk)
    before = talk.find("follow_up", {})
    assert talk.say("李雷", "今天拜访了蓝海物流，聊了冷库改造", chat=GROUP).text == ALLOWED[1]
    talk.say("李雷", "保存", chat=GROUP)
    assert talk.find("follow_up", {}) == before


@pytest.mark.parametrize("is_there", [False, True])
def test_the_digest_of_the_group_waits(talk: Talk, is_there: bool) -> None:
    talk.say("陈静", "每周一9点把周报发到这个群", chat=GROUP)
    if is_there:
        stranger_speaks(talk)
    talk.pass_time(datetime.fromisoformat("2026-11-30T09:00:00+08:00"))
    assert (talk.unasked(GROUP) is None) == is_there


def test_they_follow_a_group_that_moves(talk: Talk) -> None:
    stranger_speaks(talk)
    talk.bot.database.write(lambda tx: outsiders.move(tx, "console", GROUP, "新群"))
    with talk.bot.database.read() as tx:
        assert [outsiders.are_in(tx, "console", chat) for chat in (GROUP, "新群")] == [False, True]
