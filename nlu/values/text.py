"""A plain copy of a text to read values from, and the way back to the text as it was written."""

import re
from dataclasses import dataclass
from typing import Final

from nlu.patterns import pattern
from nlu.values.words_zh import TRADITIONAL

__all__ = ["MAX_CHARS", "Plain", "plain"]

# What is read of a text at most: a pasted book costs no more than this.
MAX_CHARS: Final = 20_000

# Zero-width characters, marks of writing direction, soft hyphen, byte order mark.
_INVISIBLE: Final = pattern("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]+")
# Addresses hold digits and dots that are no values.
_ADDRESS: Final = pattern(
    r"[a-z][a-z0-9+.-]{0,20}://\S{1,500}|www\.\S{1,500}|[\w.+-]{1,64}@[\w-][\w.-]{0,120}", re.ASCII
)


def _one_to_one() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table |= {ord(old): new for old, new in zip(TRADITIONAL[::2], TRADITIONAL[1::2], strict=True)}
    table |= {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    table |= {code: chr(code - 0xFEE0 + 32) for code in range(0xFF21, 0xFF3B)}
    # A full-width comma never groups digits (预算50，200台), so it stays itself.
    return table | {
        ord(old): new for old, new in zip("\u3000\u00a0\u2009\u202f￥’‘‐‑–—−〜～，", "    ¥''-----~~，", strict=True)
    }


_TABLE: Final = _one_to_one()


@dataclass(frozen=True, slots=True)
class Plain:
    """``text``: lower case, half width, simplified, nothing invisible. ``offsets[i]`` is where ``text[i]`` stood
    in ``source``; None when every character kept its place."""

    source: str
    text: str
    offsets: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stood in the source."""
        if self.offsets is None or start >= end:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1

    def is_capital(self, position: int) -> bool:
        """Whether the character at ``text[position]`` was written as a capital letter."""
        return self.source[self.offsets[position] if self.offsets else position].isupper()


def plain(source: str) -> Plain:
    """The copy that values are read from; only the first ``MAX_CHARS`` characters are read."""
    head = source[:MAX_CHARS]
    if head.isascii():
        return Plain(source, _without_addresses(head.lower()), None)
    offsets = None
    if _INVISIBLE.search(head):
        gone = {i for found in _INVISIBLE.finditer(head) for i in range(found.start(), found.end())}
        offsets = [i for i in range(len(head)) if i not in gone]
        head = "".join(head[i] for i in offsets)
    return Plain(source, _without_addresses(head.translate(_TABLE)), offsets)


def _without_addresses(text: str) -> str:
    """The text with each e-mail and web address blotted out, its length unchanged."""
    if "@" not in text and "://" not in text and "www." not in text:
        return text
    return _ADDRESS.sub(lambda found: "\0" * len(found.group()), text)
