"""Texts as WeCom takes them: counted in bytes, and with nothing in them that it would read as more than text."""

import re
from collections.abc import Callable
from unicodedata import east_asian_width

from adapters.signs import whole

ZERO_WIDTH = "\u200b"
TEXT_BYTES = 2048  # the rest of a longer text is cut off without an error
MARKDOWN_BYTES = 20480

# In a plain text `<a href=…>` is a link and `<@userid>` a mention; there is no escape for either, so they are parted.
_TAG = re.compile(r"<(?=\s*[/!@A-Za-z])")
_MARKS = re.compile(r"([\\`*_\[\]|~])")
# What makes a heading, a list, a quotation or a rule of a line; nothing visible has to be added against that.
_LINE_START = re.compile(r"(?m)^(?=#|[-+=]|\d{1,9}[.)])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def plain(text: str) -> str:
    """The text for a message of type text, or a field of a card: it links nothing and mentions nobody."""
    return _TAG.sub("<" + ZERO_WIDTH, text)


def markdown(text: str) -> str:
    """The text as Markdown that shows it as it was typed."""
    for sign, entity in _ENTITIES.items():
        text = text.replace(sign, entity)
    # Four spaces at the head of a line would make it code.
    text = re.sub(r"(?m)^[ \t]+", lambda match: "\u00a0" * len(match[0]), text)
    # `@` names people in the Markdown of groups, and `://` makes a link of what follows.
    text = text.replace("@", "@" + ZERO_WIDTH).replace("://", ":" + ZERO_WIDTH + "//")
    return _LINE_START.sub(ZERO_WIDTH, _MARKS.sub(r"\\\1", text))


def bold_heading(marked: str) -> str:
    """Markdown of which the first line stands out."""
    heading, gap, rest = marked.partition("\n")
    return f"**{heading.strip()}**{gap}{rest}" if heading.strip() else marked


def pieces(text: str, limit: int, escape: Callable[[str], str] = plain) -> list[str]:
    """The text, escaped, in pieces of at most ``limit`` bytes of UTF-8.

    Cut between lines where that is possible, else between characters. Nothing gets lost but the line break at a cut.
    """
    found: list[str] = []
    current = ""
    for line in text.split("\n"):
        joined = f"{current}\n{line}" if current else line
        if _size(escape(joined)) <= limit:
            current = joined
            continue
        if current:
            found.append(current)
        *full, current = _by_characters(line, limit, escape)
        found += full
    if current:
        found.append(current)
    return [escape(piece) for piece in found]


def _by_characters(line: str, limit: int, escape: Callable[[str], str]) -> list[str]:
    """A line in pieces."""
    if _size(escape(line)) <= limit:
        return [line]
    # An escaped character never has more than 12 bytes: the cut is looked for from there on.
    found, start = [], 0
    while start < len(line):
        low, high = start + max(1, limit // 12), min(len(line), start + limit)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if _size(escape(line[start:middle])) <= limit else (low, middle - 1)
        end = start + whole(line[start:], min(low, len(line)) - start)
        found.append(line[start:end])
        start = end
    return found


def width(text: str) -> float:
    """How much room a text takes, in Chinese characters: a Latin letter takes half of one."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.5 for character in text)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
