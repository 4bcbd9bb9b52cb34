"""The picture of a report: bars for its lines, a curve where they are moments.

Amounts are drawn in one currency: others are converted as of today, and the picture says so; where a rate is missing,
they are left out of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogs.reply import Reply
from bot.pictures.activity import Active, activity
from bot.pictures.funnel import StageBar, funnel
from bot.pictures.sheet import Head, Picture
from bot.pictures.trend import Line as Curve
from bot.pictures.trend import trend
from bot.reports import show
from bot.reports.lines import Line
from bot.reports.query import OVER_TIME, Query
from bot.reports.rates import Rate, Rates
from bot.world import World
from config.types import Money


def pictured(reply: Reply, picture: Picture) -> Reply:
    """The reply with the picture beside its words."""
    return replace(reply, picture=picture.png, picture_alt=picture.alt)


def counted_drawn(
    world: World, query: Query, reply: Reply, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]
) -> Reply:
    """The reply with a bar for each row: its label, and how many of each of the series."""
    if not rows:
        return reply
    head = Head(show.title(world, query), show.subtitle(world, query))
    bars = [Active(label, tuple(counts)) for label, counts in rows]
    return pictured(reply, activity(head, series, bars, words=world.words))


def _rates(world: World, lines: Sequence[Line], main: str) -> dict[str, Rate]:
    """By which rates the currencies of the lines become the main one: that one alone where a rate is missing."""
    rates, today = Rates(world.tx, main), world.now.date()
    codes = {code for line in lines for code, minor in line.amounts.items() if minor}
    found = {code: rate for code in sorted({*codes, main}) if (rate := rates.on(code, today)) is not None}
    return found if codes <= found.keys() else {main: found[main]}


def drawn(world: World, query: Query, reply: Reply, lines: Sequence[Line], main: str) -> Reply:
    """The reply with its picture, where there is something to draw."""
    if not lines:
        return reply
    subtitle, rates = show.subtitle(world, query), _rates(world, lines, main)
    if len(rates) > 1:
        subtitle = world.words.say("report.converted", subtitle=subtitle)
    head = Head(show.title(world, query), subtitle)

    def value(amounts: dict[str, int]) -> Decimal:
        worth = [rate.convert(amounts.get(code, 0)) for code, rate in rates.items()]
        return Money.from_minor(sum(worth), main).value

    if query.by in OVER_TIME:
        curve = Curve(world.words.say(f"report.what.{query.what}"), tuple(value(line.amounts) for line in lines))
        picture = trend(head, [line.label for line in lines], [curve], unit=main, words=world.words)
    else:
        is_open = query.what == "pipeline"
        bars = [
            StageBar(line.label, line.count, value(line.amounts), value(line.weighted) if is_open else None)
            for line in lines
        ]
        picture = funnel(head, bars, unit=main, words=world.words)
    return pictured(reply, picture)
