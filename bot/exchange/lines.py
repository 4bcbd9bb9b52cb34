"""JSON lines in the shape of the record contract, given out in an order in which records find what they refer to."""

import json
from collections.abc import Iterator
from pathlib import Path

from bot.errors import InvalidValue
from bot.exchange.files import MAX_ROWS
from bot.exchange.load import Row
from config.kinds import KINDS

# People and teams first: all else belongs to somebody.
ORDER = ("team", "user", *(kind for kind in KINDS if kind not in ("team", "user")))
MAX_LINE = 1_000_000


def read_lines(path: Path, only: str | None = None) -> Iterator[Row]:
    """The records of a file, kind by kind; first those lines that are none, each with what is wrong."""
    lines: dict[str, list[tuple[int, bytes]]] = {kind: [] for kind in ORDER}
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            plain = line.removeprefix(b"\xef\xbb\xbf").strip()
            if number > MAX_ROWS:
                raise InvalidValue("import.too_many", max=f"{MAX_ROWS:,}")
            if not plain:
                continue
            kind = _kind(plain)
            if kind is None:
                yield Row(number, "customer", {}, plain, InvalidValue("import.no_record"))
            elif only in (None, kind):
                lines[kind].append((number, plain))
    for kind in ORDER:
        for number, plain in lines.pop(kind):
            yield Row(number, kind, json.loads(plain), plain)


def count_lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _kind(line: bytes) -> str | None:
    """The kind of the record that a line holds; None where it holds none."""
    if len(line) > MAX_LINE:
        return None
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    kind = data.get("kind") if isinstance(data, dict) else None
    return kind if kind in KINDS else None
