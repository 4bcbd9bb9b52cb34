"""What a person can have the bot do outside of any form: undo, help, more, a list, settle a reminder."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeAlias

from bot import spoken
from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import show_moment
from bot.errors import Refused
from bot.flows.shared import saved
from bot.lookups import lists
from bot.lookups.customer_card import card
from bot.lookups.subject import customer_meant
from bot.memory import Memory
from bot.rules.access import fetch
from bot.rules.reminders import settle, snooze
from bot.rules.undo import undo
from bot.world import World
from config.types import Period
from storage import records

Command: TypeAlias = Callable[[World, Memory, Json], Reply]


def _undo(world: World, memory: Memory, action: Json) -> Reply:
    return undo(world, action.get("step"))


def _help(world: World, memory: Memory, action: Json) -> Reply:
    own = f"help.{world.actor.role}"
    return Reply(world.words.say(own if world.words.has(own) else "help.rep"))


def _small_talk(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("small_talk.reply"))


def _nothing_open(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("dialog.nothing_open"))


def _nothing_to_correct(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("dialog.nothing_to_correct"))


def _card(world: World, memory: Memory, action: Json) -> Reply:
    return card(world, memory, action["id"])


def _find(world: World, memory: Memory, action: Json) -> Reply:
    meant = customer_meant(world, memory, action["said"])
    return meant if isinstance(meant, Reply) else card(world, memory, meant)


def _notes(world: World, memory: Memory, action: Json) -> Reply:
    return lists.notes_of(world, memory, action["id"])


def _list(world: World, memory: Memory, action: Json) -> Reply:
    """A list, whole or with a condition: of a customer, of a time, with some words."""
    if "customer" in action and action["name"] == "opportunities":
        return lists.opportunities_of(world, memory, action["customer"])
    if "customer" in action:
        return lists.notes_of(world, memory, action["customer"])
    if "words" in action:
        return lists.notes_with(world, memory, action["words"])
    if "period" in action:
        return lists.my_follow_ups(world, memory, Period(*map(date.fromisoformat, action["period"])))
    return lists.BY_NAME[action["name"]](world, memory)


def _reminder(world: World, memory: Memory, action: Json) -> Reply:
    """One reminder: show what can be done with it, or do it. Without one: the list, where one is picked."""
    op, reminder_id = action["op"], action["id"]
    if reminder_id is None:
        return lists.reminders(world, memory)
    if op == "open":
        return _one_reminder(world, memory, reminder_id)
    words = world.words
    if op in ("done", "cancelled"):
        reminder = settle(world, reminder_id, op)
        return saved(world, words.say(f"reminder.is_{op}", subject=reminder.subject)).reply
    reminder = fetch(world.tx, world.actor, world.crm, records.Reminder, reminder_id)
    local = reminder.remind_at.astimezone(world.now.tzinfo)
    at = spoken.moved(local, action["to"]) if op == "move" else _later(world, op)
    if at <= world.now:
        raise Refused("dialog.in_the_past", value=show_moment(at, words, now=world.now))
    snooze(world, reminder_id, at)
    memory.focus["reminder"] = reminder.id
    shown = show_moment(at, words, now=world.now)
    return saved(world, words.say("reminder.is_moved", subject=reminder.subject, at=shown)).reply


def _one_reminder(world: World, memory: Memory, reminder_id: int) -> Reply:
    words = world.words
    reminder = fetch(world.tx, world.actor, world.crm, records.Reminder, reminder_id)
    memory.focus["reminder"] = reminder.id
    at = show_moment(reminder.remind_at, words, now=world.now)
    buttons = tuple(
        Press(words.say(f"reminder.{name}"), {"do": "reminder", "op": name, "id": reminder.id}, is_open=True)
        for name in ("done", "hour", "tomorrow", "monday", "cancelled")
    )
    return Reply(words.say("reminder.one", id=reminder.public_id, at=at, subject=reminder.subject), buttons)


def _later(world: World, op: str) -> datetime:
    """In an hour, or in the morning of tomorrow or of next Monday."""
    if op == "hour":
        return world.now + timedelta(hours=1)
    morning = datetime.combine(world.now.date(), world.crm.hours.morning, world.now.tzinfo)
    return morning + timedelta(days=1 if op == "tomorrow" else 7 - world.now.weekday())


COMMANDS: dict[str, Command] = {
    "undo": _undo,
    "help": _help,
    "more": lists.more,
    "list": _list,
    "card": _card,
    "find": _find,
    "notes": _notes,
    "reminder": _reminder,
    "small_talk": _small_talk,
    **dict.fromkeys(("yes", "save", "skip", "back", "cancel", "resume"), _nothing_open),
    **dict.fromkeys(("no", "edit"), _nothing_to_correct),
}
