"""What the first answer of `crmbot chat` costs: CPU seconds and memory of the whole process.

python tests/benchmarks/bench_start.py [--runs 7]
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()", "chat", "--as", "李雷"]


def run(folder: str) -> tuple[float, float]:
    """CPU seconds and peak memory (MB) of one process that answers one message."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "CRMBOT_DATA_DIR": folder}
    done = subprocess.run(COMMAND, input="记录跟进\n".encode(), env=env, capture_output=True, check=True)
    assert done.stdout, done.stderr.decode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, after.ru_maxrss / 1024


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        first, _ = run(folder)
        figures = [run(folder) for _ in range(options.runs)]
    cpu, memory = zip(*figures, strict=True)
    print(
        f"first answer: {statistics.median(cpu):.2f} s CPU (min {min(cpu):.2f}, max {max(cpu):.2f}), "
        f"{max(memory):.0f} MB at most; on an empty folder {first:.2f} s"
    )


if __name__ == "__main__":
    main()
