"""Rules about reminders: wall time and zone are what was promised, the instant follows from them."""

from datetime import datetime

from sqlalchemy import select

from bot.errors import NotFound
from bot.rules.access import fetch
from bot.world import World
from storage import records


def remind(
    world: World, subject: str, at: datetime, *, about: "records.Record | None" = None, repeat: str | None = None
) -> "records.Reminder":
    """A new reminder for the actor."""
    reminder = records.Reminder(
        user_id=world.actor.user_id,
        subject=subject,
        status="pending",
        repeat=repeat,
        about_kind=about.kind if about else None,
        about_id=about.id if about else None,
        remind_at=at,
        wall_time="",
        zone="",
    )
    _set_time(world, reminder, at)
    return world.session.create(reminder)


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
