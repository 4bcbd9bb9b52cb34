"""`crmbot channel`: which team a group chat belongs to."""

from typing import Annotated

import typer

from bot.cli.output import command_group, note, say
from bot.cli.store import change, open_store
from bot.errors import InvalidValue

PLATFORMS = ("slack", "telegram", "wecom")

app = command_group("cli.help.channel")


@app.callback()
def _group() -> None:
    pass


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
