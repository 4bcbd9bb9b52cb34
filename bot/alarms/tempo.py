"""How long a silence is strange: against how often this customer is spoken with, and deals at this stage that were won.

The days between two contacts are taken as log-normal. What is known of the customer and what is known of the stage are
weighed by how much there is of the customer, so one who is always slow is not strange at three weeks, and one who is
called each week is at two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import fmean, pstdev

STAGE_WEIGHT = 3.0  # so many gaps' worth of the stage stand beside those of the customer
USUAL_DAYS, USUAL_SPREAD = 10.0, 0.7  # where nothing is known
SPREADS = (0.45, 1.1)  # a stage of few deals may look more regular, or wilder, than deals are
ENOUGH = 12  # gaps at a stage from which its spread is believed
SHORTEST = 0.25  # two notes on one day are one contact
STRANGE = 1.645  # one silence in twenty is longer
LEAST_DAYS = 6.0  # nobody is called quiet within a week


@dataclass(frozen=True, slots=True)
class Tempo:
    """The usual days between contacts: the middle of their logarithms, and how widely they lie."""

    middle: float
    spread: float

    @property
    def days(self) -> float:
        return exp(self.middle)

    def strangeness(self, days: float) -> float:
        """How far above the usual a silence is, in spreads."""
        return (log(max(days, SHORTEST)) - self.middle) / self.spread

    def is_strange(self, days: float) -> bool:
        return days >= LEAST_DAYS and self.strangeness(days) > STRANGE


def tempo_of(customer: Sequence[float], stage: Sequence[float]) -> Tempo:
    """The tempo to expect, from the days between contacts with the customer and with won deals at the stage."""
    own, like = _logs(customer), _logs(stage)
    usual = fmean(like) if like else log(USUAL_DAYS)
    middle = (sum(own) + STAGE_WEIGHT * usual) / (len(own) + STAGE_WEIGHT)
    spread = pstdev(like) if len(like) >= ENOUGH else USUAL_SPREAD
    return Tempo(middle, min(max(spread, SPREADS[0]), SPREADS[1]))


def gaps(days: Sequence[float]) -> list[float]:
    """The days between contacts, from the days on which they were."""
    ordered = sorted(days)
    between = (later - earlier for earlier, later in pairwise(ordered))
    return [gap for gap in between if gap >= SHORTEST]


def _logs(days: Sequence[float]) -> list[float]:
    return [log(gap) for gap in days if gap >= SHORTEST]
