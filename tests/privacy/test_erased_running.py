"""Beside a bot that runs: a person is handed out and erased, and what was kept long enough goes, on either engine.
Looked for afterwards in every table, export and file."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from storage.tables import outbox
from tests.platforms.process import Running, command, environment
from tests.privacy.test_erase import CANARIES, EMAIL, NAME, PHONE, found, remember
from tests.transcripts.talk import Talk

LONG_AGO = datetime.now(UTC).astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(days=200)


@pytest.fixture
def talk(tmp_path, database_url):
    folder = tmp_path / "data"
    folder.mkdir()
    talk = Talk(folder, LONG_AGO.replace(hour=10), url=database_url)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    talk.add("customer", {"name": "蓝海物流"}, "李雷")
    yield talk
    talk.close()


def _files(folder, database_url):
    """All that stands on the disk: the data directory, and the database where that is a file."""
    yield from (path for path in folder.rglob("*") if path.is_file())
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        yield from path.parent.glob(f"{path.name}*")


def _until(talk, words, within_s=60.0):
    """Wait until none of the words stands anywhere; where they still do."""
    end = time.monotonic() + within_s
    while (left := found(talk, words)) and time.monotonic() < end:
        time.sleep(0.5)
    return left


def test_what_is_old_goes_and_who_is_erased_is_gone(talk, tmp_path, database_url):
    remember(talk)
    typed = "付款方式"  # said in the draft that was left open
    assert found(talk, (typed,))
    # Nobody delivers in a rehearsed talk; what waits to be sent would stay.
    talk.bot.database.write(lambda tx: tx.connection.execute(update(outbox).values(status="sent")))
    own = tmp_path / "own.toml"
    own.write_text(
        '[retention]\nmessages = "90d"\nverbatim = "90d"\nplaces = "90d"\nattachments = "90d"\nbin = "90d"\n'
    )
    env = environment(tmp_path / "data", database_url=database_url, config=str(own), language="zh")
    bot = Running(env, tmp_path / "log.txt").until_ready()
    try:
        assert not _until(talk, (typed,))
        left = {(table, column) for table, column, _word in found(talk, (NAME,))}
        assert ("contacts", "name") in left, "records stay"
        assert not left & {("inbox", "payload"), ("outbox", "payload"), ("conversations", "state")}
        assert not left & {("follow_ups", "verbatim")}
        person = tmp_path / "person.jsonl"
        assert command(env, "person", "export", NAME, str(person)).returncode == 0
        assert EMAIL in person.read_text("utf-8")
        person.unlink()
        done = command(env, "person", "erase", PHONE, "--yes")
        assert (done.returncode, "已抹去 P-1" in done.stderr) == (0, True), done.stderr
        assert not found(talk, CANARIES)
        everything = tmp_path / "data" / "all.jsonl"
        assert command(env, "export", str(everything)).returncode == 0
        # What a running bot still has open it writes into the file no later than when it ends.
        assert bot.stop() == 0
    finally:
        bot.kill()
    talk.bot.close()
    for path in (*_files(tmp_path, database_url),):
        content = path.read_bytes()
        assert not [word for word in CANARIES[:-1] if word.encode() in content], path
    check = command(env, "check")
    assert "篡改" not in check.stdout + check.stderr
    assert "钱塘" not in check.stdout + check.stderr
    talk.bot = talk._open()
