"""A customer's person asks for their data, or to be erased: administrators hear of it, and it stays on their list."""

from functools import partial

from sqlalchemy import column, select, table, true

from bot.dialogs.reply import Press, Reply
from bot.messages.notices import tell_user
from bot.world import World
from config.catalog import Catalog, catalog
from storage import records

_users = table("users", *map(column, ("id", "role", "active", "deleted_at")))


def ask(world: World, wish: str) -> Reply:
    """Pass on a wish ("data" or "erase"), once a day; what the person is told."""
    number = world.actor.contact_id
    key = f"privacy:{wish}:P{number}:{world.now:%Y-%m-%d}"
    admins = select(_users.c.id).where(
        _users.c.role == "admin", _users.c.active == true(), _users.c.deleted_at.is_(None)
    )
    told = partial(_said, f"P-{number}", world.actor.name, wish)
    world.create(records.Feedback(text=told(catalog(world.settings.language)).text))
    for admin in world.tx.connection.execute(admins).scalars().all():
        tell_user(world.tx, world.settings, admin, told, key=key)
    return Reply(world.words.say(f"desk.privacy.{wish}"))


def _said(public_id: str, name: str, wish: str, words: Catalog) -> Reply:
    look = Press(
        words.say("person.button.look"), {"do": "say", "text": f"{words.say('person.show')}{public_id}"}, is_open=True
    )
    return Reply(words.say(f"person.wish.{wish}", name=name, id=public_id), (look,))
