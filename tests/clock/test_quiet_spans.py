"""Quiet hours of several spans: one may begin where another ends, and none gives another away."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.rules.attention import _end

NIGHT, LUNCH, NAP = (time(21), time(8)), (time(12), time(13, 30)), (time(13), time(14))
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("said", "free"),
    [
        ("2026-11-23T11:59", "2026-11-23T11:59"),
        ("2026-11-23T12:10", "2026-11-23T14:00"),
        ("2026-11-23T13:45", "2026-11-23T14:00"),
        ("2026-11-23T22:00", "2026-11-24T08:00"),
        ("2026-11-24T07:59", "2026-11-24T08:00"),
    ],
)
def test_the_next_free_moment(said, free):
    at, expected = (datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in (said, free))
    assert _end(at, [NIGHT, LUNCH, NAP]) == expected
