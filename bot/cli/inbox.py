"""`crmbot inbox`: the messages that could not be answered, and another try for them."""

from typing import Annotated, TypeAlias

import typer

from bot.cli.output import command_group, note, put_table, say
from bot.cli.store import open_store
from bot.clock import system_clock
from bot.errors import InvalidValue

ALL = "all"
MOST = 10_000

app = command_group("inbox.help.inbox")

Which: TypeAlias = Annotated[list[str], typer.Argument(help=say("inbox.help.which"))]


@app.command("list", help=say("inbox.help.list"))
def show(json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    """Not what they say: that is between the person and the bot."""
    from bot.logs import reference
    from bot.messages.inbox import dead

    with open_store() as database, database.read() as tx:
        found = dead(tx.connection, limit=MOST)
    rows = [
        (row.id, reference(row.id), row.chat_key, row.received_at.astimezone().isoformat(timespec="seconds"), row.error)
        for row in found
    ]
    put_table(("id", "ref", "chat", "created", "reason"), rows, as_json=json)


@app.command(help=say("inbox.help.retry"))
def retry(which: Which) -> None:
    """A running bot takes them up within seconds; else the next one that starts does."""
    from bot.logs import reference
    from bot.messages.inbox import dead
    from bot.stored import revive

    now = system_clock()
    with open_store() as database:
        with database.read() as tx:
            found = [row.id for row in dead(tx.connection, limit=MOST)]
        wanted = [
            row for row in sorted(found) if ALL in which or str(row) in which or reference(row) in map(str.upper, which)
        ]
        done = [database.write(lambda tx, row=row: revive(tx, row, now)) for row in wanted]  # type: ignore[misc]
    if not any(done):
        raise InvalidValue("inbox.none")
    note("inbox.retried", count=sum(done))
