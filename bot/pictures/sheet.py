"""What every picture has: a head, perhaps a legend and a foot, and its words for people who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.pictures.canvas import Canvas
from bot.pictures.font import drawable, width, wrapped
from bot.pictures.theme import BODY, INNER, MARGIN, MUTED, SMALL, TITLE
from config.catalog import Catalog

MAX_ROWS = 14  # what a phone shows without turning
LEGEND = 26
TITLE_LINE = 25


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and what it shows in words."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a picture is about: 「华东 · 本季度管道」, and the small line below: period and cut-off."""

    title: str
    subtitle: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The title, in two lines where one is too short for it."""
        return wrapped(self.title, TITLE, INNER)

    @property
    def height(self) -> float:
        return (68 if self.subtitle else 50) + TITLE_LINE * (len(self.lines) - 1)


def titled(head: Head, body: float) -> Canvas:
    """A sheet with its head, and room for so much below."""
    canvas = Canvas(head.height + body + MARGIN)
    for number, line in enumerate(head.lines):
        canvas.text((MARGIN, 36 + TITLE_LINE * number), line, size=TITLE, limit=INNER)
    if head.subtitle:
        canvas.text((MARGIN, head.height - 12), head.subtitle, size=SMALL, ink=MUTED, limit=INNER)
    return canvas


def legend(canvas: Canvas, y: float, entries: Sequence[tuple[str, str]]) -> None:
    """Small squares of colour with their names, [(name, colour)], as far as the line reaches."""
    x, needed = float(MARGIN), sum(width(drawable(name), SMALL) + 26 for name, _ink in entries)
    fair = INNER / max(1, len(entries)) - 26 if needed > INNER else INNER  # none takes the room of the others
    for name, ink in entries:
        room = min(MARGIN + INNER - x - 16, fair)
        if room < 24:
            break
        canvas.bar((x, y - 9), (10, 10), ink, radius=2)
        x += 16 + canvas.text((x + 14, y), name, size=SMALL, ink=MUTED, limit=room) + 10


def empty(head: Head, words: Catalog) -> Picture:
    """The picture of nothing: it says so."""
    canvas = titled(head, 90)
    said = words.say("picture.nothing")
    canvas.text((MARGIN + INNER / 2, head.height + 50), said, size=BODY, ink=MUTED, align="middle")
    return Picture(canvas.png(), described(head, [said], words))


def described(head: Head, parts: Sequence[str], words: Catalog) -> str:
    """The picture in words."""
    title = words.say("picture.alt_head", title=head.title, subtitle=head.subtitle) if head.subtitle else head.title
    return words.say("picture.alt", title=title, parts=words.say("picture.separator").join(parts))


def left_out(rows: int, words: Catalog) -> str:
    """The small line that tells of the rows a picture has no room for, "" where it has."""
    return words.say("picture.more", count=rows - MAX_ROWS) if rows > MAX_ROWS else ""


def widest(texts: Sequence[str], size: float, limit: float) -> float:
    """The room that the widest of the texts takes, no more than the limit."""
    return min(limit, max((width(drawable(text), size) for text in texts), default=0.0))
