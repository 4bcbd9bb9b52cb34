"""`crmbot demo`: an invented company to try the bot on."""

from typing import Annotated

import typer

from bot.cli.chat_command import clock_at
from bot.cli.output import command_group, note, say
from bot.cli.store import open_store
from bot.errors import InvalidValue
from config.crm import load_crm
from config.settings import load_settings
from storage.errors import NotEmpty

app = command_group()


@app.command(help=say("demo.help.demo"))
def demo(
    seed: Annotated[int, typer.Option(help=say("demo.help.seed"))] = 1,
    size: Annotated[str, typer.Option(help=say("demo.help.size"))] = "small",
    now: Annotated[str | None, typer.Option(help=say("demo.help.now"))] = None,
) -> None:
    from zoneinfo import ZoneInfo

    from bot.demo.fill import SIZES, fill

    chosen = next((name for name in SIZES if name == size), None)
    if chosen is None:
        raise InvalidValue("demo.no_size", size=size, sizes=", ".join(SIZES))
    settings = load_settings()
    crm = load_crm(settings.config)
    moment = clock_at(now, settings)().astimezone(ZoneInfo(settings.timezone))
    with open_store(settings=settings) as database:
        try:
            filled = database.write(lambda tx: fill(tx, settings, crm, seed=seed, size=chosen, now=moment))
        except NotEmpty as error:
            raise InvalidValue("demo.not_empty") from error
    note("demo.done", customers=filled.customers, deals=filled.deals)
    rep, manager, service = filled.to_try
    note("demo.to_try", rep=rep, manager=manager, service=service)
