"""The days that a message names, for what has happened; and how days are told."""

from bot.dialogs.show import show_day
from bot.world import World
from config.types import Period


def days_of(world: World, text: str) -> Period | None:
    """The days that a text names, seen from today back; None where it names none."""
    named = (value for value in world.understand(text).of_kind("range", "date") if value.past is not None)
    value = max(named, key=lambda one: one.end - one.start, default=None)
    if value is None or value.past is None:
        return None
    days = value.past.days
    return Period(days.start, min(days.end, world.now.date()))


def shown_days(world: World, period: Period) -> str:
    """ "11-23 周一 – 11-26 周四", or the one day."""
    days = [show_day(day, world.words, today=world.now.date()) for day in dict.fromkeys((period.start, period.end))]
    return world.words.say("own.report.to").join(days)
