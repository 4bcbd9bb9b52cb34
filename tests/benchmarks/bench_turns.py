"""Durable turns per CPU-second of a six-turn dialog, beside a bare stdlib-sqlite3 lower bound in the same run.

    python tests/benchmarks/bench_turns.py [--dialogs 300] [--rounds 5]

The dialog goes through the whole turn: understanding, inbox, dialog, records, audit, search index, outbox, commit. The
bare bound does what no durable bot can leave out, one commit a turn: remember the message, read and write the
conversation's state, put the answer into the outbox, and with the last message insert the note and its reminder.
CPU time is that of the whole process, all threads; the figures are medians over rounds that alternate with the bound.
"""

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from adapters.base import Inbound
from bot.app import Bot, open_bot
from bot.clock import fixed_clock
from bot.rules.people import add_console_user
from config.settings import Settings
from storage.schema import ensure

DIALOG = ("记录跟进", "华为", "拜访", "聊了二期扩容，客户想先看方案", "下周三下午三点", "确认")
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
_numbers = count(1)


def inbound(text: str, person: str) -> Inbound:
    return Inbound(
        platform="console", event_id=str(next(_numbers)), chat_id=person, sender_id=person, text=text, sent_at=NOW
    )


def open_in(folder: str, synchronous: str, people: int) -> Bot:
    settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/crm.db")
    bot = open_bot(settings, clock=fixed_clock(NOW), synchronous=synchronous)  # type: ignore[arg-type]
    ensure(bot.database)

    def add(tx: object) -> None:
        for n in range(people):
            add_console_user(tx, name=f"p{n}", role="rep", language="zh", team_name="团队", now=NOW)  # type: ignore[arg-type]

    bot.database.write(add)
    return bot


def run_dialogs(bot: Bot, dialogs: int, at_once: int) -> list[float]:
    """Hold the dialogs, so many at a time; seconds from message to durable answer of each turn."""
    waits: list[float] = []
    for _ in range(dialogs // at_once):
        for text in DIALOG:
            begun = time.perf_counter()
            pending = []
            for n in range(at_once):
                future = bot.receive(inbound(text, f"p{n}"))
                future.add_done_callback(lambda _done, begun=begun: waits.append(time.perf_counter() - begun))
                pending.append(future)
            for future in pending:
                assert future.result().outbox_id
    return waits


def bare(folder: str, synchronous: str, dialogs: int) -> None:
    """The lower bound: plain SQL on one connection, one commit a turn."""
    db = sqlite3.connect(f"{folder}/bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}"):
        db.execute(f"PRAGMA {pragma}")
    db.executescript(
        """CREATE TABLE IF NOT EXISTS inbox(id INTEGER PRIMARY KEY, event TEXT UNIQUE, payload TEXT, status TEXT);
        CREATE TABLE IF NOT EXISTS conversation(key TEXT PRIMARY KEY, state TEXT, version INTEGER);
        CREATE TABLE IF NOT EXISTS outbox(id INTEGER PRIMARY KEY, dedupe TEXT UNIQUE, payload TEXT, status TEXT);
        CREATE TABLE IF NOT EXISTS note(id INTEGER PRIMARY KEY, customer TEXT, content TEXT, at TEXT);
        CREATE TABLE IF NOT EXISTS reminder(id INTEGER PRIMARY KEY, subject TEXT, at TEXT);"""
    )
    for _ in range(dialogs):
        state: dict[str, str] = {}
        for n, text in enumerate(DIALOG):
            event = str(next(_numbers))
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO inbox(event, payload, status) VALUES (?, ?, 'done')", (event, json.dumps(text)))
            row = db.execute("SELECT state, version FROM conversation WHERE key = 'p0'").fetchone()
            state = json.loads(row[0]) if row else {}
            state[str(n)] = text
            db.execute(
                "INSERT INTO conversation VALUES ('p0', ?, 1) ON CONFLICT(key) DO UPDATE SET state = excluded.state,"
                " version = version + 1",
                (json.dumps(state),),
            )
            if n == len(DIALOG) - 1:
                db.execute("INSERT INTO note(customer, content, at) VALUES (?, ?, ?)", (DIALOG[1], DIALOG[3], "2026"))
                db.execute("INSERT INTO reminder(subject, at) VALUES (?, ?)", (DIALOG[1], "2026"))
            db.execute("INSERT INTO outbox(dedupe, payload, status) VALUES (?, ?, 'waiting')", (event, json.dumps(text)))
            db.execute("COMMIT")
    db.close()


def cpu(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(synchronous: str, at_once: int, dialogs: int, rounds: int) -> Iterator[str]:
    turns = dialogs * len(DIALOG)
    ratios, ours, bounds, waits = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        bot = open_in(folder, synchronous, at_once)
        run_dialogs(bot, at_once * 2, at_once)  # warm up
        for _ in range(rounds):
            bound = turns / cpu(lambda: bare(folder, synchronous, dialogs))
            rate = turns / cpu(lambda: waits.extend(run_dialogs(bot, dialogs, at_once)))
            ratios.append(rate / bound)
            ours.append(rate)
            bounds.append(bound)
        bot.close()
    yield (
        f"{synchronous:6} {at_once:3} at once: {statistics.median(ours):7.0f} turns/CPU-s, bare "
        f"{statistics.median(bounds):7.0f}, ratio {statistics.median(ratios):.3f} "
        f"(min {min(ratios):.3f}, max {max(ratios):.3f}), p50 {quantile(waits, 0.5) * 1e3:.2f} ms, "
        f"p99 {quantile(waits, 0.99) * 1e3:.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dialogs", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for synchronous in ("NORMAL", "FULL"):
        for at_once in (1, 50):
            for line in measure(synchronous, at_once, options.dialogs, options.rounds):
                print(line, flush=True)


if __name__ == "__main__":
    main()
