"""Who has been in touch with customers how often, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.pictures.sheet import LEGEND, MAX_ROWS, Head, Picture, described, empty, left_out, legend, titled, widest
from bot.pictures.theme import BODY, INNER, MARGIN, MUTED, SERIES, SMALL
from bot.pictures.units import COUNT, compact
from config.catalog import Catalog

ROW = 36


@dataclass(frozen=True, slots=True)
class Active:
    """A person, and their count for each of the channels."""

    label: str
    counts: tuple[int, ...]


def activity(head: Head, channels: Sequence[str], rows: Sequence[Active], *, words: Catalog) -> Picture:
    """A bar for each person, in parts: one for each channel."""
    if not rows:
        return empty(head, words)
    shown, more = rows[:MAX_ROWS], left_out(len(rows), words)
    canvas = titled(head, LEGEND + ROW * len(shown) + (20 if more else 0))
    y = head.height + 14
    used = [n for n in range(len(channels)) if any(row.counts[n] for row in shown)]
    legend(canvas, y, [(channels[n], SERIES[n % len(SERIES)]) for n in used])
    names = widest([row.label for row in shown], BODY, INNER * 0.36)
    totals = [compact(Decimal(sum(row.counts)), COUNT, words) for row in shown]
    room = INNER - names - 20 - widest(totals, BODY, INNER * 0.2)
    longest = max(sum(row.counts) for row in shown) or 1
    for number, (row, total) in enumerate(zip(shown, totals, strict=True)):
        base, x = y + 34 + ROW * number, MARGIN + names + 10
        canvas.text((MARGIN, base), row.label, limit=names + 1)
        for n in used:
            part = row.counts[n] / longest * room
            canvas.bar((x, base - 15), (part, 20), SERIES[n % len(SERIES)])
            x += part
        canvas.text((x + 6, base), total)
    if more:
        canvas.text((MARGIN, y + 24 + ROW * len(shown)), more, size=SMALL, ink=MUTED)
    parts = [f"{row.label} {_said(channels, row)}" for row in shown]
    return Picture(canvas.png(), described(head, [*parts, *([more] if more else [])], words))


def _said(channels: Sequence[str], row: Active) -> str:
    counted = [f"{name} {count}" for name, count in zip(channels, row.counts, strict=True) if count]
    return " ".join(counted) or "0"
