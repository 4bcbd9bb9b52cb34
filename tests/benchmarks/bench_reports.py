"""What a manager's question costs over a million opportunities.

    python -m tests.benchmarks.bench_reports [--deals 1000000] [--url postgresql+psycopg://…]

Fifty teams of twenty people, three years, three currencies. In the database: the summary of one team for a quarter from
its rows (a covering index), and of the whole company (kept sums); end to end: from the message to the answer with its
picture. Milliseconds, the median of twenty.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import text

from adapters.base import Inbound
from bot.reports.changes import differences
from bot.reports.figures import sums
from bot.reports.query import Query
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from storage import history, schema
from storage.database import Database, Tx
from tests.transcripts.talk import Talk

NOW = datetime(2026, 11, 26, 8, 20, tzinfo=UTC)
TEAMS, PEOPLE = 50, 1000
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))
NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count) ",
    "postgresql": "WITH numbers AS (SELECT generate_series(1, :count) AS n) ",
}
DAY = {"sqlite": "date('2024-07-01', '+' || (n % 1096) || ' days')", "postgresql": "date '2024-07-01' + (n % 1096)"}
DEALS = """
INSERT INTO opportunities (id, version, created_at, updated_at, custom, created_by_id, owner_id, team_id, name,
  customer_id, stage, expected_close, closed_on, product, amount_minor, amount_currency)
{numbers} SELECT n, 1, '2024-07-01', '2024-07-01', '{{}}', NULL, 10 + n % 1000, 10 + n % 50, 'deal ' || n, 1,
  CASE n % 7 WHEN 0 THEN 'initial_contact' WHEN 1 THEN 'needs_analysis' WHEN 2 THEN 'proposal' WHEN 3 THEN 'negotiation'
    WHEN 4 THEN 'lost' ELSE 'won' END,
  {day}, CASE WHEN n % 7 > 3 THEN {day} END, 'product ' || n % 20, 100000 + n % 9000 * 100,
  CASE n % 10 WHEN 0 THEN 'USD' WHEN 1 THEN 'EUR' ELSE 'CNY' END
FROM numbers
"""
# Each as it is now; one in twenty came there from another amount within the last eight weeks.
FACTS = "owner_id, team_id, customer_id, product, stage, amount_minor, amount_currency, expected_close, closed_on"
STOOD = f"""
INSERT INTO opportunity_history (opportunity_id, since, until, {FACTS})
SELECT id, '2024-07-01', CASE WHEN id % 20 = 0 THEN {{moved}} END, {FACTS} FROM opportunities
UNION ALL SELECT id, {{moved}}, NULL, {FACTS.replace("amount_minor", "amount_minor + 100")} FROM opportunities
WHERE id % 20 = 0
"""
MOVED = {
    "sqlite": "datetime('2026-10-02', '+' || (id / 20 % 55) || ' days') || '.000000'",
    "postgresql": "timestamptz '2026-10-02' + (id / 20 % 55) * interval '1 day'",
}


def fill(tx: Tx, deals: int) -> None:
    """A company with so many deals, written past the records; the kept sums are made from them."""
    dialect = tx.connection.dialect.name
    common = "1, '2024-07-01', '2024-07-01', '{}'"
    for statement in (
        f"INSERT INTO teams (id, version, created_at, updated_at, custom, name) {{numbers}} "
        f"SELECT n + 9, {common}, 'team ' || n FROM numbers",
        f"INSERT INTO users (id, version, created_at, updated_at, custom, team_id, name, role, active) {{numbers}} "
        f"SELECT n + 9, {common}, 10 + n % 50, 'person ' || n, 'rep', {'1' if dialect == 'sqlite' else 'true'} "
        "FROM numbers",
    ):
        size = TEAMS if "INTO teams" in statement else PEOPLE
        with_numbers = statement.replace("{numbers}", NUMBERS[dialect])
        tx.connection.execute(text(with_numbers), {"count": size})
    filled = DEALS.format(numbers=NUMBERS[dialect], day=DAY[dialect])
    tx.connection.execute(text(filled), {"count": deals})
    stood = STOOD.format(moved=MOVED[dialect])
    if dialect == "postgresql":
        stood = stood.replace("SELECT id, '2024-07-01',", "SELECT id, timestamptz '2024-07-01',")
    tx.connection.execute(text(stood))
    history.rebuild(tx.connection)
    tx.connection.execute(text("ANALYZE"))


def millis(do: Callable[[], object], rounds: int = 20) -> float:
    do()
    figures = []
    for _ in range(rounds):
        begun = time.perf_counter()
        do()
        figures.append((time.perf_counter() - begun) * 1000)
    return statistics.median(figures)


def measure(folder: str, url: str, deals: int) -> None:
    talk = Talk(Path(folder), NOW, url=url)
    talk.add("user", {"name": "boss", "role": "admin", "language": "en"})
    talk.add("customer", {"name": "Northwind"}, "boss")
    talk.bot.database.write(lambda tx: fill(tx, deals))
    if not talk.bot.database.is_sqlite:  # as PostgreSQL does by itself within a minute
        with talk.bot.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
    numbers = count(10_000)

    def ask(words: str) -> None:
        event = str(next(numbers))
        talk.bot.receive(
            Inbound(platform="console", event_id=event, chat_id="boss", sender_id="boss", text=words, sent_at=NOW)
        ).result()

    with talk.bot.database.read() as tx:
        world = World(tx, _boss(tx), load_crm(), Settings(data_dir=Path(folder)), catalog("en"), NOW)
        quarter = Query(start=QUARTER[0], end=QUARTER[1], grain="quarter")
        team = Query(start=QUARTER[0], end=QUARTER[1], teams=(20,))
        week = Query(start=date(2026, 11, 23), end=date(2026, 11, 29), teams=(20,))
        print(f"one team, a quarter, kept sums     {millis(lambda: sums(world, team)):7.2f} ms")
        print(f"one team, a quarter, from its rows {millis(lambda: sums(world, team, 'owner')):7.2f} ms")
        print(f"one team, a week, from its rows    {millis(lambda: sums(world, week)):7.2f} ms")
        print(f"whole company, a quarter           {millis(lambda: sums(world, quarter)):7.2f} ms")
        begun = datetime(2026, 9, 30, 16, tzinfo=UTC)
        for whose, asked in {"team": team, "company": quarter}.items():
            cost = millis(lambda asked=asked: differences(world, asked, begun, NOW), 3)  # type: ignore[misc]
            print(f"what changed in a quarter, {whose:8}{cost:7.2f} ms")
        print(f"whole company, by team             {millis(lambda: sums(world, quarter, 'team')):7.2f} ms")
    print(f"question to answer, with picture   {millis(lambda: ask('pipeline this quarter'), 10):7.2f} ms")
    print(
        f"the same of one team, by rep       {millis(lambda: ask('team 11 pipeline this quarter by rep'), 10):7.2f} ms"
    )
    talk.close()


def _boss(tx: Tx):  # type: ignore[no-untyped-def]
    from bot.people.identity import actor_of

    return actor_of(tx, 1, Settings(data_dir=Path(".")))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--url", help="of an empty PostgreSQL database; without it, SQLite")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/crm.db"
        database = Database(url)
        schema.ensure(database)
        database.close()
        measure(folder, url, options.deals)


if __name__ == "__main__":
    main()
