"""Rules about reminders: wall time and zone are what was promised, the instant follows from them."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from bot.errors import NotFound
from bot.rules.access import Named, fetch
from bot.world import World
from storage import records
from storage.prepared import Prepared, always


def remind(
    world: World, subject: str, at: datetime, *, about: tuple[str, int] | None = None, repeat: str | None = None
) -> "records.Reminder":
    """A new reminder for the actor."""
    reminder = records.Reminder(
        user_id=world.actor.user_id,
        subject=subject,
        status="pending",
        repeat=repeat,
        about_kind=about[0] if about else None,
        about_id=about[1] if about else None,
        remind_at=at,
        wall_time="",
        zone="",
    )
    _set_time(world, reminder, at)
    return world.create(reminder)


def snooze(world: World, reminder_id: int, at: datetime) -> "records.Reminder":
    """Move a reminder to another time; it is pending again."""
    reminder = _own(world, reminder_id)
    _set_time(world, reminder, at)
    reminder.status = "pending"
    return reminder


def settle(world: World, reminder_id: int, status: str) -> "records.Reminder":
    """Mark a reminder done or cancelled."""
    reminder = _own(world, reminder_id)
    reminder.status = status
    return reminder


def open_reminders(world: World, *, until: datetime | None = None) -> "list[records.Reminder]":
    """The actor's reminders that are not settled, the next one first."""
    query = select(records.Reminder).where(
        records.Reminder.user_id == world.actor.user_id,
        records.Reminder.deleted_at.is_(None),
        records.Reminder.status.in_(("pending", "fired")),
    )
    if until is not None:
        query = query.where(records.Reminder.remind_at <= until)
    return list(world.session.scalars(query.order_by(records.Reminder.remind_at).limit(50)))


class Promise(NamedTuple):
    """A reminder that is not settled."""

    id: int
    subject: str
    remind_at: datetime


def open_promise(world: World, customer: Named, *, besides: "records.Reminder | None") -> Promise | None:
    """The next unsettled reminder of the actor about a customer, another one than ``besides``."""
    asked = {"b_user": world.actor.user_id, "b_about": customer.id, "b_besides": besides.id if besides else 0}
    rows = _promises().rows(world.tx.connection, asked)
    return Promise(*rows[0]) if rows else None


@cache
def _promises() -> Prepared:
    cls = records.Reminder
    query = select(cls.id, cls.subject, cls.remind_at).where(
        cls.about_id == bindparam("b_about"),
        cls.about_kind == "customer",
        cls.user_id == bindparam("b_user"),
        cls.deleted_at.is_(None),
        or_(cls.status == "pending", cls.status == "fired"),
        cls.id != bindparam("b_besides"),
    )
    return Prepared(always(query.order_by(cls.remind_at, cls.id).limit(1)))


def _own(world: World, reminder_id: int) -> "records.Reminder":
    reminder = fetch(world.tx, world.actor, world.crm, records.Reminder, reminder_id, "edit")
    if reminder.user_id != world.actor.user_id:
        raise NotFound(name=reminder.public_id)
    return reminder


def _set_time(world: World, reminder: "records.Reminder", at: datetime) -> None:
    local = at.astimezone(world.actor.zone)
    reminder.remind_at = at
    reminder.wall_time = local.replace(tzinfo=None).isoformat(timespec="seconds")
    reminder.zone = world.actor.zone_name
