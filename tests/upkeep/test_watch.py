"""Administrators hear of signs of misuse, once a day for each person; ordinary work is none."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from storage.tables import access_log
from tests.transcripts.talk import Talk

MORNING = datetime(2026, 11, 26, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def talk(tmp_path, database_url):
    talk = Talk(tmp_path, MORNING, url=database_url)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("user", {"name": "韩梅梅", "role": "rep", "team": "华南"})
    talk.add("user", {"name": "王芳", "role": "admin"})
    for n in range(12):
        talk.add("customer", {"name": f"第{n}号客户", "phones": f"1381234{n:04}"}, "李雷")
    talk.add("customer", {"name": "南方重工"}, "韩梅梅")
    talk.say("王芳", "帮助")
    yield talk
    talk.close()


def looked_up(talk, count):
    for n in range(count):
        assert "第" in talk.say("李雷", f"第{n % 12}号客户的情况").text


def warnings(talk):
    found = []
    while (answer := talk.unasked("王芳")) is not None:
        found.append(answer.text)
    return found


def test_many_cards_in_an_hour_are_told_once(talk):
    looked_up(talk, 60)
    talk.pass_time(MORNING + timedelta(minutes=5))
    assert [line for line in warnings(talk) if "李雷 一小时内看了 60 张" in line]
    looked_up(talk, 5)
    talk.pass_time(MORNING + timedelta(minutes=10))
    assert warnings(talk) == []


def test_what_was_noticed_can_be_asked_for(talk):
    assert talk.say("王芳", "有没有滥用的迹象").text == "最近 7 天没有滥用的迹象。"
    looked_up(talk, 60)
    noticed = "最近 7 天注意到的：\n· 11-26 周四　李雷　一小时内看了很多张卡片"
    assert talk.say("王芳", "有没有滥用的迹象").text == noticed  # before the warning
    talk.pass_time(MORNING + timedelta(minutes=5))
    assert talk.say("王芳", "有没有可疑的操作").text == noticed
    assert talk.say("李雷", "有没有滥用的迹象").text == "你的角色不能做这一步。"


def test_an_ordinary_morning_alarms_nobody(talk):
    looked_up(talk, 20)
    talk.pass_time(MORNING + timedelta(minutes=5))
    assert warnings(talk) == []


def test_the_same_at_night_does(talk):
    talk.now = MORNING.replace(hour=2)
    looked_up(talk, 12)
    talk.pass_time(talk.now + timedelta(minutes=5))
    assert [line for line in warnings(talk) if "李雷 深夜" in line]


def test_each_card_that_was_opened_stands_in_the_access_log(talk):
    looked_up(talk, 2)
    with talk.bot.database.read() as tx:
        rows = tx.connection.execute(select(access_log).where(access_log.c.action == "read")).all()
    assert [row.what["kind"] for row in rows] == ["customer", "customer"]
    assert all(row.chat_key and row.user_id for row in rows)


def test_who_looked_is_found_however_much_was_looked_at_since(talk):
    looked_up(talk, 1)
    since = {"user_id": 1, "chat_key": "console", "action": "read", "at": talk.now}
    rows = [since | {"what": {"kind": "customer", "id": n}} for n in range(100, 2_200)]
    talk.bot.database.write(lambda tx: tx.connection.execute(access_log.insert(), rows))
    assert "李雷（console）：看了卡片" in talk.say("王芳", "谁看过C-1").text
