"""The hour at which a person really sees to their reminders: what was promised for a day only comes then."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select

from bot.rules.attention import is_quiet, quiet_hours
from bot.world import World
from storage import records

LOOKED_AT = 40  # the last reminders they have done
ENOUGH = 10  # fewer tell nothing: the fixed hour stands
SHARE = 0.3  # of them an hour must hold, and that much more than the fixed hour
STEP, HOUR = 30, 60  # minutes


def planned(world: World, at: datetime, *, has_time: bool) -> datetime:
    """When a plan for a day comes: at the person's usual time; where an hour was said, or for today, as it is."""
    usual = None if has_time or at.date() == world.now.date() else usual_time(world)
    return at if usual is None else datetime.combine(at.date(), usual, at.tzinfo)


def usual_time(world: World) -> time | None:
    """The time of day from which on the person sees to most reminders; None where there is no such habit yet."""
    cls = records.Reminder
    done = select(cls.updated_at).where(
        cls.user_id == world.actor.user_id, cls.status == "done", cls.fired_at.is_not(None), cls.deleted_at.is_(None)
    )
    moments = world.session.scalars(done.order_by(cls.id.desc()).limit(LOOKED_AT))
    local = [moment.astimezone(world.now.tzinfo).time() for moment in moments]
    hours = world.crm.hours
    spans = quiet_hours(world.tx, world.crm, world.actor)
    slots = [
        slot for slot in _slots(hours.morning, hours.end_of_day) if not any(is_quiet(slot, span) for span in spans)
    ]
    return best(local, slots, fixed=hours.morning)


def best(acts: Sequence[time], slots: Sequence[time], *, fixed: time) -> time | None:
    """The slot whose hour holds the most acts, if it holds clearly more than the hour after the fixed time."""
    if len(acts) < ENOUGH or not slots:
        return None
    slot = max(slots, key=lambda one: _within(acts, one))
    found = _within(acts, slot)
    is_habit = found >= SHARE * len(acts) and found >= (1 + SHARE) * _within(acts, fixed)
    return slot if is_habit and slot != fixed else None


def _within(acts: Sequence[time], slot: time) -> int:
    return sum(0 <= _minutes(act) - _minutes(slot) < HOUR for act in acts)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _slots(first: time, last: time) -> list[time]:
    return [time(*divmod(minutes, 60)) for minutes in range(_minutes(first), _minutes(last) + 1, STEP)]
