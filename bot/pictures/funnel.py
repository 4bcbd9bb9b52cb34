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
    """One stage, or one of what else is compared; ``weighted``: the likely part of it, None where that says nothing."""

    label: str
    count: int
    amount: Decimal
    weighted: Decimal | None = None


def funnel(head: Head, bars: Sequence[StageBar], *, unit: str, words: Catalog) -> Picture:
    """A bar for each stage, as long as its amount; the dark part is the weighted amount."""
    if not any(bar.count or bar.amount for bar in bars):
        return empty(head, words)
    has_parts = any(bar.weighted is not None for bar in bars)
    canvas = titled(head, (LEGEND if has_parts else 8) + ROW * len(bars))
    y = head.height + 14
    if has_parts:
        legend(canvas, y, [(words.say("picture.amount"), SKY), (words.say("picture.weighted"), BLUE)])
    else:
        y -= LEGEND - 8
    longest = max(bar.amount for bar in bars)
    for number, bar in enumerate(bars):
        _draw(canvas, y + 26 + ROW * number, bar, longest, compact(bar.amount, unit, words), words)
    parts = [_described(bar, unit, words) for bar in bars]
    return Picture(canvas.png(), described(head, parts, words))


def _described(bar: StageBar, unit: str, words: Catalog) -> str:
    shown = {"label": bar.label, "count": _counted(bar, words), "amount": compact(bar.amount, unit, words)}
    if bar.weighted is None:
        return words.say("picture.alt_bar", **shown)
    return words.say("picture.alt_stage", weighted=compact(bar.weighted, unit, words), **shown)


def _counted(bar: StageBar, words: Catalog) -> str:
    return words.say("picture.deals", count=f"{bar.count:,}")


def _draw(canvas: Canvas, y: float, bar: StageBar, longest: Decimal, amount: str, words: Catalog) -> None:
    taken = canvas.text((MARGIN + INNER, y), amount, align="right")
    used = canvas.text((MARGIN, y), bar.label, limit=INNER - taken - 80)
    canvas.text((MARGIN + used + 8, y), _counted(bar, words), size=SMALL, ink=MUTED)
    canvas.bar((MARGIN, y + 8), (INNER, 18), TRACK, radius=3)
    if longest > 0:
        parts = ((bar.amount, BLUE),) if bar.weighted is None else ((bar.amount, SKY), (bar.weighted, BLUE))
        for part, ink in parts:
            canvas.bar((MARGIN, y + 8), (float(part / longest) * INNER, 18), ink, radius=3)
