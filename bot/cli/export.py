"""`crmbot export`: the whole CRM, or some kinds of it, as a file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import command_group, note, say, words
from bot.cli.store import open_store
from bot.clock import system_clock
from bot.errors import InvalidValue
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.rules.access import Actor
    from storage.database import Database, Tx

FORMATS = ("jsonl", "csv", "xlsx")

app = command_group()


@app.command(help=say("cli.help.export"))
def export(
    path: Annotated[Path, typer.Argument(help=say("cli.help.export_path"))],
    format: Annotated[str, typer.Option(help=say("cli.help.format"))] = "jsonl",
    kind: Annotated[list[str] | None, typer.Option(help=say("cli.help.kind"))] = None,
    person: Annotated[str | None, typer.Option("--as", help=say("cli.help.export_as"))] = None,
) -> None:
    from config.kinds import KINDS

    if format not in FORMATS:
        raise InvalidValue("cli.error.no_format", format=format, formats=", ".join(FORMATS))
    for name in kind or ():
        if name not in KINDS:
            raise InvalidValue("cli.error.no_kind", kind=name, kinds=", ".join(KINDS))
    kinds = [name for name in KINDS if not kind or name in kind]
    if str(path) == "-" and (format == "xlsx" or (format == "csv" and len(kinds) > 1)):
        raise InvalidValue("cli.error.only_file")
    settings = load_settings()
    with open_store(settings=settings) as database:
        who = _who(database, settings, person)
        counts = _write(database, settings, who, {"path": path, "format": format, "kinds": kinds})
        _remember(database, counts, format, who)
    shown = [
        say("cli.export.part", kind=words().say(f"common.kind.{name}"), count=n) for name, n in counts.items() if n
    ]
    if shown:
        note("cli.export.done", count=sum(counts.values()), parts=say("common.list_separator").join(shown))
    else:
        note("cli.export.nothing")


def _who(database: "Database", settings: Settings, person: str | None) -> "Actor":
    """The user of that name, whose rights bound what comes out; else who keeps the database."""
    from bot.people.identity import actor_of
    from bot.rules.staff import user_named

    if person is None:
        return administrator(settings)
    with database.read() as tx:
        actor = actor_of(tx, user_named(tx.session, person).id, settings)
        if actor is None:
            raise InvalidValue("cli.error.no_user", name=person)
        _ = actor.teams  # looked up while there is a transaction to do it in
        return actor


def _write(database: "Database", settings: Settings, actor: "Actor", wish: Mapping[str, Any]) -> dict[str, int]:
    from bot.custom.fields import fields_in, in_use
    from bot.exchange import writers
    from bot.rules.export import exported
    from config.crm import load_crm

    crm = load_crm(settings.config)
    with database.read() as tx:
        _stand_still(tx)
        rows: Mapping[str, Iterator[dict[str, Any]]] = {name: exported(tx, actor, crm, name) for name in wish["kinds"]}
        if wish["format"] == "jsonl":
            return writers.write_jsonl(wish["path"], rows)
        fields = in_use(fields_in(tx, crm))
        own = writers.Own({kind: [item for item in fields if item.kind == kind] for kind in wish["kinds"]})
        write = writers.write_csv if wish["format"] == "csv" else writers.write_xlsx
        return write(wish["path"], rows, own=own)


def administrator(settings: Settings) -> "Actor":
    """Who works on the database by hand may see all of it."""
    from zoneinfo import ZoneInfo

    from bot.rules.access import Actor

    return Actor(
        user_id=0,
        name="",
        role="admin",
        team_id=None,
        language=settings.language,
        zone=ZoneInfo(settings.timezone),
        zone_name=settings.timezone,
    )


def _stand_still(tx: "Tx") -> None:
    """One moment for all that is read, however long it takes. SQLite gives that by itself."""
    if tx.connection.dialect.name == "postgresql":
        tx.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _remember(database: "Database", counts: Mapping[str, int], format: str, who: "Actor") -> None:
    """Every read of personal data in bulk is audited."""
    from bot.rules.access import note_export

    at = system_clock()
    database.write(lambda tx: note_export(tx, who, format, counts, at=at, chat_key="cli"))
