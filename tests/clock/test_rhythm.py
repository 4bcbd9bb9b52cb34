"""What is promised for a day only comes when the person really sees to it."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.rules.rhythm import best
from tests.transcripts.talk import Talk

NINE = time(9)
SLOTS = [time(9 + n // 2, n % 2 * 30) for n in range(19)]
START = datetime(2026, 11, 2, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("habit", [time(10, 40), time(13, 30), time(14, 40), time(17, 10)])
def test_more_is_answered_within_an_hour(habit: time) -> None:
    """Replayed: people of known habits, of whom each fourth reminder is seen to at any hour."""
    chance = random.Random(habit.hour)
    acts: list[time] = []
    answered = {"fixed": 0, "learned": 0}
    for _day in range(200):
        minutes = habit.hour * 60 + habit.minute + chance.randrange(-20, 21)
        minutes = chance.randrange(9 * 60, 18 * 60) if chance.random() < 0.25 else minutes
        comes = {"fixed": NINE, "learned": best(acts[-40:], SLOTS, fixed=NINE) or NINE}
        for way, at in comes.items():
            answered[way] += 0 <= minutes - at.hour * 60 - at.minute < 60
        acts.append(time(minutes // 60, minutes % 60))
    assert answered["learned"] >= 1.3 * answered["fixed"]


def test_no_habit_changes_nothing() -> None:
    chance = random.Random(7)
    spread = [time(chance.randrange(9, 18), chance.randrange(60)) for _act in range(40)]
    assert best(spread, SLOTS, fixed=NINE) is None
    assert best([time(14, 40)] * 9, SLOTS, fixed=NINE) is None  # too few
    assert best([time(9, 10)] * 40, SLOTS, fixed=NINE) is None  # the fixed hour is the habit
    assert best([time(23, 10)] * 40, SLOTS, fixed=NINE) is None  # never in quiet hours


@pytest.fixture
def talk(tmp_path: Path, database_url: str) -> Iterator[Talk]:
    made = Talk(tmp_path, START, url=database_url)
    made.add("user", {"name": "李雷", "role": "rep", "team": "华东", "timezone": "Asia/Shanghai"})
    yield made
    made.close()


def test_learned_from_what_was_done(talk: Talk) -> None:
    for day in range(10):
        talk.pass_time(START + timedelta(days=day))
        talk.say("李雷", "今天上午九点提醒我喝水")
        talk.say("李雷", "保存")
        talk.pass_time(START + timedelta(days=day, hours=6, minutes=35))
        while talk.unasked("李雷") is not None:
            pass
        talk.say("李雷", "已完成")
    talk.say("李雷", "下周三提醒我整理资料")
    assert "14:00（按你平时处理的时间）" in talk.say("李雷", "保存").text
    talk.say("李雷", "下周三上午十点提醒我整理桌子")
    assert "10:00" in talk.say("李雷", "保存").text  # what was said stands
