"""`crmbot backup`: everything in one file, checked."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import command_group, note, say
from bot.cli.store import open_store
from bot.clock import system_clock
from bot.errors import InvalidValue

app = command_group()


@app.command(help=say("cli.help.backup"))
def backup(path: Annotated[Path, typer.Argument(help=say("cli.help.backup_path"))]) -> None:
    from storage.backup import backup as write
    from storage.backup import remember

    if path.exists():
        raise InvalidValue("cli.error.exists", path=path)
    with open_store() as database:
        rows = write(database, path)
        remember(database, system_clock())
    note("cli.backup.done", path=path, rows=rows)
