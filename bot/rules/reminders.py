"""Rules about reminders: wall time and zone are what was promised, the instant follows from them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.errors import NotFound
from bot.rules.access import fetch
from bot.rules.wall_time import instant_of, next_wall, wall_of
from bot.world import World
from config.types import Period
from storage import records


def remind(
    world: World,
    subject: str,
    at: datetime,
    *,
    about: tuple[str, int] | None = None,
    repeat: str | None = None,
    is_exact: bool = True,
    follow_up_id: int | None = None,
    promised_by: str | None = None,
) -> "records.Reminder":
    """A new reminder for the actor. ``is_exact`` False: only a day was said; ``follow_up_id``: the note it came of;
    ``promised_by``: who promised it, us or them."""
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
        is_exact=is_exact,
        follow_up_id=follow_up_id,
        promised_by=promised_by,
    )
    _set_time(world, reminder, at)
    return world.create(reminder)


def snooze(world: World, reminder_id: int, at: datetime) -> "records.Reminder":
    """Move a reminder to another time; it is pending again. Gives the reminder that will come then.

    Of one that repeats only this time moves: one that was sent already comes once more by itself.
    """
    reminder = own(world, reminder_id)
    if reminder.repeat and reminder.fired_at is not None:
        reminder.fired_at = None
        about = (reminder.about_kind, reminder.about_id) if reminder.about_kind and reminder.about_id else None
        return remind(world, reminder.subject, at, about=about)
    if reminder.repeat:
        reminder.remind_at = at
    else:
        _set_time(world, reminder, at)
    reminder.status = "pending"
    reminder.is_exact = True
    return reminder


def repeat_as(world: World, reminder_id: int, rule: str, at: datetime) -> "records.Reminder":
    """Have a reminder come again by another rule, for the first time at ``at``."""
    reminder = own(world, reminder_id)
    reminder.repeat = rule
    _set_time(world, reminder, at)
    reminder.status, reminder.is_exact, reminder.fired_at = "pending", True, None
    return reminder


def settle(world: World, reminder_id: int, status: str) -> "records.Reminder":
    """Mark a reminder done or cancelled. Of one that repeats, done settles one time, cancelled ends it."""
    reminder = own(world, reminder_id)
    if status == "done" and reminder.repeat and reminder.status == "pending":
        if reminder.fired_at is not None or not to_next(reminder, reminder.remind_at):
            reminder.fired_at = None
        return reminder
    reminder.status = status
    return reminder


def settle_about(world: World, kind: str, record_id: int) -> None:
    """Mark as done all that anybody is still to be reminded of about a record."""
    for reminder in _pending_about(world, kind, record_id):
        reminder.status = "done"


def hand_about(world: World, kind: str, record_id: int, user_id: int) -> None:
    """Who has a record from now on is reminded of what is planned for it, at the same instant."""
    for reminder in _pending_about(world, kind, record_id):
        reminder.user_id = user_id


def _pending_about(world: World, kind: str, record_id: int) -> "list[records.Reminder]":
    cls = records.Reminder
    about = (cls.about_id == record_id, cls.about_kind == kind, cls.status == "pending", cls.deleted_at.is_(None))
    return list(world.session.scalars(select(cls).where(*about)))


def went_out(reminder: "records.Reminder", now: datetime) -> None:
    """Its time has come and it was sent; one that repeats waits for its next time, past those that were missed."""
    reminder.fired_at = now
    if not reminder.repeat or not to_next(reminder, now):
        reminder.status = "fired"


def to_next(reminder: "records.Reminder", now: datetime) -> bool:
    """Move one that repeats to its next time; False where there is none."""
    zone = ZoneInfo(reminder.zone)
    wall = datetime.fromisoformat(reminder.wall_time)
    following = next_wall(reminder.repeat or "", wall, max(wall, now.astimezone(zone).replace(tzinfo=None)))
    if following is None:
        return False
    reminder.wall_time = following.isoformat(timespec="seconds")
    reminder.remind_at = instant_of(following, zone)
    return True


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


def due_today(world: World) -> "list[records.Reminder]":
    """Those to be settled by the end of the day."""
    _start, midnight = Period(world.now.date(), world.now.date()).instants(world.now.tzinfo)
    return open_reminders(world, until=midnight)


def last_sent(world: World) -> int | None:
    """The reminder that was sent within the last day and is not settled, if it is the only one such."""
    sent = _sent_today(world)
    return sent[0] if len(sent) == 1 else None


def have_several_come(world: World) -> bool:
    """Were several sent within the last day that are not settled?"""
    return len(_sent_today(world)) > 1


def _sent_today(world: World) -> list[int]:
    return [
        item.id
        for item in open_reminders(world)
        if item.fired_at is not None and world.now - item.fired_at <= timedelta(days=1)
    ]


def of_subject(world: World, said: str) -> "list[records.Reminder]":
    """The actor's open reminders whose subject holds these words, or that repeat as they say: 每周一, "Monday"."""
    rules = {found.every for found in world.understand(said).of_kind("recurrence")}
    folded = said.casefold()
    return [
        item
        for item in open_reminders(world)
        if folded in item.subject.casefold() or item.subject.casefold() in folded or item.repeat in rules - {None}
    ]


def on_day(world: World, day: date) -> "list[records.Reminder]":
    """The actor's open reminders of a day."""
    zone = world.now.tzinfo
    return [item for item in open_reminders(world) if item.remind_at.astimezone(zone).date() == day]


def next_about(world: World, customer_id: int) -> int | None:
    """The actor's next open reminder about a customer."""
    found = (item for item in open_reminders(world) if (item.about_kind, item.about_id) == ("customer", customer_id))
    return next((item.id for item in found), None)


def own(world: World, reminder_id: int) -> "records.Reminder":
    """A reminder of the actor's own. Raises NotFound."""
    reminder = fetch(world.tx, world.actor, world.crm, records.Reminder, reminder_id, "edit")
    if reminder.user_id != world.actor.user_id:
        raise NotFound(name=reminder.public_id)
    return reminder


def _set_time(world: World, reminder: "records.Reminder", at: datetime) -> None:
    zone = world.actor.zone
    wall = wall_of(at, zone)
    is_shown = at.astimezone(zone).replace(tzinfo=None) == wall  # else it was said within a gap
    reminder.remind_at = at if is_shown else instant_of(wall, zone)
    reminder.wall_time = wall.isoformat(timespec="seconds")
    reminder.zone = str(zone)
