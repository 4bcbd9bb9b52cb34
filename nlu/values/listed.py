"""Days told one after the other, where only the first names its month: 「5月1号和|3号|」, "May 1st and |3rd|"."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from nlu.patterns import pattern
from nlu.types import Reading, Value
from nlu.values import cycles

__all__ = ["with_month_before"]

_IN_MONTH: Final = pattern(r"(?:(?:\d{4}年)?\d{1,2}月|[a-z]{3,9}\.? ?)(\d{1,2})(?:[号日]|st|nd|rd|th)?")
_DAY: Final = pattern(r"(\d{1,2})(?:[号日]|st|nd|rd|th)")
_JOINT: Final = pattern(r"\s*(?:[、,，&/和及跟与]|and)\s*(?:the )?")


def with_month_before(values: list[Value], text: str) -> list[Value]:
    """The values, each such day in the month of the one before it. ``text`` is that of their places."""
    found: list[Value] = []
    in_month = False
    for value in values:
        if value.kind == "date":
            day = _DAY.fullmatch(value.text.lower()) if in_month else None
            before = found[-1] if day else None
            if day and before and _JOINT.fullmatch(text, before.end, value.start):
                value = _in_month_of(before, value, int(day[1]))
            else:
                in_month = _IN_MONTH.fullmatch(value.text.lower()) is not None
        found.append(value)
    return found


def _in_month_of(before: Value, value: Value, day: int) -> Value:
    """The value on that day of the month in which the one before it lies; as it was where no later day is left."""
    past, future = (_on(reading, day) for reading in (before.past, before.future))
    return value if past is None and future is None else replace(value, past=past, future=future)


def _on(reading: Reading | None, day: int) -> Reading | None:
    start = reading.start if reading else None
    if not isinstance(start, date) or isinstance(start, datetime) or start.day >= day:
        return None
    days = cycles.day(start.year, start.month, day)
    return Reading(*days) if days else None
