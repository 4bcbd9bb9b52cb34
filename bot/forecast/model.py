"""A semi-Markov model of how deals move: from each stage, week by week, so many go on, back, are won or lost.

What has not happened yet is not counted as never: a deal still open in its fifth week says that it did not move in
four. The uncertainty of what was learnt is kept: the deals are drawn anew many times (bootstrap), and the open ones are
played to the end of the period with each draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from bot.forecast.lives import Life, Past

Array: TypeAlias = "np.ndarray[Any, Any]"

WEEK = 7.0
MAX_AGE = 20  # weeks in one stage; who stays longer is like those
PRIOR = 6.0  # so many deals' worth of the weeks around stand behind the figures of each week
AROUND = 2
DRAWS = 300
ROUNDS = 3  # within a week: a deal that moves may move again
MOST_STEPS = 13  # of the way to the end
RECENT = 182.0  # days that tell how many deals come in

# Below this the model says nothing.
MIN_CLOSED, MIN_WON, MIN_DAYS = 40, 12, 180


@dataclass(frozen=True, slots=True)
class Known:
    """How much history there is."""

    closed: int
    won: int
    days: int

    @property
    def is_enough(self) -> bool:
        return self.closed >= MIN_CLOSED and self.won >= MIN_WON and self.days >= MIN_DAYS


@dataclass(frozen=True, slots=True)
class Outlook:
    """What will be won until the end of a period, beside what is won already: draws of the amount and the number.

    ``fresh``: how many new deals come in meanwhile, in each draw. ``days``: even steps from the first day to the end;
    ``path``: what is won by each of them, steps × draws.
    """

    wins: Array
    fresh: Array
    days: Array
    path: Array

    @property
    def amounts(self) -> Array:
        """What is won by the end."""
        return self.path[-1]  # type: ignore[no-any-return]

    def quantile(self, share: float) -> float:
        return float(np.quantile(self.amounts, share))

    def stretched(self, by: float) -> "Outlook":
        """The same with all that is uncertain so many times as wide about its median."""
        middle = np.median(self.path, axis=1, keepdims=True)
        return replace(self, path=np.maximum(0.0, middle + by * (self.path - middle)))

    def quantiles(self, share: float) -> list[float]:
        """The quantile at each step."""
        return [float(value) for value in np.quantile(self.path, share, axis=1)]


def known_by(past: Past, day: float) -> Known:
    """How much of the past had happened by a day."""
    ends = [stage for life in past.lives if (now := life.stage_at(day)) and (stage := now[1]) >= past.won]
    first = min((life.begun for life in past.lives), default=day)
    return Known(len(ends), sum(stage == past.won for stage in ends), int(max(0.0, day - first)))


@dataclass(frozen=True, slots=True)
class Hazards:
    """Per draw, stage and week in it: the chance to move that week, to each stage (open ones, won, lost)."""

    move: Array  # draws × stages × ages × targets

    def won_within(self, weeks: int) -> Array:
        """The chance to have been won after so many weeks, for 0 to ``weeks``: weeks × draws × stages × ages."""
        draws, stages, ages, _targets = self.move.shape
        stay = 1 - self.move.sum(axis=3)
        older = np.minimum(np.arange(ages) + 1, ages - 1)
        chances = np.zeros((weeks + 1, draws, stages, ages))
        for week in range(1, weeks + 1):
            before = chances[week - 1]
            settled = self.move[..., stages] + stay * before[:, :, older]
            # Who changes the stage does so somewhere in the week, not at its end: half of it is left.
            fresh = before[:, :, 0]
            for _ in range(ROUNDS):
                halfway = (before[:, :, 0] + fresh) / 2
                chances[week] = settled + np.einsum("dsat,dt->dsa", self.move[..., :stages], halfway)
                fresh = chances[week][:, :, 0]
        return chances


def learn(past: Past, day: float, chance: np.random.Generator, draws: int = DRAWS) -> Hazards:
    """What the past teaches until a day; the first draw is the past itself, the others are drawn from it."""
    stages, ages = past.won, MAX_AGE + 1
    spells = np.array(list(_spells(past, day)), dtype=int).reshape(-1, 4)
    who, stage, age, target = spells.T
    count = len(past.lives)
    weights = np.ones((draws, count))
    if draws > 1 and count:
        weights[1:] = chance.multinomial(count, np.full(count, 1 / count), size=draws - 1)
    cells = stage * ages + age
    moved = target >= 0
    places = cells[moved] * (stages + 2) + target[moved]
    moves = np.empty((draws, stages, ages, stages + 2))
    risk = np.empty((draws, stages, ages))
    for draw, own in enumerate(weights):
        weight = own[who]
        moves[draw] = np.bincount(places, weight[moved], stages * ages * (stages + 2)).reshape(moves.shape[1:])
        ended = np.bincount(cells, weight, stages * ages).reshape(stages, ages)
        halves = np.bincount(cells[~moved], weight[~moved], stages * ages).reshape(stages, ages)
        # Who was last seen in a week was at risk for half of it.
        risk[draw] = np.cumsum(ended[:, ::-1], axis=1)[:, ::-1] - halves / 2
    near = _around(moves) / np.maximum(_around(risk), 1e-9)[..., None]
    move = (moves + PRIOR * near) / (risk + PRIOR)[..., None]
    return Hazards(move / np.maximum(1.0, move.sum(axis=3, keepdims=True)))


def _around(figures: Array) -> Array:
    """The figures of each week with those of the weeks around it."""
    ages = figures.shape[2]
    sums = [figures[:, :, max(0, age - AROUND) : age + AROUND + 1].sum(axis=2) for age in range(ages)]
    return np.stack(sums, axis=2)


def _spells(past: Past, day: float) -> "Sequence[tuple[int, int, int, int]]":
    """(deal, stage, weeks in it, next stage or -1) of every stay in an open stage until the day."""
    found = []
    for who, life in enumerate(past.lives):
        seen = [step for step in life.path if step[0] <= day]
        for place, (since, stage) in enumerate(seen):
            if stage >= past.won:
                continue
            left = seen[place + 1] if place + 1 < len(seen) else (day, -1)
            found.append((who, stage, min(int((left[0] - since) / WEEK), MAX_AGE), left[1]))
    return found


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when deals are to be won, seen from ``day``: all in days from 1970."""

    day: float
    since: float
    until: float

    @property
    def weeks(self) -> tuple[float, float]:
        return max(0.0, (self.since - self.day) / WEEK), max(0.0, (self.until - self.day) / WEEK)


