"""What cannot be delivered does not die in silence: a survey takes another road, a reminder's person is named."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from config.crm import load_crm
from config.errors import ConfigError
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.tables import outbox
from tests.surveys.desk import Desk


@pytest.fixture(params=["https://crm.example", ""], ids=["with a page", "without a page"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(tmp_path, public_url=request.param)
    yield opened
    opened.close()


def _asked_in_a_chat(desk: Desk) -> None:
    def resolved(tx: Tx) -> None:
        tx.author = Author(user_id=2, at=desk.now)
        contact = records.Contact(name="张总", customer_id=1)
        tx.session.add(contact)
        tx.session.flush()
        tx.session.add(records.Identity(platform="slack", external_id="U0Z", contact_id=contact.id))
        tx.session.add(
            records.Survey(
                customer_id=1,
                contact_id=contact.id,
                handler_id=2,
                status="planned",
                due_at=desk.now,
                owner_id=1,
                team_id=1,
            )
        )
        tx.session.flush()

    desk.bot.database.write(resolved)
    desk.tick()


def test_a_survey_the_platform_did_not_take(desk: Desk) -> None:
    _asked_in_a_chat(desk)
    assert [survey.status for survey in desk.surveys()] == ["sent"]
    dead = update(outbox).where(outbox.c.lane == "survey").values(status="dead")
    desk.bot.database.write(lambda tx: tx.connection.execute(dead) and None)
    for _again in range(2):
        desk.tick(timedelta(minutes=1))
    survey = desk.surveys()[0]
    if desk.bot.settings.public_url:
        assert survey.status == "sent"
        assert survey.token_sha256
        assert ["https://crm.example/survey/" in text for text in desk.told("李雷")] == [True]
    else:
        assert (survey.status, survey.sent_at) == ("withheld", None)  # it does not count against their budget
        assert sum("没有送到" in text for text in desk.told("王芳") + desk.told("李雷")) == 1


def test_somebody_whom_no_chat_reaches(desk: Desk) -> None:
    """The reminders of somebody without an account: who leads them hears of it, once."""

    def begin(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=desk.now)
        user = records.User(name="韩梅梅", role="rep", team_id=1)
        tx.session.add(user)
        tx.session.flush()
        for hours in (1, 3):
            tx.session.add(
                records.Reminder(
                    user_id=user.id, owner_id=user.id, subject="发报价", status="pending", wall_time="", zone="UTC",
                    remind_at=desk.now + timedelta(hours=hours),
                )
            )  # fmt: skip
        tx.session.flush()

    desk.bot.database.write(begin)
    for _hour in range(4):
        desk.tick(timedelta(hours=1))
    assert [("韩梅梅" in text, "发报价" in text) for text in desk.told("陈总")] == [(True, True)]
    with desk.bot.database.read() as tx:
        assert set(tx.session.scalars(select(records.Reminder.status))) == {"fired"}


@pytest.mark.parametrize(
    ("wrong", "key"),
    [('holidays = "XX"', "attention.holidays"), ('[attention.zones]\n"Asia/Shanghai" = "China"', "Asia/Shanghai")],
)
def test_a_country_that_is_none(tmp_path: Path, wrong: str, key: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(wrong if wrong.startswith("[") else f"[attention]\n{wrong}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load_crm(path)
    assert key in str(error.value)
    path.write_text('[attention]\nholidays = "FR"\n', encoding="utf-8")
    assert load_crm(path).attention.holidays == "FR"
