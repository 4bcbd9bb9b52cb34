"""`crmbot person`: what is kept of one person, handed out or erased, as the law has it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.export import administrator
from bot.cli.output import command_group, fail, note, put_table, say
from bot.cli.store import open_store
from bot.clock import system_clock
from config.settings import load_settings

if TYPE_CHECKING:
    from storage.database import Tx

app = command_group("person.help.person")
Who = Annotated[str, typer.Argument(help=say("person.help.who"))]


@app.command(help=say("person.help.show"))
def show(who: Who, json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    from collections import Counter

    from bot.privacy.person import find_person, known_of
    from config.crm import load_crm

    settings = load_settings()
    with open_store(settings=settings) as database, database.read() as tx:
        person = find_person(tx, who)
        kinds = Counter(
            item["kind"] for item in known_of(tx, administrator(settings), load_crm(settings.config), person)
        )
    note("person.is", name=person.name, id=person.public_id)
    put_table(("kind", "count"), list(kinds.items()), as_json=json)


@app.command(help=say("person.help.export"))
def export(who: Who, path: Annotated[Path, typer.Argument(help=say("person.help.path"))]) -> None:
    from bot.exchange.writers import write_jsonl
    from bot.privacy.person import find_person, known_of
    from config.crm import load_crm
    from storage.tables import access_log

    settings = load_settings()
    with open_store(settings=settings) as database:
        with database.read() as tx:
            person = find_person(tx, who)
            rows = known_of(tx, administrator(settings), load_crm(settings.config), person)
            counts = write_jsonl(path, {person.kind: rows})
        what = {"kind": person.kind, "id": person.id}
        row = {"user_id": None, "chat_key": "cli", "action": "person", "what": what, "at": system_clock()}
        database.write(lambda tx: tx.connection.execute(access_log.insert(), row) and None)
    note("person.exported", count=sum(counts.values()), name=person.name)


@app.command(help=say("person.help.erase"))
def erase(who: Who, yes: Annotated[bool, typer.Option("--yes", "-y", help=say("cli.help.yes"))] = False) -> None:
    from bot.privacy import erase as erasing
    from bot.privacy.person import find_person
    from storage.author import Author
    from storage.compact import compact

    with open_store() as database:
        with database.read() as tx:
            person = find_person(tx, who)
        if not yes:
            note("person.is", name=person.name, id=person.public_id)
            if not sys.stdin.isatty():
                raise typer.Exit(fail("person.only_yes"))
            if not typer.confirm(say("person.sure"), err=True):
                raise typer.Exit(1)

        def work(tx: "Tx") -> int:
            tx.author = Author(None, system_clock(), chat_key="cli", what={"command": "person erase"})
            return erasing.erase(tx, find_person(tx, person.public_id), say("person.word"))

        count = database.write(work)
        compact(database)
    note("person.erased", id=person.public_id, count=count)
