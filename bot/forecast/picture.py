"""The forecast as a picture: what is won so far, and the band in which it is likely to go on."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.dialogs.show import show_day
from bot.forecast.backtest import HIGH, LOW
from bot.forecast.lives import DAY_S
from bot.forecast.outlook import Forecast
from bot.pictures.sheet import Head, Picture
from bot.pictures.trend import Band, Line, trend
from bot.talk.periods import named
from bot.world import World

STEP = timedelta(days=7)
Points = dict[date, Decimal]


def picture(world: World, found: Forecast) -> Picture | None:
    """Week by week from the first day of the period to its last; None where nothing lies ahead that can be foretold."""
    if found.ahead is None:
        return None
    words, today = world.words, world.now.date()
    won = _won(found, today)
    low, point, high = (_ahead(world, found, share) for share in (LOW, 0.5, HIGH))
    moments = sorted(won.keys() | point.keys())
    title = words.say("forecast.picture.title", who=found.whose.name, period=named(found.period, words, today=today))
    subtitle = words.say("forecast.picture.as_of", day=show_day(today, words, today=today))
    lines = [
        _line(words.say("forecast.picture.won"), won, moments),
        _line(words.say("forecast.picture.point"), point, moments),
    ]
    band = Band(words.say("forecast.picture.band"), *(tuple(map(values.get, moments)) for values in (low, high)))
    labels = [words.say("forecast.picture.day", month=day.month, day=day.day) for day in moments]
    return trend(Head(title, subtitle), labels, lines, unit=found.rates.into, words=words, band=band)


def _line(label: str, values: Points, moments: list[date]) -> Line:
    return Line(label, tuple(map(values.get, moments)))


def _won(found: Forecast, today: date) -> Points:
    """What had been won by the end of each week, and by now."""
    if found.period.start > today:
        return {}
    days = [today]
    day = found.period.start + STEP - timedelta(days=1)
    while day < today:
        days.append(day)
        day += STEP
    return {day: found.won_by(day) for day in days}


def _ahead(world: World, found: Forecast, share: float) -> Points:
    """A quantile of all that will have been won by each step."""
    assert found.ahead is not None  # noqa: S101 — the caller's branch
    steps = found.ahead.quantiles(share)
    days = [datetime.fromtimestamp(float(day) * DAY_S, world.now.tzinfo).date() for day in found.ahead.days]
    last = min(found.period.end, days[-1])
    return {
        min(day, last): found.won_amount + Decimal(repr(round(value))) for day, value in zip(days, steps, strict=True)
    }
