"""Rules about users and their chat accounts."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.codes import new_code, shown
from config.types import Language
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.session import RecordSession

CONSOLE = "console"
EMAIL = "email"  # the platform of identities by which people are recognised, not reached


def add_console_user(
    tx: Tx, *, name: str, role: str | None, language: Language | None, team_name: str, now: datetime
) -> None:
    """Let somebody talk to the bot in a terminal: link the user of that name, or create one in the default team.

    Who can open the embedded database can do everything with it anyway, so the terminal asks for no code.
    """
    session = tx.session
    session.author = Author(user_id=None, at=now)
    identity = session.scalars(
        select(records.Identity).where(
            records.Identity.platform == CONSOLE,
            records.Identity.external_id == name,
            records.Identity.deleted_at.is_(None),
        )
    ).one_or_none()
    user = identity.user if identity else _user_named(session, name)
    if user is None:
        user = records.User(name=name, role=role or "rep", language=language, team=_default_team(session, team_name))
        session.add(user)
    user.role = role or user.role
    user.language = language or user.language
    if identity is None:
        session.add(records.Identity(platform=CONSOLE, external_id=name, user=user))
    session.flush()


def _user_named(session: RecordSession, name: str) -> "records.User | None":
    query = select(records.User).where(records.User.name == name, records.User.deleted_at.is_(None))
    return session.scalars(query.where(records.User.active).order_by(records.User.id).limit(1)).one_or_none()


def _default_team(session: RecordSession, name: str) -> "records.Team":
    """The team of everybody who was never put into another one."""
    query = select(records.Team).where(records.Team.name == name, records.Team.deleted_at.is_(None))
    team = session.scalars(query).one_or_none()
    if team is None:
        team = records.Team(name=name)
        session.add(team)
    return team


CODE_FOR = timedelta(days=3)


def make_code(session: RecordSession, user: "records.User", *, now: datetime) -> str:
    """A new one-time code that ties a chat account to the user: "K7QF-2M9X". Earlier ones of theirs end."""
    mine = select(records.LinkCode).where(records.LinkCode.user_id == user.id, records.LinkCode.used_at.is_(None))
    for old in session.scalars(mine.where(records.LinkCode.expires_at > now)):
        old.expires_at = now
    code = new_code()
    session.add(records.LinkCode(code_sha256=_digest(code), user_id=user.id, expires_at=now + CODE_FOR))
    session.flush()
    return shown(code)


def is_known_code(session: RecordSession, code: str) -> bool:
    """Whether the code was ever made, used or not."""
    known = select(records.LinkCode.id).where(records.LinkCode.code_sha256 == _digest(code))
    return session.scalars(known).first() is not None


def redeem(
    session: RecordSession, code: str, *, platform: str, account: str, external_id: str, now: datetime
) -> "records.User | None":
    """Tie the chat account to the person for whom the code was made; None: no such code, used, or too old."""
    found = session.scalars(select(records.LinkCode).where(records.LinkCode.code_sha256 == _digest(code))).one_or_none()
    if found is None or found.deleted_at is not None:
        return None
    user = session.get(records.User, found.user_id) if found.user_id else None
    if found.used_at is not None or found.expires_at <= now or user is None or not user.active or user.deleted_at:
        found.attempts += 1
        session.flush()
        return None
    found.used_at = now
    _tie(session, user, platform=platform, account=account, external_id=external_id, now=now)
    return user


def recognise(
    session: RecordSession, email: str, *, platform: str, account: str, external_id: str, now: datetime
) -> "records.User | None":
    """Tie the chat account to the person of this address, for which the platform vouches; None: nobody has it."""
    query = select(records.Identity).where(
        records.Identity.platform == EMAIL,
        records.Identity.external_id == email.strip().lower(),
        records.Identity.deleted_at.is_(None),
    )
    found = session.scalars(query).first()
    user = found.user if found else None
    if user is None or not user.active or user.deleted_at:
        return None
    _tie(session, user, platform=platform, account=account, external_id=external_id, now=now)
    return user


def _tie(
    session: RecordSession, user: "records.User", *, platform: str, account: str, external_id: str, now: datetime
) -> None:
    """The account may still be with somebody who has left."""
    theirs = select(records.Identity).where(
        records.Identity.platform == platform,
        records.Identity.account == account,
        records.Identity.external_id == external_id,
        records.Identity.deleted_at.is_(None),
    )
    for old in session.scalars(theirs):
        old.deleted_at = now
    session.flush()
    session.add(records.Identity(platform=platform, account=account, external_id=external_id, user=user))
    session.flush()


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
