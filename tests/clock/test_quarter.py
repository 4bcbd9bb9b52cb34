"""A quarter of a small company on a fixed clock: every promise is kept once, at its minute, and nobody is disturbed."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from storage import records
from storage.tables import outbox
from tests.transcripts.talk import Talk

START = datetime(2026, 10, 5, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAYS = 90
PEOPLE = ("李雷", "韩梅梅", "王芳")
STEPS = (time(8, 30), time(9), time(10), time(15), time(22))


@pytest.fixture
def talk(tmp_path: Path, database_url: str) -> Iterator[Talk]:
    made = Talk(tmp_path, START, url=database_url)
    for name in PEOPLE:
        made.add("user", {"name": name, "role": "rep", "team": "华东", "timezone": "Asia/Shanghai"})
    for number in range(9):
        made.add("customer", {"name": f"第{number}号客户有限公司"}, owner=PEOPLE[number % 3])
    yield made
    made.close()


def test_a_quarter(talk: Talk) -> None:
    """Follow-ups planned and done, put off, forgotten; a series; a clock that jumps; processes that end and start."""
    chance = random.Random(2026)
    promised = 0
    for who in PEOPLE:
        talk.say(who, "每周一早上9点提醒我写周报")
        talk.say(who, "保存")
    heard: Counter[str] = Counter()
    for day in range(DAYS):
        for clock in STEPS:
            talk.pass_time(datetime.combine(START.date() + timedelta(days=day), clock, START.tzinfo))
            for who in PEOPLE:
                while (came := talk.unasked(who)) is not None:
                    heard[who] += 1
                    if chance.random() < 0.5 and "已完成" in came.buttons:
                        talk.press(who, "已完成")
            if clock == time(10) and day % 3 == 0:
                promised += _note(talk, chance)
        if chance.random() < 0.05:
            talk.restart()
        if chance.random() < 0.1:  # the computer's clock is two hours wrong for a while
            talk.pass_time(talk.now - timedelta(hours=2))
            assert all(talk.unasked(who) is None for who in PEOPLE)
    _check(talk, promised)


def _note(talk: Talk, chance: random.Random) -> int:
    """Somebody notes a visit with a plan for a working day."""
    who = chance.randrange(3)
    customer = chance.randrange(3) * 3 + who
    talk.say(
        PEOPLE[who], f"上午拜访了第{customer}号客户有限公司，聊了报价，下周{chance.choice('一二三四')}下午三点再联系"
    )
    talk.say(PEOPLE[who], "保存")
    return 1


def _check(talk: Talk, promised: int) -> None:
    with talk.bot.database.read() as tx:
        everything = tx.session.scalars(select(records.Reminder)).all()
        rows = tx.connection.execute(select(outbox).where(outbox.c.lane == "reminder")).all()
    plans = [item for item in everything if item.follow_up_id is not None]
    assert len(plans) == promised
    overdue = [item for item in everything if item.status == "pending" and item.remind_at <= talk.now]
    assert not overdue
    for item in everything:
        if item.status == "fired" and not item.repeat:
            assert item.fired_at is not None
            assert item.fired_at - item.remind_at < timedelta(minutes=1)
    local = Counter(row.created_at.astimezone(START.tzinfo).strftime("%H:%M") for row in rows)
    assert set(local) <= {"09:00", "15:00"}, "nobody hears of anything at another hour"
    series = [row for row in rows if "写周报" in row.payload["text"]]
    mondays = sum((START + timedelta(days=day)).weekday() == 0 for day in range(DAYS))
    assert len(series) == 3 * mondays, "each Monday once for each of them"
