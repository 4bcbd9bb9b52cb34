"""Score `find_values` on files of cases: score_suites.py FILE... [--all] [--held] [--errors N]

A case is a JSON line {"id", "lang", "text", "now", "kind", "expect"}. It counts as read when any printed value equals
one of ``expect``; datetimes compare as wall time to the minute. A sixth of the cases, chosen by a hash of the id, is
held back: it is counted only with --held, and its texts are never shown.
"""

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.values import find_values, values_json


def is_held(case: dict[str, Any]) -> bool:
    """Whether a case belongs to the sixth that nobody tunes to."""
    return zlib.crc32(case["id"].encode()) % 6 == 0


def cases(paths: list[str]) -> Iterator[dict[str, Any]]:
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def plain(value: Any) -> Any:
    """A value in a form that compares: datetimes without offset, to the minute; money as number and code."""
    if isinstance(value, dict):
        return (float(value["value"]), value["currency"])
    if isinstance(value, list):
        return tuple(plain(part) for part in value)
    if isinstance(value, str) and "T" in value:
        return datetime.fromisoformat(value).replace(tzinfo=None, second=0, microsecond=0).isoformat()
    return value


def printed(case: dict[str, Any]) -> list[Any]:
    now = datetime.fromisoformat(case["now"])
    return values_json(find_values(case["text"], now=now, lang=case["lang"]), now)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--lang", default="")
    given = parser.parse_args()
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for case in cases(given.paths):
        if is_held(case) != given.held or (given.lang and case["lang"] != given.lang):
            continue
        got = printed(case)
        good = bool({plain(value) for value in got} & {plain(value) for value in case["expect"]})
        for kind in (case["kind"], "all"):
            total[case["lang"], kind] += 1
            right[case["lang"], kind] += good
        if not good and not given.held and given.errors > 0:
            given.errors -= 1
            print(
                case["id"][:10],
                case["now"][:16],
                repr(case["text"]),
                "\n     want",
                json.dumps(case["expect"])[:200],
                "\n     got ",
                got,
            )
    for key in sorted(total):
        print(*key, f"{right[key]}/{total[key]} = {100 * right[key] / total[key]:.1f} %")


if __name__ == "__main__":
    main()
