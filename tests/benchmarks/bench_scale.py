"""What a turn costs with few and with many stored conversations and customers.

    python -m tests.benchmarks.bench_scale [--many 1000000]

The same dialogs are held on two databases in turn; medians of CPU time per turn and their ratio. Customers are written
with all the forms under which they are found, so that look-ups by full name, short name, one wrong character and a part
of the name are measured as they are in use.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from itertools import islice

from sqlalchemy import insert

from bot.app import Bot
from bot.naming import forms_of
from storage import records
from storage.search import IN_TEXT, MAX_NAME, pieces
from storage.tables import conversations, grams, name_keys, name_prefixes
from storage.writer import Tx
from tests.benchmarks.bench_turns import DIALOG, NOW, inbound, open_in

CHUNK = 20_000
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
    """Store so many customers, with their forms, and so many conversations."""
    found = names(count)
    done = 0
    while chunk := list(islice(found, CHUNK)):
        bot.database.write(lambda tx, chunk=chunk, first=done: _write(tx, chunk, first + 10))  # type: ignore[misc]
        done += len(chunk)


def _write(tx: Tx, chunk: list[str], first: int) -> None:
    customers, keys, parts, talks = [], [], [], []
    lengths: dict[str, int] = {}
    for n, name in enumerate(chunk, first):
        common = {"version": 1, "created_at": NOW, "updated_at": NOW, "custom": {}, "owner_id": 1, "team_id": 1}
        empty = {"aliases": [], "phones": [], "emails": []}
        customers.append({"id": n, "name": name, "name_key": name, "customer_type": "company", **common, **empty})
        forms = forms_of(records.Customer(name=name, **empty))
        assert forms is not None
        for form, key in forms.keys:
            keys.append({"form": form, "key": key, "kind": "customer", "record_id": n})
            if form in IN_TEXT and 2 <= len(key) <= MAX_NAME:
                lengths[key[:2]] = lengths.get(key[:2], 0) | 1 << len(key)
        parts += [{"gram": gram, "kind": "customer", "record_id": n} for gram in pieces(forms.text)]
        state = {"v": 1, "dialogs": [], "focus": {}, "listing": {}}
        talks.append({"key": f"console||x{n}||x{n}", "state": state, "version": 1, "waiting": 0, "updated_at": NOW})
    for table, rows in ((records.Customer, customers), (name_keys, keys), (grams, parts), (conversations, talks)):
        tx.connection.execute(insert(table), rows)
    statement = insert(name_prefixes).prefix_with("OR REPLACE")
    tx.connection.execute(statement, [{"prefix": prefix, "lengths": bits} for prefix, bits in lengths.items()])


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
