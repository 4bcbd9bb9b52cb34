"""A time of day: what is said of it, and the instant it makes on a day."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

__all__ = ["Clock", "on_day", "with_part"]

# Hours a working day hardly knows are afternoon hours: 3点 is 15:00, 8点 is 8:00.
_FIRST_HOUR: Final = 7
# Parts of the day whose hours lie after noon.
_LATE_PARTS: Final = frozenset({"afternoon", "evening", "night"})


@dataclass(slots=True)
class Clock:
    """A wall time. ``sure`` when morning or afternoon is known; ``offset`` in minutes east of UTC, if any;
    ``days`` counts days later (24:00, midnight)."""

    hour: int
    minute: int = 0
    second: int = 0
    sure: bool = False
    offset: int | None = None
    days: int = 0

    def likely(self) -> "Clock":
        """The business reading of an hour that may be morning or afternoon."""
        if self.sure or not 1 <= self.hour < _FIRST_HOUR:
            return self
        return replace(self, hour=self.hour + 12)

    def late(self) -> "Clock":
        """The same hour after noon."""
        return self if self.hour >= 12 else replace(self, hour=self.hour + 12, sure=True)

    def other(self) -> "Clock":
        """The other half of the day."""
        return replace(self, hour=(self.hour + 12) % 24)

    def minutes(self) -> int:
        return self.hour * 60 + self.minute


def with_part(clock: Clock, part: str) -> Clock:
    """The clock inside a part of the day: 3 + afternoon = 15, 12 + evening = midnight."""
    if clock.hour > 12 or (clock.sure and part != "noon"):
        return clock
    if part in _LATE_PARTS:
        if clock.hour == 12:
            return (
                replace(clock, sure=True)
                if part == "afternoon"
                else replace(clock, hour=0, days=clock.days + 1, sure=True)
            )
        return clock.late()
    if part in ("noon", "lunch"):
        return clock.late() if clock.hour <= 3 else replace(clock, sure=True)
    hour = 0 if clock.hour == 12 and part == "dawn" else clock.hour
    return replace(clock, hour=hour, sure=True)


def on_day(clock: Clock, day: date, now: datetime) -> datetime | None:
    """The instant on a day, in the zone of ``now``; a named zone is converted."""
    try:
        wall = datetime.combine(day + timedelta(days=clock.days), time(clock.hour, clock.minute, clock.second))
        if clock.offset is None:
            return wall.replace(tzinfo=now.tzinfo)
        return wall.replace(tzinfo=timezone(timedelta(minutes=clock.offset))).astimezone(now.tzinfo)
    except (OverflowError, ValueError):
        return None
