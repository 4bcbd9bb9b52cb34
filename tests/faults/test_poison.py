"""A message that can never be answered, among good ones."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, update
from sqlalchemy.pool import NullPool

from storage.tables import conversations
from tests.faults import checker
from tests.faults.conftest import ROOT, StartWorker, open_card, settled
from tests.faults.platform import ACKED, Person, Platform, marker

People = Callable[[int], list[Person]]
SORRY = "Something went wrong"


async def test_a_turn_that_always_fails(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, tmp_path: Path
) -> None:
    """It is given up after five attempts and the person is told; what came behind it and beside it is done."""
    poisoned, *others = people(11)
    open_card(database_url, [poisoned], flow="fragile")
    (tmp_path / "trouble").touch()
    worker = await start_worker()

    async def enter(number: int, person: Person) -> None:
        for text in ("new customer", marker(number), "skip", "skip", "save"):
            assert await person.tell(worker, text) == ACKED

    beside = [asyncio.create_task(enter(number, person)) for number, person in enumerate(others, 1)]
    for text in ("save", "hello", "save"):
        assert await poisoned.tell(worker, text) == ACKED
    await asyncio.gather(*beside)
    books = await settled(platform, database_url)
    checker.check(books, platform, [poisoned, *others])
    assert len(books.customers) == len(others)
    dead = [row for row in books.inbox if row.status == "dead"]
    assert [(row.payload["text"], row.attempts, row.error) for row in dead] == [("save", 5, "RuntimeError")] * 2
    texts = platform.texts(poisoned.chat)
    assert [text.startswith(SORRY) for text in texts] == [True, False, True]


async def test_a_dialog_that_kills_every_message(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, tmp_path: Path
) -> None:
    """After two messages in a row that could not be answered the dialog is given up, and the person is free again."""
    (person,) = people(1)
    open_card(database_url, [person], flow="fragile")
    (tmp_path / "trouble").touch()
    worker = await start_worker()
    for text in ("save", "save", "save"):
        assert await person.tell(worker, text) == ACKED
    books = await settled(platform, database_url)
    checker.check(books, platform, [person])
    assert [row.status for row in books.inbox] == ["dead", "dead", "done"]


async def test_a_conversation_in_a_strange_state(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str
) -> None:
    """What an older or newer version may have left in the store never keeps anybody from being answered."""
    states = [
        [],
        "?",
        {"v": 99},
        {"v": 1, "dialogs": {}, "focus": [], "listing": 7},
        {"v": 1, "dialogs": [7], "focus": {}, "listing": {}},
        {"v": 1, "dialogs": [{"flow": "of yesterday"}], "focus": {}, "listing": {}},
        {"v": 1, "dialogs": [{"flow": "customer", "values": {"gone": 1}, "asking": "gone"}]},
        {"v": 1, "dialogs": [{"flow": "customer", "values": [], "open": 3, "trail": None, "asking": 5}]},
        {"v": 1, "dialogs": [{"flow": "customer"}], "focus": {"customer": "x"}, "listing": {"what": 1}},
    ]
    everyone = people(len(states))
    open_card(database_url, everyone, flow="customer")
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.begin() as connection:
        for person, state in zip(everyone, states, strict=True):
            key = f"loopback||{person.chat}||{person.name}"
            connection.execute(update(conversations).where(conversations.c.key == key).values(state=state))
    engine.dispose()
    worker = await start_worker()
    for text in ("hello", "more", "cancel", "new customer"):
        assert {await person.tell(worker, text) for person in everyone} == {ACKED}
    books = await settled(platform, database_url)
    checker.check(books, platform, everyone)
    assert all(not text.startswith(SORRY) for person in everyone for text in platform.texts(person.chat))


async def test_an_administrator_has_it_tried_again(
    start_worker: StartWorker, platform: Platform, people: People, database_url: str, tmp_path: Path
) -> None:
    """What was given up is listed without its words; tried again when the trouble is over, it is done, once."""
    everyone = people(3)
    open_card(database_url, everyone, flow="fragile")
    (tmp_path / "trouble").touch()
    worker = await start_worker()
    for person in everyone:
        assert await person.tell(worker, "save") == ACKED
    await settled(platform, database_url)
    (tmp_path / "trouble").unlink()
    listed = json.loads(await _crmbot(database_url, tmp_path, "inbox", "list", "--json"))
    assert [row["reason"] for row in listed] == ["RuntimeError"] * 3
    assert all(any(row["ref"] in text for text in platform.texts(row["chat"][-2:])) for row in listed)
    assert "save" not in str(listed)
    await worker.kill()
    await _crmbot(database_url, tmp_path, "inbox", "retry", listed[0]["ref"])
    await _crmbot(database_url, tmp_path, "inbox", "retry", "all")
    await start_worker()
    books = await settled(platform, database_url)
    assert [row.status for row in books.inbox] == ["done"] * 3
    assert sorted(books.customers) == sorted(marker(number) for number in range(3))
    assert set(books.waiting.values()) == {0}
    for person in everyone:
        sorry, saved = platform.texts(person.chat)
        assert (sorry.startswith(SORRY), saved.startswith("Saved:")) == (True, True)


async def _crmbot(database_url: str, folder: Path, *arguments: str) -> bytes:
    """What a command says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", "from bot.cli import main; main()", *arguments),
        env=os.environ | {"CRMBOT_DATABASE_URL": database_url, "CRMBOT_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _none = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    return said
