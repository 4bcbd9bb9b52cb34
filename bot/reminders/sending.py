"""Sending what is due: to each person one message, or few."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, literal_column, select

from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened
from bot.house import House
from bot.messages.notices import tell_user
from bot.messages.reach import post, reach
from bot.people.acting import sign, world_for
from bot.reminders.message import LATE_AFTER, MAX_SUBJECT, message
from bot.reminders.receiver import receiver
from bot.rules.access import Actor
from bot.rules.attention import end_of_own_quiet, free_moment, next_working_day
from bot.rules.reminders import went_out
from bot.rules.surveys import manager_of
from bot.rules.wall_time import instant_of
from bot.talk.emoji import as_wanted
from config.catalog import Catalog
from storage import records
from storage.database import Tx

MANY = 100  # reminders in one message


def send(house: House, tx: Tx, ids: Sequence[int], now: datetime) -> tuple[str, ...]:
    """Fire these reminders, and those of the same people that follow within minutes; the chats to wake."""
    sign(tx, now, "reminders")
    due = tx.session.scalars(select(records.Reminder).where(records.Reminder.id.in_(ids)))
    people: dict[int, tuple[Actor, list[records.Reminder]]] = {}
    for reminder in due:
        actor = receiver(tx, house.crm, house.settings, reminder)
        if actor is None:
            reminder.status = "cancelled"  # of somebody who has left, and about nobody else's business
            continue
        people.setdefault(actor.user_id, (actor, []))[1].append(reminder)
    soon = _soon(tx, list(people), now, timedelta(minutes=house.crm.attention.bundle_minutes))
    chats = []
    for user_id, (actor, items) in people.items():
        ready = [item for item in items if not _postponed(house, tx, actor, item, now)]
        if ready:
            chats.append(_to_person(house, tx, actor, [*ready, *soon.get(user_id, ())], now))
    tx.flush()
    return tuple({chat for found in chats for chat in found})


def _to_person(house: House, tx: Tx, actor: Actor, ready: "list[records.Reminder]", now: datetime) -> Iterable[str]:
    address = reach(tx, user_id=actor.user_id)
    world = world_for(house, tx, actor, now)
    chats = []
    for group in _groups(ready, house, now):
        key = f"reminder:{group[0].id}:{group[0].remind_at.isoformat()}"
        for item in group:
            _hand_to(item, actor)
        reply, about = message(world, group)
        reply = as_wanted(reply, house.crm)
        for item in group:
            went_out(item, now)
        if address is None:
            _tell_supervisors(house, tx, actor, group)
            continue
        chat = post(tx, address, reply, key=key, lane="reminder", about=about)
        chats += [chat] if chat else []
    return chats


def _tell_supervisors(house: House, tx: Tx, actor: Actor, group: "Sequence[records.Reminder]") -> None:
    """Somebody whom no chat reaches: who leads them hears of it, once; where nobody does, the administrators."""
    user = tx.session.get(records.User, actor.user_id)
    manager = manager_of(user)
    cls = records.User
    admins = select(cls.id).where(cls.role == "admin", cls.active, cls.deleted_at.is_(None)).order_by(cls.id)
    subject = shortened(group[0].subject, MAX_SUBJECT)

    def compose(words: Catalog) -> Reply:
        return Reply(words.say("reminder.unreachable", name=actor.name, subject=subject))

    for who in [manager] if manager is not None else tx.session.scalars(admins).all():
        tell_user(tx, house.settings, who, compose, key=f"unreachable:{actor.user_id}")


def _postponed(house: House, tx: Tx, actor: Actor, item: "records.Reminder", now: datetime) -> bool:
    """Put off what was promised for a day only, while the person is not to be disturbed or has had enough today.

    What was promised for a certain minute comes then; late already, it respects the hours that the person set.
    """
    if item.is_exact:
        until = end_of_own_quiet(tx, actor, now) if now - item.remind_at >= LATE_AFTER else None
        item.remind_at = until or item.remind_at
        return until is not None
    until = free_moment(tx, house.crm, actor, now)
    if until is None and _had_today(tx, actor, now) >= house.crm.attention.daily_cap:
        day = next_working_day(now.astimezone(actor.zone).date(), house.crm, actor.zone_name)
        until = instant_of(datetime.combine(day, house.crm.hours.morning), actor.zone)
    if until is None:
        return False
    item.remind_at = until
    return True


def _had_today(tx: Tx, actor: Actor, now: datetime) -> int:
    """How many messages went to the person today: reminders of one message were sent at one instant."""
    cls = records.Reminder
    midnight = now.astimezone(actor.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = select(func.count(func.distinct(cls.fired_at))).where(cls.user_id == actor.user_id, cls.fired_at >= midnight)
    return tx.session.scalar(sent) or 0


def _soon(tx: Tx, user_ids: Sequence[int], now: datetime, within: timedelta) -> "dict[int, list[records.Reminder]]":
    """What follows within minutes for these people: it is said now, in one message. What was asked for to the second
    has to wait."""
    cls = records.Reminder
    follows = select(cls).where(
        cls.status == literal_column("'pending'"),
        cls.deleted_at.is_(None),
        cls.remind_at > now,
        cls.remind_at <= now + within,
        (cls.user_id + 0).in_(user_ids),  # not by the index of people: they may have any number for other days
    )
    found: dict[int, list[records.Reminder]] = {}
    for item in tx.session.scalars(follows.order_by(cls.remind_at).limit(MANY).with_for_update(skip_locked=True)):
        if item.remind_at.second == item.remind_at.microsecond == 0:
            found.setdefault(item.user_id, []).append(item)
    return found


def _groups(items: "Sequence[records.Reminder]", house: House, now: datetime) -> "Iterator[list[records.Reminder]]":
    """What goes into one message: all of many overdue ones, else what was due within minutes."""
    ways = house.crm.attention
    items = sorted(items, key=lambda item: (item.remind_at, item.id))
    overdue = [item for item in items if now - item.remind_at >= LATE_AFTER]
    is_much = len(overdue) > ways.overdue_at_once
    group: list[records.Reminder] = []
    for item in items:
        fits = bool(group) and (
            (is_much and now - item.remind_at >= LATE_AFTER)
            or item.remind_at - group[0].remind_at <= timedelta(minutes=ways.bundle_minutes)
        )
        if group and (not fits or len(group) == MANY):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _hand_to(item: "records.Reminder", actor: Actor) -> None:
    """It is the receiver's from now on."""
    if item.user_id != actor.user_id:
        item.user_id = item.owner_id = actor.user_id
        item.team_id = actor.team_id
