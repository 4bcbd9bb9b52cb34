"""Surveys beyond service, as crm.toml has them: they share the budget of all, and their links are not kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.console import to_inbound
from config.crm import load_crm
from config.service import Product
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.tables import outbox
from tests.surveys.desk import Desk

WON = Product("purchase", "won", timedelta(days=7), {"zh": "用得还顺手吗？", "en": "How is it going?"})
QUARTER = Product("quarterly", "quarter", timedelta(days=1), {"zh": "这一季我们做得怎么样？", "en": "How did we do?"})


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    opened = Desk(tmp_path, url=database_url, public_url="https://crm.example")
    crm = load_crm()
    opened.bot.house = replace(
        opened.bot.house, crm=replace(crm, surveys=replace(crm.surveys, products=(WON, QUARTER)))
    )
    yield opened
    opened.close()


def customer(desk: Desk, name: str, *, won: date | None, with_chat: bool = True) -> None:
    def job(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=desk.now)
        contact = records.Contact(name=name, customer_id=1, language="zh")
        tx.session.add(contact)
        tx.session.flush()
        if with_chat:
            tx.session.add(records.Identity(platform="console", external_id=name, contact_id=contact.id))
        if won is not None:
            deal = records.Opportunity(
                name=f"{name}的单",
                customer_id=1,
                contact_id=contact.id,
                stage="won",
                closed_on=won,
                owner_id=1,
                team_id=1,
            )
            tx.session.add(deal)
        tx.session.flush()

    desk.bot.database.write(job)


def asked(desk: Desk, name: str) -> list[str]:
    return [text for text in desk.told(name) if text.endswith("？")]


def test_after_a_won_deal_and_each_quarter(desk: Desk) -> None:
    customer(desk, "张总", won=date(2026, 11, 25))
    customer(desk, "何经理", won=date(2026, 6, 1))
    customer(desk, "门外", won=None, with_chat=False)
    desk.tick()  # the fourth quarter began in October
    desk.tick()
    assert asked(desk, "张总") == asked(desk, "何经理") == ["这一季我们做得怎么样？"]
    assert not [text for text in desk.told("李雷") if "门外" in text]
    desk.tick(timedelta(days=8))
    assert asked(desk, "张总") == ["这一季我们做得怎么样？"]  # asked not long ago
    assert [survey.status for survey in desk.surveys() if survey.occasion == "purchase"] == ["withheld"]
    desk.tick(timedelta(days=30))  # January
    desk.tick()
    assert asked(desk, "何经理") == ["这一季我们做得怎么样？"] * 2
    desk.bot.receive(to_inbound("5", sender="何经理", sent_at=desk.now)).result(20)
    assert "谢谢您的评分：5" in desk.told("何经理")[-1]
    desk.bot.receive(to_inbound("今年满意度按调查", sender="陈总", sent_at=desk.now)).result(20)
    assert "quarterly　CSAT 100% · 平均 5.0 · 答 1/2" in desk.told("陈总")[-1]


def test_a_link_is_not_kept(desk: Desk) -> None:
    token = desk.link()
    with desk.bot.database.read() as tx:
        row = tx.connection.execute(select(outbox).where(outbox.c.dedupe_key.startswith("survey:"))).one()
    assert token in row.payload["text"]
    desk.tick()
    assert token in desk.told("李雷")[-1]  # it has not been sent yet
    desk.bot.database.write(lambda tx: tx.connection.execute(outbox.update().values(status="sent")))
    desk.tick()
    assert desk.told("李雷")[-1].endswith("https://crm.example/survey/…")
