"""Who is writing: from a platform's account to the person it belongs to."""

from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import bindparam, column, select, table, true

from adapters.base import Inbound
from bot.rules.access import Actor, teams_below
from config.settings import Settings
from config.types import LANGUAGES, Language
from storage.database import Tx
from storage.kept import Kept
from storage.prepared import Prepared, always
from storage.tables import conversations

# Light stand-ins for the mapped classes: every message asks this, and the first answer must not wait for the mapping.
_users = table(
    "users",
    *map(column, ("id", "name", "role", "team_id", "language", "timezone", "active", "deleted_at")),
)
_identities = table(
    "identities", *map(column, ("platform", "account", "external_id", "user_id", "contact_id", "deleted_at"))
)
_contacts = table("contacts", *map(column, ("id", "name", "language", "deleted_at")))
_SENDER = (
    _identities.c.platform == bindparam("platform"),
    _identities.c.account == bindparam("account"),
    _identities.c.external_id == bindparam("sender"),
    _identities.c.deleted_at.is_(None),
)
_facts = select(_users.c.id, _users.c.name, _users.c.role, _users.c.team_id, _users.c.language, _users.c.timezone)
_active = (_users.c.deleted_at.is_(None), _users.c.active == true())
_USER = Prepared(always(_facts.where(_users.c.id == bindparam("user"), *_active)))
_LAST_CHAT = Prepared(
    always(
        select(conversations.c.state)
        .where(conversations.c.user_id == bindparam("user"))
        .order_by(conversations.c.updated_at.desc())
        .limit(1)
    )
)
_WHO = Kept(always(_facts.join(_identities, _identities.c.user_id == _users.c.id).where(*_SENDER, *_active)))
_GUEST = Prepared(
    always(
        select(_contacts.c.id, _contacts.c.name, _contacts.c.language)
        .join(_identities, _identities.c.contact_id == _contacts.c.id)
        .where(*_SENDER, _contacts.c.deleted_at.is_(None))
    )
)
OUTSIDE = "customer"  # the role of people who are not colleagues


def identify(tx: Tx, inbound: Inbound, settings: Settings) -> Actor | None:
    """The active user or the customer's person to whom the sender's account belongs; None for a stranger, who gets no
    data."""
    who = {"platform": inbound.platform, "account": inbound.account, "sender": inbound.sender_id}
    rows = _WHO.rows(tx.connection, who)
    if rows:
        return _actor(tx, rows[0], settings, language=inbound.language, zone=inbound.timezone)
    rows = _GUEST.rows(tx.connection, who)
    return _guest(rows[0], inbound, settings) if rows else None


def _guest(row: Any, inbound: Inbound, settings: Settings) -> Actor:
    zone_name = inbound.timezone or settings.timezone
    return Actor(
        user_id=0,
        contact_id=row.id,
        name=row.name,
        role=OUTSIDE,
        team_id=None,
        language=language_of(row.language or inbound.language, settings.language),
        zone=zone_of(zone_name, settings.timezone),
        zone_name=zone_name,
    )


def actor_of(tx: Tx, user_id: int, settings: Settings) -> Actor | None:
    """A colleague to whom the bot speaks on its own; None for one who is active no longer."""
    rows = _USER.rows(tx.connection, {"user": user_id})
    if not rows:
        return None
    last = _LAST_CHAT.rows(tx.connection, {"user": user_id})
    language, zone = (last[0].state.get("locale") if last else None) or (None, None)
    return _actor(tx, rows[0], settings, language=language, zone=zone)


def _actor(tx: Tx, row: Any, settings: Settings, *, language: str | None, zone: str | None) -> Actor:
    """Where the user's own language and zone are not known, those of the chat they write in count."""
    zone_name = row.timezone or zone or settings.timezone
    team_id = row.team_id
    return Actor(
        user_id=row.id,
        name=row.name,
        role=row.role,
        team_id=team_id,
        language=language_of(row.language or language, settings.language),
        has_language=row.language is not None,
        zone=zone_of(zone_name, settings.timezone),
        zone_name=zone_name,
        teams_of=lambda: frozenset() if team_id is None else teams_below(tx, team_id),
    )


@lru_cache(maxsize=1000)
def language_of(wanted: str | None, default: Language) -> Language:
    """A language the bot speaks: "zh-CN" → "zh"; the default where it does not speak it."""
    short = (wanted or "").split("-")[0].split("_")[0].lower()
    return next((language for language in LANGUAGES if language == short), default)


@lru_cache(maxsize=1000)
def zone_of(name: str, default: str) -> ZoneInfo:
    """The zone, or the organisation's where the name means nothing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(default)
