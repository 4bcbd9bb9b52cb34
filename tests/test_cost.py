"""What a turn asks of the database: few statements, and no session where a note is all there is to write.

A session costs as much as the rest of a turn; a statement, a twentieth. Who adds one here adds it to every message.
"""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.app import HEARING
from bot.listening.listener import Listener
from bot.world import World
from tests.benchmarks.bench_turns import CONTENT, DIALOG, inbound, open_in

EVERY_TURN = 7  # begin, what has changed, the conversation read, the message, the answer, the conversation, commit
AT_MOST = (EVERY_TURN + 1, EVERY_TURN + 2, EVERY_TURN, EVERY_TURN, EVERY_TURN, EVERY_TURN + 14)


@pytest.fixture
def bot(tmp_path):
    opened = open_in(str(tmp_path), "NORMAL", 1)
    yield opened
    opened.close()


def test_the_statements_of_a_dialog(bot):
    told: list[str] = []

    def listen(tx):
        tx.connection.connection.dbapi_connection.set_trace_callback(told.append)

    for text in DIALOG * 2:  # the first time somebody and something is new
        bot.receive(inbound(text, "p0")).result(10)
    bot.database.write(listen)
    marks = [len(told)]
    for text in DIALOG:
        bot.receive(inbound(text, "p0")).result(10)
        marks.append(len(told))
    turns = [told[a:b] for a, b in pairwise(marks)]
    for text, asked, most in zip(DIALOG, turns, AT_MOST, strict=True):
        done = asked[asked.index("BEGIN IMMEDIATE") :]  # behind what was looked up to understand the message
        statements = [one for one in done if "INTO grams" not in one]  # the pieces of the text, one statement
        assert len(statements) <= most, f"{text}\n" + "\n".join(statements)
    assert not [one for one in told if "sa_savepoint" in one]  # that of a session


def test_a_message_reads_once_and_a_plain_answer_is_heard_at_once(bot, monkeypatch):
    """Whoever needs a second connection, or has a listener before the plain answer, adds it to every message."""
    reads, asked = [], []
    read, answer = type(bot.database).read, Listener.answer
    monkeypatch.setattr(type(bot.database), "read", lambda self: reads.append(1) or read(self))
    monkeypatch.setattr(Listener, "answer", lambda self, *args: asked.append(self) or answer(self, *args))
    bot.house = replace(bot.house, read=bot.database.read)
    bot._hearing = HEARING(bot.house, bot.clock)
    for text in DIALOG * 2:
        bot.receive(inbound(text, "p0")).result(10)
    for n, text in enumerate(DIALOG):
        reads.clear()
        asked.clear()
        bot.receive(inbound(text, "p0")).result(10)
        assert len(reads) <= 1, text
        assert len(asked) <= 2 or n == CONTENT, f"{text}: {len(asked)} listeners"


def test_nothing_that_was_said_is_understood_again(bot, monkeypatch):
    """Understanding a sentence costs more than all else of a turn: what a part of it is about, cheaper signs tell."""
    again = []
    understand = World.understand
    monkeypatch.setattr(World, "understand", lambda self, text: again.append(text) or understand(self, text))
    for text in DIALOG * 2:
        bot.receive(inbound(text, "p0")).result(10)
    assert again == []
