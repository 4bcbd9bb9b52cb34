"""What is said to somebody who did not ask: in their own language, in the private chat they use."""

from collections.abc import Callable
from typing import TypeAlias

from bot.dialogs.reply import Reply
from bot.messages.message import Lane
from bot.messages.reach import post, reach
from bot.people.identity import actor_of, language_of
from config.catalog import Catalog, catalog
from config.settings import Settings
from storage import records
from storage.database import Tx

Compose: TypeAlias = Callable[[Catalog], Reply]


def tell_user(
    tx: Tx, settings: Settings, user_id: int | None, compose: Compose, *, key: str, lane: Lane = "reply"
) -> bool:
    """Tell a colleague, once for each ``key``; False where they cannot be reached, or have been told."""
    actor = actor_of(tx, user_id, settings) if user_id is not None else None
    to = reach(tx, user_id=user_id) if actor is not None else None
    if actor is None or to is None:
        return False
    return post(tx, to, compose(catalog(actor.language)), key=f"{key}:U{user_id}", lane=lane) is not None


def tell_contact(tx: Tx, settings: Settings, contact_id: int | None, compose: Compose, *, key: str) -> bool:
    """Tell a customer's person, once for each ``key``; False where they cannot be reached, or have been told."""
    contact = tx.session.get(records.Contact, contact_id) if contact_id is not None else None
    if contact is None or contact.deleted_at is not None:
        return False
    to = reach(tx, contact_id=contact.id)
    words = catalog(language_of(contact.language, settings.language))
    return to is not None and post(tx, to, compose(words), key=f"{key}:P{contact.id}", lane="reply") is not None
