"""The day on which a deal was won or lost, where the message tells one: 「上周五签了」, "lost it on 12 November"."""

from datetime import date, datetime, timedelta

from bot.dialogs.model import Field, Json, Values
from bot.dialogs.values import Day
from bot.world import World
from nlu.types import Value

_OVER = ("won", "lost")
_LONG_AGO = timedelta(days=366)  # "Rev. 3 of 12.11.2019" tells of something else


def is_lost(values: Values) -> bool:
    return values.get("stage") == "lost"


def is_over(values: Values) -> bool:
    """Does the draft win or lose the deal?"""
    return values.get("stage") in _OVER


def _told(values: Values, world: World) -> Json | None:
    """The only day that the message names, where it is over; 「三号冷库」 names none. Today goes without saying."""
    if not is_over(values):
        return None
    heard, today = world.understand(world.said), world.now.date()
    names = [range(match.start, match.end) for match in heard.names]
    times = [value for value in heard.values if not any(value.start in name for name in names)]
    days = {day for value in times if (day := _day_of(value)) is not None}
    if len(days) != 1:
        return None
    (day,) = days
    return day.isoformat() if today - _LONG_AGO < day < today else None


def _day_of(value: Value) -> date | None:
    """The day behind that a time may mean; None for what lies ahead, and for more than a day."""
    if value.kind not in ("date", "datetime") or value.past is None:
        return None
    start = value.past.start
    return start.date() if isinstance(start, datetime) else start


CLOSED_ON = Field(
    "closed_on", Day("past"), required=False, ask="never", applies=is_over, propose=_told, within=("stage",)
)
