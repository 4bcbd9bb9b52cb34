"""`crmbot check`: is everything in order? One line each; nothing goes over the network."""

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli.output import command_group, put, say, words
from bot.cli.store import open_unchecked
from bot.clock import system_clock
from config.crm import load_crm
from config.settings import load_settings

app = command_group()


@app.command(help=say("cli.help.check"))
def check() -> None:
    is_good = True
    for mark, sentence in _findings():
        put(say(f"cli.check.{mark}", what=sentence))
        is_good = is_good and mark != "bad"
    if not is_good:
        raise typer.Exit(1)


def _findings() -> Iterator[tuple[str, str]]:
    from bot.custom.steps import check as check_steps
    from bot.upkeep import findings

    settings = load_settings()
    crm = load_crm(settings.config)
    check_steps(crm, settings.config)
    yield from findings.of_settings(settings, crm, words())
    if settings.database_url.startswith("sqlite") and not Path(settings.database_url[len("sqlite:///") :]).exists():
        yield "off", say("cli.check.database_none")
        return
    with open_unchecked(settings=settings) as database, database.read() as tx:
        yield from findings.of_store(tx.connection, words(), system_clock())
        yield from findings.of_secrets(tx.connection, settings, words())
