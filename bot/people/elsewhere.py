"""A person on several platforms is one person: a draft begun on one can be gone on with on another."""

from sqlalchemy import column, select, table

from adapters.base import Inbound
from bot.talk.memory import Conversation, lock, save
from bot.world import World
from storage.tables import conversations

_identities = table("identities", *map(column, ("platform", "account", "external_id", "user_id", "deleted_at")))


def bring(world: World, conversation: Conversation, inbound: Inbound) -> bool:
    """Take over the newest draft that the person left open in a private chat elsewhere; False where there is none."""
    if not inbound.is_private or conversation.memory.dialogs:
        return False
    connection = world.tx.connection
    mine = select(_identities.c.platform, _identities.c.account, _identities.c.external_id)
    mine = mine.where(_identities.c.user_id == world.actor.user_id, _identities.c.deleted_at.is_(None))
    keys = {f"{row.platform}|{row.account}|{row.external_id}||{row.external_id}" for row in connection.execute(mine)}
    there = select(conversations.c.key).where(conversations.c.key.in_(keys - {conversation.key}))
    for key in connection.execute(there.order_by(conversations.c.updated_at.desc())).scalars().all():
        other = lock(connection, [key])[key]
        if other.memory.dialogs and not other.memory.practice:
            conversation.memory.dialogs = other.memory.dialogs
            other.memory.dialogs = []
            save(connection, [other], now=world.now)
            return True
    return False
