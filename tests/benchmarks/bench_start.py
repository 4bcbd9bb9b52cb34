"""What the first answer of `crmbot chat` costs: CPU seconds and memory of the whole process.

python tests/benchmarks/bench_start.py [--runs 7]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()", "chat", "--as", "李雷"]


def run(folder: str) -> tuple[float, float]:
    """CPU seconds and peak memory (MB) of one process that answers one message."""
    env = {**os.environ, "CRMBOT_DATA_DIR": folder}
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    assert process.stdin
    assert process.stdout
    with process.stdin:
        process.stdin.write("记录跟进\n".encode())
    with process.stdout:
        assert process.stdout.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


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