def learnt(past: Past, window: Window, chance: np.random.Generator, draws: int = DRAWS) -> Array:
    """The chance to be won after so many weeks of the window, as of its day: weeks × draws × stages × ages."""
    return learn(past, window.day, chance, draws).won_within(int(window.weeks[1]) + 1)


def luck(window: Window) -> np.random.Generator:
    """The draws of a window: of the same day the same."""
    return np.random.default_rng(int(window.day))


def look_ahead(
    past: Past, mine: Sequence[Life], window: Window, *, draws: int = DRAWS, chances: "Array | None" = None
) -> Outlook:
    """Play the deals of somebody forward, with those that are yet to come. The same question has the same answer.
    ``chances``: what was `learnt` already."""
    chance = luck(window)
    since, until = window.weeks
    if chances is None:
        chances = learnt(past, window, chance, draws)
    draws = chances.shape[1]
    steps = np.linspace(since, until, max(1, min(MOST_STEPS, round(until - since))) + 1)
    likely = np.stack([won_by(chances, week) for week in steps]) - won_by(chances, since)
    path, wins = _play_open(past, mine, window.day, likely, chance)
    rate = _arrivals(past, mine, window.day, draws, chance)
    fresh = chance.poisson(rate * (until - since))
    ripe = np.stack([_ripe(chances, week) for week in steps]) - _ripe(chances, since)
    fresh_wins = chance.poisson(rate * ripe[-1])
    worth = _worth_of_won(past, mine, window.day)
    sums = np.array([chance.choice(worth, size=number).sum() if number else 0.0 for number in fresh_wins])
    shares = ripe / np.maximum(ripe[-1], 1e-12)  # deals that come in are won late
    return Outlook(wins + fresh_wins, fresh, window.day + steps * WEEK, path + sums * shares)


