"""The feed of one's plans, as the calendars that subscribe to it read it (RFC 5545)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.exchange.tokens import revoke
from storage.author import Author
from tests.exchange.asking import NOW, token_of

LONG = '给何经理新报价；含：网关, 交换机\\备件\n第二行 "加急"，' + "冷库改造二期" * 12


@pytest.fixture
def feed(client, talk):
    """The bytes of somebody's feed."""
    tokens = {}

    def of(name):
        tokens.setdefault(name, token_of(talk, name, "calendar"))
        return client(None).get(f"/calendar/{tokens[name]}.ics").content

    return of


def remind(talk, subject, at, name="李雷", **besides):
    wall = at.astimezone(NOW.tzinfo).replace(tzinfo=None).isoformat()
    given = {"subject": subject, "remind_at": wall, "user": name, "wall_time": wall, "zone": "Asia/Shanghai"}
    talk.add("reminder", {**given, "status": "pending", **besides}, name)


def test_a_plan_is_told_with_its_zone_its_length_and_an_alarm(feed, talk):
    talk.say("李雷", "提醒我明天下午3点给何经理新报价")
    talk.say("李雷", "保存")
    calendar = Calendar.from_ical(feed("李雷"))
    (event,) = calendar.walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2026-11-27T15:00:00+08:00"
    assert event["duration"].dt == timedelta(minutes=30)
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(0)]
    assert event["dtstart"].params["TZID"] in {str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")}


def test_a_subject_comes_through_as_it_was_written(feed, talk):
    remind(talk, LONG, NOW + timedelta(days=1))
    raw = feed("李雷")
    (event,) = Calendar.from_ical(raw).walk("VEVENT")
    assert str(event["summary"]) == LONG


def test_lines_are_folded_and_end_as_the_standard_says(feed, talk):
    remind(talk, LONG, NOW + timedelta(days=1))
    raw = feed("李雷")
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    for line in raw.split(b"\r\n"):
        line.decode()  # no character is cut in two


def test_a_repeated_plan_goes_on_in_the_calendar(feed, talk):
    talk.say("李雷", "每周一上午9点提醒我写周报")
    talk.say("李雷", "保存")
    (event,) = Calendar.from_ical(feed("李雷")).walk("VEVENT")
    assert event["rrule"]["FREQ"] == ["WEEKLY"]
    assert event["dtstart"].dt.isoformat() == "2026-11-30T09:00:00+08:00"


def test_each_person_has_their_own_plans_in_their_own_zone(feed, talk):
    remind(talk, "对账", datetime(2026, 11, 27, 7, 0, tzinfo=UTC))
    assert Calendar.from_ical(feed("Anna")).walk("VEVENT") == []
    (event,) = Calendar.from_ical(feed("李雷")).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2026-11-27T15:00:00+08:00"


def test_a_plan_that_is_moved_stays_the_same_entry(feed, talk):
    talk.say("李雷", "提醒我明天下午3点给何经理新报价")
    talk.say("李雷", "保存")
    (before,) = Calendar.from_ical(feed("李雷")).walk("VEVENT")
    talk.say("李雷", "推迟到后天下午4点")
    (after,) = Calendar.from_ical(feed("李雷")).walk("VEVENT")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt >= before["last-modified"].dt
    assert after["dtstart"].dt.isoformat() == "2026-11-28T16:00:00+08:00"


def test_what_is_settled_rings_no_more_and_what_is_cancelled_is_gone(feed, talk):
    remind(talk, "已做完", NOW + timedelta(days=1), status="done")
    remind(talk, "不做了", NOW + timedelta(days=2), status="cancelled")
    (event,) = Calendar.from_ical(feed("李雷")).walk("VEVENT")
    assert (str(event["summary"]), event.walk("VALARM")) == ("已做完", [])


def test_a_revoked_feed_tells_nothing(client, talk):
    token = token_of(talk, "李雷", "calendar")
    assert client(None).get(f"/calendar/{token}.ics").status_code == 200

    def end(tx):
        tx.session.author = Author(None, NOW)
        revoke(tx.session, "AT-1")

    talk.bot.database.write(end)
    assert client(None).get(f"/calendar/{token}.ics").status_code == 404


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(subject=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=300).filter(str.strip))
def test_any_subject_makes_a_valid_feed(feed, talk, subject):
    remind(talk, subject, NOW + timedelta(days=1))
    found = [str(event["summary"]) for event in Calendar.from_ical(feed("李雷")).walk("VEVENT")]
    assert subject in found
