"""When it is that a message plans something, as this organisation keeps its hours and days."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.dialogs.day_parts import with_hours
from bot.lazy import Lazy
from bot.world import World
from config.crm import Crm
from config.phrasing import phrasing
from nlu.types import Understanding

_PLANS = ("next_follow_up_at", "remind_at")
_WORKS = Lazy[[date, Crm, str], bool]("bot.rules.attention:is_working_day")


def as_planned(world: World, heard: Understanding) -> Understanding:
    """The message with the hour for each plan that names a day and its part, and with the last working day for what is
    planned for the end of a week or another period: "quote by end of week" is for the Friday."""
    heard = with_hours(heard, world.words, world.crm.hours)
    ends = {name: slot for name in _PLANS if (slot := heard.slots.get(name)) and _is_period_end(heard, slot.start)}
    changed = {
        name: replace(slot, value=_last_working(world, slot.value))
        for name, slot in ends.items()
        if isinstance(slot.value, date) and not isinstance(slot.value, datetime)
    }
    return replace(heard, slots={**heard.slots, **changed}) if changed else heard


def _is_period_end(heard: Understanding, start: int) -> bool:
    text = next((value.text for value in heard.values if value.start <= start < value.end), "")
    return phrasing("period_end").search(text) is not None


def _last_working(world: World, day: date) -> date:
    """The day itself, or the working day before it that is not behind us."""
    while day > world.now.date() and not _WORKS(day, world.crm, world.actor.zone_name):
        day -= timedelta(days=1)
    return day
