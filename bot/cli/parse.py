"""`crmbot parse`: what the bot understands of a text, without any database."""

import json as codec
import sys
from collections.abc import Iterator
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
    from nlu.parse_json import explain, values_line
    from nlu.understand import understand

    if only_values:
        found: Any = values_line({"text": text, "now": now.isoformat()})["values"]
        yield from (codec.dumps(value, ensure_ascii=False) for value in found)
        return
    understood = understand(text, now=now)
    yield say("cli.parse.intent", intent=understood.intent, sure=f"{understood.sure:.0%}")
    for row in explain(understood):
        yield say("cli.parse.slot", name=row.name, value=row.reading, words=row.words, sure=f"{row.sure:.0%}")
