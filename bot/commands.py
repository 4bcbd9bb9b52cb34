"""What a person can have the bot do outside of any form: undo, help, more, settle a reminder."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import show_moment
from bot.flows.shared import saved
from bot.lookups import lists
from bot.lookups.customer_card import card
from bot.memory import Memory
from bot.rules.access import fetch
from bot.rules.reminders import settle, snooze
from bot.rules.undo import undo
from bot.world import World
from storage import records

Command: TypeAlias = Callable[[World, Memory, Json], Reply]


def _undo(world: World, memory: Memory, action: Json) -> Reply:
    return undo(world, action.get("step"))


def _help(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(
        world.words.say(f"help.{world.actor.role}" if world.words.has(f"help.{world.actor.role}") else "help.rep")
    )


def _small_talk(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("small_talk.reply"))


def _unclear(world: World, memory: Memory, action: Json) -> Reply:
    """Say what could be meant, with the two nearest things as buttons."""
    words = world.words
    text = " ".join(str(action.get("text", "")).split())
    if not any(character.isalnum() for character in text):
        return Reply(words.say("unclear.empty"))
    buttons = (
        Press(words.say("unclear.log"), {"do": "start", "flow": "follow_up", "values": {}}, is_open=True),
        Press(words.say("unclear.help"), {"do": "help"}, is_open=True),
    )
    return Reply(words.say("unclear.reply"), buttons)


def _nothing_open(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("dialog.nothing_open"))


def _card(world: World, memory: Memory, action: Json) -> Reply:
    return card(world, memory, action["id"])


def _notes(world: World, memory: Memory, action: Json) -> Reply:
    return lists.notes_of(world, memory, action["id"])


def _reminder(world: World, memory: Memory, action: Json) -> Reply:
    """One reminder: what can be done with it, or do it."""
    words = world.words
    op, reminder_id = action["op"], action["id"]
    if op == "open":
        reminder = fetch(world.tx, world.actor, world.crm, records.Reminder, reminder_id)
        memory.focus["reminder"] = reminder.id
        at = show_moment(reminder.remind_at, words, now=world.now)
        buttons = tuple(
            Press(words.say(f"reminder.{name}"), {"do": "reminder", "op": name, "id": reminder.id}, is_open=True)
            for name in ("done", "hour", "tomorrow", "monday", "cancelled")
        )
        return Reply(words.say("reminder.one", id=reminder.public_id, at=at, subject=reminder.subject), buttons)
    if op in ("done", "cancelled"):
        reminder = settle(world, reminder_id, op)
        return saved(world, words.say(f"reminder.is_{op}", subject=reminder.subject)).reply
    reminder = snooze(world, reminder_id, _later(world, op))
    at = show_moment(reminder.remind_at, words, now=world.now)
    return saved(world, words.say("reminder.is_moved", subject=reminder.subject, at=at)).reply


def _later(world: World, op: str) -> datetime:
    now = world.now
    morning = now.replace(
        hour=world.crm.hours.morning.hour, minute=world.crm.hours.morning.minute, second=0, microsecond=0
    )
    days = {"hour": 0, "tomorrow": 1, "monday": 7 - now.weekday()}[op]
    return now + timedelta(hours=1) if op == "hour" else morning + timedelta(days=days)


COMMANDS: dict[str, Command] = {
    "undo": _undo,
    "help": _help,
    "more": lists.more,
    "card": _card,
    "notes": _notes,
    "reminder": _reminder,
    "small_talk": _small_talk,
    "unclear": _unclear,
    **dict.fromkeys(("yes", "no", "save", "skip", "back", "cancel", "edit", "resume"), _nothing_open),
}
