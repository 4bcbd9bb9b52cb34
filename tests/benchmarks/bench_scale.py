"""What a turn costs with few and with many stored conversations and customers.

    python -m tests.benchmarks.bench_scale [--many 1000000]

The same dialogs are held on two databases in turn; medians of CPU time per turn and their ratio. Customers are written
with all the forms under which they are found, so that look-ups by full name, short name, one wrong character and a part
of the name are measured as they are in use.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import islice

from bot.app import Bot
from bot.people.naming import forms_of
from storage import records
from storage.search import IN_TEXT, MAX_NAME, pieces
from tests.benchmarks.bench_turns import DIALOG, NOW, inbound, open_in

CHUNK = 200_000
_FIRST = "蓝海星河云帆远景博锐恒通瑞丰金石华信天成宏图中科联合东方南山北辰西岭明达新锐广源永兴万里长青"
_TRADES = ("物流", "科技", "电气", "材料", "医疗", "食品", "能源", "网络", "装备", "贸易")
_QUERIES = ("{short}的情况", "{name}的情况", "{wrong}的情况", "{part}的情况")


def names(count: int) -> Iterator[str]:
    """Different company names: two pairs of characters, a number in characters, a trade, a legal body."""
    for n in range(count):
        a, b = n % 23 * 2, n // 23 % 23 * 2
        digits = "".join("零壹贰叁肆伍陆柒捌玖"[int(d)] for d in str(n))
        yield f"{_FIRST[a : a + 2]}{_FIRST[b : b + 2]}{digits}{_TRADES[n % 10]}有限公司"


def fill(bot: Bot, count: int) -> None:
    """Store so many customers, with their forms, and so many conversations: past the bot, in one transaction, each
    table's rows in the order of its key."""
    db = sqlite3.connect(str(bot.database.url.database), isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-600000", "wal_autocheckpoint=0"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN IMMEDIATE")
    found = names(count)
    first = 10
    while chunk := list(islice(found, CHUNK)):
        _write(db, chunk, first)
        first += len(chunk)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _write(db: sqlite3.Connection, chunk: list[str], first: int) -> None:
    keys, parts = [], []
    lengths: dict[str, int] = {}
    for n, name in enumerate(chunk, first):
        forms = forms_of(records.Customer(name=name, aliases=[], phones=[], emails=[]))
        assert forms is not None
        for form, key in forms.keys:
            keys.append((key, form, "customer", n))
            if form in IN_TEXT and 2 <= len(key) <= MAX_NAME:
                lengths[key[:2]] = lengths.get(key[:2], 0) | 1 << len(key)
        parts += [(gram, "customer", n) for gram in pieces(forms.text)]
    numbered = list(enumerate(chunk, first))
    for sql, rows in (
        (_CUSTOMER, [(n, name, name) for n, name in numbered]),
        (_TALK, [(f"console||x{n}||x{n}",) for n, _name in numbered]),
        ("INSERT INTO name_keys (key, form, kind, record_id) VALUES (?, ?, ?, ?)", sorted(keys)),
        ("INSERT INTO grams (gram, kind, record_id) VALUES (?, ?, ?)", sorted(parts)),
        (_PREFIX, sorted(lengths.items())),
    ):
        db.executemany(sql, rows)


_AT = NOW.isoformat(" ", "microseconds").removesuffix("+00:00")
_CUSTOMER = f"""
    INSERT INTO customers (id, name, name_key, customer_type, aliases, phones, emails, custom, version, created_at,
        updated_at, owner_id, team_id)
    VALUES (?, ?, ?, 'company', '[]', '[]', '[]', '{{}}', 1, '{_AT}', '{_AT}', 1, 1)
"""
_TALK = f"""
    INSERT INTO conversations (key, state, version, waiting, updated_at)
    VALUES (?, '{{"v": 1, "dialogs": [], "focus": {{}}, "listing": {{}}}}', 1, 0, '{_AT}')
"""
_PREFIX = """
    INSERT INTO name_prefixes (prefix, lengths) VALUES (?, ?)
    ON CONFLICT (prefix) DO UPDATE SET lengths = lengths | excluded.lengths
"""


def cost(bot: Bot, texts: tuple[str, ...], rounds: int) -> float:
    """CPU seconds of one turn, the median over rounds."""
    figures = []
    for _ in range(rounds):
        begun = time.process_time()
        for text in texts:
            bot.receive(inbound(text, "p0")).result()
        figures.append((time.process_time() - begun) / len(texts))
    return statistics.median(figures)


def look_ups(count: int) -> dict[str, tuple[str, ...]]:
    """Questions about the last of the customers, by each road."""
    name = list(names(count))[-1]
    short = name.removesuffix("有限公司")
    forms = {"short": short, "name": name, "wrong": short[:-3] + "茶" + short[-2:], "part": short[2:-2]}
    return {query.split("}")[0][1:]: (query.format(**forms),) for query in _QUERIES}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args(arguments)
    figures: dict[str, list[float]] = {}
    for count in (options.few, options.many):
        with tempfile.TemporaryDirectory() as folder:
            bot = open_in(folder, "NORMAL", 1)
            fill(bot, count)
            for what, texts in {"dialog": DIALOG, **look_ups(count)}.items():
                cost(bot, texts, 3)
                figures.setdefault(what, []).append(cost(bot, texts, options.rounds))
            bot.close()
    for what, (few, many) in figures.items():
        costs = f"{few * 1e6:6.0f} µs at {options.few:,}, {many * 1e6:6.0f} µs at {options.many:,}"
        print(f"{what:7} {costs}: × {many / few:.2f}")


if __name__ == "__main__":
    main()
