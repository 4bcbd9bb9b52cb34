"""Secrets by which a user is known outside the chats. Only their hash is kept; who loses one gets a new one."""

import secrets
from datetime import date
from typing import Any, Literal, TypeAlias

from sqlalchemy import select

from bot.errors import InvalidValue
from bot.people.codes import digest_of
from config.settings import Settings
from storage import records
from storage.database import Tx
from storage.session import RecordSession

Purpose: TypeAlias = Literal["api", "calendar"]
PREFIX = "crm_"


def make_token(session: RecordSession, user: "records.User", purpose: Purpose) -> str:
    """A new secret of the user's (256 bits). It is shown once."""
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(records.AccessToken(user_id=user.id, owner_id=user.id, purpose=purpose, token_sha256=digest_of(token)))
    session.flush()
    return token


def holder(tx: Tx, token: str, purpose: Purpose, today: date) -> int | None:
    """The id of the user whose secret this is, which is used now; None for one that is unknown or revoked."""
    table: Any = records.AccessToken.__table__
    query = select(table.c.id, table.c.user_id, table.c.last_used_on).where(
        table.c.token_sha256 == digest_of(token), table.c.purpose == purpose, table.c.deleted_at.is_(None)
    )
    row = tx.connection.execute(query).first()
    if row is None:
        return None
    if row.last_used_on != today:  # once a day: a program that asks all the time writes no more than that
        tx.connection.execute(table.update().where(table.c.id == row.id).values(last_used_on=today))
    return int(row.user_id)


def alive(tx: Tx, user_id: int | None = None) -> "list[records.AccessToken]":
    """The tokens that are valid, of one user or of all."""
    cls = records.AccessToken
    query = select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id)
    return list(tx.session.scalars(query if user_id is None else query.where(cls.user_id == user_id)))


def revoke(session: RecordSession, public_id: str, *, of_user: int | None = None) -> None:
    """End a token (of a user's). Raises InvalidValue where there is none of this id."""
    digits = public_id.upper().removeprefix(f"{records.AccessToken.prefix}-")
    token = session.get(records.AccessToken, int(digits)) if digits.isascii() and digits.isdigit() else None
    is_theirs = token is not None and of_user in (None, token.user_id)
    if token is None or not is_theirs or token.deleted_at is not None or session.author is None:
        raise InvalidValue("token.no_such", id=public_id)
    token.deleted_at = session.author.at
    session.flush()


def calendar_url(settings: Settings, token: str) -> str:
    """Where a calendar of this secret is subscribed to."""
    base = settings.public_url or f"http://{settings.http_host}:{settings.http_port}"
    return f"{base.rstrip('/')}/calendar/{token}.ics"
