"""Rules about notes: what one holds, and the reminder that comes with a plan."""

from datetime import datetime

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.rules.access import require, visible
from bot.rules.reminders import remind
from bot.world import World
from storage import records


def instant(world: World, value: Json) -> datetime:
    """The instant a plan stands for: a bare day means the morning hour of that day."""
    at = datetime.fromisoformat(value["at"])
    if value["has_time"]:
        return at
    morning = world.crm.hours.morning
    return datetime.combine(at.date(), morning, at.tzinfo)


def add_note(
    world: World,
    *,
    customer: "records.Customer",
    contact: "records.Contact | None",
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
    world.session.create(note)
    reminder = None
    if plan:
        person = contact.name if contact else customer.name
        subject = world.words.say("reminder.of_follow_up", name=person)
        reminder = remind(world, subject, instant(world, plan), about=customer)
    return note, reminder


def last_note(world: World, customer_id: int, *, before: int | None = None) -> "records.FollowUp | None":
    """The newest note about a customer, or the newest before another one."""
    query = select(records.FollowUp).where(
        visible(world.actor, world.crm, records.FollowUp), records.FollowUp.customer_id == customer_id
    )
    if before is not None:
        query = query.where(records.FollowUp.id != before)
    newest = query.order_by(records.FollowUp.occurred_at.desc(), records.FollowUp.id.desc()).limit(1)
    return world.session.scalars(newest).one_or_none()
