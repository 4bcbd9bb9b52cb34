"""What was aimed at and what was reached, a bar for each person, team or period."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from bot.pictures.canvas import Canvas
from bot.pictures.sheet import LEGEND, MAX_ROWS, Head, Picture, described, empty, left_out, legend, titled
from bot.pictures.theme import BLUE, GREEN, INK, INNER, MARGIN, MUTED, SMALL, TRACK
from bot.pictures.units import PERCENT, compact
from config.catalog import Catalog

ROW = 58


@dataclass(frozen=True, slots=True)
class Attained:
    """Who, what they reached, and their target (None: they have none). ``pace``: where they should be by now."""

    label: str
    actual: Decimal
    target: Decimal | None
    pace: Decimal | None = None


def attainment(head: Head, rows: Sequence[Attained], *, unit: str, words: Catalog) -> Picture:
    """A bar for each, full at the target; a thin line shows where it should be by now."""
    if not rows:
        return empty(head, words)
    shown, more = rows[:MAX_ROWS], left_out(len(rows), words)
    canvas = titled(head, LEGEND + ROW * len(shown) + (20 if more else 0))
    y = head.height + 14
    entries = [(words.say("picture.reached"), BLUE), (words.say("picture.reached_all"), GREEN)]
    if any(row.pace is not None for row in shown):
        entries.append((words.say("picture.pace"), INK))
    legend(canvas, y, entries)
    for number, row in enumerate(shown):
        _draw(canvas, y + 28 + ROW * number, row, unit, words)
    if more:
        canvas.text((MARGIN, y + 22 + ROW * len(shown)), more, size=SMALL, ink=MUTED)
    parts = [*(f"{row.label} {_said(row, unit, words)}" for row in shown), *([more] if more else [])]
    return Picture(canvas.png(), described(head, parts, words))


def _said(row: Attained, unit: str, words: Catalog) -> str:
    actual = compact(row.actual, unit, words)
    if row.target is None:
        return words.say("picture.no_target", actual=actual)
    target = compact(row.target, unit, words)
    return words.say("picture.of_target", actual=actual, target=target, share=_share(row, words))


def _share(row: Attained, words: Catalog) -> str:
    """In whole per cent, as the words beside it say it."""
    share = (row.actual / row.target * 100).to_integral_value(ROUND_HALF_EVEN) if row.target else None
    return compact(share, PERCENT, words) if share is not None else "–"


def _draw(canvas: Canvas, y: float, row: Attained, unit: str, words: Catalog) -> None:
    share = canvas.text((MARGIN + INNER, y), _share(row, words), align="right")
    name = canvas.text((MARGIN, y), row.label, limit=INNER * 0.4)
    actual = compact(row.actual, unit, words)
    said = f"{actual} / {compact(row.target, unit, words)}" if row.target is not None else _said(row, unit, words)
    canvas.text((MARGIN + name + 8, y), said, size=SMALL, ink=MUTED, limit=INNER - name - share - 16)
    canvas.bar((MARGIN, y + 8), (INNER, 18), TRACK, radius=3)
    if not row.target or row.target < 0:
        return
    # What is beyond the target still shows where the target was: the bar is then scaled to what was reached.
    full = max(row.target, row.actual)
    ink = GREEN if row.actual >= row.target else BLUE
    canvas.bar((MARGIN, y + 8), (float(max(row.actual, Decimal(0)) / full) * INNER, 18), ink, radius=3)
    if row.actual > row.target:
        canvas.tick(MARGIN + float(row.target / full) * INNER, y + 8, y + 26, "#FFFFFF")
    if row.pace is not None and 0 <= row.pace <= full:
        canvas.tick(MARGIN + float(row.pace / full) * INNER, y + 4, y + 30)
