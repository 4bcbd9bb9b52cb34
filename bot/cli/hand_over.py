"""`crmbot hand-over`: a colleague's book of customers given to another, or given back."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.export import administrator
from bot.cli.output import command_group, note, put, say
from bot.cli.store import open_store
from bot.clock import system_clock
from bot.errors import InvalidValue, NotFound
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.handover.wish import Wish
    from bot.world import World
    from storage.database import Database, Tx

app = command_group()
T = TypeVar("T")


@app.command(help=say("handover.help.command"))
def hand_over(
    giver: Annotated[str, typer.Argument(help=say("handover.help.giver"))],
    taker: Annotated[str | None, typer.Argument(help=say("handover.help.taker"))] = None,
    which: Annotated[str, typer.Option("--of", help=say("handover.help.which"))] = "",
    back: Annotated[bool, typer.Option("--back", help=say("handover.help.back"))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("cli.help.yes"))] = False,
) -> None:
    settings = load_settings()
    with open_store(settings=settings) as database:
        if back:
            put(in_world(database, settings, lambda world: _give_back(world, giver)))
            return
        if taker is None:
            raise InvalidValue("handover.no_taker")
        give(database, settings, (giver, taker), which=which, asks=not yes)


def give(database: "Database", settings: Settings, people: tuple[str, str], *, which: str = "", asks: bool) -> None:
    """Show what would go over; then, unless somebody says no, have it go."""
    note_of, anything = in_world(database, settings, lambda world: _preview(world, people, which))
    put(note_of)
    if not anything:
        return
    if asks and sys.stdin.isatty() and not typer.confirm(say("import.sure"), err=True):
        raise typer.Exit(1)
    in_world(database, settings, lambda world: _give(world, people, which))
    note("handover.done_cli", giver=people[0], taker=people[1])


def in_world(database: "Database", settings: Settings, job: "Callable[[World], T]") -> T:
    """Do a job in the surroundings of who keeps the database, in one transaction."""
    from bot.world import World
    from config.catalog import catalog
    from config.crm import load_crm
    from storage.author import Author

    crm, words, now = load_crm(settings.config), catalog(settings.language), system_clock()

    def work(tx: "Tx") -> T:
        tx.author = Author(user_id=None, at=now, chat_key="cli", what={"command": "hand-over"})
        actor = administrator(settings)
        return job(World(tx, actor, crm, settings, words, now.astimezone(actor.zone), chat_key="cli"))

    return database.write(work)


def _wish(world: "World", people: tuple[str, str], which: str) -> "Wish":
    from bot.handover.wish import Wish
    from bot.rules.staff import user_named

    giver, taker = (user_named(world.session, name) for name in people)
    return Wish(giver.id, taker.id, which)


def _preview(world: "World", people: tuple[str, str], which: str) -> tuple[str, bool]:
    """The preview, and whether anything would go over."""
    from bot.handover.talk import preview

    reply = preview(world, _wish(world, people, which))
    if reply is None:
        raise NotFound(name=which)
    return reply.text, bool(reply.buttons)


def _give(world: "World", people: tuple[str, str], which: str) -> None:
    from bot.handover.talk import carry_out

    carry_out(world, _wish(world, people, which))


def _give_back(world: "World", giver: str) -> str:
    from bot.handover import moving
    from bot.handover.talk import return_book
    from bot.rules.staff import user_named

    return return_book(world, moving.last(world, user_named(world.session, giver))).text


def left_with(world: "World", name: str) -> str:
    """What a colleague still has in hand, in words; "" for nothing."""
    from bot.handover.book import Choice, book_of
    from bot.handover.talk import counted
    from bot.rules.staff import user_named

    return counted(world, book_of(world, Choice(user_named(world.session, name).id)))
