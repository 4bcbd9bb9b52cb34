"""Secrets that have to be read again are encrypted where they are stored, once the installation has a key for it.

Without a key they are stored as they are. What was stored before there was one is encrypted when next seen, and leaves
the trail of changes too.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.errors import InvalidValue
from storage import records
from storage.trail import forget

if TYPE_CHECKING:
    from config.settings import Secret
    from storage.database import Tx

_MARK = "fernet:"


class Unreadable(InvalidValue):
    """A secret was stored under another key than the one that is set, or none is."""

    key = "webhook.unreadable"


def cover(secret: str, key: "Secret") -> str:
    """The secret as it is stored."""
    from cryptography.fernet import Fernet

    return _MARK + Fernet(key.reveal()).encrypt(secret.encode()).decode() if key else secret


def reveal(stored: str, key: "Secret") -> str:
    """The secret itself. Raises Unreadable."""
    if not stored.startswith(_MARK):
        return stored
    from cryptography.fernet import Fernet, InvalidToken

    if not key:
        raise Unreadable
    try:
        return Fernet(key.reveal()).decrypt(stored.removeprefix(_MARK)).decode()
    except InvalidToken as error:
        raise Unreadable from error


def is_readable(stored: str, key: "Secret") -> bool:
    try:
        reveal(stored, key)
    except Unreadable:
        return False
    return True


def cover_stored(tx: "Tx", key: "Secret") -> None:
    """Encrypt the secrets of webhooks that are stored as they are, also of those that were ended."""
    if not key:
        return
    table: Any = records.Webhook.__table__
    plain = select(table.c.id, table.c.secret).where(table.c.secret.not_like(f"{_MARK}%"))
    rows = tx.connection.execute(plain).all()
    for row in rows:
        values = {"secret": cover(row.secret, key)}
        tx.connection.execute(update(table).where(table.c.id == row.id).values(values))
    forget(tx.connection, "webhook", [row.id for row in rows], ("secret",))
