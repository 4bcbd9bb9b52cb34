"""Silences are judged by the customer's own tempo: planted stalls are found, slow customers are left in peace."""

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alarms.tempo import LEAST_DAYS, gaps, tempo_of

DAYS = st.floats(0.25, 400)
FIXED = 14  # the usual rule: nothing for two weeks


@dataclass(frozen=True)
class Deal:
    """``own``: days between contacts of its customer; ``silent``: days since the last; ``is_stalled``: planted."""

    own: tuple[float, ...]
    silent: float
    is_stalled: bool


def company(seed: int, deals: int = 200, stalled: float = 0.1) -> tuple[list[Deal], list[float]]:
    """Customers of very different tempo; the stalled ones have been silent for three to eight of their gaps."""
    chance = Random(seed)
    found, stage = [], []
    for number in range(deals):
        usual = chance.lognormvariate(2.1, 0.7)  # a median of eight days, from two to a month
        own = tuple(usual * chance.lognormvariate(0, 0.45) for _ in range(chance.randrange(1, 9)))
        stage += own[:2]
        is_stalled = number < deals * stalled
        # Who is alive is seen at some moment of a gap that goes on; long gaps are met more often.
        alive = max(usual * chance.lognormvariate(0, 0.45) for _ in range(2)) * chance.random()
        silent = usual * chance.uniform(3, 8) if is_stalled else alive
        found.append(Deal(own, silent, is_stalled))
    return found, stage


def by_tempo(deals: list[Deal], stage: list[float]) -> list[Deal]:
    """Those called quiet, the strangest first."""
    judged = [(tempo_of(deal.own, stage), deal) for deal in deals]
    strange = [
        (tempo.strangeness(deal.silent), n) for n, (tempo, deal) in enumerate(judged) if tempo.is_strange(deal.silent)
    ]
    return [deals[n] for _z, n in sorted(strange, reverse=True)]


def by_days(deals: list[Deal]) -> list[Deal]:
    return sorted((deal for deal in deals if deal.silent >= FIXED), key=lambda deal: -deal.silent)


def precision(found: list[Deal], first: int = 10) -> float:
    shown = found[:first]
    return sum(deal.is_stalled for deal in shown) / len(shown) if shown else 0.0


def recall(found: list[Deal], deals: list[Deal]) -> float:
    return sum(deal.is_stalled for deal in found) / sum(deal.is_stalled for deal in deals)


def test_planted_stalls_come_first_and_more_of_them_than_by_a_fixed_rule():
    figures = []
    for seed in range(20):
        deals, stage = company(seed)
        ours, fixed = by_tempo(deals, stage), by_days(deals)
        figures.append(
            (precision(ours), precision(fixed), recall(ours, deals), recall(fixed, deals), len(ours), len(fixed))
        )
    ours, fixed, found, _found_fixed, alarms, alarms_fixed = (
        sum(column) / len(figures) for column in zip(*figures, strict=True)
    )
    assert ours >= 0.9
    assert ours > fixed + 0.1
    assert found >= 0.6
    assert alarms < alarms_fixed  # and fewer of them


def test_the_same_silence_is_strange_for_one_and_not_for_another():
    stage = [8.0] * 30
    assert tempo_of([7.0, 6.0, 8.0, 7.0], stage).is_strange(25)
    assert not tempo_of([28.0, 35.0, 30.0, 32.0], stage).is_strange(25)


@given(st.lists(DAYS, max_size=12), st.lists(DAYS, max_size=40), DAYS, DAYS)
def test_longer_is_never_less_strange(own, stage, one, other):
    tempo = tempo_of(own, stage)
    shorter, longer = sorted((one, other))
    assert tempo.strangeness(shorter) <= tempo.strangeness(longer)
    assert not tempo.is_strange(shorter) or tempo.is_strange(longer)


@given(st.lists(DAYS, max_size=12), st.lists(DAYS, max_size=40))
def test_the_usual_lies_among_what_was_seen(own, stage):
    tempo = tempo_of(own, stage)
    seen = [*own, *stage] if stage else [*own, 10.0]
    assert min(seen) - 1e-6 <= tempo.days <= max(seen) + 1e-6
    assert not tempo.is_strange(LEAST_DAYS - 0.01)


@given(st.lists(st.floats(0, 1000), max_size=20))
def test_gaps_are_between_neighbours(days):
    found = gaps(days)
    assert sum(found) <= (max(days) - min(days) if days else 0) + 1e-6
    assert all(gap > 0 for gap in found)


def test_two_notes_of_one_day_are_one_contact():
    assert gaps([10.0, 10.1, 20.0]) == [pytest.approx(9.9)]
