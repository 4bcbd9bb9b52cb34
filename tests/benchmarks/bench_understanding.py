"""Whole messages understood per CPU-second, one long text, the import, and names in text at 100,000 and 1,000,000.

    python -m tests.benchmarks.bench_understanding [FILE.jsonl ...] [--names 100000]

A file holds JSON lines of the parse contract; without one, our own cases are read. Medians of process CPU time.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nlu.name_index import NameIndex
from nlu.types import Name
from nlu.understand import understand

CASES = Path(__file__).parents[1] / "nlu" / "cases"
ANSWERS = ["华为", "拜访", "下周三下午三点", "13800138000", "保存", "50万", "yes", "Acme Robotics"]


def messages(paths: list[str]) -> list[tuple[str, datetime, NameIndex]]:
    files = [Path(path) for path in paths] or sorted(CASES.glob("*.jsonl"))
    lines = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [(c["text"], datetime.fromisoformat(c["now"]), NameIndex.from_lists(c.get("known") or {})) for c in lines]


def cpu(work: Callable[[], object], rounds: int = 5) -> float:
    """Median CPU seconds of one round, after one round that fills the caches."""
    work()
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return statistics.median(spent)


def import_seconds() -> float:
    code = "import time; t = time.process_time(); import nlu.understand; print(time.process_time() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    return statistics.median(float(run.stdout) for run in runs)


def many_names(count: int) -> NameIndex:
    draw = random.Random(7)
    syllables = "华中天海龙金信达远恒瑞丰盛泰安康通德宏宇新兴荣昌顺利和美佳联创智云光明东方南北西江河山川"
    trades = ["科技", "物流", "电子", "机械", "食品", "医药", "贸易", "建材"]
    name = lambda: "".join(draw.choices(syllables, k=3)) + draw.choice(trades) + "有限公司"  # noqa: E731
    return NameIndex(Name("customer", name(), str(i)) for i in range(count))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--names", type=int, default=100_000)
    options = parser.parse_args(arguments)
    texts = messages(options.files)
    whole = cpu(lambda: [understand(text, now=now, known=known) for text, now, known in texts])
    print(f"whole parse            {len(texts) / whole:8.0f} messages per CPU-second ({len(texts)} messages)")
    now = texts[0][1]
    answers = cpu(lambda: [understand(text, now=now) for text in ANSWERS * 50])
    print(f"short answers          {answers / len(ANSWERS) / 50 * 1e6:8.0f} µs each")
    long_text = " ".join(text for text, _, _ in texts)[:2000]
    print(f"2,000 characters       {cpu(lambda: understand(long_text, now=now)) * 1000:8.1f} ms")
    print(f"import of nlu          {import_seconds():8.3f} s")
    index = many_names(options.names)
    found = cpu(lambda: [index.find(text) for text, _, _ in texts])
    print(f"names in a message     {found / len(texts) * 1000:8.3f} ms at {options.names:,} names")


if __name__ == "__main__":
    main()
