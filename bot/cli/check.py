"""`crmbot check`: is everything in order? One line each; nothing goes over the network."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import typer

from bot.cli.credentials import problems
from bot.cli.output import command_group, put, say
from bot.cli.store import open_unchecked
from bot.clock import system_clock
from config.crm import load_crm
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, FromClause

    from storage.database import Database

Finding: TypeAlias = tuple[str, str]  # ok, bad or off; and the sentence
LATE_AFTER = timedelta(minutes=2)  # what is due for longer is not just about to go out

app = command_group()


@app.command(help=say("cli.help.check"))
def check() -> None:
    is_good = True
    for mark, sentence in _findings(load_settings()):
        put(say(f"cli.check.{mark}", what=sentence))
        is_good = is_good and mark != "bad"
    if not is_good:
        raise typer.Exit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    crm = load_crm(settings.config)
    yield "ok", say("cli.check.settings", path=settings.data_dir)
    yield "ok", say("cli.check.crm", stages=len(crm.stages), roles=len(crm.roles))
    yield from _platforms(settings)
    if settings.database_url.startswith("sqlite") and not Path(settings.database_url[len("sqlite:///") :]).exists():
        yield "off", say("cli.check.database_none")
        return
    with open_unchecked(settings=settings) as database:
        yield from _database(database)


def _platforms(settings: Settings) -> Iterator[Finding]:
    for platform in ("slack", "telegram", "wecom"):
        found = problems(settings, platform)
        if found is None:
            yield "off", say("cli.check.platform_off", platform=platform)
        elif not any(found):
            yield "ok", say("cli.check.platform", platform=platform)
        for key, names in zip(("lacks", "wrong"), found or (), strict=False):
            if names:
                yield "bad", say(f"cli.check.platform_{key}", platform=platform, names=", ".join(names))


def _database(database: "Database") -> Iterator[Finding]:
    from storage import schema

    current, head = schema.status(database)
    yield "ok", say("cli.check.database", engine="SQLite" if database.is_sqlite else "PostgreSQL")
    if current == head:
        yield "ok", say("cli.check.schema", version=head)
        with database.read() as tx:
            yield from _queues(tx.connection)
    else:
        yield "bad", say("cli.check.schema_old", version=current or "-", head=head)


def _queues(connection: "Connection") -> Iterator[Finding]:
    """What should have gone out and did not, and what waits for a person."""
    from sqlalchemy import func, select

    from bot.reminders.due import unsent
    from storage.tables import inbox, outbox

    late = system_clock() - LATE_AFTER

    def count(source: "FromClause", *conditions: "ColumnElement[bool]") -> int:
        return connection.execute(select(func.count()).select_from(source).where(*conditions)).scalar_one()

    messages = count(outbox, outbox.c.status == "waiting", outbox.c.try_at < late)
    due = connection.execute(unsent(late)).scalar_one()
    if messages or due:
        yield "bad", say("cli.check.queue_late", messages=messages, reminders=due)
    else:
        yield "ok", say("cli.check.queue")
    stuck = {status: count(outbox, outbox.c.status == status) for status in ("dead", "unsure", "held")}
    if any(stuck.values()):
        yield "bad", say("cli.check.queue_stuck", **stuck)
    dead = count(inbox, inbox.c.status == "dead")
    if dead:
        yield "bad", say("cli.check.inbox_dead", dead=dead)
