"""The chance of a deal: about as many are won as it says, and the count beside it is what the trail tells."""

from collections import Counter
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.forecast.likely import percent
from bot.forecast.lives import Life, Past, day_number, past_of
from bot.forecast.model import Window
from bot.forecast.odds import DRAWS, chances_of, kept, shares, standing_at
from bot.targets.exchange import Exchange
from tests.demo.test_demo import NOW

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def past(world):
    return past_of(world, Exchange(world, "CNY", NOW.date()))


def test_as_many_are_won_as_it_says(past):
    """Chances given at the start of each month of a year, with what was known then, against what came of them."""
    said, won, count = Counter[int](), Counter[int](), Counter[int]()
    now, first = day_number(NOW), NOW.date().replace(day=1)
    for _month in range(12):
        first = (first - timedelta(days=1)).replace(day=1)
        day = day_number(datetime.combine(first, time(), ZONE))
        standing = standing_at(past, past.lives, day)
        for (life, _since, _stage), share in zip(
            standing, shares(past, standing, Window(day, day, now), 1), strict=True
        ):
            tenth = int(share * 5)
            said[tenth] += share
            won[tenth] += life.won_between(day, now, past.won)
            count[tenth] += 1
    for fifth in count:
        if count[fifth] >= 30:
            assert abs(said[fifth] - won[fifth]) / count[fifth] < 0.1, (fifth, count, said, won)
    assert sum(count[fifth] >= 30 for fifth in count) >= 3


def test_the_cases_beside_a_chance_are_those_of_the_trail(world, past):
    """Deals in negotiation: how many that are over now once stood there, and how many of them were won."""
    place = len(past.open_stages) - 1
    deals = {life.id: life for life in past.lives if life.path[-1][1] == place}
    assert deals
    found = chances_of(world, past, list(deals), None)
    assert found.keys() == deals.keys()
    over = "SELECT id FROM opportunities WHERE stage = :end AND deleted_at IS NULL"
    was_there = """SELECT count(DISTINCT record_id) FROM audit WHERE kind = 'opportunity'
        AND CAST(changes AS TEXT) LIKE '%"negotiation"%' AND record_id IN ({})"""
    ever = {
        end: world.tx.connection.execute(text(was_there.format(over)), {"end": end}).scalar_one()
        for end in ("won", "lost")
    }
    for odds in found.values():
        assert odds.cases <= ever["won"] + ever["lost"]
        assert odds.won <= ever["won"]
        assert 0 <= odds.chance < 1


def test_who_just_came_to_a_stage_is_like_all_who_ever_did(past):
    now = day_number(NOW)
    lives = [life for life in past.lives if life.path[-1][1] >= past.won]
    stood = [life for life in lives if any(stage == 0 for _day, stage in life.path)]
    fresh = Life(0, None, None, ((now, 0),), ())
    share = shares(past, standing_at(past, [fresh], now), Window(now, now, now + 365.0), DRAWS)[0]
    assert share == pytest.approx(sum(life.path[-1][1] == past.won for life in stood) / len(stood), abs=0.06)


def test_what_is_further_off_is_no_less_likely(world, past):
    ids = [life.id for life in past.lives if life.path[-1][1] < past.won]
    soon, later = (chances_of(world, past, ids, NOW.date() + timedelta(days=days)) for days in (20, 80))
    assert all(soon[deal].chance <= later[deal].chance for deal in ids)
    assert any(soon[deal].chance < later[deal].chance for deal in ids)


def test_with_too_little_history_nothing_is_said(world, past):
    few = Past(past.lives[:10], past.open_stages)
    assert kept(few, NOW.date(), ZONE).likely == 0


@pytest.mark.parametrize(("chance", "shown"), [(0.0, 5), (0.01, 5), (0.126, 15), (0.66, 65), (0.999, 95)])
def test_nothing_is_certain(chance, shown):
    assert percent(chance) == shown
