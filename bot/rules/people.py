"""Rules about users and their chat accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bot.people.codes import digest_of, new_code, shown
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
CODE_FOR_CUSTOMERS = timedelta(days=7)  # it is passed on, by mail or on paper


def make_code(session: RecordSession, person: "records.User | records.Contact", *, now: datetime) -> str:
    """A new one-time code that ties a chat account to a colleague or a customer's person: "K7QF-2M9X".

    Earlier ones of theirs end.
    """
    cls = records.LinkCode
    is_user = isinstance(person, records.User)
    whose = cls.user_id == person.id if is_user else cls.contact_id == person.id
    for old in session.scalars(select(cls).where(whose, cls.used_at.is_(None), cls.expires_at > now)):
        old.expires_at = now
    code = new_code()
    made = cls(code_sha256=digest_of(code), expires_at=now + (CODE_FOR if is_user else CODE_FOR_CUSTOMERS))
    made.user_id, made.contact_id = (person.id, None) if is_user else (None, person.id)
    session.add(made)
    session.flush()
    return shown(code)


def is_known_code(session: RecordSession, code: str) -> bool:
    """Whether the code was ever made, used or not."""
    known = select(records.LinkCode.id).where(records.LinkCode.code_sha256 == digest_of(code))
    return session.scalars(known).first() is not None


@dataclass(frozen=True, slots=True)
class Account:
    """A chat account, as the platform names it."""

    platform: str
    external_id: str
    account: str = ""


def redeem(
    session: RecordSession, code: str, account: Account, *, now: datetime
) -> "records.User | records.Contact | None":
    """Tie the chat account to the person for whom the code was made; None: no such code, used, or too old."""
    found = session.scalars(
        select(records.LinkCode).where(records.LinkCode.code_sha256 == digest_of(code))
    ).one_or_none()
    if found is None or found.deleted_at is not None:
        return None
    person = _person_of(session, found)
    if found.used_at is not None or found.expires_at <= now or person is None:
        found.attempts += 1
        session.flush()
        return None
    found.used_at = now
    tie(session, person, account, now=now)
    return person


def _person_of(session: RecordSession, code: "records.LinkCode") -> "records.User | records.Contact | None":
    """Whose code it is, unless they have left."""
    if code.contact_id is not None:
        contact = session.get(records.Contact, code.contact_id)
        return contact if contact is not None and contact.deleted_at is None else None
    user = session.get(records.User, code.user_id) if code.user_id else None
    return user if user is not None and user.active and user.deleted_at is None else None


def recognise(session: RecordSession, email: str, account: Account, *, now: datetime) -> "records.User | None":
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
    tie(session, user, account, now=now)
    return user


def spelt_otherwise(session: RecordSession, account: Account) -> "records.User | None":
    """The colleague whose account was put down in other capitals, which the platform does not tell apart: from now on
    it is spelt as the platform spells it. None: there is none such."""
    query = select(records.Identity).where(
        records.Identity.platform == account.platform,
        records.Identity.account == account.account,
        func.lower(records.Identity.external_id) == account.external_id.lower(),
        records.Identity.user_id.is_not(None),
        records.Identity.deleted_at.is_(None),
    )
    found = session.scalars(query).first()
    user = found.user if found else None
    if found is None or user is None or not user.active or user.deleted_at:
        return None
    found.external_id = account.external_id
    session.flush()
    return user


def tie(session: RecordSession, person: "records.User | records.Contact", account: Account, *, now: datetime) -> None:
    """Say whose the account is. It may still be with somebody who has left."""
    theirs = select(records.Identity).where(
        records.Identity.platform == account.platform,
        records.Identity.account == account.account,
        records.Identity.external_id == account.external_id,
        records.Identity.deleted_at.is_(None),
    )
    for old in session.scalars(theirs):
        old.deleted_at = now
    session.flush()
    identity = records.Identity(platform=account.platform, account=account.account, external_id=account.external_id)
    identity.user_id, identity.contact_id = (person.id, None) if isinstance(person, records.User) else (None, person.id)
    session.add(identity)
    session.flush()
