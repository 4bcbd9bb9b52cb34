"""What the forecast would have said at the beginning of each month, beside what came: its own record.

Each is made of what was known on the day, for the rest of the quarter. Beside it stands what most tools call a
forecast: the amount of each deal that is expected to close in time, times the per cent of its stage.

The intervals learn from their own record (`width.py`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from bot.forecast.lives import Life, Past, day_number
from bot.forecast.width import PROMISED, widths
from bot.talk.periods import month_of, quarter_of
from config.types import Period

LOW, HIGH = 0.1, 0.9
DRAWS = 120  # of a forecast of which only the quantiles are kept
ENOUGH = 50  # of one of which only counts whether it was right
FEW = 6  # teams beside the whole whose record tells how wide intervals must be


@dataclass(frozen=True, slots=True)
class Trial:
    """One forecast and what came: amounts that were won between the day and the end of the quarter."""

    day: date
    low: float
    point: float
    high: float
    baseline: float
    actual: float

    @property
    def is_hit(self) -> bool:
        return self.low <= self.actual <= self.high

    def stretched(self, by: float) -> "Trial":
        """The same with an interval so many times as wide."""
        low, high = (self.point + by * (value - self.point) for value in (self.low, self.high))
        return replace(self, low=max(0.0, low), high=high)


@dataclass(frozen=True, slots=True)
class Record:
    """Several trials together."""

    trials: tuple[Trial, ...]

    @property
    def coverage(self) -> float:
        """The share of the intervals in which the actual amount lay."""
        return sum(trial.is_hit for trial in self.trials) / len(self.trials)

    @property
    def band(self) -> tuple[float, float]:
        """Between which shares the coverage of as many independent forecasts lies, 95 times in 100, if each interval
        holds what it promises: so much is luck."""
        count, share, low, high = len(self.trials), 0.0, 0, 0
        for hits in range(count + 1):
            share += math.comb(count, hits) * PROMISED**hits * (1 - PROMISED) ** (count - hits)
            low += share < 0.025
            high += share < 0.975
        return low / count, high / count

    @property
    def loss(self) -> float:
        """The mean pinball loss of low, point and high."""
        return _mean([_loss((trial.low, trial.point, trial.high), trial.actual) for trial in self.trials])

    @property
    def baseline_loss(self) -> float:
        return _mean([_loss((trial.baseline,) * 3, trial.actual) for trial in self.trials])

    @property
    def bias(self) -> float:
        """By how much the points were too high in all, as a share of what came; below zero: too low."""
        came = sum(trial.actual for trial in self.trials)
        return (sum(trial.point for trial in self.trials) - came) / came if came else 0.0

    @property
    def baseline_bias(self) -> float:
        came = sum(trial.actual for trial in self.trials)
        return (sum(trial.baseline for trial in self.trials) - came) / came if came else 0.0


def pinball(quantile: float, actual: float, share: float) -> float:
    """How far off a quantile is, with its own weights for too low and too high. Least, on average, for the true one."""
    return (actual - quantile) * share if actual >= quantile else (quantile - actual) * (1 - share)


def _loss(quantiles: Sequence[float], actual: float) -> float:
    shares = (LOW, 0.5, HIGH)
    return _mean([pinball(value, actual, share) for value, share in zip(quantiles, shares, strict=True)])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def rolled_back(past: Past, mine: Sequence[Life], chances: Sequence[float], *, today: date, zone: tzinfo) -> Record:
    """The record over all the past: from the first month for which enough was known. ``chances``: of each stage.

    Where only every nth deal is looked at, those are taken for a company of their own, whose results are as uncertain
    as its forecasts say.
    """
    days = _days(past, today, zone)
    trials = [_trials(past, [mine, *_pool(past)], chances, day, zone) for day in days]
    times = widths(days, [others for _mine, *others in trials])
    return Record(tuple(one[0].stretched(by) for one, by in zip(trials, times, strict=True)))


def width_now(past: Past, *, today: date, zone: tzinfo) -> float:
    """How many times as wide as the model says an interval of today has to be."""
    days = _days(past, today, zone)
    trials = [_trials(past, _pool(past), (), day, zone, draws=ENOUGH) for day in days]
    return widths([*days, today], [*trials, []])[-1]


def _pool(past: Past) -> list[Sequence[Life]]:
    """Whose record tells how wide intervals have to be: all, and the largest teams."""
    teams: dict[int | None, list[Life]] = {}
    for life in past.lives:
        teams.setdefault(life.team_id, []).append(life)
    largest = sorted(teams.values(), key=len, reverse=True)[:FEW] if len(teams) > 1 else []
    return [past.lives, *largest]


def _days(past: Past, today: date, zone: tzinfo) -> list[date]:
    """The first days of the months whose quarter is over and before which enough was known."""
    from bot.forecast.model import known_by  # NumPy is loaded by the first question that needs it

    return [day for day in _months(past, today, zone) if known_by(past, _number(day, zone)).is_enough]


def _months(past: Past, today: date, zone: tzinfo) -> list[date]:
    """The first days of the months since the first deal whose quarter is over."""
    first = min((life.begun for life in past.lives), default=None)
    found: list[date] = []
    if first is None:
        return found
    day = month_of(datetime.fromtimestamp(first * 86_400, zone).date()).end + timedelta(days=1)
    while quarter_of(day).end < today:
        found.append(day)
        day = month_of(day).end + timedelta(days=1)
    return found


def _trials(
    past: Past,
    groups: Sequence[Sequence[Life]],
    chances: Sequence[float],
    day: date,
    zone: tzinfo,
    *,
    draws: int = DRAWS,
) -> list[Trial]:
    """The forecast for each of several groups as of a day, out of what the past had taught by then."""
    import numpy as np

    from bot.forecast.model import Window, learnt, look_ahead

    past = replace(past, share=1)
    now, end = _number(day, zone), _number(quarter_of(day).end + timedelta(days=1), zone)
    window = Window(now, now, end)
    known = learnt(past, window, np.random.default_rng(int(now)), draws)
    found = []
    for mine in groups:
        outlook = look_ahead(past, mine, window, chances=known)
        actual = sum(life.amount_at(end) for life in mine if life.won_between(now, end, past.won))
        baseline = weighted(mine, chances, now, quarter_of(day))
        low, point, high = (outlook.quantile(share) for share in (LOW, 0.5, HIGH))
        found.append(Trial(day, low, point, high, baseline, actual))
    return found


def weighted(mine: Sequence[Life], chances: Sequence[float], day: float, period: Period) -> float:
    """The deals open on a day that were expected to close in a period, each times the chance of its stage."""
    total = 0.0
    for life in mine:
        now, closes = life.stage_at(day), life.close_at(day)
        is_due = closes is not None and period.start.toordinal() <= closes <= period.end.toordinal()
        if is_due and now is not None and now[1] < len(chances):
            total += life.amount_at(day) * chances[now[1]]
    return total


def _number(day: date, zone: tzinfo) -> float:
    return day_number(datetime.combine(day, time(), zone))
