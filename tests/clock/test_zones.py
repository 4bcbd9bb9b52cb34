"""Wall time and zone are what was promised: the zones' rules, and the person's zone, may change before it comes."""

from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.house import House
from bot.people.places import zone_at
from bot.reminders import zone_rules
from bot.rules.wall_time import instant_of
from bot.rules.zones import move
from storage import records
from storage.author import Author
from storage.database import Database, Tx

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
ZONES = (
    "Asia/Shanghai",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Pacific/Auckland",
)


def _user(tx: Tx) -> "records.User":
    tx.author = Author(user_id=None, at=NOW, what={})
    user = records.User(name="李雷", role="rep", timezone="Asia/Shanghai")
    tx.session.add(user)
    tx.session.flush()
    return user


def _reminder(
    tx: Tx, user: "records.User", wall: datetime, *, is_exact: bool, repeat: str | None
) -> "records.Reminder":
    made = records.Reminder(
        user_id=user.id,
        owner_id=user.id,
        subject="看邮件",
        status="pending",
        wall_time=wall.isoformat(timespec="seconds"),
        zone="Asia/Shanghai",
        remind_at=instant_of(wall, ZoneInfo("Asia/Shanghai")),
        is_exact=is_exact,
        repeat=repeat,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("伦敦", "Europe/London"),
        ("纽约", "America/New_York"),
        ("旧金山", "America/Los_Angeles"),
        ("北京", "Asia/Shanghai"),
        ("德国", "Europe/Berlin"),
        ("东京", "Asia/Tokyo"),
        ("New York", "America/New_York"),
        ("london", "Europe/London"),
        ("San Francisco", "America/Los_Angeles"),
        ("France", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("a meeting", None),
        ("会议室", None),
        ("", None),
    ],
)
def test_places(place: str, zone: str | None) -> None:
    assert zone_at(place) == zone


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minutes=st.integers(24 * 60, 300 * 24 * 60),
    is_exact=st.booleans(),
    repeat=st.sampled_from([None, "FREQ=DAILY", "FREQ=WEEKLY"]),
    journey=st.lists(st.sampled_from(ZONES), min_size=1, max_size=5),
)
def test_a_journey(database: Database, minutes: int, is_exact: bool, repeat: str | None, journey: list[str]) -> None:
    """Whatever journey: a certain minute stays that instant; a day or a series keeps its wall time."""
    wall = NOW.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None) + timedelta(minutes=minutes)

    def travel(tx: Tx) -> None:
        user = _user(tx)
        item = _reminder(tx, user, wall, is_exact=is_exact, repeat=repeat)
        before = item.remind_at
        for zone in journey:
            move(tx.session, user, zone)
            assert user.timezone == item.zone == zone
            assert item.remind_at == instant_of(datetime.fromisoformat(item.wall_time), ZoneInfo(zone))
        if is_exact and repeat is None:
            assert item.remind_at == before
        else:
            assert datetime.fromisoformat(item.wall_time) == wall

    database.write(travel)


def test_new_rules_are_worked_out_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The instant was reckoned by rules that are changed since: it follows the wall; what its person put off stays."""
    wall = datetime(2027, 3, 1, 9)  # noqa: DTZ001 — a wall time
    nobody = cast("House", None)
    monkeypatch.setattr(zone_rules, "PIECE", 2)
    monkeypatch.setattr(zone_rules, "release", lambda: "2027a")

    def begin(tx: Tx) -> list[int]:
        user = _user(tx)
        rows = [_reminder(tx, user, wall, is_exact=True, repeat=None) for _ in range(3)]
        rows[0].remind_at += timedelta(hours=1)
        rows[1].remind_at += timedelta(days=2)
        return [row.id for row in rows]

    ids = database.write(begin)
    looks = [database.write(lambda tx: zone_rules.work_out_anew(nobody, tx, NOW)).has_more for _ in range(3)]
    assert looks == [True, False, False]
    with database.read() as tx:
        found = [tx.session.get_one(records.Reminder, each).remind_at for each in ids]
    right = instant_of(wall, ZoneInfo("Asia/Shanghai"))
    assert found == [right, right + timedelta(days=2), right]
