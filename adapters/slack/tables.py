"""Rows as Block Kit draws them: two beside each other on a screen, one below the other on a telephone."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from adapters.slack.text import escape, length, quiet
from config.types import Row

Block: TypeAlias = dict[str, Any]

MAX_FIELDS = 10  # of one section
MAX_FIELD = 2000  # characters


def sections(rows: Sequence[Row]) -> list[Block]:
    """The rows as the fields of sections; [] where one of them is too long for a field."""
    fields = [_field(row) for row in rows]
    if any(length(field["text"]) > MAX_FIELD for field in fields):
        return []
    return [
        {"type": "section", "fields": fields[start : start + MAX_FIELDS]} for start in range(0, len(fields), MAX_FIELDS)
    ]


def _field(row: Row) -> Block:
    """The label, which stands out, and what is said of it below."""
    label, *cells = (quiet(escape(cell.strip())) for cell in row)
    return {"type": "mrkdwn", "text": f"*{label}*\n{' · '.join(cells)}", "verbatim": True}
