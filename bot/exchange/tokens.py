"""Secrets by which a user is known outside the chats. Only their hash is kept; who loses one gets a new one."""

import hashlib
import secrets
from typing import Literal, TypeAlias

from sqlalchemy import select

from bot.errors import InvalidValue
from storage import records
from storage.database import Tx
from storage.session import RecordSession

Purpose: TypeAlias = Literal["api", "calendar"]
PREFIX = "crm_"


def make_token(session: RecordSession, user: "records.User", purpose: Purpose) -> str:
    """A new secret of the user's (256 bits). It is shown once."""
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(records.AccessToken(user_id=user.id, owner_id=user.id, purpose=purpose, token_sha256=_digest(token)))
    session.flush()
    return token


def holder(tx: Tx, token: str, purpose: Purpose) -> int | None:
    """The id of the user whose secret this is; None for one that is unknown or revoked."""
    cls = records.AccessToken
    query = select(cls.user_id).where(
        cls.token_sha256 == _digest(token), cls.purpose == purpose, cls.deleted_at.is_(None)
    )
    return tx.connection.execute(query).scalar_one_or_none()


def revoke(session: RecordSession, public_id: str) -> None:
    """End a token. Raises InvalidValue where there is none of this id."""
    digits = public_id.upper().removeprefix(f"{records.AccessToken.prefix}-")
    token = session.get(records.AccessToken, int(digits)) if digits.isascii() and digits.isdigit() else None
    if token is None or token.deleted_at is not None or session.author is None:
        raise InvalidValue("token.no_such", id=public_id)
    token.deleted_at = session.author.at
    session.flush()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
