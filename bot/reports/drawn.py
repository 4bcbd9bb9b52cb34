"""The picture of a report: bars for the lines, a curve where they are moments; in the main currency."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogs.model import Reply
from bot.pictures.funnel import StageBar, funnel
from bot.pictures.sheet import Head
from bot.pictures.trend import Line as Curve
from bot.pictures.trend import trend
from bot.reports import show
from bot.reports.lines import Line
from bot.reports.query import OVER_TIME, Query
from bot.world import World
from config.types import Money


def drawn(world: World, query: Query, reply: Reply, lines: Sequence[Line], main: str) -> Reply:
    """The reply with its picture, where there is something to draw."""
    if not lines:
        return reply
    head = Head(show.title(world, query), show.subtitle(world, query))

    def value(amounts: dict[str, int]) -> Decimal:
        return Money.from_minor(amounts.get(main, 0), main).value

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
    return replace(reply, picture=picture.png, picture_alt=picture.alt)
