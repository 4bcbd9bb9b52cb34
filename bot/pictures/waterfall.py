"""How one number became another: each cause a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.pictures.canvas import Canvas
from bot.pictures.sheet import Head, Picture, described, titled, widest
from bot.pictures.theme import BLUE, BODY, GREY, INK, INNER, MARGIN, RED, RULE
from bot.pictures.units import compact
from config.catalog import Catalog

ROW = 38
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """A cause, and by how much the number changed."""

    label: str
    value: Decimal


def waterfall(head: Head, start: Step, steps: Sequence[Step], *, end: str, unit: str, words: Catalog) -> Picture:
    """From the start through the steps to the end, whose value follows from them. More is blue and says +, less −."""
    levels = [start.value]
    for step in steps:
        levels.append(levels[-1] + step.value)
    rows = [
        (start.label, _ZERO, start.value, GREY, compact(start.value, unit, words)),
        *(
            (step.label, before, after, BLUE if after >= before else RED, compact(step.value, unit, words, signed=True))
            for step, before, after in zip(steps, levels, levels[1:], strict=False)
        ),
        (end, _ZERO, levels[-1], GREY, compact(levels[-1], unit, words)),
    ]
    canvas = titled(head, ROW * len(rows) + 4)
    _draw(canvas, head.height + 4, rows)
    return Picture(canvas.png(), described(head, [f"{label} {shown}" for label, *_rest, shown in rows], words))


def _draw(canvas: Canvas, top: float, rows: Sequence[tuple[str, Decimal, Decimal, str, str]]) -> None:
    names = widest([row[0] for row in rows], BODY, INNER * 0.34)
    values = widest([row[4] for row in rows], BODY, INNER * 0.3)
    left, room = MARGIN + names + 10, INNER - names - values - 20
    low = min(_ZERO, *(min(row[1], row[2]) for row in rows))
    span = max(_ZERO, *(max(row[1], row[2]) for row in rows)) - low or Decimal(1)

    def place(value: Decimal) -> float:
        return left + float((value - low) / span) * room

    for number, (label, before, after, ink, shown) in enumerate(rows):
        y = top + ROW * number
        canvas.text((MARGIN, y + 22), label, limit=names + 1)
        start, end = sorted((place(before), place(after)))
        canvas.bar((start, y + 7), (max(end - start, 1), ROW - 16), ink, radius=2)
        if number < len(rows) - 1:
            canvas.tick(place(after), y + ROW - 9, y + ROW + 7, RULE)
        canvas.text((MARGIN + INNER, y + 22), shown, ink=ink if ink != GREY and before != after else INK, align="right")
    if low < 0:
        canvas.tick(place(_ZERO), top, top + ROW * len(rows), RULE)
