"""The one font of the pictures, which travels with the bot: a machine without any fonts draws the same.

What the font lacks is never drawn as a box: an accent is left off, a rare Han character is given by its sound, an emoji
is left out, and a letter of another script becomes "?".
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.pictures.theme import SCALE
from nlu.names import syllable

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FILE = Path(__file__).parent / "data" / "crmbot-sans.otf"
# The Chinese forms of these are as wide as a Han character: among Latin letters they would tear a hole.
_LATIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "–"})
_LETTER = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]{1,2})\b")
_HAN = re.compile(r"[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


@cache
def font(size: float) -> "FreeTypeFont":
    """The font at so many points."""
    from PIL import ImageFont  # 15 ms, which no answer without a picture should wait for

    return ImageFont.truetype(str(FILE), round(size * SCALE), layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def can_show(character: str) -> bool:
    """Whether the font has the character; the stand-in for what it lacks is empty, like a space."""
    return character in " \u3000\u00a0" or font(15).getmask(character).getbbox() is not None


@lru_cache(maxsize=4096)
def drawable(text: str) -> str:
    """The text as the font can show it, on one line."""
    line = " ".join(text.split())
    line = line if _HAN.search(line) else line.translate(_LATIN)
    shown = "".join(character if can_show(character) else _instead(character) for character in line)
    return " ".join(re.sub(r"\?{2,}", "?", shown).split())


def _instead(character: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if can_show(part))
    if plain:
        return plain
    letter = _LETTER.match(unicodedata.name(character, ""))
    if letter:
        return letter[2] if letter[1] == "CAPITAL" else letter[2].lower()
    if _HAN.match(character):
        sound = syllable(character)
        return sound.capitalize() if sound != character else "?"
    return "?" if unicodedata.category(character)[0] in "LN" else ""


def width(text: str, size: float) -> float:
    """How wide a drawable text is, in points."""
    return font(size).getlength(text) / SCALE


@lru_cache(maxsize=4096)
def fitting(text: str, size: float, limit: float) -> str:
    """The text made drawable, cut where it is wider than the limit."""
    text = drawable(text)
    if width(text, size) <= limit:
        return text
    dots = "…" if _HAN.search(text) else "..."
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(text[:middle] + dots, size) <= limit else (low, middle - 1)
    return text[:low].rstrip() + dots


@lru_cache(maxsize=512)
def wrapped(text: str, size: float, limit: float) -> tuple[str, ...]:
    """The text as it is where one line holds it, else in two: cut at a sign or a space, in Chinese anywhere."""
    text = drawable(text)
    if width(text, size) <= limit:
        return (text,)
    fits = max(n for n in range(1, len(text)) if width(text[:n], size) <= limit)
    signs = [match.end() for match in re.finditer(r" [·–] ", text[: fits + 1])]
    spaces = [match.start() for match in re.finditer(" ", text[: fits + 1])]
    end = signs[-1] if signs else spaces[-1] if spaces and not _HAN.search(text) else fits
    return text[:end].rstrip(" ·–"), text[end:].lstrip()
