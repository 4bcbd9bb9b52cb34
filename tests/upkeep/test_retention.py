"""What is kept only for a time is gone afterwards: from the records, the messages and the trail; the rest stays."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.listening import binned
from bot.upkeep import emptying
from config.crm import load_crm
from config.upkeep import Retention
from storage import records, seals
from storage.author import Author
from storage.tables import audit, inbox, outbox
from tests.privacy.test_erase import found
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TYPED = "今天上午拜访了蓝海物流，他们说价格偏高，回头再议"


@pytest.fixture
def talk(tmp_path, database_url):
    rules = Retention(messages=timedelta(days=30), verbatim=timedelta(days=60), places=None, attachments=None, bin=None)
    talk = Talk(tmp_path, NOW, url=database_url, crm=replace(load_crm(), retention=rules))
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    talk.say("李雷", f"{TYPED}")
    talk.say("李雷", "保存")
    yield talk
    talk.close()


def test_words_go_when_their_time_is_over(talk):
    talk.pass_time(NOW + timedelta(days=29))
    places = {(table, column) for table, column, _word in found(talk, [TYPED])}
    assert {("inbox", "payload"), ("follow_ups", "verbatim"), ("audit", "changes")} <= places
    talk.pass_time(NOW + timedelta(days=31))
    assert {table for table, _column, _word in found(talk, [TYPED])} == {"follow_ups", "audit"}
    talk.pass_time(NOW + timedelta(days=61))
    assert found(talk, [TYPED]) == set()
    with talk.bot.database.read() as tx:
        (note,) = tx.session.scalars(select(records.FollowUp))
        assert "价格偏高" in f"{note.content} {note.feedback}"
        assert note.verbatim is None
        assert all(chain.broken_at is None for chain in seals.chains(tx.connection))
        assert len(tx.connection.execute(select(audit.c.id).where(audit.c.kind == "follow_up")).all()) == 1


def test_a_draft_that_nobody_came_back_to_goes_too(talk):
    talk.say("李雷", "今天给蓝海物流打了电话，说折扣再谈")
    talk.bot.database.write(lambda tx: tx.connection.execute(outbox.update().values(status="sent")))
    talk.pass_time(NOW + timedelta(days=31))
    assert found(talk, ["折扣再谈"]) == set()
    assert "价格偏高" in talk.say("李雷", "我的跟进").text


def test_what_waits_to_be_sent_or_done_stays(talk):
    def wait(tx):
        tx.connection.execute(outbox.update().values(status="unsure"))
        tx.connection.execute(inbox.update().values(status="dead"))

    talk.bot.database.write(wait)
    talk.pass_time(NOW + timedelta(days=31))
    with talk.bot.database.read() as tx:
        assert tx.connection.execute(select(outbox.c.id).where(outbox.c.status == "unsure")).first() is not None


def test_what_was_thrown_away_goes_for_good_once_nothing_refers_to_it(tmp_path, database_url):
    rules = replace(load_crm().retention, messages=timedelta(days=1), bin=timedelta(days=90))
    with closing(Talk(tmp_path, NOW, url=database_url, crm=replace(load_crm(), retention=rules))) as talk:
        talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
        for name in ("金丝雀贸易", "留用实业", "蓝海物流"):
            talk.add("customer", {"name": name}, "李雷")
        for name, customer in (("百灵项目", "金丝雀贸易"), ("夜莺项目", "留用实业"), ("喜鹊项目", "蓝海物流")):
            talk.add("opportunity", {"name": name, "customer": customer, "stage": "lead"}, "李雷")
        for number in ("O-1", "C-1", "C-2", "C-3"):
            talk.say("李雷", f"删除 {number}")
            assert "回收站" in talk.say("李雷", "删除").text
        names = ["金丝雀贸易", "百灵项目", "留用实业", "蓝海物流"]
        talk.pass_time(NOW + timedelta(days=89))
        assert {word for _table, _column, word in found(talk, names)} == set(names)
        talk.pass_time(NOW + timedelta(days=91))
        left = {
            (table, word) for table, _column, word in found(talk, names) if table != "outbox"
        }  # it has its own time
        assert left == {
            ("customers", "留用实业"),
            ("audit", "留用实业"),
            ("customers", "蓝海物流"),
            ("audit", "蓝海物流"),
        }
        with talk.bot.database.read() as tx:
            assert all(chain.broken_at is None for chain in seals.chains(tx.connection))
        talk.add("customer", {"name": "新客户"}, "李雷")
        assert "新客户（C-4）" in talk.say("李雷", "删除 C-4").text


def test_parts_go_with_the_record_unless_something_hangs_on_them(tmp_path, database_url):
    rules = replace(load_crm().retention, bin=timedelta(days=90))
    with closing(Talk(tmp_path, NOW, url=database_url, crm=replace(load_crm(), retention=rules))) as talk:
        talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
        for name in ("金丝雀贸易", "留用实业", "蓝海物流"):
            talk.add("customer", {"name": name}, "李雷")

        def work(tx):
            tx.session.author = Author(None, NOW)
            tx.session.add(records.Place(customer_id=1, latitude=31.234, longitude=121.432))
            customers = tx.session.scalars(select(records.Customer).where(records.Customer.id < 3))
            for customer in customers:
                customer.deleted_at = NOW
            contact = records.Contact(name="何经理", customer_id=2, deleted_at=NOW + timedelta(days=30))
            tx.session.add(contact)

        talk.bot.database.write(work)
        talk.pass_time(NOW + timedelta(days=91))
        with talk.bot.database.read() as tx:
            assert set(tx.session.scalars(select(records.Customer.name))) == {"留用实业", "蓝海物流"}
            assert list(tx.session.scalars(select(records.Place.id))) == []
            trail = select(audit.c.changes).where(audit.c.kind == "place")
            assert list(tx.connection.execute(trail).scalars()) == [{}]


def test_everything_that_people_throw_away_is_emptied():
    assert set(emptying._KINDS) == set(binned.KINDS)
