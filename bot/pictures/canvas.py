"""A sheet to draw on, measured in points."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.pictures.font import drawable, fitting, font, width
from bot.pictures.theme import BODY, INK, MARGIN, PAPER, RULE, SCALE, SMALL, WIDTH

if TYPE_CHECKING:
    from PIL.Image import Image as Sheet

Align: TypeAlias = Literal["left", "middle", "right"]
Point: TypeAlias = tuple[float, float]
_ANCHOR: dict[Align, str] = {"left": "ls", "middle": "ms", "right": "rs"}
_SMOOTH = 2  # what is slanted is drawn so many times larger, and made smaller


class Canvas:
    """A white sheet, `WIDTH` across and as high as asked."""

    def __init__(self, height: float) -> None:
        from PIL import Image, ImageDraw  # 10 ms, which no answer without a picture should wait for

        self.height = height
        self._image = Image.new("RGB", (WIDTH * SCALE, round(height * SCALE)), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self, at: Point, text: str, *, size: float = BODY, ink: str = INK, align: Align = "left", limit: float = 0
    ) -> float:
        """Write on the baseline; cut where wider than ``limit``. Gives the width."""
        shown = fitting(text, size, limit) if limit else drawable(text)
        x, y = at
        self._draw.text((x * SCALE, y * SCALE), shown, font=font(size), fill=ink, anchor=_ANCHOR[align])
        return width(shown, size)

    def label(self, at: Point, text: str) -> None:
        """A small word in the middle of a drawing, with paper around its letters so that lines do not cross it."""
        place, paper = (at[0] * SCALE, at[1] * SCALE), 3
        self._draw.text(
            place, drawable(text), font=font(SMALL), fill=INK, anchor="ms", stroke_width=paper, stroke_fill=PAPER
        )

    def bar(self, at: Point, size: Point, ink: str, *, radius: float = 0) -> None:
        """A filled rectangle; what has any width is at least a hair wide."""
        (x, y), (across, down) = at, size
        if across <= 0 or down <= 0:
            return
        left, top = round(x * SCALE), round(y * SCALE)
        right, bottom = max(left, round((x + across) * SCALE) - 1), max(top, round((y + down) * SCALE) - 1)
        rounding = min(radius * SCALE, (right - left) / 2, (bottom - top) / 2)
        if rounding >= 1:
            self._draw.rounded_rectangle((left, top, right, bottom), rounding, fill=ink)
        else:
            self._draw.rectangle((left, top, right, bottom), fill=ink)

    def rule(self, y: float, *, left: float = MARGIN, right: float = WIDTH - MARGIN, ink: str = RULE) -> None:
        """A thin line across."""
        self._draw.line((left * SCALE, y * SCALE, right * SCALE, y * SCALE), fill=ink, width=1)

    def tick(self, x: float, top: float, bottom: float, ink: str = INK) -> None:
        """A thin line down."""
        self._draw.line((x * SCALE, top * SCALE, x * SCALE, bottom * SCALE), fill=ink, width=SCALE)

    def path(self, points: Sequence[Point], ink: str, *, thick: float = 2.5, dots: bool = True) -> None:
        """A smooth line through the points."""
        from PIL import ImageDraw

        if not points:
            return
        mask, (left, top) = self._mask(points)
        pen = ImageDraw.Draw(mask)
        zoom = SCALE * _SMOOTH
        places = [((x - left) * zoom, (y - top) * zoom) for x, y in points]
        if len(places) > 1:
            pen.line(places, fill=255, width=round(thick * zoom), joint="curve")
        for x, y in places if dots or len(places) == 1 else ():
            pen.ellipse([v + d for d in (-3.4 * zoom, 3.4 * zoom) for v in (x, y)], fill=255)
        self._image.paste(ink, (round(left * SCALE), round(top * SCALE)), mask.reduce(_SMOOTH))

    def area(self, points: Sequence[Point], ink: str) -> None:
        """A filled shape."""
        from PIL import ImageDraw

        mask, (left, top) = self._mask(points)
        zoom = SCALE * _SMOOTH
        ImageDraw.Draw(mask).polygon([((x - left) * zoom, (y - top) * zoom) for x, y in points], fill=255)
        self._image.paste(ink, (round(left * SCALE), round(top * SCALE)), mask.reduce(_SMOOTH))

    def _mask(self, points: Sequence[Point]) -> "tuple[Sheet, Point]":
        from PIL import Image

        left, top = (int(min(axis)) - 6 for axis in zip(*points, strict=True))
        right, bottom = (int(max(axis)) + 7 for axis in zip(*points, strict=True))
        zoom = SCALE * _SMOOTH
        return Image.new("L", ((right - left) * zoom, (bottom - top) * zoom)), (left, top)

    def png(self) -> bytes:
        """The sheet as a file."""
        out = BytesIO()
        self._image.save(out, "PNG", compress_level=2)
        return out.getvalue()
