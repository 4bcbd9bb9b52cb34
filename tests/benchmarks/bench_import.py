"""How many rows a second an import of customers takes in, with the duplicate check, the audit and the index.

    python -m tests.benchmarks.bench_import [--rows 100000] [--twice]

From the CSV file to the commit, on SQLite with full durability. ``--twice`` brings the same file in again: all of its
rows are duplicates then. At least 5,000 rows a second are wanted.
"""

import argparse
import csv
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.export import administrator
from bot.exchange.importing import File, Wish, bring_in
from bot.exchange.load import Importer
from bot.people.naming import forms_of
from config.crm import load_crm
from config.settings import Settings
from storage import schema
from storage.database import Database
from tests.benchmarks.bench_scale import names

ROWS = 100_000


def write_file(path: Path, rows: int) -> None:
    """A list of customers as other systems export them."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("客户名称", "电话", "地址", "所属行业", "客户来源"))
        for n, name in enumerate(names(rows)):
            table.writerow((name, f"138{n:08}", f"上海市浦东新区{n} 号", "物流", "展会"))


def rate(database: Database, path: Path, settings: Settings) -> tuple[float, float, int]:
    """Rows a second by the clock and of CPU, and how many came in."""
    begun, used = time.perf_counter(), time.process_time()
    file = File(path, Wish())
    importer = Importer(administrator(settings), load_crm(), "CNY", datetime.now(UTC))
    report = database.write(lambda tx: bring_in(tx, file, importer))
    by_clock, of_cpu = time.perf_counter() - begun, time.process_time() - used
    return file.count / by_clock, file.count / of_cpu, report.created["customer"]


def bare(path: Path) -> float:
    """Rows a CPU-second that sqlite3 alone takes in: the cells of the file into one table with a unique name, nothing
    checked, kept or indexed beside."""
    used = time.process_time()
    connection = sqlite3.connect(path.with_suffix(".bare"))
    connection.execute(
        "CREATE TABLE customers (name TEXT UNIQUE, phone TEXT, address TEXT, industry TEXT, source TEXT)"
    )
    with path.open(encoding="utf-8", newline="") as stream, connection:
        rows = csv.reader(stream)
        next(rows)
        count = connection.executemany("INSERT OR IGNORE INTO customers VALUES (?, ?, ?, ?, ?)", rows).rowcount
    connection.close()
    return count / (time.process_time() - used)


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--twice", action="store_true")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.csv"
        write_file(path, args.rows)
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/crm.db")
        database = Database(settings.database_url, namer=forms_of)
        schema.ensure(database)
        for _ in range(2 if args.twice else 1):
            per_second, of_cpu, created = rate(database, path, settings)
            print(f"{args.rows:,} rows: {per_second:,.0f} a second ({of_cpu:,.0f} a CPU-second), {created:,} created")
            alone = bare(path)
            print(f"  a bare sqlite3 takes {alone:,.0f} rows a CPU-second, {alone / of_cpu:.0f} times as many")
            path.with_suffix(".bare").unlink()
        database.close()


if __name__ == "__main__":
    main()
