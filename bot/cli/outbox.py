"""`crmbot outbox`: what could not be sent, and what becomes of it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from bot.cli.output import command_group, note, put_table, say
from bot.cli.store import open_store
from bot.clock import system_clock
from bot.errors import InvalidValue

if TYPE_CHECKING:
    from sqlalchemy.sql import ColumnElement

STATUSES = ("dead", "held", "unsure")
ALL = "all"

app = command_group("outbox.help.outbox")

Which: TypeAlias = Annotated[list[str], typer.Argument(help=say("outbox.help.which"))]
Status: TypeAlias = Annotated[str | None, typer.Option(help=say("outbox.help.status"))]


@app.command("list", help=say("outbox.help.list"))
def show(
    status: Status = None,
    json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False,
) -> None:
    from sqlalchemy import select

    from storage.tables import outbox

    with open_store() as database, database.read() as tx:
        query = select(outbox).where(outbox.c.status.in_(_statuses(status))).order_by(outbox.c.id)
        rows = [_row(row) for row in tx.connection.execute(query)]
    put_table(("id", "status", "lane", "chat", "tries", "created", "reason", "text"), rows, as_json=json)


@app.command(help=say("outbox.help.retry"))
def retry(which: Which) -> None:
    """A message goes to the end of what its chat still has to get: its place is by its number."""
    count = _change(which, {"status": "waiting", "attempts": 0, "try_at": system_clock(), "claimed_by": None})
    note("outbox.retried", count=count)


@app.command(help=say("outbox.help.drop"))
def drop(which: Which) -> None:
    note("outbox.dropped", count=_change(which, {"status": "dropped"}))


def _change(which: list[str], values: dict[str, Any]) -> int:
    from sqlalchemy import update

    from storage.tables import outbox

    statement = update(outbox).where(outbox.c.status.in_(STATUSES), _chosen(which)).values(**values)
    with open_store() as database:
        count = database.write(lambda tx: tx.connection.execute(statement).rowcount)
    if not count:
        raise InvalidValue("outbox.none")
    return int(count)


def _chosen(which: list[str]) -> "ColumnElement[bool]":
    """Rows by number, by status, or all."""
    from sqlalchemy import or_, true

    from storage.tables import outbox

    chosen: list[ColumnElement[bool]] = []
    for word in which:
        if word == ALL:
            chosen.append(true())
        elif word in STATUSES:
            chosen.append(outbox.c.status == word)
        elif word.isascii() and word.isdigit() and len(word) < 18:
            chosen.append(outbox.c.id == int(word))
        else:
            raise InvalidValue("outbox.not_one", word=word)
    return or_(*chosen)


def _statuses(given: str | None) -> tuple[str, ...]:
    if given is not None and given not in STATUSES:
        raise InvalidValue("outbox.no_status", status=given, statuses=", ".join(STATUSES))
    return (given,) if given else STATUSES


def _row(row: Any) -> tuple[Any, ...]:
    platform, _account, chat_id, *_thread = row.payload["to"]
    created: datetime = row.created_at
    text = " ".join(row.payload["text"].split())[:60]
    moment = created.astimezone().isoformat(timespec="seconds")
    return row.id, row.status, row.lane, f"{platform}:{chat_id}", row.attempts, moment, row.error, text
