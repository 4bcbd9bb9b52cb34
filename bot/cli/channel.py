"""`crmbot channel`: which team a group chat belongs to."""

from typing import Annotated

import typer

from bot.cli.output import command_group, note, put_table, say
from bot.cli.store import change, open_store
from bot.clock import system_clock
from bot.errors import InvalidValue
from config.settings import PLATFORMS

app = command_group("cli.help.channel")


# Ids of Telegram's groups begin with a minus sign.
@app.command(help=say("cli.help.channel_bind"), context_settings={"ignore_unknown_options": True})
def bind(
    platform: Annotated[str, typer.Argument(help=say("cli.help.platform"))],
    chat_id: Annotated[str, typer.Argument(help=say("cli.help.chat_id"))],
    team: Annotated[str, typer.Option(help=say("cli.help.channel_team"))],
) -> None:
    from bot.rules.staff import bind_channel

    if platform not in PLATFORMS:
        raise InvalidValue("cli.error.no_platform", platform=platform, platforms=", ".join(PLATFORMS))
    with open_store() as database:
        change(database, "channel bind", lambda session: bind_channel(session, platform, chat_id, team).id)
    note("cli.channel.bound", chat=chat_id, team=team)


@app.command(help=say("cli.help.channel_unbind"), context_settings={"ignore_unknown_options": True})
def unbind(
    platform: Annotated[str, typer.Argument(help=say("cli.help.platform"))],
    chat_id: Annotated[str, typer.Argument(help=say("cli.help.chat_id"))],
) -> None:
    from bot.rules.staff import unbind_channel

    with open_store() as database:
        change(database, "channel unbind", lambda session: unbind_channel(session, platform, chat_id, system_clock()))
    note("cli.channel.unbound", chat=chat_id)


@app.command("list", help=say("cli.help.channel_list"))
def show(json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    from bot.rules.staff import bound_channels

    with open_store() as database, database.read() as tx:
        rows = [(one.platform, one.chat_id, one.team.name if one.team else "") for one in bound_channels(tx.session)]
    put_table(("platform", "chat", "team"), rows, as_json=json)