def won_by(chances: Array, weeks: float) -> Array:
    """The chance to be won by then; between two whole weeks in proportion."""
    whole = int(weeks)
    return _between(chances[whole], chances[min(whole + 1, len(chances) - 1)], np.array(weeks - whole))


def _ripe(chances: Array, weeks: float) -> Array:
    """Of deals that come in at one a week from now on, how many are won by then."""
    whole = int(weeks)
    fresh = chances[:, :, 0, 0]
    return (fresh[:whole] + fresh[1 : whole + 1]).sum(axis=0) / 2 + fresh[whole] * (weeks - whole)  # type: ignore[no-any-return]


def _play_open(
    past: Past, mine: Sequence[Life], day: float, likely: Array, chance: np.random.Generator
) -> tuple[Array, Array]:
    """What is won by each step of the deals that are open, and how many by the last, in each draw. ``likely``: the
    chance to be won by then: steps × draws × stages × ages."""
    steps, draws = likely.shape[:2]
    standing = [(life, now) for life in mine if (now := life.stage_at(day)) and now[1] < past.won]
    if not standing:
        return np.zeros((steps, draws)), np.zeros(draws)
    stage = np.array([now[1] for _life, now in standing])
    age = np.array([min((day - now[0]) / WEEK, MAX_AGE) for _life, now in standing])
    whole = age.astype(int)
    older, between = np.minimum(whole + 1, MAX_AGE), age - whole
    worth = np.array([life.amount_at(day) for life, _now in standing])
    luck = chance.random((draws, len(standing)))
    factors = _factors(past, day)
    changed = np.ones(luck.shape)
    for place in range(past.won):
        here = stage == place
        changed[:, here] = chance.choice(factors[place], size=(draws, int(here.sum())))
    won = np.stack([luck < _between(c[:, stage, whole], c[:, stage, older], between) for c in likely])
    return past.share * (won * (worth * changed)).sum(axis=2), past.share * won[-1].sum(axis=1)


def _between(first: Array, second: Array, share: Array) -> Array:
    return first + (second - first) * share  # type: ignore[no-any-return]


def _factors(past: Past, day: float) -> list[Array]:
    """By what the amounts of deals changed from each stage until they were won."""
    found: list[list[float]] = [[] for _ in range(past.won)]
    for life in _won_by(past, past.lives, day):
        for since, stage in life.path:
            if stage < past.won and life.amount_at(since) > 0:
                found[stage].append(life.amount_at(day) / life.amount_at(since))
    return [np.array(factors or [1.0]) for factors in found]


def _arrivals(past: Past, mine: Sequence[Life], day: float, draws: int, chance: np.random.Generator) -> Array:
    """How many deals come in a week, as uncertain as it is after so many."""
    first = min((life.begun for life in past.lives), default=day)
    span = min(RECENT, max(WEEK, day - first))
    came = sum(day - span < life.begun <= day for life in mine)
    return past.share * chance.gamma(came + 0.5, WEEK / span, size=draws)


def _worth_of_won(past: Past, mine: Sequence[Life], day: float) -> Array:
    """What won deals were worth: one's own where there are enough, else all."""
    own = [life.amount_at(day) for life in _won_by(past, mine, day)]
    if len(own) < MIN_WON:
        own = [life.amount_at(day) for life in _won_by(past, past.lives, day)]
    return np.array(own or [0.0])


def _won_by(past: Past, lives: Sequence[Life], day: float) -> list[Life]:
    return [life for life in lives if (now := life.stage_at(day)) and now[1] == past.won]
