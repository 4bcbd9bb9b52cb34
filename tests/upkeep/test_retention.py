"""What is kept only for a time is gone afterwards: from the records, the messages and the trail; the rest stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from config.crm import load_crm
from config.upkeep import Retention
from storage import records, seals
from storage.tables import audit, inbox, outbox
from tests.privacy.test_erase import found
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TYPED = "今天上午拜访了蓝海物流，他们说价格偏高，回头再议"


@pytest.fixture
def talk(tmp_path, database_url):
    rules = Retention(messages=timedelta(days=30), verbatim=timedelta(days=60), places=None, attachments=None)
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
