"""`crmbot token`: secrets with which programs act as a user over HTTP, and links to the calendars of users."""

from typing import Annotated

import typer

from bot.cli.output import command_group, note, put, put_table, say
from bot.cli.store import change, open_store
from config.settings import load_settings

app = command_group("token.help.token")


@app.command(help=say("token.help.add"))
def add(
    name: Annotated[str, typer.Argument(help=say("cli.help.user_name"))],
    calendar: Annotated[bool, typer.Option("--calendar", help=say("token.help.calendar"))] = False,
) -> None:
    from bot.exchange.tokens import calendar_url, make_token
    from bot.rules.staff import user_named

    settings = load_settings()
    with open_store(settings=settings) as database:
        token = change(
            database,
            "token add",
            lambda session: make_token(session, user_named(session, name), "calendar" if calendar else "api"),
        )
    if calendar:
        put(calendar_url(settings, token))
    else:
        put(token)
    note("token.once")


@app.command("list", help=say("token.help.list"))
def show(json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    from bot.exchange.tokens import alive

    with open_store() as database, database.read() as tx:
        rows = [
            (item.public_id, item.user.name, item.purpose, item.created_at.isoformat(), str(item.last_used_on or ""))
            for item in alive(tx)
        ]
    put_table(("id", "name", "purpose", "created", "last_used"), rows, as_json=json)


@app.command(help=say("token.help.revoke"))
def revoke(token: Annotated[str, typer.Argument(help=say("token.help.id"))]) -> None:
    from bot.exchange import tokens

    with open_store() as database:
        change(database, "token revoke", lambda session: tokens.revoke(session, token))
    note("token.revoked", id=token)
