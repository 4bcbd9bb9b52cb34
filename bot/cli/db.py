"""`crmbot db`: the schema of the database."""

from bot.cli.output import command_group, note, put, say
from bot.cli.store import open_store, open_unchecked

app = command_group("cli.help.db")


@app.command(help=say("cli.help.db_upgrade"))
def upgrade() -> None:
    from storage import schema

    with open_unchecked() as database:
        before, head = schema.status(database)
        schema.upgrade(database)
    if before == head:
        note("cli.db.current", version=head)
    else:
        note("cli.db.upgraded", before=before or "-", version=head)


@app.command(help=say("cli.help.db_status"))
def status() -> None:
    from storage import schema

    with open_unchecked() as database:
        current, head = schema.status(database)
    put(f"{current or '-'}\t{head}")
    if current is not None and current not in schema.versions():
        note("cli.storage.SchemaTooNew", detail=current)
    elif current != head:
        note("cli.db.behind", version=current or "-", head=head)


@app.command(help=say("cli.help.db_refile"))
def refile() -> None:
    from bot.people.refiling import refile

    with open_store() as database:
        count = refile(database)
    note("cli.db.refiled", count=count)
