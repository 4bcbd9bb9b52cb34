"""Numbers over time: lines, and perhaps the band within which one is likely to go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bot.pictures.canvas import Canvas, Point
from bot.pictures.font import drawable, width
from bot.pictures.sheet import LEGEND, Head, Picture, described, empty, legend, titled, widest
from bot.pictures.theme import INNER, MARGIN, MUTED, RULE, SERIES, SKY, SMALL
from bot.pictures.units import compact
from config.catalog import Catalog

HEIGHT = 190
_ZERO = Decimal(0)
_BELOW = Decimal("0.12")


@dataclass(frozen=True, slots=True)
class Line:
    """A value for each moment, None where there is none: the line is then broken, nothing is made up."""

    label: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Lowest and highest likely value for each moment, None where nothing is said."""

    label: str
    low: tuple[Decimal | None, ...]
    high: tuple[Decimal | None, ...]


def trend(
    head: Head, moments: Sequence[str], lines: Sequence[Line], *, unit: str, words: Catalog, band: Band | None = None
) -> Picture:
    """Lines over the moments. The scale begins at zero unless something is below it."""
    numbers = [value for line in lines for value in line.values if value is not None]
    if not numbers:
        return empty(head, words)
    if band is not None:
        numbers += [value for value in (*band.low, *band.high) if value is not None]
    plot = _Plot(head.height + LEGEND + 12, numbers, len(moments), unit, words)
    canvas = titled(head, LEGEND + HEIGHT + 40)
    names = [(line.label, SERIES[n % len(SERIES)]) for n, line in enumerate(lines)]
    legend(canvas, head.height + 14, [*names, *([(band.label, SKY)] if band else [])])
    plot.scale(canvas)
    plot.moments(canvas, moments)
    if band is not None:
        _shade(canvas, plot, band)
    for n, line in enumerate(lines):
        for part in plot.parts(line.values):
            canvas.path(part, SERIES[n % len(SERIES)], dots=len(moments) <= 26)
    taken: list[float] = []
    for line in sorted(lines, key=_newest):  # where they meet, the larger one stands above
        _last(canvas, plot, line, taken)
    parts = [
        f"{line.label} {moment} {compact(value, unit, words)}"
        for line in lines
        for moment, value in zip(moments, line.values, strict=True)
        if value is not None
    ]
    return Picture(canvas.png(), described(head, parts, words))


class _Plot:
    """Where a value stands on the sheet."""

    def __init__(self, top: float, numbers: Sequence[Decimal], count: int, unit: str, words: Catalog) -> None:
        self.top = top
        low, high = min(_ZERO, *numbers), max(_ZERO, *numbers)
        room = (high - low) * _BELOW if low < 0 else _ZERO  # for the figure below the last dot of a line that falls
        self.steps = round_steps(low - room, high)
        is_nothing = not any(numbers)  # then there is no value but zero
        self._shown = ["" if is_nothing and step else compact(step, unit, words) for step in self.steps]
        self.left = MARGIN + widest(self._shown, SMALL, INNER * 0.3) + 12
        self.right = MARGIN + INNER - 14
        self._count = count
        self._unit, self._words = unit, words

    def at(self, number: int, value: Decimal) -> Point:
        share = number / (self._count - 1) if self._count > 1 else 0.5
        low, high = self.steps[0], self.steps[-1]
        up = float((value - low) / (high - low))
        return self.left + share * (self.right - self.left), self.top + HEIGHT * (1 - up)

    def shown(self, value: Decimal) -> str:
        return compact(value, self._unit, self._words)

    def scale(self, canvas: Canvas) -> None:
        for step, shown in zip(self.steps, self._shown, strict=True):
            y = self.at(0, step)[1]
            canvas.rule(y, left=self.left - 6, ink=MUTED if step == 0 else RULE)
            canvas.text((self.left - 10, y + 4), shown, size=SMALL, ink=MUTED, align="right")

    def moments(self, canvas: Canvas, names: Sequence[str]) -> None:
        """As many names as have room; the last always."""
        every = 1
        room = (self.right - self.left) / max(1, len(names) - 1)
        while every * room < widest(names, SMALL, INNER * 0.3) + 10 and every < len(names):
            every += 1
        for n in range(len(names) - 1, -1, -every):
            x = self.at(n, self.steps[0])[0]
            x = min(x, MARGIN + INNER - width(drawable(names[n]), SMALL) / 2)
            canvas.text((x, self.top + HEIGHT + 20), names[n], size=SMALL, ink=MUTED, align="middle", limit=INNER * 0.3)

    def parts(self, values: Sequence[Decimal | None]) -> list[list[Point]]:
        """The runs of values that are there."""
        runs: list[list[Point]] = [[]]
        for n, value in enumerate(values):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(self.at(n, value))
        return [run for run in runs if run]


def _shade(canvas: Canvas, plot: _Plot, band: Band) -> None:
    ends = [(n, low, high) for n, (low, high) in enumerate(zip(band.low, band.high, strict=True))]
    there = [(n, low, high) for n, low, high in ends if low is not None and high is not None]
    if len(there) == 1:
        n, low, high = there[0]
        (x, bottom), (_x, top) = plot.at(n, low), plot.at(n, high)
        canvas.bar((x - 8, top), (16, max(bottom - top, 1)), SKY, radius=3)
    elif there:
        upper = [plot.at(n, high) for n, _low, high in there]
        canvas.area([*upper, *(plot.at(n, low) for n, low, _high in reversed(there))], SKY)


def _newest(line: Line) -> Decimal:
    return next((value for value in reversed(line.values) if value is not None), _ZERO)


def _last(canvas: Canvas, plot: _Plot, line: Line, taken: list[float]) -> None:
    """The newest value in figures: above its dot, or below where the line comes from above; of several lines not over
    one another."""
    known = [(n, value) for n, value in enumerate(line.values) if value is not None]
    if known:
        x, y = plot.at(*known[-1])
        shown = plot.shown(known[-1][1])
        half = width(drawable(shown), SMALL) / 2
        is_falling = len(known) > 1 and known[-2][1] > known[-1][1]
        base = y + 17 if is_falling and y + 22 < plot.top + HEIGHT and not taken else y - 9
        while any(abs(base - other) < SMALL for other in taken):
            base -= SMALL
        taken.append(base)
        canvas.label((min(x, MARGIN + INNER - half), base), shown)


def round_steps(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round numbers, at most six and none finer than 1, that hold low and high between them."""
    if low == high:
        high = low + 1
    raw = max((high - low) / 4, Decimal(1))
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * factor for factor in (1, 2, Decimal("2.5"), 5, 10) if power * factor >= raw)
    first, last = (low / step).to_integral_value(ROUND_FLOOR), (high / step).to_integral_value(ROUND_CEILING)
    return [step * n for n in range(int(first), int(last) + 1)]
