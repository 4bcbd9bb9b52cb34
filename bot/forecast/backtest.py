"""What the forecast would have said at the beginning of each month, beside what came: its own record.

Each is made of what was known on the day, for the rest of the quarter. Beside it stands what most tools call a
forecast: the amount of each deal that is expected to close in time, times the per cent of its stage.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from bot.forecast.lives import Life, Past, day_number
from bot.talk.periods import month_of, quarter_of
from config.types import Period

LOW, HIGH = 0.1, 0.9
DRAWS = 120


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


@dataclass(frozen=True, slots=True)
class Record:
    """Several trials together."""

    trials: tuple[Trial, ...]

    @property
    def coverage(self) -> float:
        """The share of the intervals in which the actual amount lay."""
        return sum(trial.is_hit for trial in self.trials) / len(self.trials)

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
    from bot.forecast.model import known_by  # NumPy is loaded by the first question that needs it

    trials = [
        _trial(replace(past, share=1), mine, chances, day, zone)
        for day in _months(past, today, zone)
        if known_by(past, _number(day, zone)).is_enough
    ]
    return Record(tuple(trials))


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


def _trial(past: Past, mine: Sequence[Life], chances: Sequence[float], day: date, zone: tzinfo) -> Trial:
    from bot.forecast.model import Window, look_ahead

    now, end = _number(day, zone), _number(quarter_of(day).end + timedelta(days=1), zone)
    outlook = look_ahead(past, mine, Window(now, now, end), draws=DRAWS)
    actual = sum(life.amount_at(end) for life in mine if life.won_between(now, end, past.won))
    return Trial(
        day,
        outlook.quantile(LOW),
        outlook.quantile(0.5),
        outlook.quantile(HIGH),
        weighted(mine, chances, now, quarter_of(day)),
        actual,
    )


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
