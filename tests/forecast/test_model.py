"""The model learns the chances that made a history, never leaves what is possible, and says nothing of too little."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forecast.backtest import pinball, weighted
from bot.forecast.cycle import MIN_CASES, span_of, time_in_stages, time_to_win
from bot.forecast.lives import Life, Past
from bot.forecast.model import MIN_CLOSED, MIN_DAYS, MIN_WON, WEEK, Window, known_by, learn, look_ahead
from config.types import Period
from tests.forecast.made import END, STAGES, START, WON, past

PATHS = st.lists(st.tuples(st.floats(0.1, 200), st.integers(0, 3)), min_size=0, max_size=8)


@st.composite
def pasts(draw):
    lives = []
    for number in range(draw(st.integers(1, 12))):
        day = START + draw(st.floats(0, 400))
        path, stage = [(day, draw(st.integers(0, 1)))], 0
        for stays, stage in draw(PATHS):
            if path[-1][1] >= WON or stage == path[-1][1]:
                break
            day += stays
            path.append((day, stage))
        lives.append(Life(number, 1, 1, tuple(path), ((path[0][0], draw(st.floats(0, 1e9))),)))
    return Past(tuple(lives), STAGES)


@settings(deadline=None, max_examples=60)
@given(pasts(), st.floats(START, END))
def test_chances_are_chances_and_grow_with_time(history, day):
    hazards = learn(history, day, np.random.default_rng(1), draws=4)
    assert (hazards.move >= 0).all()
    assert (hazards.move.sum(axis=3) <= 1 + 1e-9).all()
    won = hazards.won_within(12)
    assert (won >= 0).all()
    assert (won <= 1 + 1e-9).all()
    assert (np.diff(won, axis=0) >= -1e-9).all()


@settings(deadline=None, max_examples=40)
@given(pasts(), st.floats(START, END), st.floats(0, 100), st.floats(0, 100))
def test_an_outlook_is_never_below_nothing_and_its_quantiles_are_in_order(history, day, first, more):
    window = Window(day, day + first, day + first + more)
    outlook = look_ahead(history, history.lives, window, draws=20)
    assert 0 <= outlook.quantile(0.1) <= outlook.quantile(0.5) <= outlook.quantile(0.9)
    assert (outlook.wins >= 0).all()
    again = look_ahead(history, history.lives, window, draws=20)
    assert (outlook.amounts == again.amounts).all()


def test_nothing_is_won_in_no_time():
    history = past(1, deals=300, on=0.7, days=20)
    outlook = look_ahead(history, history.lives, Window(END, END, END))
    assert outlook.amounts.max() == 0
    assert outlook.wins.max() == 0


@pytest.mark.parametrize(("on", "days"), [(0.8, 10.0), (0.6, 25.0), (0.5, 40.0)])
def test_it_learns_the_chance_to_win(on, days):
    """From the first stage, deals are won with the square of the chance to go on; what is open is not lost."""
    history = past(2, deals=4000, on=on, days=days)
    chances = learn(history, END, np.random.default_rng(1), draws=1).won_within(150)
    assert chances[150, 0, 0, 0] == pytest.approx(on**2, abs=0.03)
    assert chances[150, 0, 1, 0] == pytest.approx(on, abs=0.03)


def test_it_learns_from_deals_that_are_still_open():
    """Cut off early, most deals are open: counting only the closed ones would take the quick for all."""
    history = past(3, deals=4000, on=0.6, days=60, until=START + 120)
    chances = learn(history, START + 120, np.random.default_rng(1), draws=1).won_within(12)
    in_twelve_weeks = 1 - np.exp(-12 * WEEK / 60)
    assert chances[12, 0, 1, 0] == pytest.approx(0.6 * in_twelve_weeks, abs=0.05)


def test_what_came_after_the_day_is_not_known():
    history = past(4, deals=500, on=0.7, days=20)
    day = START + 400
    seen = Past(
        tuple(
            Life(one.id, one.owner_id, one.team_id, tuple(step for step in one.path if step[0] <= day), one.amounts)
            for one in history.lives
            if one.begun <= day
        ),
        STAGES,
    )
    window = Window(day, day, day + 60)
    whole, cut = (look_ahead(item, item.lives, window, draws=1) for item in (history, seen))
    assert known_by(history, day) == known_by(seen, day)
    assert learn(history, day, np.random.default_rng(1), draws=1).move == pytest.approx(
        learn(seen, day, np.random.default_rng(1), draws=1).move
    )
    assert whole.wins == pytest.approx(cut.wins, abs=25)


@pytest.mark.parametrize("short", ["closed", "won", "days"])
def test_too_little_is_too_little(short):
    counts = {"closed": MIN_CLOSED, "won": MIN_WON, "days": MIN_DAYS}
    counts[short] -= 1
    ends = [WON] * counts["won"] + [WON + 1] * (counts["closed"] - counts["won"])
    if short == "closed":
        ends = [WON] * MIN_WON + [WON + 1] * (MIN_CLOSED - MIN_WON - 1)
    lives = [Life(n, 1, 1, ((START, 0), (START + 5, end)), ((START, 100.0),)) for n, end in enumerate(ends)]
    history = Past(tuple(lives), STAGES)
    assert not known_by(history, START + counts["days"]).is_enough
    more = Life(99, 1, 1, ((START - 1, 0), (START + 5, WON)), ((START, 100.0),))
    assert known_by(Past((*lives, more), STAGES), START + MIN_DAYS).is_enough


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=60), st.sampled_from([0.1, 0.5, 0.9]), st.floats(-1e5, 1e6))
def test_no_guess_has_a_lower_loss_than_the_quantile_itself(values, share, guess):
    best = min(sum(pinball(value, other, share) for other in values) for value in values)
    assert sum(pinball(guess, other, share) for other in values) >= best - 1e-6 * max(values, default=1)


def test_the_weighted_pipeline_counts_what_is_open_and_due():
    def deal(stage: int, close: date) -> Life:
        return Life(1, 1, 1, ((START, stage),), ((START, 200.0),), ((START, float(close.toordinal())),))

    quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    inside, before, after = quarter.end, date(2026, 9, 30), date(2027, 1, 1)
    mine = [deal(0, quarter.start), deal(1, inside), deal(1, before), deal(1, after), deal(WON, inside)]
    assert weighted(mine, [0.1, 0.5], START + 1, quarter) == pytest.approx(20 + 100)


def test_time_in_stages_is_of_those_that_went_on():
    lives = [
        Life(n, 1, 1, ((0.0, 0), (10.0 + n, 1), (30.0 + n, WON if n % 2 else WON + 1)), ())
        for n in range(2 * MIN_CASES)
    ]
    history = Past(tuple(lives), STAGES)
    first, second = time_in_stages(history, lives)
    assert first is not None
    assert (first.cases, first.median) == (2 * MIN_CASES, 10 + MIN_CASES - 0.5)
    assert second is not None
    assert (second.cases, second.median, second.low, second.high) == (MIN_CASES, 20, 20, 20)
    total = time_to_win(history, lives)
    assert total is not None
    assert total.cases == MIN_CASES
    assert span_of([1.0] * (MIN_CASES - 1)) is None
