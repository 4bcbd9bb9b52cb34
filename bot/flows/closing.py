"""When a deal ends: the day on which it was won or lost, where the message tells one, 「上周五签了」, "lost it on 12
November"; the day on which one that goes on is expected to."""

from datetime import timedelta

from bot.dialogs.model import Field, Json, Values
from bot.dialogs.until import nearest_day
from bot.dialogs.values import Day
from bot.flows.shared import close_ahead
from bot.world import World

OVER = ("won", "lost")
_LONG_AGO = timedelta(days=366)  # "Rev. 3 of 12.11.2019" tells of something else


def is_lost(values: Values) -> bool:
    return values.get("stage") == "lost"


def is_over(values: Values) -> bool:
    """Does the draft win or lose the deal?"""
    return values.get("stage") in OVER


def is_on(values: Values) -> bool:
    return not is_over(values)


def _told(values: Values, world: World) -> Json | None:
    return day_told(world) if is_over(values) else None


def day_told(world: World) -> Json | None:
    """The only day that the message names, where it is over; 「三号冷库」 names none. Today goes without saying."""
    heard, today = world.understand(world.said), world.now.date()
    names = [range(match.start, match.end) for match in heard.names]
    times = [v for v in heard.of_kind("date", "datetime") if not any(v.start in name for name in names)]
    days = {day for time in times if (day := nearest_day(time, today)) is not None}
    if len(days) != 1:
        return None
    (day,) = days
    return day.isoformat() if today - _LONG_AGO < day < today else None


CLOSED_ON = Field(
    "closed_on", Day("past"), required=False, ask="never", applies=is_over, propose=_told, within=("stage",)
)
EXPECTED = Field(
    "expected_close", Day("future", last=True), required=False, ask="guided", check=close_ahead, applies=is_on
)
