"""The pipeline by stage: how many, how much, and how much of it is likely."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.pictures.canvas import Canvas
from bot.pictures.sheet import LEGEND, Head, Picture, described, empty, legend, titled
from bot.pictures.theme import BLUE, INNER, MARGIN, MUTED, SKY, SMALL, TRACK
from bot.pictures.units import compact
from config.catalog import Catalog

ROW = 54


@dataclass(frozen=True, slots=True)
class StageBar:
    """One stage; ``weighted`` is the amount times the probability of the stage."""

    label: str
    count: int
    amount: Decimal
    weighted: Decimal


def funnel(head: Head, bars: Sequence[StageBar], *, unit: str, words: Catalog) -> Picture:
    """A bar for each stage, as long as its amount; the dark part is the weighted amount."""
    if not any(bar.count or bar.amount for bar in bars):
        return empty(head, words)
    canvas = titled(head, LEGEND + ROW * len(bars))
    y = head.height + 14
    legend(canvas, y, [(words.say("picture.amount"), SKY), (words.say("picture.weighted"), BLUE)])
    longest = max(bar.amount for bar in bars)
    for number, bar in enumerate(bars):
        _draw(canvas, y + 26 + ROW * number, bar, longest, compact(bar.amount, unit, words), words)
    parts = [
        words.say(
            "picture.alt_stage",
            label=bar.label,
            count=_counted(bar, words),
            amount=compact(bar.amount, unit, words),
            weighted=compact(bar.weighted, unit, words),
        )
        for bar in bars
    ]
    return Picture(canvas.png(), described(head, parts, words))


def _counted(bar: StageBar, words: Catalog) -> str:
    return words.say("picture.deals_one" if bar.count == 1 else "picture.deals", count=bar.count)


def _draw(canvas: Canvas, y: float, bar: StageBar, longest: Decimal, amount: str, words: Catalog) -> None:
    taken = canvas.text((MARGIN + INNER, y), amount, align="right")
    used = canvas.text((MARGIN, y), bar.label, limit=INNER - taken - 80)
    canvas.text((MARGIN + used + 8, y), _counted(bar, words), size=SMALL, ink=MUTED)
    canvas.bar((MARGIN, y + 8), (INNER, 18), TRACK, radius=3)
    if longest > 0:
        for part, ink in ((bar.amount, SKY), (bar.weighted, BLUE)):
            canvas.bar((MARGIN, y + 8), (float(part / longest) * INNER, 18), ink, radius=3)
