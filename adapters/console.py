"""The console: a terminal or a pipe as a chat platform."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from unicodedata import east_asian_width
from uuid import uuid4

from adapters.base import (
    Attachment,
    Inbound,
    Limits,
    Outbound,
    Platform,
    Receive,
    TooBig,
    Undeliverable,
    Upload,
    laid_out,
    number_buttons,
    uploads,
)

# A file on this machine, named by its path as terminals paste it: in quotes where there are spaces.
_PATH = re.compile(
    r"""["'](?P<quoted>[^"']+\.(?:csv|tsv|xlsx?|jsonl))["']|(?P<bare>(?:~|\.{1,2})?/\S+\.(?:csv|tsv|xlsx?|jsonl))(?!\S)""",
    re.IGNORECASE,
)


class Console:
    """Writes what the bot says to a terminal. Reading lines is the command's business: it knows prompt and history."""

    platform: Platform = "console"
    limits = Limits()

    def __init__(self, write: Callable[[str], None], keep: Callable[[Upload], str]) -> None:
        """``keep`` puts away what a terminal cannot show, and gives a line that says where; "" where it does not."""
        self._write = write
        self._keep = keep

    def routes(self, receive: Receive) -> tuple[()]:
        return ()

    async def run(self, receive: Receive) -> None:
        """Nothing arrives by itself."""

    async def send(self, message: Outbound) -> str:
        kept = [line for upload in uploads(message) if (line := self._keep(upload))]
        self._write("\n".join([*kept, number_buttons(replace(message, text=_in_columns(message)))]))
        return uuid4().hex

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        """What a terminal has shown stays."""

    async def fetch(self, file_id: str, *, account: str = "", most: int) -> bytes:
        return await asyncio.to_thread(_content, Path(file_id), most)


def _in_columns(message: Outbound) -> str:
    """The text with its table in columns: labels and the last cells from the left, figures from the right."""
    above, rows, below = laid_out(message)
    widths: dict[int, int] = {}
    for row in rows:
        widths |= {n: max(widths.get(n, 0), _width(cell)) for n, cell in enumerate(row)}
    drawn = ("  ".join(_padded(cell, n, widths) for n, cell in enumerate(row)).rstrip() for row in rows)
    return "\n".join([above, *drawn, *([below] if below else [])]) if rows else above


def _padded(cell: str, column: int, widths: dict[int, int]) -> str:
    gap = " " * (widths[column] - _width(cell))
    return gap + cell if 0 < column < min(3, len(widths) - 1) else cell + gap


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _content(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise TooBig
        return path.read_bytes()
    except OSError as error:
        raise Undeliverable(error.strerror or "") from error


def to_inbound(line: str, *, sender: str, sent_at: datetime) -> Inbound:
    """One line typed by a person is one message; a table on this machine that it names by its path comes along."""
    text, attachments = _with_file(line)
    return Inbound(
        platform="console",
        event_id=uuid4().hex,
        chat_id=sender,
        sender_id=sender,
        text=text,
        attachments=attachments,
        sent_at=sent_at,
    )


def _with_file(line: str) -> tuple[str, tuple[Attachment, ...]]:
    named = _PATH.search(line)
    if named is None:
        return line, ()
    path = Path(named["quoted"] or named["bare"]).expanduser()
    try:
        is_there = path.is_file()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        return line, ()
    rest = f"{line[: named.start()]} {line[named.end() :]}".strip()
    return rest, (Attachment(kind="file", file_id=str(path.resolve()), name=path.name),)
