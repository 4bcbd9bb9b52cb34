"""After a person is erased nothing of them can be found: not in a table, an index, a message or the file itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import String, Text, cast, select
from sqlalchemy.types import JSON

from storage import records
from storage.tables import audit, metadata, outbox
from tests.cli.conftest import crmbot_on as crmbot_on
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NAME, PHONE, EMAIL = "钱塘江", "13812345678", "canary@example.com"
SPELT = ("138 1234 5678", "138-1234-5678", "Canary@Example.com")  # as people write it in a note
CANARIES = (NAME, PHONE, EMAIL, "+8613812345678", "钱塘", "canary", *SPELT, "5678")


@pytest.fixture
def talk(tmp_path, database_url):
    talk = Talk(tmp_path, NOW, url=database_url)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    yield talk
    talk.close()


def remember(talk):
    """Have the person in as many places as a conversation puts them."""
    talk.say("李雷", f"新联系人 {NAME}，蓝海物流的采购经理，电话 {PHONE}，邮箱 {EMAIL}")
    talk.say("李雷", "保存")
    talk.say("李雷", f"今天拜访了蓝海物流的{NAME}，{NAME}说价格偏高，明天下午三点给{NAME}回电话")
    talk.say("李雷", "保存")
    talk.say("李雷", f"给蓝海物流发了样品，收件电话 {SPELT[0]}（也写作 {SPELT[1]}），抄送 {SPELT[2]}")
    talk.say("李雷", "保存")
    talk.say("李雷", NAME)
    talk.say("李雷", PHONE)
    talk.say("李雷", f"给{NAME}打了电话，聊了付款方式")  # a draft that stays open


def found(talk, words):
    """Where the words stand: (table, column)."""
    hits = set()
    with talk.bot.database.read() as tx:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, JSON | String):
                    for value in tx.connection.execute(select(cast(column, Text))).scalars():
                        text = (value or "") + (value or "").encode().decode("unicode_escape", "replace")
                        hits |= {(table.name, column.name, word) for word in words if word in text}
    return hits


def test_nothing_of_an_erased_person_is_left(talk, crmbot_on, database_url, tmp_path):
    remember(talk)
    places = {(table, column) for table, column, _word in found(talk, CANARIES)}
    assert {("contacts", "name"), ("audit", "changes"), ("inbox", "payload"), ("outbox", "payload")} <= places
    assert {("name_keys", "key"), ("conversations", "state"), ("follow_ups", "content")} <= places
    talk.bot.close()
    done = crmbot_on(database_url, "person", "erase", NAME, "--yes")
    assert (done.code, "已抹去 P-1" in done.err) == (0, True), done.err
    talk.bot = talk._open()
    assert found(talk, CANARIES) == set()
    talk.say("李雷", "取消")
    assert NAME not in talk.say("李雷", "蓝海物流").text
    with talk.bot.database.read() as tx:
        note, samples = tx.session.scalars(select(records.FollowUp).order_by(records.FollowUp.id))
        assert "价格偏高" in f"{note.content} {note.feedback}"
        assert "样品" in samples.content
        actions = tx.connection.execute(select(audit.c.action).where(audit.c.kind == "contact")).scalars().all()
        assert actions[-1] == "erase"
    if database_url.startswith("sqlite"):
        talk.bot.close()
        for path in tmp_path.parent.rglob(f"{database_url.rsplit('/', 1)[1]}*"):
            content = path.read_bytes()
            assert NAME.encode() not in content
            assert EMAIL.encode() not in content
        talk.bot = talk._open()


def test_another_person_of_the_same_name_keeps_theirs(talk, crmbot_on, database_url):
    remember(talk)
    talk.say("李雷", "取消")
    talk.add("customer", {"name": "星河科技"}, "李雷")
    talk.say("李雷", f"今天拜访了星河科技的{NAME}，聊了合同")
    talk.say("李雷", "保存")
    talk.bot.close()
    assert "好几个" in crmbot_on(database_url, "person", "erase", NAME, "--yes").err
    assert crmbot_on(database_url, "person", "erase", "P-1", "--yes").code == 0
    talk.bot = talk._open()
    assert {word for _table, _column, word in found(talk, (PHONE, EMAIL))} == set()
    with talk.bot.database.read() as tx:
        names = {item.id: item.name for item in tx.session.scalars(select(records.Contact))}
        assert names == {1: "（已抹去）", 2: NAME}


def test_what_is_known_is_shown_and_handed_out(talk, crmbot_on, database_url, tmp_path):
    remember(talk)
    talk.bot.close()
    shown = crmbot_on(database_url, "person", "show", PHONE)
    assert f"{NAME}（P-1）" in shown.err
    assert "follow_up\t1" in shown.out
    done = crmbot_on(database_url, "person", "export", NAME, tmp_path / "person.jsonl")
    assert done.code == 0
    text = (tmp_path / "person.jsonl").read_text("utf-8")
    assert EMAIL in text
    assert "价格偏高" in text
    assert "没有找到" in crmbot_on(database_url, "person", "show", "谁也不是").err
    talk.bot = talk._open()


def test_an_administrator_erases_in_chat(talk):
    """Asked for by name, shown and erased with one tap: nothing is left of them, not in that very talk either."""
    talk.add("user", {"name": "王芳", "role": "admin"})
    remember(talk)
    talk.say("王芳", f"{NAME}的个人数据")
    talk.press("王芳", "导出这些资料")
    talk.say("王芳", f"抹去 {NAME}")
    assert "已抹去 P-1" in talk.press("王芳", "彻底抹去").text
    assert not found(talk, CANARIES)
    with talk.bot.database.read() as tx:
        assert tx.connection.execute(select(outbox.c.file).where(outbox.c.file.is_not(None))).first() is None
