"""Rules about users and their chat accounts."""

from datetime import datetime

from sqlalchemy import select

from config.types import Language
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.session import RecordSession

CONSOLE = "console"


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
