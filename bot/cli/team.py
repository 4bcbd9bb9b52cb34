"""`crmbot team`: the teams of the organisation."""

from typing import Annotated

import typer

from bot.cli.output import command_group, note, put, put_table, say
from bot.cli.store import change, open_store

app = command_group("cli.help.team")


@app.command(help=say("cli.help.team_add"))
def add(
    name: Annotated[str, typer.Argument(help=say("cli.help.team_name"))],
    parent: Annotated[str | None, typer.Option(help=say("cli.help.parent"))] = None,
) -> None:
    from bot.rules.staff import add_team

    with open_store() as database:
        public_id = change(database, "team add", lambda session: add_team(session, name, parent).public_id)
    put(public_id)
    note("cli.team.added", name=name)


@app.command("list", help=say("cli.help.team_list"))
def show(json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    from sqlalchemy import select

    from storage import records

    with open_store() as database, database.read() as tx:
        teams = tx.session.scalars(select(records.Team).where(records.Team.deleted_at.is_(None)).order_by("id"))
        rows = [
            (team.public_id, team.name, team.parent and team.parent.name, team.manager and team.manager.name)
            for team in teams
        ]
    put_table(("id", "name", "parent", "manager"), rows, as_json=json)
