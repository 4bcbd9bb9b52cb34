"""`crmbot parse`: what the bot understands of a text, without any database."""

import json as codec
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from bot.cli.output import command_group, note, put, say
from bot.errors import InvalidValue

app = command_group()


@app.command(help=say("cli.help.parse"))
def parse(
    file: Annotated[Path | None, typer.Argument(help=say("cli.help.parse_file"))] = None,
    text: Annotated[str | None, typer.Option(help=say("cli.help.text"))] = None,
    values: Annotated[bool, typer.Option("--values", help=say("cli.help.values"))] = False,
) -> None:
    if text is not None:
        if file is not None:
            raise InvalidValue("cli.error.both_inputs")
        _explain(text, only_values=values)
        return
    if file is None or str(file) == "-":
        is_good = _lines(sys.stdin.buffer, only_values=values)
    else:
        with file.open("rb") as stream:
            is_good = _lines(stream, only_values=values)
    if not is_good:
        raise typer.Exit(1)


def _lines(stream: BinaryIO, *, only_values: bool) -> bool:
    """Read each line and print what it says; a line that cannot be read is named, and the next one follows."""
    from nlu.parse_json import parse_line, values_line

    read = values_line if only_values else parse_line
    is_good = True
    for number, raw in enumerate(stream, 1):
        if not raw.strip():
            continue
        try:
            put(codec.dumps(read(_object(raw)), ensure_ascii=False))
        except ValueError as error:
            note("cli.error.parse_line", number=number, reason=error)
            is_good = False
    return is_good


def _object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a line. Raises ValueError (broken UTF-8 and JSON are such)."""
    try:
        data = codec.loads(raw)
    except RecursionError as error:
        raise ValueError("too deeply nested") from error
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def _explain(text: str, *, only_values: bool) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.clock import system_clock
    from config.settings import load_settings

    now: datetime = system_clock().astimezone(ZoneInfo(load_settings().timezone))
    for line in _shown(text, now, only_values=only_values):
        put(line)


def _shown(text: str, now: Any, *, only_values: bool) -> Iterator[str]:
    from nlu.parse_json import explain, values_line, why
    from nlu.understand import understand

    if only_values:
        found: Any = values_line({"text": text, "now": now.isoformat()})["values"]
        yield from (codec.dumps(value, ensure_ascii=False) for value in found)
        return
    understood = understand(text, now=now)
    rows = explain(understood)
    colours = dict(zip(dict.fromkeys(row.name for row in rows), cycle(_COLOURS), strict=False))
    yield _painted(text, [(row.start, row.end, colours[row.name]) for row in rows])
    yield say("cli.parse.intent", intent=understood.intent, sure=f"{understood.sure:.0%}")
    if words := why(text, now, understood.intent):
        yield say("cli.parse.because", words=" · ".join(words))
    for row in rows:
        name = _painted(row.name, [(0, len(row.name), colours[row.name])])
        facts = {"value": row.reading, "words": row.words, "sure": f"{row.sure:.0%}", "why": row.why}
        yield say("cli.parse.slot", name=name, **facts)


_COLOURS = (32, 36, 33, 35, 34, 31)  # of a terminal: green, cyan, yellow, magenta, blue, red


def _painted(text: str, spans: list[tuple[int, int, int]]) -> str:
    """The text with its spans in colour where a person looks at it; of spans that overlap, the first."""
    if not sys.stdout.isatty():
        return text
    pieces, at = [], 0
    for start, end, colour in sorted(spans):
        if start >= at and end > start:
            pieces += [text[at:start], f"\x1b[{colour}m{text[start:end]}\x1b[0m"]
            at = end
    return "".join(pieces) + text[at:]
