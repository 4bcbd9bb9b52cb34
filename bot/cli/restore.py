"""`crmbot restore`: a backup into an empty database, on either engine."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import command_group, note, say
from bot.cli.store import open_store

app = command_group()


@app.command(help=say("cli.help.restore"))
def restore(path: Annotated[Path, typer.Argument(help=say("cli.help.restore_path"))]) -> None:
    from storage.backup import restore as bring_back

    with open_store() as database:
        restored = bring_back(database, path)
    note("cli.restore.done", rows=restored.rows)
    if restored.held or restored.unsure:
        note("cli.restore.held", held=restored.held, unsure=restored.unsure)
