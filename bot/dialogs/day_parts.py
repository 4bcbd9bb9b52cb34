"""What o'clock a part of a day is: 「明天下班前」, "tomorrow afternoon". The hours stand in crm.toml."""

from dataclasses import replace
from datetime import date, datetime, time

from bot.talk.phrases import holds_phrase
from config.catalog import Catalog
from config.crm import Hours
from nlu.types import Slot, Understanding

PARTS = ("end_of_day", "afternoon", "noon", "evening")
PLANS = ("remind_at", "next_follow_up_at")  # the slots that are for a certain minute


def hour_of(text: str, words: Catalog, hours: Hours) -> time | None:
    """The time of day that a text names by its part; None for a morning or none."""
    part = next((part for part in PARTS if holds_phrase(words, f"reminder.parts.{part}", text)), None)
    found: time | None = getattr(hours, part) if part else None
    return found


def with_hours(heard: Understanding, words: Catalog, hours: Hours) -> Understanding:
    """The message with the hour for each plan that names a day and its part."""
    changed: dict[str, Slot] = {}
    for name in PLANS:
        slot = heard.slots.get(name)
        if slot is None or not isinstance(slot.value, date) or isinstance(slot.value, datetime):
            continue
        hour = hour_of(heard.text[slot.start : slot.end], words, hours)
        if hour is not None:
            changed[name] = replace(slot, value=datetime.combine(slot.value, hour, heard.now.tzinfo))
    return replace(heard, slots={**heard.slots, **changed}) if changed else heard
