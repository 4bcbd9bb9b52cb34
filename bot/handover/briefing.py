"""What the new owner of a book needs first: what may go wrong, what was promised, what comes next; then customer by
customer."""

from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from bot.alarms.said import by_deal, deal_of, reasons
from bot.alarms.signs import alarms
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_moment, show_money
from bot.handover.book import Book
from bot.messages.notices import tell_user
from bot.people.identity import actor_of
from bot.reminders.message import customer_seen
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from config.catalog import catalog
from config.types import Money
from nlu.types import NoNames
from storage import records
from storage.many import pieces_of
from storage.tables import audit

ROWS = 3
MAX_SUBJECT = 40
MAX_ROWS = 200


def brief(world: World, one: "records.HandOver", book: Book) -> bool:
    """Send the new owner the briefing; False where they cannot be reached."""
    actor = actor_of(world.tx, one.to_user_id, world.settings)
    if actor is None:
        return False
    seen = replace(
        world,
        actor=actor,
        words=catalog(actor.language),
        now=world.now.astimezone(actor.zone),
        known=NoNames(),
        customs=None,
    )
    text = briefing(seen, one, book)
    press = Press(seen.words.say("handover.one_by_one"), {"do": "hand_over", "brief": one.id}, is_open=True)
    buttons = (press,) if book.count("customer") else ()
    return tell_user(
        world.tx, world.settings, actor.user_id, lambda _words: Reply(text, buttons), key=f"handover.brief:{one.id}"
    )


def briefing(world: World, one: "records.HandOver", book: Book) -> str:
    """At most some twelve lines, as the new owner sees the records."""
    words = world.words
    facts = {"giver": one.giver.name, "customers": book.count("customer"), "deals": book.count("opportunity")}
    lines = [words.say("handover.brief", **facts)]
    deal = records.Opportunity
    risky = by_deal(alarms(world, deal.id.in_(book.ids.get("opportunity", ())[:1500])))
    rows = [words.say("alarms.row", deal=deal_of(world, found[0].deal), why=reasons(world, found)) for found in risky]
    lines += _part(world, "risks", rows)
    reminders = _reminders(world, book)
    for name, is_plan in (("promised", False), ("next", True)):
        of_kind = [item for item in reminders if (item.follow_up_id is not None) == is_plan]
        lines += _part(world, name, [_line(world, item) for item in of_kind])
    return "\n".join(lines)


def _part(world: World, name: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    words = world.words
    shown = [words.say("digest.row", text=row) for row in rows[:ROWS]]
    return [words.say(f"handover.{name}", count=len(rows)), *shown]


def _reminders(world: World, book: Book) -> "list[records.Reminder]":
    """The open ones that went over, the next first."""
    cls = records.Reminder
    found: list[records.Reminder] = []
    for piece in pieces_of(book.ids.get("reminder", ())):
        found += world.session.scalars(select(cls).where(cls.id.in_(piece)))
    return sorted(found, key=lambda item: (item.remind_at, item.id))


def _line(world: World, item: "records.Reminder") -> str:
    words = world.words
    subject = shortened(item.subject, MAX_SUBJECT)
    customer = customer_seen(world, item)
    if customer is not None and customer.name not in subject:
        subject = words.say("reminder.with_customer", subject=subject, customer=customer.name)
    at = show_moment(item.remind_at, words, now=world.now, has_time=item.is_exact)
    return words.say("handover.dated", at=at, subject=subject)


def customers(world: World, memory: Memory, one: "records.HandOver") -> Reply:
    """The customers of a hand-over, a line each: open deals, last contact, next date; those worth most on top."""
    step = select(audit.c.step_id).where(
        audit.c.kind == one.kind, audit.c.record_id == one.id, audit.c.action == "create"
    )
    went = select(audit.c.record_id).where(audit.c.step_id.in_(step), audit.c.kind == "customer")
    cls, deal = records.Customer, records.Opportunity
    stages = [stage.code for stage in world.crm.stages_of("open")]
    is_open = (deal.customer_id == cls.id, deal.stage.in_(stages), deal.deleted_at.is_(None))
    value = select(func.sum(deal.amount_minor)).where(*is_open).scalar_subquery()
    query = select(cls).where(cls.id.in_(went), cls.owner_id == one.to_user_id, cls.deleted_at.is_(None))
    rows = world.session.scalars(query.order_by(value.desc().nulls_last(), cls.id).limit(MAX_ROWS)).all()
    lines = [_customer_line(world, row, is_open) for row in rows]
    return page(world, memory, "handed_over", lines, len(lines))


def _customer_line(world: World, customer: "records.Customer", is_open: Any) -> str:
    words, session = world.words, world.session
    note, deal, reminder = records.FollowUp, records.Opportunity, records.Reminder
    deals = session.scalars(
        select(deal).where(deal.customer_id == customer.id, *is_open[1:]).order_by(deal.amount_minor.desc())
    ).all()
    facts = [shortened(customer.name, 30)]
    if deals:
        largest = deals[0].amount
        amount = show_money(Money(largest.value, largest.currency), words) if largest else ""
        facts.append(words.say("handover.deals", count=len(deals), name=shortened(deals[0].name, 20), amount=amount))
    last = session.scalar(
        select(func.max(note.occurred_at)).where(note.customer_id == customer.id, note.deleted_at.is_(None))
    )
    today = world.now.date()
    if last is not None:
        day = show_day(last.astimezone(world.now.tzinfo).date(), words, today=today)
        facts.append(words.say("list.customers.last", day=day))
    due = session.scalars(
        select(reminder)
        .where(reminder.about_kind == "customer", reminder.about_id == customer.id, reminder.status == "pending")
        .where(reminder.user_id == world.actor.user_id, reminder.deleted_at.is_(None))
        .order_by(reminder.remind_at)
    ).first()
    if due is not None:
        facts.append(_line(world, due))
    return words.line(facts)
