"""What somebody has done, as noted: one's own report, 「写今天的日报」; a colleague's week, 「张伟在忙什么」."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_moment
from bot.errors import NotFound
from bot.lookups.customer_card import note_line
from bot.lookups.lists import opportunity_line
from bot.lookups.periods import shown_days
from bot.rules.access import visible
from bot.rules.colleagues import colleagues_in
from bot.rules.reminders import open_reminders
from bot.talk.memory import Memory
from bot.talk.phrases import gaps_of
from bot.world import World
from config.types import Period
from storage import records

ROWS = 12
MAX_CHARS = 60
LATELY = timedelta(days=7)
AHEAD = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}
UNITS = ("day", "week", "month", "lately")


def asked(world: World, text: str) -> Json | None:
    """The command of a question what a colleague has been doing; None for any other message. Of a colleague and a
    contact of one name, who leads people means the colleague, others the contact."""
    gaps = gaps_of(world.words, "own.busy", text) if len(text) <= MAX_CHARS else None
    if gaps is None:
        return None
    named = [one for one in colleagues_in(world.tx, world.actor, world.crm, gaps["who"]) if one.kind == "user"]
    if len(named) != 1:
        return None
    if not _leads(world) and world.find("contact", named[0].name, {}).matches:
        return {"do": "find", "said": named[0].name}
    beside = f"{gaps['who'][: named[0].start]} {gaps['who'][named[0].end :]} {gaps.get('when', '')}".strip().casefold()
    unit = next((unit for unit in UNITS if beside in world.words.words(f"own.unit.{unit}")), "" if beside else "lately")
    if unit:
        return {"do": "own_work", "unit": unit, "user": named[0].id}
    days = _days_said(world, beside)
    return {"do": "own_work", "unit": "lately", "user": named[0].id, "days": days.to_json()} if days else None


def _days_said(world: World, said: str) -> Period | None:
    """The days that are gone, or going on, which are all that is said: 「上周」, "in October"."""
    values = [value for value in world.values_in(said) if value.kind in ("range", "date") and value.past is not None]
    if len(values) != 1 or values[0].past is None:
        return None
    beside = f"{said[: values[0].start]}{said[values[0].end :]}".strip()
    days = values[0].past.days
    is_all = not beside or beside in world.words.words("own.unit.beside")
    return days if is_all and days.start <= world.now.date() else None


def _leads(world: World) -> bool:
    return world.crm.level(world.actor.role, "follow_up", "edit") in ("team", "all")


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The draft for today, this week or this month; nobody else's plans are told, nor in a group one's own."""
    unit = action["unit"]
    user = world.session.get(records.User, action.get("user", world.actor.user_id))
    if user is None:
        raise NotFound
    today = world.now.date()
    period = Period.from_json(action["days"]) if "days" in action else _until_today(unit, today)
    period = Period(period.start, min(period.end, today))
    words = world.words
    notes = _noted(world, period, user.id)
    deals = list(_deals(world, period, user.id))
    is_own = user.id == world.actor.user_id and world.actor.audience is None
    plans = list(_plans(world, unit)) if is_own else []
    head = words.say(f"own.report.{unit}", name=user.name, days=shown_days(world, period))
    if not notes and not deals:
        return Reply("\n".join([head, words.say("own.report.nothing"), *plans]))
    customers = {note.customer_id for note in notes}
    lines = [head, words.say("own.report.notes", count=len(notes), customers=len(customers))] if notes else [head]
    lines += [
        words.say("list.row", number=number, text=note_line(world, note, with_customer=True))
        for number, note in enumerate(notes[:ROWS], 1)
    ]
    if len(notes) > ROWS:
        lines.append(words.say("list.rest", count=len(notes) - ROWS))
    return Reply("\n".join([*lines, *deals, *plans]))


def _until_today(unit: str, today: date) -> Period:
    week = today - timedelta(days=today.weekday())
    start = {"day": today, "week": week, "month": today.replace(day=1), "lately": today - LATELY}
    return Period(start[unit], today)


def _noted(world: World, period: Period, user_id: int) -> "list[records.FollowUp]":
    cls = records.FollowUp
    start, end = period.instants(world.now.tzinfo)
    query = select(cls).where(
        visible(world.actor, world.crm, cls),
        cls.owner_id == user_id,
        cls.occurred_at >= start,
        cls.occurred_at < end,
    )
    return list(world.session.scalars(query.order_by(cls.occurred_at, cls.id).limit(200)))


def _deals(world: World, period: Period, user_id: int) -> Iterator[str]:
    """Somebody's deals that were won, lost or begun, and those that were worked on."""
    cls: Any = records.Opportunity
    start, end = period.instants(world.now.tzinfo)
    mine = select(cls).where(visible(world.actor, world.crm, cls), cls.owner_id == user_id)
    shown: set[int] = set()
    for name, condition in (
        ("won", (cls.stage == "won") & cls.closed_on.between(period.start, period.end)),
        ("lost", (cls.stage == "lost") & cls.closed_on.between(period.start, period.end)),
        ("new", (cls.created_at >= start) & (cls.created_at < end)),
        ("moved", (cls.updated_at >= start) & (cls.updated_at < end)),
    ):
        deals = [deal for deal in world.session.scalars(mine.where(condition).order_by(cls.id)) if deal.id not in shown]
        if deals:
            yield world.words.say(f"own.report.{name}", count=len(deals))
            yield from (world.words.say("digest.row", text=opportunity_line(world, deal)) for deal in deals[:ROWS])
        shown |= {deal.id for deal in deals}


def _plans(world: World, unit: str) -> Iterator[str]:
    """What is to be done next."""
    until = datetime.combine(world.now.date(), time(), world.now.tzinfo) + timedelta(days=1) + AHEAD[unit]
    plans = open_reminders(world, until=until)
    if plans:
        yield world.words.say("own.report.plans")
    for plan in plans[:ROWS]:
        at = show_moment(plan.remind_at, world.words, now=world.now)
        yield world.words.say("digest.row", text=f"{at} {shortened(plan.subject, 60)}")
