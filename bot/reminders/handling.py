"""What a person does with their reminders: by the buttons under one, or in words."""

from datetime import UTC, datetime, timedelta

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_moment
from bot.errors import Refused
from bot.flows.shared import saved
from bot.lookups import lists
from bot.reminders.message import buttons, customer_seen
from bot.reminders.moments import moved
from bot.reminders.rules import first_wall, shown_rule
from bot.rules.access import fetch
from bot.rules.reminders import own, repeat_as, settle, snooze
from bot.talk.memory import Memory
from bot.world import World
from storage import records


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """One reminder: show what can be done with it, or do it. Without one: the list, where one is picked."""
    op, reminder_id = action["op"], action["id"]
    if reminder_id is None:
        return lists.reminders(world, memory, picked=action if op == "move" else None)
    if op == "open":
        return _show(world, memory, reminder_id)
    if op in ("done", "cancelled"):
        return saved(world, _settled(world, settle(world, reminder_id, op), op)).reply
    if op == "repeat":
        return _repeat(world, memory, reminder_id, action["repeat"])
    reminder = own(world, reminder_id)
    at = _later(world, action, reminder.remind_at)
    if at <= world.now:
        raise Refused("dialog.in_the_past", value=show_moment(at, world.words, now=world.now))
    coming = snooze(world, reminder_id, at)
    memory.focus["reminder"] = coming.id
    shown = show_moment(at, world.words, now=world.now)
    key = "reminder.is_moved" if coming.id == reminder_id else "reminder.is_once_more"
    return saved(world, world.words.say(key, subject=reminder.subject, at=shown)).reply


def _repeat(world: World, memory: Memory, reminder_id: int, repeat: Json) -> Reply:
    """Another rule from now on; the old hour is kept where none was said."""
    old = own(world, reminder_id).remind_at.astimezone(world.now.tzinfo)
    rule = repeat["rule"] if "BYHOUR" in repeat["rule"] else f"{repeat['rule']};BYHOUR={old.hour};BYMINUTE={old.minute}"
    wall = first_wall(world, {**repeat, "rule": rule})
    if wall is None:
        raise Refused("dialog.no_date")
    coming = repeat_as(world, reminder_id, rule, wall.replace(tzinfo=world.now.tzinfo))
    memory.focus["reminder"] = coming.id
    at = show_moment(coming.remind_at, world.words, now=world.now)
    every = shown_rule(world.words, rule)
    return saved(world, world.words.say("reminder.is_repeated", subject=coming.subject, every=every, at=at)).reply


def handle_all(world: World, memory: Memory, action: Json) -> Reply:
    """Settle or put off all reminders of one message, or put off all of a day."""
    is_moved = action["op"] == "move"
    at = _later(world, action if is_moved else {"op": "tomorrow"}, world.now)
    count = 0
    for reminder_id in action["ids"]:
        reminder = own(world, reminder_id)
        if is_moved:
            at = _later(world, action, reminder.remind_at)
            if at <= world.now:
                raise Refused("dialog.in_the_past", value=show_moment(at, world.words, now=world.now))
            snooze(world, reminder_id, at)
            count += 1
        elif reminder.status == "fired" or (reminder.repeat and reminder.fired_at is not None):
            count += 1
            if action["op"] == "done":
                settle(world, reminder_id, "done")
            else:
                snooze(world, reminder_id, at)
    if not count:
        return Reply(world.words.say("list.reminders.none" if is_moved else "reminder.all_settled"))
    shown = show_moment(at, world.words, now=world.now, has_time=not is_moved)
    if is_moved and count == 1:
        return saved(
            world, world.words.say("reminder.is_moved", subject=own(world, action["ids"][0]).subject, at=shown)
        ).reply
    key = "reminder.are_tomorrow" if is_moved else f"reminder.are_{action['op']}"
    return saved(world, world.words.say(key, count=count, at=shown)).reply


def _show(world: World, memory: Memory, reminder_id: int) -> Reply:
    reminder = fetch(world.tx, world.actor, world.crm, records.Reminder, reminder_id)
    memory.focus["reminder"] = reminder.id
    at = show_moment(reminder.remind_at, world.words, now=world.now)
    if reminder.repeat:
        at = world.words.say("reminder.at_and_rule", at=at, every=shown_rule(world.words, reminder.repeat))
    text = world.words.say("reminder.one", id=reminder.public_id, at=at, subject=reminder.subject)
    return Reply(text, buttons(world, reminder, customer_seen(world, reminder)))


def _settled(world: World, reminder: "records.Reminder", op: str) -> str:
    """What became of it, in words; of one that repeats, when it comes next."""
    words = world.words
    if not reminder.repeat:
        return words.say(f"reminder.is_{op}", subject=reminder.subject)
    if op == "cancelled" or reminder.status != "pending":
        return words.say("reminder.is_ended", subject=reminder.subject)
    at = show_moment(reminder.remind_at, words, now=world.now)
    return words.say("reminder.is_done_once", subject=reminder.subject, at=at)


def _later(world: World, action: Json, old: datetime) -> datetime:
    """As said; so much later than it stands; in an hour; or in the morning of tomorrow or of next Monday."""
    if "by" in action:
        return old + timedelta(seconds=action["by"])
    if action["op"] == "move":
        return moved(old.astimezone(world.now.tzinfo), action["to"])
    if action["op"] == "hour":
        return (world.now.astimezone(UTC) + timedelta(hours=1)).astimezone(world.now.tzinfo)
    morning = datetime.combine(world.now.date(), world.crm.hours.morning, world.now.tzinfo)
    return morning + timedelta(days=1 if action["op"] == "tomorrow" else 7 - world.now.weekday())
