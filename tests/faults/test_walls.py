"""What belongs to another team is as if it were not there, by whatever road one comes."""

import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.base import Inbound
from bot.app import Bot, open_bot
from config.settings import Settings
from storage import records
from storage.tables import access_log, outbox
from tests.faults.conftest import register
from tests.faults.platform import marker

THEIRS, NOBODYS = marker(4711), marker(1147)
PHONE = "13812345678"
Say = Callable[..., tuple[str, list[str], int | None]]

ANN = (
    f"new customer {THEIRS}",
    PHONE,
    "save",
    f"met Mia Stone at {THEIRS} today, talked about the purple elevator, budget $50k, closing next month, "
    "follow up next Wednesday 3pm",
    "save",
    "remind me tomorrow at 10 to call Mia Stone",
    "save",
    "service request",
    THEIRS,
    "the printer is broken",
    "save",
)
OTHERS = (
    "look up {name}",
    "{name}",
    "C-1",
    "look up C-1",
    "look up O-1",
    "look up {phone}",
    "look up {tail}",
    "Mia Stone's phone",
    "what did we discuss with {name} last time",
    "follow-ups about purple elevator",
    "follow-ups of {name}",
    "my opportunities",
    "opportunities of {name}",
    "my follow-ups",
    "my reminders",
    "more",
    "done R-1",
    "undo",
    "undo",
    "update {name} phone 13900000000",
    "cancel",
    "move O-1 to negotiation",
    "cancel",
    "mark the {name} deal as won",
    "cancel",
    "resolve S-1",
    "cancel",
    "met Mia Stone at {name} today, talked about prices",
    "cancel",
    "new customer {name}",
    "{phone}",
    "save",
    "look up {name}",
    "undo",
)


@pytest.fixture
def bot(database_url: str, tmp_path: Path) -> Iterator[Bot]:
    opened = open_bot(Settings(data_dir=tmp_path, database_url=database_url, language="en"))
    yield opened
    opened.close()


@pytest.fixture
def say(bot: Bot) -> Say:
    """Says something in somebody's name; gives the answer, its buttons, and its number."""
    numbers = count(1)

    def say(who: str, text: str = "", **more: str) -> tuple[str, list[str], int | None]:
        message = Inbound(
            platform="loopback",
            event_id=str(next(numbers)),
            chat_id=who,
            sender_id=who,
            text=text,
            sent_at=bot.clock(),
            **more,  # type: ignore[arg-type]
        )
        receipt = bot.receive(message).result(20)
        assert receipt.outbox_id is not None
        with bot.database.read() as tx:
            query = select(outbox.c.payload).where(outbox.c.id == receipt.outbox_id)
            payload = tx.connection.execute(query).scalar_one()
        return payload["text"], [button[0] for button in payload["buttons"]], receipt.outbox_id

    return say


def _plain(text: str, name: str, phone: str) -> str:
    """An answer without the name and number that were asked for and the numbers that records were given."""
    for said in (name, phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", phone[-4:]):
        text = text.replace(said, "…")
    return re.sub(r"\b[CFORS]-\d+", "#", text)


@pytest.mark.parametrize("role", ["rep", "manager"])
def test_as_if_absent(bot: Bot, say: Say, database_url: str, role: str) -> None:
    """Whoever asks about what another team has hears, word for word, what they hear about what nobody has; only the
    log of refusals knows better."""
    users = records.User.__table__
    register(database_url, ["ann"], team="North")
    register(database_url, ["ben"], team="South", role=role)
    register(database_url, ["cat"], team="West", role=role)
    hers = [say("ann", text) for text in ANN]
    assert sum(text.startswith("Saved:") for text, _buttons, _id in hers) == 4, hers
    for text in OTHERS:
        said = []
        for who, name, phone in (("ben", THEIRS, PHONE), ("cat", NOBODYS, "13887654321")):
            answer, buttons, _id = say(who, text.format(name=name, phone=phone, tail=phone[-4:]))
            said.append((_plain(answer, name, phone), buttons))
        assert said[0] == said[1], text
        for secret in ("purple", "50,000", "printer", "Wed 2 Dec"):
            if secret not in text:
                assert secret not in said[0][0], text
    with bot.database.read() as tx:
        query = select(users.c.name, access_log.c.what).join(users, users.c.id == access_log.c.user_id)
        refused = tx.connection.execute(query.where(access_log.c.action == "refused")).all()
    # Both name Mia Stone, whom ann has; only ben names ann's customer.
    assert {row.name for row in refused if row.what["kind"] == "customer"} == {"ben"}
    assert all(row.what["kind"] in ("customer", "contact") and row.what["ids"] for row in refused)


def test_buttons_of_others(say: Say, database_url: str) -> None:
    """A button belongs to the conversation it was sent to; one that is pressed elsewhere is like one of yesterday."""
    register(database_url, ["ann", "ben"], team="North")  # not even a colleague
    numbers = [say("ann", text)[2] for text in ANN]
    never = say("ben", action="999999.0")
    for number in numbers:
        for place in range(4):
            assert say("ben", action=f"{number}.{place}")[:2] == never[:2]
    for action in (
        "",
        ".",
        "1",
        "1.",
        ".1",
        "-1.0",
        "1.-1",
        "１.0",
        "1.0.0",
        "a.b",
        "9" * 40 + ".0",
        "1.99",
        "\x00.\x00",
    ):
        assert say("ben", action=action)[0]
