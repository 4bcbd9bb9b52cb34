"""No token, telephone number, e-mail address or word of anybody in any log, at DEBUG, whatever fails."""

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.logs import OneLine, describe
from tests.faults import checker
from tests.faults.conftest import StartWorker, open_card, settled
from tests.faults.platform import ACKED, Person, Platform, marker

TOKENS = {
    "CRMBOT_TELEGRAM_TOKEN": "712345678:AAF-thisIsNotARealTokenButLooksIt_1",
    "CRMBOT_SLACK_BOT_TOKEN": "xoxb-2300000000-this-is-not-one",
    "CRMBOT_SLACK_SIGNING_SECRET": "8f742231b10e8888abcd99edabcd00d1",
    "CRMBOT_WECOM_SECRET": "hXyNotReallyASecret0000000000000000",
}
WORDS = ["purpleelevator", "13812345678", "+86 138 1234 5678", "front@qbadafo.example", "紫色电梯", *TOKENS.values()]


async def test_nothing_of_anybody_in_the_log(
    start_worker: StartWorker,
    platform: Platform,
    people: Callable[[int], list[Person]],
    database_url: str,
    log_file: Path,
    tmp_path: Path,
) -> None:
    """In a worker that does its work, and stumbles in every way with these words in its mouth."""
    person, unlucky = people(2)
    open_card(database_url, [unlucky], flow="fragile")  # its failing save has the values in its error
    (tmp_path / "trouble").touch()
    worker = await start_worker(**TOKENS)
    for text in ("new customer", "Qbadafo", "13812345678", "save", *WORDS, "look up 13812345678", "紫色电梯 reports"):
        assert await person.tell(worker, text, sender_name="Purple Person") == ACKED
    assert await unlucky.tell(worker, "save") == ACKED
    await worker.do("stumble", words=WORDS)
    checker.check(await settled(platform, database_url), platform, [person, unlucky])
    await worker.kill()
    log = await asyncio.to_thread(log_file.read_text, "utf-8")
    told = [word for word in (*WORDS, "Qbadafo", marker(0), "Purple Person", "8613812345678", "5678") if word in log]
    assert told == []
    for kind in ("KeyError", "ValueError", "RuntimeError", "OperationalError"):
        assert f"error={kind} at=tests/faults/" in log
    assert "inbox=" in log
    assert "Traceback" not in log
    assert all(line.startswith("20") for line in log.splitlines())


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("row 12 of 345", "row 12 of 345"),
        ("call 13812345678", "call …"),
        ("call +86 138-1234-5678 now", "call … now"),
        ("call (010) 6552 9988", "call (010) …"),
        ("from jo.fox+x@mail.example.com, ", "from …, "),
        ("https://u:p4ss@host/x?token=abc&key=def", "https://…@host/x?token=…&key=…"),
        ("the secret is hush-hush", "the secret is …"),
        ("xoxb-1-2-abc", "…"),
        ("one\ntwo\r\nthree\x1b[2J\u2028", "one\\ntwo\\r\\nthree\\x1b[2J\\u2028"),
    ],
)
def test_one_line(said: str, written: str) -> None:
    record = logging.makeLogRecord({"name": "bot.x", "levelname": "INFO", "msg": "%s", "args": (said,), "inbox_id": 7})
    line = OneLine(("hush-hush",)).format(record)
    assert line.partition(" ")[2] == f"INFO bot.x inbox=7 ref=0007 {written}"
    assert "\n" not in line


def test_where_an_error_came_from() -> None:
    """Types and places, from the inside out, with what caused it; never its words."""
    try:
        try:
            int("Qbadafo")
        except ValueError as error:
            raise KeyError("Qbadafo") from error
    except KeyError as error:
        said = describe(error)
    here = f"at=tests/faults/test_secrets.py:{sys._getframe().f_code.co_firstlineno + 6}:test_where_an_error_came_from"
    assert said.startswith(f"error=KeyError {here} error=ValueError at=tests/faults/test_secrets.py:")
    assert "Qbadafo" not in said


def test_an_error_without_a_trace() -> None:
    assert describe(ValueError("x")) == "error=ValueError"
