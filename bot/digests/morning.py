"""A rep's morning: today's plans, what was promised and is overdue, deals that have no next step."""

from datetime import datetime

from sqlalchemy import exists, func, or_, select

from bot.dialogs.show import shortened, show_day, show_moment
from bot.lookups.lists import opportunity_line
from bot.reminders.message import customer_seen
from bot.rules.access import visible
from bot.rules.reminders import due_today
from bot.world import World
from storage import records

ROWS = 8
MAX_SUBJECT = 50


def morning(world: World, since: datetime) -> str:
    """The day ahead; "" where it holds nothing."""
    words = world.words
    due = due_today(world)
    chased = [item for item in due if item.promised_by == "them"]
    promises = [item for item in due if item.promised_by == "us"]
    plans = [item for item in due if item.promised_by is None and item.follow_up_id is not None]
    others = [item for item in due if item.promised_by is None and item.follow_up_id is None]
    deals, count = _without_next_step(world)
    lines = [
        *_to_keep(world, len(promises), len(chased)),
        *_part(world, "promises", promises),
        *_part(world, "chased", chased),
        *_part(world, "plans", plans),
        *_part(world, "others", others),
        *([words.say("digest.no_next_step", count=count)] if count else []),
        *(words.say("digest.row", text=opportunity_line(world, deal)) for deal in deals),
    ]
    if not lines:
        return ""
    day = show_day(world.now.date(), words, today=world.now.date())
    head = words.say("digest.morning", day=day, count=len(due)) if due else words.say("digest.morning_free", day=day)
    return "\n".join([head, *lines])


def _to_keep(world: World, own: int, chase: int) -> list[str]:
    """「今天该兑现 2 件；催 1 件」"""
    if not own and not chase:
        return []
    key = "to_keep" if own and chase else "to_keep_own" if own else "to_chase"
    return [world.words.say(f"digest.{key}", own=own, chase=chase)]


def _part(world: World, name: str, items: "list[records.Reminder]") -> list[str]:
    """One part, a line each; those of today with their time alone."""
    if not items:
        return []
    words = world.words
    lines = [words.say(f"digest.{name}", count=len(items))]
    for item in items[:ROWS]:
        local = item.remind_at.astimezone(world.now.tzinfo)
        at = f"{local:%H:%M}" if local.date() == world.now.date() else show_moment(local, words, now=world.now)
        customer = customer_seen(world, item)
        subject = shortened(item.subject, MAX_SUBJECT)
        if customer is not None and customer.name not in subject:
            subject = words.say("reminder.with_customer", subject=subject, customer=customer.name)
        lines.append(words.say("digest.row", text=f"{at} {subject}"))
    if len(items) > ROWS:
        lines.append(words.say("list.rest", count=len(items) - ROWS))
    return lines


def _without_next_step(world: World) -> "tuple[list[records.Opportunity], int]":
    """The person's own open deals with neither a next step nor a reminder ahead; the largest, and how many."""
    cls, reminder = records.Opportunity, records.Reminder
    planned = exists().where(
        reminder.about_kind == "customer",
        reminder.about_id == cls.customer_id,
        reminder.status == "pending",
        reminder.deleted_at.is_(None),
    )
    query = select(cls).where(
        visible(world.actor, world.crm, cls),
        cls.owner_id == world.actor.user_id,
        cls.stage.in_([stage.code for stage in world.crm.stages_of("open")]),
        or_(cls.next_step.is_(None), cls.next_step == ""),
        ~planned,
    )
    count = world.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    largest = query.order_by(cls.amount_minor.is_(None), cls.amount_minor.desc(), cls.id)
    return list(world.session.scalars(largest.limit(3))), count
