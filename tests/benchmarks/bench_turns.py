"""Durable turns per CPU-second of a six-turn dialog, beside stdlib-sqlite3 lower bounds in the same run.

    python -m tests.benchmarks.bench_turns [--dialogs 300] [--rounds 5]

The dialog goes through the whole turn: understanding, inbox, identity, dialog, records, audit, search index, outbox,
commit. Two bounds, both plain SQL on one connection with one commit a turn:

* ``bare`` does what no durable bot can leave out: remember the message, read and write the state, put the
  answer into the outbox, and with the last message insert the note and its reminder.
* ``rows`` writes the very rows that the turn writes: also the step, the audit trail and the search index, after looking
  up who is writing, whom the name means and what was said last.

CPU time is that of the whole process, all threads; figures are medians over rounds that alternate with the bounds.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from adapters.base import Inbound
from bot.app import Bot, open_bot
from bot.rules.people import add_console_user
from config.settings import Settings
from storage.schema import ensure

DIALOG = ("记录跟进", "华为", "拜访", "聊了二期扩容，客户想先看方案", "下周三下午三点", "确认")
CONTENT = 3  # its place in the dialog
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
_numbers = count(1)
_TOPICS = "颜色尺寸包装材质口感外观接口容量速度重量噪音布局流程权限界面手册"


def dialog(n: int) -> tuple[str, ...]:
    """The n-th dialog: what was talked about is never twice the same, so that no answer is remembered as a whole."""
    topics = [_TOPICS[place * 2 : place * 2 + 2] for place in (n % 16, n // 16 % 16, n // 256 % 16)]
    return (*DIALOG[:CONTENT], f"聊了{'、'.join(topics)}，客户想先看方案", *DIALOG[CONTENT + 1 :])


class _Ticking:
    """A clock that never shows the same moment twice."""

    def __init__(self) -> None:
        self._ticks = count()

    def __call__(self) -> datetime:
        return NOW + timedelta(milliseconds=next(self._ticks))


def inbound(text: str, person: str) -> Inbound:
    return Inbound(
        platform="console", event_id=str(next(_numbers)), chat_id=person, sender_id=person, text=text, sent_at=NOW
    )


def open_in(folder: str, synchronous: str, people: int) -> Bot:
    settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/crm.db")
    bot = open_bot(settings, clock=_Ticking(), synchronous=synchronous)  # type: ignore[arg-type]
    ensure(bot.database)

    def add(tx: object) -> None:
        for n in range(people):
            add_console_user(tx, name=f"p{n}", role="rep", language="zh", team_name="团队", now=NOW)  # type: ignore[arg-type]

    bot.database.write(add)
    return bot


def run_dialogs(bot: Bot, dialogs: int, at_once: int) -> list[float]:
    """Hold the dialogs, so many at a time; seconds from message to durable answer of each turn."""
    waits: list[float] = []
    before = notes(bot)
    for _ in range(dialogs // at_once):
        talks = [dialog(next(_numbers)) for _ in range(at_once)]
        for texts in zip(*talks, strict=True):
            begun = time.perf_counter()
            pending = []
            for n, text in enumerate(texts):
                future = bot.receive(inbound(text, f"p{n}"))
                future.add_done_callback(lambda _done, begun=begun: waits.append(time.perf_counter() - begun))
                pending.append(future)
            for future in pending:
                assert future.result().outbox_id
    assert notes(bot) == before + dialogs // at_once * at_once
    return waits


def notes(bot: Bot) -> int:
    """How many notes there are: each dialog is to leave one."""
    with bot.database.read() as tx:
        return int(tx.connection.exec_driver_sql("SELECT count(*) FROM follow_ups").scalar_one())


_SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox(id INTEGER PRIMARY KEY, event TEXT UNIQUE, payload TEXT, status TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS conversation(key TEXT PRIMARY KEY, state TEXT, version INTEGER);
CREATE TABLE IF NOT EXISTS outbox(id INTEGER PRIMARY KEY, dedupe TEXT UNIQUE, payload TEXT, status TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, customer INTEGER, content TEXT, at TEXT);
CREATE INDEX IF NOT EXISTS note_history ON note(customer, at, id);
CREATE TABLE IF NOT EXISTS reminder(id INTEGER PRIMARY KEY, subject TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS person(id INTEGER PRIMARY KEY, account TEXT UNIQUE, name TEXT, role TEXT);
CREATE TABLE IF NOT EXISTS customer(id INTEGER PRIMARY KEY, key TEXT UNIQUE, name TEXT);
CREATE TABLE IF NOT EXISTS step(id INTEGER PRIMARY KEY, person INTEGER, at TEXT);
CREATE TABLE IF NOT EXISTS audit(id INTEGER PRIMARY KEY, step INTEGER, kind TEXT, record INTEGER, changes TEXT);
CREATE INDEX IF NOT EXISTS audit_record ON audit(kind, record, id);
CREATE TABLE IF NOT EXISTS gram(gram TEXT, kind TEXT, record INTEGER, PRIMARY KEY (gram, kind, record)) WITHOUT ROWID;
INSERT OR IGNORE INTO person VALUES (1, 'p0', 'p0', 'rep');
INSERT OR IGNORE INTO customer VALUES (1, '华为', '华为');
"""
_STATE = (
    "INSERT INTO conversation VALUES ('p0', ?, 1) ON CONFLICT(key) DO UPDATE SET state = excluded.state, version = 1"
)


