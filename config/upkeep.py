"""How long things are kept, and what counts as a sign of misuse."""

from dataclasses import dataclass
from datetime import time, timedelta

from config.reading import Table


@dataclass(frozen=True, slots=True)
class Retention:
    """How long after its time each is kept; None: for good."""

    messages: timedelta | None
    verbatim: timedelta | None
    places: timedelta | None
    attachments: timedelta | None
    bin: timedelta | None


@dataclass(frozen=True, slots=True)
class Watch:
    """From how many on the administrators hear of one person; 0: never. ``night_from`` … ``night_to`` in their zone."""

    lookups_an_hour: int
    exports_a_day: int
    refused_a_day: int
    night_lookups: int
    night_from: time
    night_to: time


def read_retention(row: Table) -> Retention:
    """The ``[retention]`` table. Raises `ConfigError`."""
    names = ("messages", "verbatim", "places", "attachments", "bin")
    found = Retention(*(row.optional_duration(name) for name in names))
    for name in ("messages", "bin"):
        span = getattr(found, name)
        if span is not None and span < timedelta(days=1):
            raise row.error(name, "not_allowed", value="< 1d", expected='"1d" …')
    row.finish()
    return found


def read_watch(row: Table) -> Watch:
    """The ``[watch]`` table. Raises `ConfigError`."""
    found = Watch(
        lookups_an_hour=row.number("lookups_an_hour"),
        exports_a_day=row.number("exports_a_day"),
        refused_a_day=row.number("refused_a_day"),
        night_lookups=row.number("night_lookups"),
        night_from=row.clock("night_from"),
        night_to=row.clock("night_to"),
    )
    row.finish()
    return found
