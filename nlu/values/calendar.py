"""Days that no year has: 2月30日, "31 April", 2026-02-30. They are no time, and nothing of them is one either."""

import re
from calendar import monthrange
from collections.abc import Iterator
from typing import Final

from nlu.patterns import pattern

__all__ = ["impossible_days", "with_possible_days"]

_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NAMES: Final = tuple(_MONTHS.split("|"))
# "February", "Feb.", "Febuary"; not "maybe 45", "Mark 35"
_REST: Final = r"(?:[a-z]?uary|ch|il|[ey]|ust|t|t?ember|ober)?\b"
_NAMED: Final = pattern(
    rf"\b(?P<name>{_MONTHS}){_REST}\.?\s+(?P<day>[0-5]?\d)(?:st|nd|rd|th)?(?![\d:k%])"  # August 99 is a year
    rf"|(?<![\d.,])(?P<first>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<then>{_MONTHS}){_REST}",
    re.IGNORECASE,
)
# 2月30日, 2月30下午; 3月 50万 is an amount in March
_CHINESE: Final = pattern(
    r"(?<!\d)(?P<month>1[0-2]|0?[1-9])\s*月\s*(?P<day>\d{1,2})"
    r"(?:\s*[日号]|(?![\d.]|\s*[万千百十亿wk%元块美欧港个台套件吨箱只支米人家份单条张辆盒袋瓶桶卷包把块天周年次]))"
)
_FIGURES: Final = pattern(r"\d(?<!\d\d)\d{3}[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>\d{1,2})(?!\d)")
_TOO_LATE: Final = pattern(r"[03-9](?:(?<!0)\d|(?<=0)(?<!\d0)0?)(?!\d)")  # only such a day may be none of its month's
_LEAP_YEAR: Final = 2024  # it has the most days


def impossible_days(text: str) -> Iterator[re.Match[str]]:
    """The places of a text that name a month and a day that it never has."""
    if not _TOO_LATE.search(text):
        return
    low = text.lower()
    is_named = any(map(low.__contains__, _NAMES))
    for form in ([_CHINESE] if "月" in text else []) + [_FIGURES] + ([_NAMED] if is_named else []):
        for found in form.finditer(text):
            groups = found.groupdict()
            name = groups.get("name") or groups.get("then")
            month = _NAMES.index(name.lower()) + 1 if name else int(groups["month"])
            day = int(groups.get("day") or groups["first"])
            if not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
                yield found


def with_possible_days(text: str) -> str:
    """The text with a day that there is in their place, as long as before: what is read around it is read as it would
    be, 「2月30日下午三点」 as one time."""
    for found in impossible_days(text):
        start, end = next(found.span(name) for name in ("day", "first") if found.groupdict().get(name))
        text = f"{text[:start]}{'1' * (end - start)}{text[end:]}"
    return text
