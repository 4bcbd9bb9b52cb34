"""How wide the interval of a forecast has to be, learnt from the intervals of forecasts that are over.

Adaptive conformal inference (Gibbs and Candès 2021), on the logarithm of the width: each miss widens the intervals that
follow, each hit narrows them a little, so that in the long run as many hit as they promise, whatever the model gets
wrong. A forecast counts from the day on which its quarter was over: none is made with what nobody knew then.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Protocol, Self

from bot.talk.periods import quarter_of

PROMISED = 0.8
STEP = 0.08
FIRST = 1.05  # in the beginning little is known, and the model knows least how little
NARROWEST, WIDEST = 0.5, 3.0


class Tried(Protocol):
    """A forecast of a day for the rest of its quarter, beside what came."""

    @property
    def day(self) -> date: ...

    @property
    def is_hit(self) -> bool: ...

    def stretched(self, by: float) -> Self: ...


def widths(days: Sequence[date], trials: Sequence[Sequence[Tried]]) -> list[float]:
    """For each day, how many times as wide as the model says an interval has to be. ``trials``: as the model made them
    on that day, for several people's deals."""
    times, open_ones = FIRST, list[Tried]()
    found = []
    for day, made in zip(days, trials, strict=True):
        over = [trial for trial in open_ones if quarter_of(trial.day).end < day]
        open_ones = [trial for trial in open_ones if quarter_of(trial.day).end >= day]
        times *= math.exp(STEP * sum(PROMISED - trial.is_hit for trial in over))
        found.append(min(max(times, NARROWEST), WIDEST))
        open_ones += [trial.stretched(found[-1]) for trial in made]
    return found
