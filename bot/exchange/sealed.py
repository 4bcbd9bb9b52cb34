"""Secrets that have to be read again are encrypted where they are stored, once the installation has a key for it.

Without a key they are stored as they are. What was stored before there was one is encrypted when next seen, and leaves
the trail of changes too. The key is changed by setting the new one before the old one, "new,old": what is stored under
the old one is stored anew under the new one, and then the old one is left out.
"""

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.errors import InvalidValue
from storage import records
from storage.trail import forget

if TYPE_CHECKING:
    from cryptography.fernet import Fernet
    from sqlalchemy import Connection

    from config.settings import Secret
    from storage.database import Tx

_MARK = "fernet:"


class Unreadable(InvalidValue):
    """A secret was stored under another key than the one that is set, or none is."""

    key = "webhook.unreadable"


def cover(secret: str, key: "Secret") -> str:
    """The secret as it is stored."""
    return _MARK + _ciphers(key.reveal())[0].encrypt(secret.encode()).decode() if key else secret


def reveal(stored: str, key: "Secret") -> str:
    """The secret itself. Raises Unreadable."""
    if not stored.startswith(_MARK):
        return stored
    found = _opened(stored, key)
    if found is None:
        raise Unreadable
    return found[0]


def _opened(stored: str, key: "Secret") -> tuple[str, bool] | None:
    """A covered secret, and whether it is covered by the newest key; None where no key opens it."""
    from cryptography.fernet import InvalidToken

    for number, cipher in enumerate(_ciphers(key.reveal()) if key else ()):
        with suppress(InvalidToken):
            return cipher.decrypt(stored.removeprefix(_MARK)).decode(), number == 0
    return None


@lru_cache(maxsize=2)
def _ciphers(keys: str) -> "tuple[Fernet, ...]":
    """The newest key first."""
    from cryptography.fernet import Fernet

    return tuple(Fernet(key) for key in keys.split(","))


def unreadable(connection: "Connection", key: "Secret") -> list[str]:
    """The ids of the webhooks whose secrets no key opens."""
    table: Any = records.Webhook.__table__
    alive = select(table.c.id, table.c.secret).where(table.c.deleted_at.is_(None)).order_by(table.c.id)
    prefix = records.Webhook.prefix
    return [f"{prefix}-{row.id}" for row in connection.execute(alive) if not is_readable(row.secret, key)]


def is_readable(stored: str, key: "Secret") -> bool:
    try:
        reveal(stored, key)
    except Unreadable:
        return False
    return True


def cover_stored(tx: "Tx", key: "Secret") -> None:
    """Encrypt the secrets of webhooks that are stored as they are or under an older key, also of those that were
    ended."""
    if not key:
        return
    table: Any = records.Webhook.__table__
    rows = tx.connection.execute(select(table.c.id, table.c.secret)).all()
    plain = [(row.id, row.secret) for row in rows if not row.secret.startswith(_MARK)]
    opened = ((row.id, _opened(row.secret, key)) for row in rows if row.secret.startswith(_MARK))
    older = [(number, found[0]) for number, found in opened if found is not None and not found[1]]
    for number, secret in (*plain, *older):
        tx.connection.execute(update(table).where(table.c.id == number).values(secret=cover(secret, key)))
    forget(tx.connection, "webhook", [number for number, _secret in plain], ("secret",))
