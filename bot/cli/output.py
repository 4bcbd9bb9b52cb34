"""What commands say: data to stdout, notes and mistakes to stderr, in the configured language."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import typer

from config.catalog import Catalog, catalog
from config.errors import ConfigError
from config.settings import language_of, load_settings
from config.types import Language

SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)  # what the command line asked for


def words() -> Catalog:
    """The words of the language that was asked for, else of the configured one."""
    language = SPOKEN.get()
    return catalog(language) if language is not None else configured()


@lru_cache
def configured() -> Catalog:
    """Of the default language where the settings are wrong."""
    try:
        return catalog(load_settings().language)
    except ConfigError:
        return catalog(language_of())


def command_group(help_key: str | None = None, **options: Any) -> typer.Typer:
    """A Typer as all of ours are: plain help in the configured language, no completion scripts."""
    text = say(help_key) if help_key else None
    return typer.Typer(help=text, no_args_is_help=True, add_completion=False, rich_markup_mode=None, **options)


def say(key: str, **params: object) -> str:
    return words().say(key, **params)


def note(key: str, **params: object) -> None:
    """A remark for the person at the terminal."""
    _write(sys.stderr, say(key, **params))


def fail(key: str, **params: object) -> int:
    """Say what is wrong, in one line; gives the exit code for it."""
    _write(sys.stderr, " ".join(say(key, **params).split()))
    return 1


def put(text: str) -> None:
    """A line of data."""
    _write(sys.stdout, text)


def json_of(value: Any) -> str:
    """Data for a program, in lines that a person can read, too."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def put_table(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, as_json: bool) -> None:
    """Rows for a person at a terminal, as tab-separated lines for a pipe, or as JSON by their heads.

    ``heads`` are the names of the fields; what a person reads for them stands in the catalogs.
    """
    rows = list(rows)
    if as_json:
        put(json_of([dict(zip(heads, row, strict=True)) for row in rows]))
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*(say(f"cli.head.{head}") for head in heads), box=None, pad_edge=False)
        for row in rows:
            table.add_row(*(Text(_shown(value)) for value in row))  # Text: what people typed is not markup
        Console().print(table)
    else:
        put("\t".join(heads))
        for row in rows:
            put("\t".join(" ".join(_shown(value).split()) for value in row))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return say("cli.user.yes" if value else "cli.user.no")
    return "" if value is None else str(value)


def _write(stream: Any, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
