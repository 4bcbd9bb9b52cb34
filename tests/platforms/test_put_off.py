"""Whoever delivers a message waits for no more than its being stored, whatever the bot has to load or to do before."""

import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.base import Attachment, Inbound
from bot.app import AHEAD_S, BUSY_S, Bot
from bot.clock import system_clock
from bot.messages import inbox, outbox
from bot.messages.address import conversation_key
from bot.messages.message import outbound
from bot.people.naming import forms_of
from bot.rehearsal import rehearse
from bot.rules.people import add_console_user
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from storage import records
from storage.author import Author
from storage.database import Database

WITHIN_S = 60.0


def message(number, text):
    at = system_clock()
    return Inbound(platform="console", event_id=str(number), chat_id="c", sender_id="Ann", text=text, sent_at=at)


@pytest.fixture
def bot(database_url, tmp_path):
    settings = Settings(data_dir=tmp_path, database_url=database_url, language="en")
    database = Database(database_url, namer=forms_of)
    user = {"name": "Ann", "role": "rep", "language": "en", "team_name": "North"}
    database.write(lambda tx: add_console_user(tx, now=system_clock(), **user))
    bot = Bot(database, settings, load_crm(None))
    yield bot
    bot.close()


@pytest.fixture
def heard(bot):
    """What was done after its message, as it is done."""
    receipts: queue.Queue = queue.Queue()
    bot.listen(receipts.put)
    return receipts


def answer(bot, receipt):
    with bot.database.read() as tx:
        row = outbox.next_of(tx.connection, receipt.chat_key, system_clock())
    bot.database.write(lambda tx: outbox.claim(tx.connection, row.id))
    bot.database.write(lambda tx: outbox.settle(tx.connection, row.id, now=system_clock(), platform_message_id="1"))
    return row.payload["text"]


def test_while_it_is_loaded_what_a_turn_needs(bot, heard):
    """The first messages are stored at once and answered in their order; so are those that come right behind."""
    begun, may_end = threading.Event(), threading.Event()

    def rehearsal():
        begun.set()
        assert may_end.wait(WITHIN_S)

    bot.put_off(rehearsal)
    assert bot.receive(message(1, "log a visit")).result(WITHIN_S).is_waiting
    assert begun.wait(WITHIN_S)
    assert bot.receive(message(2, "Corval")).result(WITHIN_S).is_waiting
    assert bot.receive(message(2, "Corval")).result(WITHIN_S).is_repeat
    may_end.set()
    said = [answer(bot, heard.get(timeout=WITHIN_S)) for _ in range(2)]
    assert ["Which customer" in said[0], "How were you in touch" in said[1]] == [True, True], said
    assert heard.empty()
    assert not bot.receive(message(3, "visit")).result(WITHIN_S).is_waiting


def test_nothing_of_a_message_is_lost_meanwhile(database_url):
    """As it comes to its turn it is as it came, but that nobody waits with a form any more."""
    plain = message(1, "log a visit")
    filled_in = replace(plain, answers={"amount": "5k"}, action="7.sheet", is_form_open=True)
    place = Attachment(kind="location", latitude=31.2, longitude=121.4)
    said = {"is_caseless": True, "is_private": False, "is_outside": True, "is_shared": True, "joined": ("a", "b")}
    rest = {"sender_name": "Ann", "sender_email": "ann@corval.example", "language": "en", "timezone": "Europe/London"}
    for one in (plain, filled_in, replace(plain, **said, **rest, attachments=(place,), edits="9", surface="home")):
        stored = json.loads(json.dumps(inbox.to_json(one)))
        back = inbox.from_json(stored)
        assert replace(back, joined=tuple(back.joined)) == replace(one, is_form_open=False)
    assert inbox.to_json(plain).keys() == {"platform", "event_id", "chat_id", "sender_id", "text", "sent_at"}


def test_a_sheet_waits_for_its_turn(bot):
    """It would close, and what does not fit in it could no longer be said at its field."""
    bot.put_off(lambda: None)
    filled_in = replace(message(1, ""), answers={"amount": "5k"}, action="7.sheet", is_form_open=True)
    receipt = bot.receive(filled_in).result(WITHIN_S)
    assert (receipt.is_waiting, receipt.outbox_id is not None) == (False, True)


def test_a_sheet_does_not_close_behind_what_waits(bot, heard):
    """It is refused while an earlier message of the conversation waits, and taken when it is sent off once more."""
    begun, may_end = threading.Event(), threading.Event()
    bot.put_off(lambda: (begun.set(), may_end.wait(WITHIN_S)))
    assert bot.receive(message(1, "log a visit")).result(WITHIN_S).is_waiting
    assert begun.wait(WITHIN_S)
    filled_in = replace(message(2, ""), answers={"amount": "5k"}, action="7.sheet", is_form_open=True)
    receipt = bot.receive(filled_in).result(WITHIN_S)
    assert (receipt.is_refused, receipt.is_waiting, receipt.outbox_id) == (True, False, None)
    may_end.set()
    assert "Which customer" in answer(bot, heard.get(timeout=WITHIN_S))
    again = bot.receive(filled_in).result(WITHIN_S)
    assert (again.is_refused, again.is_repeat, again.outbox_id is not None) == (False, False, True)


