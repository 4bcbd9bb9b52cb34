"""All benchmarks, one after the other: ``python -m tests.benchmarks [--quick]``."""

import sys

from tests.benchmarks import (
    bench_forecast,
    bench_import,
    bench_platforms,
    bench_reminders,
    bench_reports,
    bench_scale,
    bench_start,
    bench_turns,
    bench_understanding,
    bench_values,
)


def main() -> None:
    is_quick = "--quick" in sys.argv
    bench_start.main([])
    bench_turns.main(["--dialogs", "100", "--rounds", "3"] if is_quick else [])
    bench_platforms.main(["--rounds", "1"] if is_quick else [])
    bench_values.main([])
    bench_understanding.main(["--names", "20000"] if is_quick else [])
    bench_import.main(["--rows", "20000"] if is_quick else [])
    bench_scale.main(["--many", "20000"] if is_quick else [])
    bench_reports.main(["--deals", "50000"] if is_quick else [])
    bench_reminders.main(["--pending", "20000", "--due", "2000", "--seconds", "10"] if is_quick else [])
    bench_forecast.main(["--seeds", "2"] if is_quick else [])


if __name__ == "__main__":
    main()
