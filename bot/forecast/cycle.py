"""How long deals take: in each stage, and from the first day until they are won."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bot.forecast.lives import Life, Past

MIN_CASES = 8  # fewer say nothing


@dataclass(frozen=True, slots=True)
class Span:
    """Days: the median, and between which half of the cases lie. ``cases``: of how many."""

    median: float
    low: float
    high: float
    cases: int


def span_of(days: Sequence[float]) -> Span | None:
    """The middle and the spread of durations; None for too few of them."""
    if len(days) < MIN_CASES:
        return None
    low, _middle, high = quantiles(days, n=4, method="inclusive")
    return Span(median(days), low, high, len(days))


def time_in_stages(past: Past, mine: Sequence[Life]) -> list[Span | None]:
    """For each open stage, how long deals stayed that went on from it (back, on, won); not those that were lost."""
    stays: list[list[float]] = [[] for _ in range(past.won)]
    for life in mine:
        for (since, stage), (until, following) in zip(life.path, life.path[1:], strict=False):
            if stage < past.won and following <= past.won:
                stays[stage].append(until - since)
    return [span_of(days) for days in stays]


def went_on(past: Past, mine: Sequence[Life]) -> list[tuple[int, int]]:
    """For each open stage: how many deals left it for a later one or were won, and how many left it at all."""
    found = [(0, 0)] * past.won
    for life in mine:
        for (_since, stage), (_until, following) in zip(life.path, life.path[1:], strict=False):
            if stage < past.won:
                on, left = found[stage]
                found[stage] = (on + (stage < following <= past.won), left + 1)
    return found


def time_to_win(past: Past, mine: Sequence[Life]) -> Span | None:
    """From the first day until it was won."""
    return span_of([life.path[-1][0] - life.begun for life in mine if life.path[-1][1] == past.won])
