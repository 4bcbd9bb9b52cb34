"""Reminders on time: how late they arrive with many pending, and what a full minute does to people who are talking.

    python -m tests.benchmarks.bench_reminders [--pending 1000000] [--due 10000] [--seconds 20] [--url URL]

Both through `crmbot run` and a Telegram that keeps the real one's limits (30 messages a second). First, five reminders
a second fall due among the pending ones while others write: printed is how long after its second each arrives. Then so
many are due in one minute that they take the platform minutes: printed is at what rate they leave, and how long those
who write meanwhile wait for their answers.
"""

import argparse
import tempfile
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from bot.clock import system_clock
from storage import records, schema
from storage.author import Author
from storage.database import Database, Tx
from storage.errors import DatabaseUnavailable
from storage.tables import outbox
from tests.benchmarks.bench_platforms import cpu_s, started
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.platforms.process import COMMAND, environment, free_port

CHUNK = 50_000
FIRST = 1000  # the number of the first person's account
TALKERS = 20
A_SECOND = 5  # reminders due each second of the first part


def fill(database: Database, people: int, pending: int, now: datetime) -> None:
    """So many people with an account each, and so many reminders for days to come."""
    schema.ensure(database)

    def write_people(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=now)
        common = {"created_at": now, "updated_at": now, "custom": {}, "version": 1}
        users = [
            {"id": n, "name": f"同事{n}", "role": "rep", "language": "zh", "active": True, **common}
            for n in range(1, people + 1)
        ]
        accounts = [
            {"user_id": n, "platform": "telegram", "account": "", "external_id": str(FIRST + n), **common}
            for n in range(1, people + 1)
        ]
        tx.connection.execute(insert(records.User.__table__), users)
        tx.connection.execute(insert(records.Identity.__table__), accounts)

    database.write(write_people)
    for first in range(0, pending, CHUNK):
        rows = [
            row(n % people + 1, now + timedelta(days=1 + n % 300)) for n in range(first, min(first + CHUNK, pending))
        ]
        add(database, rows)
    if not database.is_sqlite:  # as one that has stood for a while, not one in the midst of a load
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


def row(user: int, at: datetime) -> dict[str, Any]:
    """A reminder of a person."""
    wall = at.replace(tzinfo=None).isoformat(timespec="seconds")
    return {
        "user_id": user, "owner_id": user, "subject": f"给客户 {user} 回电话", "remind_at": at, "wall_time": wall,
        "zone": "UTC", "status": "pending", "is_exact": True, "created_at": at, "updated_at": at,
        "custom": {}, "version": 1,
    }  # fmt: skip


def add(database: Database, rows: list[dict[str, Any]]) -> None:
    def write(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=system_clock())
        tx.connection.execute(insert(records.Reminder.__table__), rows)

    for _attempt in range(10):  # the bot writes meanwhile
        with suppress(DatabaseUnavailable):
            return database.write(write)


def talk(fake: Telegram, people: list[int], until: float, waits: list[float]) -> None:
    """People write, one after the other, each as soon as a chat allows; how long each waits for an answer."""
    turn = 0
    while time.monotonic() < until:
        person = people[turn % len(people)]
        turn += 1
        before, began = len(fake.to(person)), time.monotonic()
        fake.say(person, "我的提醒" if turn % 2 else "帮助")
        fake.wait(lambda person=person, before=before: len(fake.to(person)) > before, "an answer", 30)
        waits.append(time.monotonic() - began)
        time.sleep(max(0.0, 0.2 - (time.monotonic() - began)))


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def lateness(fake: Telegram, database: Database, people: int, seconds: int) -> tuple[list[float], list[float]]:
    """How late each reminder arrived, in seconds, and how long talkers waited."""
    begin = system_clock() + timedelta(seconds=3)
    due = [
        (TALKERS + 1 + n % (people - TALKERS), n / A_SECOND) for n in range(min(seconds * A_SECOND, people - TALKERS))
    ]
    add(database, [row(user, begin + timedelta(seconds=after)) for user, after in due])
    waits: list[float] = []
    talk(fake, [FIRST + n for n in range(1, TALKERS + 1)], time.monotonic() + seconds + 6, waits)
    arrived = sum(sent.text.startswith("⏰") for sent in fake.sent)
    assert arrived == len(due), f"{arrived} of {len(due)} arrived"
    with database.read() as tx:  # by one clock: two of a computer's may run apart
        sent = select(outbox.c.sent_at, outbox.c.chat_key).where(outbox.c.lane == "reminder")
        at = {row.chat_key.split("|")[2]: row.sent_at for row in tx.connection.execute(sent)}
    return [(at[str(FIRST + user)] - begin).total_seconds() - after for user, after in due], waits


def full_minute(fake: Telegram, database: Database, people: int, due: int, seconds: int) -> tuple[float, list[float]]:
    """How many leave a second while so many are due in one minute, and how long talkers waited."""
    at = system_clock() + timedelta(seconds=2)
    users = [TALKERS + 1 + n % (people - TALKERS) for n in range(due)]
    add(database, [row(user, at + timedelta(milliseconds=n % 60_000)) for n, user in enumerate(users)])
    before, begun, waits = len(fake.sent), time.monotonic() + 2, list[float]()
    talk(fake, [FIRST + n for n in range(1, TALKERS + 1)], begun + seconds, waits)
    return (len(fake.sent) - before) / (time.monotonic() - begun), waits


def run(url: str, folder: str, pending: int, due: int, seconds: int) -> None:
    people = max(due, seconds * A_SECOND) + TALKERS
    database = Database(url, synchronous="OFF" if url.startswith("sqlite") else "FULL")
    began = time.monotonic()
    fill(database, people, pending, system_clock())
    print(f"{pending:>10,} pending reminders of {people:,} people, written in {time.monotonic() - began:.0f} s")
    with telegram() as fake:
        fake.started.update(range(FIRST, FIRST + people + 1))
        settings = {"telegram_token": TOKEN, "telegram_base_url": fake.url, "http_port": str(free_port())}
        with started([*COMMAND, "run"], environment(Path(folder), database_url=url, **settings)) as process:
            fake.answer_to(FIRST + 1, "帮助")
            late, waits = lateness(fake, database, people, seconds)
            print(
                f"  lateness of {len(late)}: p50 {quantile(late, 0.5):.2f} s, p99 {quantile(late, 0.99):.2f} s, "
                f"most {max(late):.2f} s; answers meanwhile p99 {quantile(waits, 0.99):.2f} s of {len(waits)}"
            )
            before = cpu_s(process)
            rate, waits = full_minute(fake, database, people, due, seconds)
            print(
                f"  {due:,} due in one minute: {rate:.1f} messages/s leave; answers meanwhile "
                f"p50 {quantile(waits, 0.5):.2f} s, p99 {quantile(waits, 0.99):.2f} s of {len(waits)}; "
                f"{cpu_s(process) - before:.1f} s of CPU; refused by the platform: {len(fake.refusals)}"
            )
    database.close()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pending", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--url", default="")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        run(given.url or f"sqlite:///{folder}/crm.db", folder, given.pending, given.due, given.seconds)


if __name__ == "__main__":
    main()
