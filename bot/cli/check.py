"""`crmbot check`: is everything in order? One line each. The platforms are asked whether they take the credentials."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.output import command_group, put, say, words
from bot.cli.store import open_unchecked
from bot.clock import system_clock
from config.crm import Crm, load_crm
from config.settings import Settings, load_settings

app = command_group()


@app.command(help=say("cli.help.check"))
def check(
    offline: Annotated[bool, typer.Option("--offline", help=say("cli.help.check_offline"))] = False,
) -> None:
    is_good = True
    for mark, sentence in _findings(is_offline=offline):
        put(say(f"cli.check.{mark}", what=sentence))
        is_good = is_good and mark != "bad"
    if not is_good:
        raise typer.Exit(1)


def _findings(*, is_offline: bool) -> Iterator[tuple[str, str]]:
    from bot.custom.steps import check as check_steps
    from bot.upkeep import findings

    settings = load_settings()
    crm = load_crm(settings.config)
    check_steps(crm, settings.config)
    if is_offline or not settings.platforms:
        yield from findings.of_settings(settings, crm, words())
    else:
        yield from _online(settings, crm)
    if settings.database_url.startswith("sqlite") and not Path(settings.database_url[len("sqlite:///") :]).exists():
        folder = Path(settings.database_url[len("sqlite:///") :]).parent
        made = next(one for one in (folder, *folder.parents) if one.exists())
        may_write = made.is_dir() and os.access(made, os.W_OK | os.X_OK)
        yield ("off", say("cli.check.database_none")) if may_write else ("bad", say("cli.check.no_place", path=made))
        return
    with open_unchecked(settings=settings) as database, database.read() as tx:
        yield from findings.of_store(tx.connection, words(), system_clock())
        yield from findings.of_secrets(tx.connection, settings, words())


def _online(settings: Settings, crm: Crm) -> Iterator[tuple[str, str]]:
    """The settings, held against what the platforms say, against their clocks, and against who listens here."""
    from bot.upkeep import credentials, findings, online

    answers = online.ask_all(settings, credentials.complete(settings))
    yield from findings.of_settings(settings, crm, words(), online.of_platforms(answers, words()))
    yield from online.of_clock(answers, words())
    yield from online.of_port(settings, words())
