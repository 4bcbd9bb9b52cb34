"""How likely each open deal is to be won, learnt from how the deals of the past went on from where it stands.

The chance is the one that the forecast plays its deals with; beside it stands the plain count of the past deals that
came as far and stayed as long, so that nobody has to believe it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.forecast.lives import Life, Past, day_number, lives_among
from bot.targets.exchange import Exchange
from bot.world import World

if TYPE_CHECKING:
    from bot.forecast.model import Window

DRAWS = 60  # the mean of so many settles to a percent
AT_MOST = timedelta(days=365)  # a deal that takes longer is another deal
BACK = 12  # months whose chances are set beside what came of them
HALF, FEW = 0.5, 0.2  # what counts as likely, and as unlikely


@dataclass(frozen=True, slots=True)
class Odds:
    """``chance`` of 0…1 to be won by the day asked about; ``weeks`` in its stage; of ``cases`` past deals that stayed
    there as long, ``won`` were won."""

    chance: float
    weeks: int
    cases: int
    won: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of chances that were given: of ``likely`` deals (half and more) so many ``likely_won``, of the
    ``unlikely`` ones (a fifth and less) so many ``unlikely_won``."""

    likely: int = 0
    likely_won: int = 0
    unlikely: int = 0
    unlikely_won: int = 0


def chances_of(world: World, past: Past, ids: Sequence[int], until: date | None) -> dict[int, Odds]:
    """The odds of each of these deals that is open to be won by the end of a day, or within a year; {} where the past
    is too short to tell."""
    from bot.forecast.model import Window, known_by  # NumPy is loaded by the first question that needs it

    now = day_number(world.now)
    if not known_by(past, now).is_enough:
        return {}
    rates = Exchange(world, world.currency, world.now.date())
    standing = standing_at(past, lives_among(world, ids, rates).values(), now)
    latest = datetime.combine(until, time.max, world.now.tzinfo) if until else world.now + AT_MOST
    found = shares(past, standing, Window(now, now, max(now, day_number(latest))), DRAWS)
    stays = _stays(past, now)
    return {
        life.id: Odds(share, int((now - since) / 7), *_like(stays[stage], now - since))
        for (life, since, stage), share in zip(standing, found, strict=True)
    }


def standing_at(past: Past, lives: Any, day: float) -> list[tuple[Life, float, int]]:
    """Those that are open on a day: since when they are where."""
    found = ((life, life.stage_at(day)) for life in lives)
    return [(life, now[0], now[1]) for life, now in found if now is not None and now[1] < past.won]


def shares(past: Past, standing: Sequence[tuple[Life, float, int]], window: "Window", draws: int) -> list[float]:
    """The chance of each to be won by the end of the window, with what was known on its day."""

    from bot.forecast.model import MAX_AGE, WEEK, learnt, luck, won_by

    if not standing:
        return []
    chances = learnt(past, window, luck(window), draws)
    by_then = won_by(chances, window.weeks[1]).mean(axis=0)
    ages = [min(int((window.day - since) / WEEK), MAX_AGE) for _life, since, _stage in standing]
    return [float(by_then[stage, age]) for (_life, _since, stage), age in zip(standing, ages, strict=True)]


def _stays(past: Past, now: float) -> list[list[tuple[float, bool]]]:
    """For each open stage how long the deals that are over stayed in it, and whether they were won; longest first."""
    found: list[list[tuple[float, bool]]] = [[] for _ in range(past.won)]
    for life in past.lives:
        ended, end = life.path[-1]
        if end < past.won or ended > now:
            continue
        longest: dict[int, float] = {}
        for (since, stage), (until, _next) in zip(life.path, life.path[1:], strict=False):
            longest[stage] = max(longest.get(stage, 0.0), until - since)
        for stage, days in longest.items():
            if stage < past.won:
                found[stage].append((days, end == past.won))
    return [sorted(stays, reverse=True) for stays in found]


def _like(stays: Sequence[tuple[float, bool]], days: float) -> tuple[int, int]:
    """Of the deals that are over, how many stayed in the stage as long, and how many of them were won."""
    cases = bisect_right(stays, -days, key=lambda stay: -stay[0])
    return cases, sum(is_won for _days, is_won in stays[:cases])


def kept(past: Past, today: date, zone: Any) -> Kept:
    """What came of the chances, to be won until today, that the first day of each of the last months would have
    given."""
    from bot.forecast.model import Window, known_by

    counted = [0, 0, 0, 0]
    first, now = today.replace(day=1), day_number(datetime.combine(today, time(), zone))
    for _month in range(BACK):
        first = (first - timedelta(days=1)).replace(day=1)
        day = day_number(datetime.combine(first, time(), zone))
        if not known_by(past, day).is_enough:
            break
        standing = standing_at(past, past.lives, day)
        given = shares(past, standing, Window(day, day, now), 1)
        for (life, _since, _stage), share in zip(standing, given, strict=True):
            is_won = life.won_between(day, now, past.won)
            if share >= HALF:
                counted[0], counted[1] = counted[0] + 1, counted[1] + is_won
            elif share <= FEW:
                counted[2], counted[3] = counted[2] + 1, counted[3] + is_won
    return Kept(*counted)
