"""Rules about notes: what one holds, and the reminder that comes with a plan."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, select

from bot.dialogs.model import Json
from bot.rules.access import Named, require, seen
from bot.rules.reminders import remind
from bot.world import World
from storage import records


def instant(world: World, value: Json) -> datetime:
    """The instant a plan stands for: a bare day means the morning hour of that day; today, the next hour to come."""
    at = datetime.fromisoformat(value["at"])
    if value["has_time"]:
        return at
    hours = world.crm.hours
    times = (datetime.combine(at.date(), hour, at.tzinfo) for hour in (hours.morning, hours.noon, hours.end_of_day))
    if at.date() != world.now.date():
        return next(times)
    return next((time for time in times if time > world.now), world.now + timedelta(hours=1))


def is_exact_time(value: Json) -> bool:
    """Whether a plan was meant for just then: a time of day was said, or the day was insisted on."""
    return bool(value["has_time"] or value.get("is_meant"))


def add_note(
    world: World,
    *,
    customer: Named,
    contact: Named | None,
    opportunity: "records.Opportunity | None",
    values: dict[str, Json],
) -> "tuple[records.FollowUp, records.Reminder | None]":
    """A follow-up, and the reminder of its plan where it has one."""
    require(world.actor, world.crm, "follow_up", "create")
    occurred = values.get("occurred_at") or {"at": world.now.isoformat(), "has_time": False}
    plan = values.get("next_follow_up_at")
    note = records.FollowUp(
        customer_id=customer.id,
        contact_id=contact.id if contact else None,
        opportunity_id=opportunity.id if opportunity else None,
        channel=values["channel"],
        occurred_at=datetime.fromisoformat(occurred["at"]),
        occurred_has_time=occurred["has_time"],
        content=values["content"],
        feedback=values.get("feedback"),
        next_follow_up_at=instant(world, plan) if plan else None,
        next_has_time=bool(plan and plan["has_time"]),
        verbatim=values.get("verbatim"),
    )
    world.create(note)
    reminder = None
    if plan:
        person = contact.name if contact else customer.name
        subject = world.words.say("reminder.of_follow_up", name=person)
        if "plan" in values and not values.get("promises"):
            subject = world.words.say("reminder.of_plan", name=person, what=values["plan"])
        reminder = remind(
            world,
            subject,
            instant(world, plan),
            about=("customer", customer.id),
            is_exact=is_exact_time(plan),
            follow_up_id=note.id,
        )
    return note, reminder


def last_note(world: World, customer_id: int, *, before: int) -> Any:
    """When, how and what (occurred_at, channel, content, feedback) of a customer's newest note before another one."""
    about = {"b_customer": customer_id, "b_before": before}
    rows = seen(world.tx, world.actor, world.crm, records.FollowUp, _newest, **about)
    return rows[0] if rows else None


def _newest(cls: Any, condition: ColumnElement[bool]) -> Executable:
    return (
        select(cls.occurred_at, cls.content, cls.feedback, cls.channel)
        .where(condition, cls.customer_id == bindparam("b_customer"), cls.id != bindparam("b_before"))
        .order_by(cls.occurred_at.desc(), cls.id.desc())
        .limit(1)
    )
