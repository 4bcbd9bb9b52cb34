"""The days that a message names, for what has happened; and how days are told."""

from bot.dialogs.show import show_day
from bot.world import World
from config.types import Period


def days_of(world: World, text: str) -> Period | None:
    """The days that a text names, seen from today back; None where it names none, or only days to come."""
    named = (value for value in world.understand(text).of_kind("range", "date") if value.past is not None)
    value = max(named, key=lambda one: one.end - one.start, default=None)
    if value is None or value.past is None:
        return None
    days, today = value.past.days, world.now.date()
    return Period(days.start, min(days.end, today)) if days.start <= today else None


def shown_days(world: World, period: Period) -> str:
    """ "11-23 周一 – 11-26 周四", or the one day."""
    days = [show_day(day, world.words, today=world.now.date()) for day in dict.fromkeys((period.start, period.end))]
    return world.words.say("own.report.to").join(days)
