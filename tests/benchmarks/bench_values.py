"""Dates and money per CPU-second, beside dateparser's ``search_dates`` with the language given, in the same run.

    python tests/benchmarks/bench_values.py [FILE.jsonl ...] [--rounds 5]

A file holds JSON lines {"text", "lang", "now"}; without one, a few messages of a sales day are read. Rounds alternate;
figures are medians of process CPU time. dateparser is left out with --alone.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.values import find_values

NOW = "2026-11-23T14:30:00+08:00"
MESSAGES = [
    (
        "zh",
        "今天上午拜访了华为终端的张总，聊了新一代仓储系统的方案，预算大概50万，预计下个月底能定，下周三下午三点再去演示",
    ),
    ("zh", "合同登记 东方电缆 铜杆500吨 每吨6.85万 货到付款 编号 DF20261209"),
    ("zh", "看一下上个月张伟的销售漏斗"),
    ("zh", "联系人马晓军（市场部），139 0950 1122，老客户介绍的"),
    (
        "en",
        "Met Sarah Lin this morning. Budget around $1.2M, closing by end of next month, next Wednesday 3pm demo",
    ),
    ("en", "New order from Pacific Container Terminal: 3 PLC racks, $18,400 each, PO# PCT-7741"),
    ("en", "what's the capital of Mongolia"),
    ("en", "push close date for Summit Steel to end of Q2"),
]
Case = dict[str, Any]


def cases(paths: list[str]) -> list[Case]:
    if not paths:
        return [{"lang": lang, "text": text, "now": NOW} for lang, text in MESSAGES]
    return [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines() if line]


def ours(case: Case) -> None:
    find_values(case["text"], now=case["moment"], lang=case["lang"])


def dateparser_reader() -> Callable[[Case], None]:
    from dateparser.search import search_dates

    def read(case: Case) -> None:
        settings = {"RELATIVE_BASE": case["moment"].replace(tzinfo=None)}
        search_dates(case["text"], languages=[case["lang"]], settings=settings)

    return read


def seconds(read: Callable[[Case], None], given: list[Case], repeat: int) -> float:
    """CPU seconds for one text."""
    start = time.process_time()
    for _ in range(repeat):
        for case in given:
            read(case)
    return (time.process_time() - start) / repeat / len(given)


def import_seconds(module: str) -> float:
    """CPU seconds to import a module in a fresh interpreter, what the standard library and our types cost left out."""
    clock = "time.process_time()"
    code = f"import enum, re, decimal, nlu.types, time; t = {clock}; import {module}; print({clock} - t)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", action="store_true")
    given = parser.parse_args(arguments)
    texts = cases(given.paths)
    for case in texts:
        case["moment"] = datetime.fromisoformat(case["now"])
    theirs = None if given.alone else dateparser_reader()
    mine, other = [], []
    for read in (ours, theirs) if theirs else (ours,):
        seconds(read, texts, 1)  # loads what is loaded at the first use
    for _ in range(given.rounds):
        mine.append(seconds(ours, texts, 20))
        if theirs:
            other.append(seconds(theirs, texts, 1))
    fast = statistics.median(mine)
    print(f"nlu.values      {fast * 1e6:9.1f} µs a text, {1 / fast:9.0f} texts per CPU-second")
    if other:
        slow = statistics.median(other)
        print(f"dateparser      {slow * 1e6:9.1f} µs a text, {slow / fast:.0f} times as long")
    print(f"import          {import_seconds('nlu.values'):.4f} s")
    long = {
        "text": "".join(case["text"] for case in texts)[:2000].ljust(2000, "。"),
        "lang": "zh",
        "moment": texts[0]["moment"],
    }
    hostile = {"text": "第一" * 5000, "lang": "zh", "moment": texts[0]["moment"]}
    times = [seconds(ours, [case], 5) * 1e3 for case in (long, hostile)]
    print(f"2,000 characters {times[0]:7.2f} ms; 10,000 hostile characters {times[1]:7.2f} ms")


if __name__ == "__main__":
    main()
