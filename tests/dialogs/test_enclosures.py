"""Photos and files beside words, and the place a message comes from."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.base import Attachment
from storage import records
from storage.tables import inbox, outbox
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")
PHOTO = Attachment(kind="photo", file_id="AgAC1")
FILE = Attachment(kind="file", file_id="BQAC2", name="报价单.pdf")
VISIT = "今天拜访了红山贸易有限公司，聊了样品"
HERE, NEXT_DOOR, FAR = (31.230412, 121.473701), (31.231912, 121.474201), (39.9042, 116.4074)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    talk = Talk(tmp_path, NOW)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    yield talk
    talk.close()


def at(spot: tuple[float, float], name: str = "") -> tuple[Attachment, ...]:
    return (Attachment(kind="location", latitude=spot[0], longitude=spot[1], name=name),)


def kept(talk: Talk) -> list[tuple[int, int, str, str, str]]:
    """(note, position, kind, handle, name) of all files that are kept."""
    with talk.bot.database.read() as tx:
        cls = records.Enclosure
        query = select(cls.follow_up_id, cls.position, cls.media, cls.file_id, cls.name)
        query = query.where(cls.deleted_at.is_(None)).order_by(cls.follow_up_id, cls.position)
        return [tuple(row) for row in tx.connection.execute(query)]


def test_a_photo_with_words_is_kept_with_the_note(talk: Talk) -> None:
    card = talk.say("李雷", VISIT, along=[PHOTO])
    assert "📎 1 个附件" in card.text
    card = talk.say("李雷", "", along=[FILE])
    assert card.text.startswith("收到 1 个附件。")
    assert "📎 2 个附件　报价单.pdf" in card.text
    assert kept(talk) == []
    talk.say("李雷", "保存")
    assert kept(talk) == [(1, 0, "photo", "AgAC1", ""), (1, 1, "file", "BQAC2", "报价单.pdf")]
    talk.say("李雷", "撤销")
    assert kept(talk) == []


def test_what_is_kept_is_shown_again(talk: Talk) -> None:
    talk.say("李雷", VISIT, along=[PHOTO, FILE])
    talk.say("李雷", "保存")
    listed = talk.say("李雷", "红山的附件")
    assert listed.text == "附件 2 个\n1 11-23 周一 照片\n2 11-23 周一 报价单.pdf"
    shown = talk.press("李雷", "第 2 个")
    with talk.bot.database.read() as tx:
        payload = tx.connection.execute(select(outbox.c.payload).where(outbox.c.id == shown.row)).scalar_one()
    assert payload["file"] == ["报价单.pdf", "BQAC2", "file"]


def test_another_team_hears_nothing_of_files(talk: Talk) -> None:
    talk.add("user", {"name": "韩梅梅", "role": "rep", "team": "华南"})
    talk.say("李雷", VISIT, along=[FILE])
    talk.say("李雷", "保存")
    assert "报价单" not in talk.say("韩梅梅", "红山的附件").text


def test_a_photo_goes_with_the_note_that_its_words_begin(talk: Talk) -> None:
    """Not with the draft that is open before it."""
    talk.say("李雷", VISIT)
    card = talk.say("李雷", "上午拜访了蓝海物流，聊了冷库，照片如下", along=[PHOTO])
    assert "📎 1 个附件" in card.text
    talk.say("李雷", "保存")
    assert [row[0] for row in kept(talk)] == [1]
    talk.say("李雷", "保存")  # the one before it, which goes on now
    assert [row[0] for row in kept(talk)] == [1]


def test_what_comes_first_waits_for_its_note(talk: Talk) -> None:
    assert talk.say("李雷", "", along=[PHOTO]).text == "收到 1 个附件。\n是和哪个客户的？写一句，我记在一起。"
    talk.say("李雷", "我的提醒")
    assert "📎 1 个附件" in talk.say("李雷", VISIT).text
    talk.say("李雷", "保存")
    assert [row[3] for row in kept(talk)] == ["AgAC1"]


def test_what_comes_after_the_save_goes_to_the_note_just_saved(talk: Talk) -> None:
    talk.say("李雷", VISIT)
    talk.say("李雷", "保存")
    answer = talk.say("李雷", "", along=[FILE])
    assert (answer.text, answer.buttons) == ("已保存：1 个附件，记在跟进 F-1。", ("撤销",))
    assert [row[:2] for row in kept(talk)] == [(1, 0)]


def test_a_place_finds_the_customer_that_was_visited_there(talk: Talk) -> None:
    assert talk.say("李雷", "", along=at(HERE, "红山贸易有限公司")).text.startswith("聊了什么？")
    talk.say("李雷", "看了样品")
    talk.say("李雷", "保存")
    asked = talk.say("李雷", "", along=at(NEXT_DOOR))
    assert asked.text.startswith("在红山贸易有限公司（约 ")
    assert asked.buttons == ("是", "另一家", "取消")
    assert talk.press("李雷", "是").text.startswith("聊了什么？")
    talk.say("李雷", "送了样品")
    talk.say("李雷", "保存")
    assert len(talk.find("follow_up", {"customer": "红山贸易有限公司", "channel": "visit"})) == 2


def test_another_place_asks_for_the_customer(talk: Talk) -> None:
    talk.say("李雷", "", along=at(HERE, "红山贸易有限公司"))
    talk.say("李雷", "看了样品")
    talk.say("李雷", "保存")
    assert talk.say("李雷", "", along=at(FAR)).text == "跟进哪个客户？"


def test_somebody_elsewhere_is_named_instead(talk: Talk) -> None:
    talk.say("李雷", "", along=at(HERE, "红山贸易有限公司"))
    talk.say("李雷", "看了样品")
    talk.say("李雷", "保存")
    talk.say("李雷", "", along=at(NEXT_DOOR))
    assert talk.press("李雷", "另一家").text == "跟进哪个客户？"
    talk.say("李雷", "启明星电子有限公司")
    talk.say("李雷", "送了样品")
    assert "启明星" in talk.say("李雷", "保存").text


def test_a_rep_of_another_team_hears_nothing_of_who_is_near(talk: Talk) -> None:
    talk.add("user", {"name": "韩梅梅", "role": "rep", "team": "华南"})
    talk.say("李雷", "", along=at(HERE, "红山贸易有限公司"))
    talk.say("李雷", "看了样品")
    talk.say("李雷", "保存")
    assert talk.say("韩梅梅", "", along=at(HERE)).text == "跟进哪个客户？"


def test_no_fine_place_is_stored_anywhere(talk: Talk) -> None:
    talk.say("李雷", "", along=at(HERE, "红山贸易有限公司"))
    talk.say("李雷", "看了样品")
    talk.say("李雷", "保存")
    with talk.bot.database.read() as tx:
        payloads = str(tx.connection.execute(select(inbox.c.payload)).scalars().all())
        places = tx.connection.execute(select(records.Place.latitude, records.Place.longitude)).all()
    assert "31.230412" not in payloads
    assert [tuple(place) for place in places] == [(31.23, 121.474)]