def bound(folder: str, synchronous: str, dialogs: int, *, all_rows: bool) -> None:
    """Hold the dialogs in plain SQL on one connection, one commit a turn."""
    db = sqlite3.connect(f"{folder}/{'rows' if all_rows else 'bare'}.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}"):
        db.execute(f"PRAGMA {pragma}")
    db.executescript(_SCHEMA)
    for _ in range(dialogs):
        for n, text in enumerate(dialog(next(_numbers))):
            event, at = str(next(_numbers)), NOW.isoformat()
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO inbox VALUES (NULL, ?, ?, 'done', ?)", (event, json.dumps(text), at))
            row = db.execute("SELECT state FROM conversation WHERE key = 'p0'").fetchone()
            state = json.loads(row[0]) if row and n else {}
            state[str(n)] = text
            if all_rows:
                db.execute("SELECT id, name, role FROM person WHERE account = 'p0'").fetchone()
                if n == 1:
                    db.execute("SELECT id, name FROM customer WHERE key = ?", (text,)).fetchone()
            if n == len(DIALOG) - 1:
                save(db, state[str(CONTENT)], at, all_rows=all_rows)
            db.execute(_STATE, (json.dumps(state),))
            db.execute("INSERT INTO outbox VALUES (NULL, ?, ?, 'waiting', ?)", (event, json.dumps(text), at))
            db.execute("COMMIT")
    db.close()


def save(db: sqlite3.Connection, content: str, at: str, *, all_rows: bool) -> None:
    """The records of the dialog, and what goes with them."""
    note = db.execute("INSERT INTO note VALUES (NULL, 1, ?, ?)", (content, at)).lastrowid
    reminder = db.execute("INSERT INTO reminder VALUES (NULL, ?, ?)", (DIALOG[1], at)).lastrowid
    if not all_rows:
        return
    db.execute("SELECT at, content FROM note WHERE customer = 1 AND id <> ? ORDER BY at DESC, id DESC LIMIT 1", (note,))
    step = db.execute("INSERT INTO step VALUES (NULL, 1, ?)", (at,)).lastrowid
    for kind, record in (("note", note), ("reminder", reminder)):
        changes = json.dumps({"content": [None, content], "at": [None, at]})
        db.execute("INSERT INTO audit VALUES (NULL, ?, ?, ?, ?)", (step, kind, record, changes))
    grams = {content[i : i + 2] for i in range(len(content))}
    db.executemany("INSERT INTO gram VALUES (?, 'note', ?)", [(gram, note) for gram in grams])


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(synchronous: str, at_once: int, dialogs: int, rounds: int) -> str:
    turns = dialogs * len(DIALOG)
    rates: dict[str, list[float]] = {"ours": [], "bare": [], "rows": []}
    waits: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        bot = open_in(folder, synchronous, at_once)
        run_dialogs(bot, at_once * 2, at_once)  # warm up
        for _ in range(rounds):
            rates["bare"].append(turns / cpu(lambda: bound(folder, synchronous, dialogs, all_rows=False)))
            rates["rows"].append(turns / cpu(lambda: bound(folder, synchronous, dialogs, all_rows=True)))
            rates["ours"].append(turns / cpu(lambda: waits.extend(run_dialogs(bot, dialogs, at_once))))
        bot.close()
    ratios = {name: [ours / rate for ours, rate in zip(rates["ours"], rates[name], strict=True)] for name in rates}
    return (
        f"{synchronous:6} {at_once:3} at once: {statistics.median(rates['ours']):6.0f} turns/CPU-s"
        + "".join(
            f" | {name} {statistics.median(rates[name]):6.0f}, ratio {statistics.median(ratios[name]):.3f}"
            f" ({min(ratios[name]):.3f}–{max(ratios[name]):.3f})"
            for name in ("bare", "rows")
        )
        + f" | p50 {quantile(waits, 0.5) * 1e3:.2f} ms, p99 {quantile(waits, 0.99) * 1e3:.2f} ms"
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dialogs", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    for synchronous in ("NORMAL", "FULL"):
        for at_once in (1, 50):
            print(measure(synchronous, at_once, options.dialogs, options.rounds), flush=True)


if __name__ == "__main__":
    main()
