"""How satisfied customers are, asked in a chat: exact shares, honest bounds, and only what one may see."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.console import to_inbound
from bot.rules import surveys
from bot.rules.satisfaction import Results
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.tables import outbox
from tests.surveys.desk import NOW, Desk


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    opened = Desk(tmp_path, url=database_url, public_url="https://crm.example")
    for score, words in ((5, ""), (5, "很快"), (4, ""), (2, "等太久"), (None, ""), (None, "")):
        opened.link()
        if score is not None:
            _answer(opened, score, words)
    yield opened
    opened.close()


def _answer(desk: Desk, score: int, words: str) -> None:
    def job(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=desk.now)
        survey = tx.session.get(records.Survey, desk.surveys()[-1].id)
        assert survey is not None
        surveys.answer(tx, desk.bot.house, survey, score, words)

    desk.bot.database.write(job)


def ask(desk: Desk, who: str, text: str) -> str:
    desk.bot.receive(to_inbound(text, sender=who, sent_at=desk.now)).result(20)
    return desk.told(who)[-1]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("这个月满意度", "满意度 · 11-01 周日 – 11-26 周四\nCSAT 75%（答了 4 份，4–5 分 3 份）· 平均 4.0\n"
         "回复率 67%（发出 6 份）；算上没答的，CSAT 在 50% 到 83% 之间\n1 分 0　2 分 1　3 分 0　4 分 1　5 分 2"),
        ("客服满意度按人", "满意度 · 10-01 周四 – 11-26 周四\n王芳　CSAT 75% · 平均 4.0 · 答 4/6"),
        ("CSAT this quarter by handler",
         "Satisfaction · Thu 1 Oct – Thu 26 Nov\n王芳: CSAT 75% · mean 4.0 · 4 of 6 answered"),
        ("满意度按团队", "满意度 · 10-01 周四 – 11-26 周四\n华东　CSAT 75% · 平均 4.0 · 答 4/6"),
        ("本季度满意度按月", "满意度 · 10-01 周四 – 11-26 周四\n2026-11　CSAT 75% · 平均 4.0 · 答 4/6"),
        ("上个月客户满意度怎么样", "满意度 · 10-01 周四 – 10-31 周六\n这段时间没有发过满意度调查。"),
        ("评价里提到等太久的", "客户的话\n2 分 · 蓝海物流有限公司 · SR-4 冷柜报警，温度降不下来 · 等太久"),
    ],
)  # fmt: skip
def test_results(desk: Desk, said: str, answer: str) -> None:
    assert ask(desk, "陈总", said) == answer


def test_only_what_one_may_see(desk: Desk) -> None:
    desk.bot.database.write(_other_team)
    assert "没有发过" in ask(desk, "周晴", "这个月满意度")
    assert "没有找到" in ask(desk, "周晴", "评价里提到等太久的")
    assert ask(desk, "财务小刘", "这个月满意度").startswith("满意度 · ")


def _other_team(tx: Tx) -> None:
    tx.author = Author(user_id=None, at=NOW)
    team = records.Team(name="华南")
    tx.session.add(team)
    for name, role in (("周晴", "rep"), ("财务小刘", "finance")):
        user = records.User(name=name, role=role, team=team)
        tx.session.add(user)
        tx.session.add(records.Identity(platform="console", external_id=name, user=user))
    tx.session.flush()


def test_what_was_never_answered_expires(desk: Desk) -> None:
    desk.tick(timedelta(days=14, seconds=1))
    assert [survey.status for survey in desk.surveys()] == ["answered"] * 4 + ["expired"] * 2
    assert "发出 6 份" in ask(desk, "陈总", "11月满意度")


def test_months_are_drawn(desk: Desk) -> None:
    desk.now += timedelta(days=20)
    desk.link()
    _answer(desk, 4, "")
    text = ask(desk, "陈总", "今年满意度按月")
    assert text.splitlines()[1:] == [
        "2026-11　CSAT 75% · 平均 4.0 · 答 4/6",
        "2026-12　CSAT 100% · 平均 4.0 · 答 1/1",
    ]
    with desk.bot.database.read() as tx:
        row = tx.connection.execute(select(outbox).order_by(outbox.c.id.desc()).limit(1)).one()
    assert row.picture.startswith(b"\x89PNG")
    assert "2026-11 75%" in row.payload["alt"]


def test_shares_of_nothing() -> None:
    nothing = Results()
    assert (nothing.csat, nothing.mean, nothing.response, nothing.bounds) == (None, None, None, None)
