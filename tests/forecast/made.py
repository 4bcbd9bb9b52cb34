"""Invented histories with known chances, to hold the model against."""

from random import Random

from bot.forecast.lives import Life, Past

STAGES = ("first", "second")
WON, LOST = 2, 3
START, END = 20_000.0, 20_730.0


def past(seed: int, *, deals: int, on: float, days: float, until: float = END) -> Past:
    """Deals that stay in each of two stages for ``days`` (exponential) and go on with chance ``on``, else are lost."""
    chance = Random(seed)
    lives = [life(n, chance, START + chance.random() * (until - START), on, days, until) for n in range(deals)]
    return Past(tuple(lives), STAGES)


def life(number: int, chance: Random, begun: float, on: float, days: float, until: float) -> Life:
    path, at, stage = [(begun, 0)], begun, 0
    while stage < WON:
        at += chance.expovariate(1 / days)
        if at > until:
            break
        stage = stage + 1 if chance.random() < on else LOST
        path.append((at, stage))
    return Life(number, number % 5, number % 3, tuple(path), ((begun, 1000.0 + number % 7 * 100),))