def test_a_userid_in_other_letters_is_the_same_person_though_the_turn_is_put_off(bot, heard):
    """WeCom makes no difference between LiLei and lilei."""

    def link(tx):
        tx.session.author = Author(user_id=None, at=system_clock())
        user = tx.session.scalars(select(records.User)).one()
        tx.session.add(records.Identity(platform="wecom", account="", external_id="ann", user=user))

    bot.database.write(link)
    bot.put_off(lambda: None)
    said = {"platform": "wecom", "chat_id": "ANN", "sender_id": "ANN", "is_caseless": True}
    first, second = (bot.receive(replace(message(n, "log a visit"), **said)) for n in (1, 2))
    assert first.result(WITHIN_S).is_waiting
    assert catalog("en").say("error.stranger") != answer(bot, heard.get(timeout=WITHIN_S))
    assert second.result(WITHIN_S).is_waiting
    assert "Which customer" in answer(bot, heard.get(timeout=WITHIN_S))


def test_while_earlier_work_takes_long(bot, heard):
    """It is not done in the same transaction as what was waiting as well, but after it."""
    bot.put_off(lambda: None)
    bot.receive(message(1, "log a visit")).result(WITHIN_S)
    heard.get(timeout=WITHIN_S)
    may_end = threading.Event()
    key = conversation_key(message(2, "Corval"))
    bot.database.submit(lambda _tx: may_end.wait(WITHIN_S), key=key)
    while bot.database.busy_s(key) <= BUSY_S:
        time.sleep(BUSY_S / 3)
    behind = bot.receive(message(2, "Corval"))
    assert not behind.done()
    may_end.set()
    assert behind.result(WITHIN_S).is_waiting
    assert heard.get(timeout=WITHIN_S).outbox_id is not None


def test_when_many_come_at_once(bot, heard, monkeypatch):
    """As many turns as will be done soon are done; who comes behind them waits only for being stored."""
    monkeypatch.setattr("bot.app.BUSY_S", WITHIN_S)
    bot.put_off(lambda: None)
    bot.receive(message(0, "help")).result(WITHIN_S)
    heard.get(timeout=WITHIN_S)
    key = conversation_key(message(1, "help"))
    bot.database.submit(lambda _tx: time.sleep(AHEAD_S * 0.8), key=key).result(WITHIN_S)
    begun, may_end = threading.Event(), threading.Event()
    bot.database.submit(lambda _tx: (begun.set(), may_end.wait(WITHIN_S)), key=key)
    assert begun.wait(WITHIN_S)
    turns = [bot.receive(message(number, "help")) for number in range(1, 6)]
    may_end.set()
    receipts = [turn.result(WITHIN_S) for turn in turns]
    assert [receipt.is_waiting for receipt in receipts] == [False, False, True, True, True]
    assert len({heard.get(timeout=WITHIN_S).outbox_id for _ in range(3)}) == 3


def test_a_rehearsal_that_fails_keeps_nobody_from_an_answer(bot, heard, monkeypatch):
    monkeypatch.setattr("storage.schema.ensure", lambda _database: 1 / 0)
    bot.put_off(lambda: rehearse(bot.settings, bot.crm))
    assert bot.receive(message(1, "log a visit")).result(WITHIN_S).is_waiting
    assert "Which customer" in answer(bot, heard.get(timeout=WITHIN_S))


def test_a_private_answer_is_claimed_by_the_commit_that_stores_it(bot):
    """Whoever sends it need not ask for it; what comes behind one that is still under way waits its turn."""
    bot.listen(lambda _receipt: None, ["console"])
    first = bot.receive(message(1, "log a visit")).result(WITHIN_S)
    assert first.in_hand is not None
    assert "Which customer" in outbound(first.in_hand).text
    second = bot.receive(message(2, "Corval")).result(WITHIN_S)
    assert (second.in_hand, second.outbox_id is not None) == (None, True)
    with bot.database.read() as tx:
        row = outbox.next_of(tx.connection, first.chat_key, system_clock())
    assert row == first.in_hand  # as the store has it
    for number, receipt in enumerate((first, second)):
        answer(bot, receipt)
        with bot.database.read() as tx:
            assert outbox.sent(tx.connection, receipt.outbox_id) is not None, number
    assert bot.receive(message(3, "help")).result(WITHIN_S).in_hand is not None


def test_an_answer_that_nobody_sends_is_asked_for(bot):
    """... as when the request that brought the message was given up between its commit and its answer."""
    bot.listen(lambda _receipt: None, ["console"])
    receipt = bot.receive(message(1, "log a visit")).result(WITHIN_S)
    assert receipt.in_hand is not None
    for wait, expected in ((timedelta(0), []), (outbox.LEFT, [(receipt.chat_key, "reply")])):
        with bot.database.read() as tx:
            assert outbox.open_chats(tx.connection, system_clock() + wait, ["console"]) == expected
    answer(bot, receipt)
    with bot.database.read() as tx:
        assert outbox.open_chats(tx.connection, system_clock() + outbox.LEFT, ["console"]) == []


def test_an_answer_in_a_group_is_not(bot):
    """Several dialogs are answered there at the same time: what comes first is seen when all are stored."""
    bot.listen(lambda _receipt: None, ["console"])
    receipt = bot.receive(replace(message(1, "help"), is_private=False)).result(WITHIN_S)
    assert (receipt.in_hand, receipt.outbox_id is not None) == (None, True)


LOADED = """
import sys, tempfile
from pathlib import Path
from bot.rehearsal import rehearse
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
settings = Settings(data_dir=Path(tempfile.gettempdir()), database_url="", language={language!r})
crm = load_crm(None)
rehearse(settings, crm)
before = set(sys.modules)
assert "sqlalchemy.orm" in before
rehearse(settings, crm)
print(*set(sys.modules) - before)
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_leaves_nothing_to_load(language):
    """Said a second time, in a process of its own: a line that fails would leave the rest out."""
    run = [sys.executable, "-c", LOADED.format(language=language)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")
