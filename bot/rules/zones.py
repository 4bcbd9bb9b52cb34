"""A person moves to another time zone: what they are to be told follows them.

What was planned for a day only, and what comes again, keeps its wall time: nine in the morning is nine in the morning
there. What was set for a certain minute stays that instant: a call at three is not moved by a journey.
"""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.rules.digests import to_next as digest_to_next
from bot.rules.reminders import to_next
from bot.rules.wall_time import instant_of
from storage import records

if TYPE_CHECKING:
    from storage.session import RecordSession


class Moved(NamedTuple):
    """What moved with the person, and what stayed at its instant."""

    followed: "tuple[records.Reminder, ...]"
    stayed: "tuple[records.Reminder, ...]"


def move(session: "RecordSession", user: "records.User", zone_name: str) -> Moved:
    """Set a person's zone, and work out anew when they are to be told what."""
    assert session.author is not None  # noqa: S101 — nothing is written without one
    now, zone = session.author.at, ZoneInfo(zone_name)
    user.timezone = zone_name
    followed, stayed = [], []
    for item in _pending(session, user.id):
        if item.zone == zone_name:
            continue
        if item.repeat or not item.is_exact:
            to_wall(item, zone_name, now)
            followed.append(item)
        else:
            item.wall_time = item.remind_at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")
            item.zone = zone_name
            stayed.append(item)
    _move_digests(session, user.id, zone_name, now)
    session.flush()
    return Moved(tuple(followed), tuple(stayed))


def to_wall(item: "records.Reminder", zone_name: str, now: datetime) -> None:
    """Have a reminder come when the wall shows its time in another zone; where that is over, as soon as it may."""
    at = instant_of(datetime.fromisoformat(item.wall_time), ZoneInfo(zone_name))
    item.zone = zone_name
    if at > now:
        item.remind_at = at
    elif item.repeat:
        to_next(item, now)


def _pending(session: "RecordSession", user_id: int) -> "list[records.Reminder]":
    cls = records.Reminder
    query = select(cls).where(cls.user_id == user_id, cls.status == "pending", cls.deleted_at.is_(None))
    return list(session.scalars(query.order_by(cls.remind_at)))


def _move_digests(session: "RecordSession", user_id: int, zone_name: str, now: datetime) -> None:
    cls = records.Digest
    query = select(cls).where(cls.user_id == user_id, cls.status == "active", cls.deleted_at.is_(None))
    for digest in session.scalars(query):
        digest.zone = zone_name
        digest.next_at = instant_of(datetime.fromisoformat(digest.wall_time), ZoneInfo(zone_name))
        if digest.next_at <= now:
            digest_to_next(digest, now)
