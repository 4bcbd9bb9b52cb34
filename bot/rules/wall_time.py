"""Wall time: what a clock on somebody's wall shows. A promise is made in it; the instant follows from the zone."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any


def instant_of(wall: datetime, zone: tzinfo) -> datetime:
    """The instant (in UTC) at which the wall shows this. In a gap the first minute after it, in an overlap the first.

    ``wall`` is naive. New York, 2027-03-14 02:30 → 03:00 EDT; 2027-11-07 01:30 → 01:30 EDT, not EST.
    """
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    return _first_minute(at - timedelta(days=1), at, zone)


def _first_minute(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first minute of the offset that holds at ``high`` and does not yet at ``low``."""
    new = high.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == new else (middle, high)
    return high.replace(second=0, microsecond=0)


def wall_of(at: datetime, zone: tzinfo) -> datetime:
    """What was promised, as a naive wall time. A time that was said within a gap stands in ``at`` as it was said."""
    local = at.astimezone(zone).replace(tzinfo=None)
    said = at.replace(tzinfo=None)
    is_in_gap = said != local and said.replace(tzinfo=zone).astimezone(UTC) == at
    return said if is_in_gap else local


def next_wall(rule: str, since: datetime, after: datetime) -> datetime | None:
    """The first time of an RFC 5545 rule after a wall time, as a wall time; ``since`` is its first. None: no more.

    All naive: a weekly nine o'clock stays nine o'clock when the clocks change.
    """
    found: datetime | None = _rule(rule, since).after(after)
    return found


@lru_cache(maxsize=1000)
def _rule(rule: str, since: datetime) -> Any:
    from dateutil.rrule import rrulestr  # only what comes again needs it

    return rrulestr(rule, dtstart=since)
