"""Rules about who works here: teams, users, their accounts on the platforms, and the group chats of teams."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select

from bot.errors import InvalidValue
from bot.people import outsiders
from bot.people.identity import OUTSIDE
from bot.rules import zones
from config.crm import Crm
from storage import records
from storage.session import RecordSession


def add_team(session: RecordSession, name: str, parent: str | None) -> "records.Team":
    """A new team, under another one if named. Raises InvalidValue."""
    team = records.Team(name=_free_name(session, name), parent=team_named(session, parent) if parent else None)
    session.add(team)
    session.flush()
    return team


def rename_team(session: RecordSession, team: "records.Team", name: str) -> None:
    """Call a team otherwise. Raises InvalidValue."""
    team.name = _free_name(session, name)
    session.flush()


def remove_team(session: RecordSession, team: "records.Team", now: datetime) -> None:
    """Throw away a team that nobody belongs to: no colleague, no team under it, no group chat. Raises InvalidValue."""
    user, below, channel = records.User, records.Team, records.ChannelBinding
    inside = (user.team_id == team.id, below.parent_id == team.id, channel.team_id == team.id)
    people, teams, groups = (
        session.execute(select(func.count()).where(cls.deleted_at.is_(None), condition)).scalar_one()
        for cls, condition in zip((user, below, channel), inside, strict=True)
    )
    if people or teams or groups:
        raise InvalidValue("upkeep.team.not_empty", name=team.name, people=people, teams=teams, groups=groups)
    team.deleted_at = now
    session.flush()


def _free_name(session: RecordSession, name: str) -> str:
    name = _name(name)
    if session.scalars(_live(records.Team).where(records.Team.name == name)).first() is not None:
        raise InvalidValue("cli.error.team_exists", name=name)
    return name


def team_named(session: RecordSession, name: str) -> "records.Team":
    """The team of this name or id (TM-3). Raises InvalidValue."""
    return cast("records.Team", _one(session, records.Team, name, "cli.error.no_team"))


def user_named(session: RecordSession, name: str) -> "records.User":
    """The user of this name or id (U-3). Raises InvalidValue."""
    return cast("records.User", _one(session, records.User, name, "cli.error.no_user"))


def add_user(
    session: RecordSession,
    crm: Crm,
    name: str,
    *,
    facts: Mapping[str, Any],
    accounts: Mapping[str, str],
    manages: bool,
) -> "records.User":
    """A new user. ``facts``: role, team (its name), language, timezone; ``accounts``: {platform: their id there}."""
    name = _name(name)
    if session.scalars(_live(records.User).where(records.User.name == name, records.User.active)).first() is not None:
        raise InvalidValue("cli.error.user_exists", name=name)
    user = records.User(name=name, role="rep")
    session.add(user)
    set_user(session, crm, user, facts=facts, accounts=accounts, manages=manages)
    return user


def set_user(
    session: RecordSession,
    crm: Crm,
    user: "records.User",
    *,
    facts: Mapping[str, Any],
    accounts: Mapping[str, str],
    manages: bool = False,
) -> None:
    """Change what is given of a user; None leaves a fact as it is."""
    role = facts.get("role")
    roles = [name for name in crm.roles if name != OUTSIDE]
    if role is not None and role not in roles:
        raise InvalidValue("cli.error.no_role", role=role, roles=", ".join(roles))
    for key in ("role", "language"):
        if facts.get(key) is not None:
            setattr(user, key, facts[key])
    if facts.get("timezone") is not None:
        session.flush()
        zones.move(session, user, facts["timezone"])
    if facts.get("team"):
        user.team = team_named(session, facts["team"])
    session.flush()
    if manages:
        if user.team is None:
            raise InvalidValue("cli.error.manager_without_team")
        user.team.manager = user
    for platform, external_id in accounts.items():
        if external_id:
            link(session, user, platform, external_id)


def rename_user(session: RecordSession, user: "records.User", name: str) -> None:
    """Call a colleague otherwise. Raises InvalidValue."""
    name = _name(name)
    taken = _live(records.User).where(records.User.name == name, records.User.active, records.User.id != user.id)
    if session.scalars(taken).first() is not None:
        raise InvalidValue("cli.error.user_exists", name=name)
    user.name = name
    session.flush()


def link(session: RecordSession, user: "records.User", platform: str, external_id: str, account: str = "") -> None:
    """Say that an account on a platform is the user's; it takes the place of the one they had there."""
    theirs = _live(records.Identity).where(
        records.Identity.platform == platform,
        records.Identity.account == account,
        records.Identity.external_id == external_id,
    )
    taken = session.scalars(theirs).one_or_none()
    if taken is not None and taken.user_id != user.id:
        raise InvalidValue("cli.error.account_taken", platform=platform, account=external_id)
    for old in session.scalars(_live(records.Identity).where(records.Identity.user_id == user.id)):
        if (old.platform, old.account) == (platform, account) and old is not taken:
            old.deleted_at = _at(session)
    if taken is None:
        session.add(records.Identity(platform=platform, account=account, external_id=external_id, user=user))
    session.flush()


def bind_channel(session: RecordSession, platform: str, chat_id: str, team: str) -> "records.ChannelBinding":
    """Say which team a group chat belongs to."""
    query = _live(records.ChannelBinding).where(
        records.ChannelBinding.platform == platform, records.ChannelBinding.chat_id == chat_id
    )
    bound = session.scalars(query).one_or_none()
    if bound is None:
        bound = records.ChannelBinding(platform=platform, chat_id=chat_id)
        session.add(bound)
    bound.team = team_named(session, team)
    session.flush()
    outsiders.forget(session.connection(), platform, chat_id)
    return bound


def unbind_channel(session: RecordSession, platform: str, chat_id: str, now: datetime) -> None:
    """A group chat belongs to no team any more. Raises InvalidValue."""
    bound = next((one for one in bound_channels(session) if (one.platform, one.chat_id) == (platform, chat_id)), None)
    if bound is None:
        raise InvalidValue("cli.error.no_channel", chat=chat_id)
    bound.deleted_at = now
    session.flush()


def bound_channels(session: RecordSession) -> "list[records.ChannelBinding]":
    """The group chats that belong to a team."""
    return list(session.scalars(_live(records.ChannelBinding)))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 100:
        raise InvalidValue("cli.error.name_length")
    return name


def _live(cls: Any) -> Any:
    return select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id)


def _one(session: RecordSession, cls: Any, name: str, missing: str) -> Any:
    """The live record of this name or public id; an id settles which of two of the same name is meant."""
    prefix, _dash, number = name.strip().rpartition("-")
    by_id = prefix.upper() == cls.prefix and number.isascii() and number.isdigit()
    found = session.scalars(_live(cls).where(cls.id == int(number) if by_id else cls.name == name.strip())).all()
    if cls is records.User and len(found) > 1:
        found = [user for user in found if user.active] or found
    if not found:
        raise InvalidValue(missing, name=name)
    if len(found) > 1:
        ids = ", ".join(record.public_id for record in found)
        raise InvalidValue("cli.error.several", name=name, ids=ids)
    return found[0]


def _at(session: RecordSession) -> datetime:
    assert session.author is not None  # noqa: S101 — nothing is changed without one
    return session.author.at
