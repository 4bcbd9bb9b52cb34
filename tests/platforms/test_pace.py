"""How fast a platform is spoken to: windows, shares, and who goes first."""

import asyncio

import pytest

from adapters.base import Limits, Rate
from bot.messages.outbox import MAX_TRIES
from bot.messages.pace import Pace, Window, backoff

LIMITS = Limits(chat=(Rate(3, 3.0),), group=(Rate(3, 3.0), Rate(18, 60.0)), account=(Rate(25, 1.0),))


class Time:
    """A clock that stands until somebody sleeps."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        self._sleep = asyncio.sleep
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    async def sleep(self, seconds):
        self.now += seconds
        await self._sleep(0)

    def __call__(self):
        return self.now


@pytest.fixture
def time(monkeypatch):
    return Time(monkeypatch)


def test_a_window_has_room_for_so_many():
    window = Window((Rate(2, 10.0), Rate(3, 60.0)))
    moments = []
    now = 0.0
    for _ in range(7):
        now += window.wait_s(now)
        window.note(now)
        moments.append(now)
    assert moments == [0, 0, 10, 60, 60, 70, 120]


def test_a_share_of_a_window():
    window = Window((Rate(20, 60.0),), share=3)
    for _ in range(6):
        assert window.wait_s(0) == 0
        window.note(0)
    assert window.wait_s(0) == 60
    slow = Window((Rate(1, 1.0),), share=4)
    slow.note(0)
    assert slow.wait_s(0) == 4


async def test_a_chat_waits_and_others_do_not(time):
    pace = Pace(LIMITS, time)
    for _ in range(3):
        assert pace.take_now("a")
        await pace.begin("a", is_group=False)
    assert not pace.take_now("a")
    assert pace.take_now("b")
    await pace.take("a", "reply")
    assert time.now == 1003


async def test_a_group_has_its_own_limits(time):
    pace = Pace(LIMITS, time)
    moments = []
    for _ in range(19):
        await pace.take("g", "reply")
        await pace.begin("g", is_group=True)
        moments.append(time.now - 1000)
    assert moments[17] == 15
    assert moments[18] == 60


async def test_urgency_decides_who_goes_first(time):
    pace = Pace(LIMITS, time)
    for number in range(25):
        assert pace.take_now(f"chat {number}")
    order = []

    async def send(chat, lane):
        await pace.take(chat, lane)
        order.append(lane)

    lanes = ("digest", "survey", "reminder", "reply")
    await asyncio.gather(*(send(lane, lane) for lane in lanes))
    assert order == ["reply", "reminder", "survey", "digest"]
    assert time.now > 1000


async def test_what_an_earlier_process_sent_counts(time):
    pace = Pace(LIMITS, time)
    for _ in range(3):
        pace.went("a", is_group=False, ago_s=1.0)
    assert not pace.take_now("a")
    await pace.take("a", "reply")
    assert time.now == 1002


async def test_what_was_held_up_on_the_way_does_not_go_all_at_once(time):
    """Room was given at the platform's pace, the database stood still for a second, and now all of it is ready."""
    pace = Pace(LIMITS, time)
    for second in (0, 1):
        time.now = 1000.0 + second
        for number in range(25):
            await pace.take(f"chat {second} {number}", "reminder")
    moments = []
    for number in range(50):
        await pace.begin(f"chat {number}", is_group=False)
        moments.append(time.now)
    assert all(later - earlier >= 1 for earlier, later in zip(moments, moments[25:], strict=False))


async def test_room_that_was_not_needed_is_given_back(time):
    pace = Pace(Limits(account=(Rate(1, 1.0),)), time)
    assert pace.take_now("a")
    pace.give_back()
    assert pace.take_now("b")
    assert not pace.take_now("c")


async def test_a_platform_that_wants_silence_gets_it(time):
    pace = Pace(LIMITS, time)
    pace.close_for(30)
    assert not pace.take_now("a")
    await pace.take("a", "reply")
    assert time.now == 1030


def test_all_tries_outlast_ten_minutes_and_are_spread_out():
    lives = [[backoff(attempts) for attempts in range(MAX_TRIES - 1)] for _ in range(1000)]
    assert min(map(sum, lives)) > 600
    assert max(map(max, lives)) <= 600
    assert min(map(min, lives)) >= 1
    for waits in zip(*lives, strict=True):  # those that failed together
        assert max(waits) - min(waits) > 0.4 * max(waits)
        assert len(set(waits)) > 900
