"""Intervals learn from their record how wide they have to be, and only from what is over."""

import random
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forecast.backtest import Record, Trial
from bot.forecast.width import FIRST, NARROWEST, WIDEST, widths

MONTHS = [date(2000 + n // 12, n % 12 + 1, 1) for n in range(240)]


@dataclass(frozen=True)
class Guess:
    """An interval about 0 of a certain half width, and what came."""

    day: date
    half: float
    actual: float

    @property
    def is_hit(self) -> bool:
        return abs(self.actual) <= self.half

    def stretched(self, by: float) -> "Guess":
        return replace(self, half=self.half * by)


@pytest.mark.parametrize("half", [0.6, 1.28, 2.2])
def test_whatever_the_model_gets_wrong_as_many_hit_as_are_promised(half: float) -> None:
    luck = random.Random(7)
    made = [[Guess(day, half, luck.gauss(0, 1)) for _ in range(5)] for day in MONTHS]
    times = widths(MONTHS, made)
    hits = [one.stretched(by).is_hit for guesses, by in zip(made, times, strict=True) for one in guesses]
    assert sum(hits) / len(hits) == pytest.approx(0.8, abs=0.04)


@given(st.lists(st.floats(-9, 9), min_size=24, max_size=24), st.integers(0, 23), st.floats(-9, 9))
def test_no_width_knows_what_was_not_over(actuals: list[float], place: int, other: float) -> None:
    days = MONTHS[:24]
    made = [[Guess(day, 1.28, actual)] for day, actual in zip(days, actuals, strict=True)]
    changed = [*made[:place], [replace(made[place][0], actual=other)], *made[place + 1 :]]
    before, after = widths(days, made), widths(days, changed)
    quarter_is_over = place - place % 3 + 3
    assert before[:quarter_is_over] == after[:quarter_is_over]
    assert before[:3] == [FIRST] * 3
    assert all(NARROWEST <= times <= WIDEST for times in before)


def test_the_part_of_luck() -> None:
    trial = Trial(date(2026, 1, 1), 0.0, 1.0, 2.0, 1.0, 1.0)
    assert Record((trial,) * 80).band == (0.7125, 0.8875)
    assert Record((trial,) * 5).band == (0.4, 1.0)
