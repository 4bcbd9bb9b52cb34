"""Telegram counts text in UTF-16 code units: an emoji is two of them. Offsets and limits mean these."""

from adapters.signs import whole


def length(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def index(text: str, units: int) -> int:
    """The place in the text after this many units; within a pair, the place after it."""
    if text.isascii():
        return min(units, len(text))
    seen = 0
    for place, character in enumerate(text):
        if seen >= units:
            return place
        seen += 2 if character > "\uffff" else 1
    return len(text)


def split(text: str, most: int) -> list[str]:
    """The text in parts of at most ``most`` units, broken at the end of a line, else of a word, else anywhere."""
    parts = []
    while length(text) > most:
        end = index(text, most)
        if length(text[:end]) > most:
            end -= 1
        broken = max(text.rfind("\n", end // 2, end + 1), -1)
        if broken < 0:
            broken = text.rfind(" ", end // 2, end + 1)
        end = broken if broken > 0 else whole(text, end)
        head = text[:end]
        text = text[end + 1 if broken > 0 else end :]
        if head.strip():
            parts.append(head)
    return [*parts, text] if text.strip() or not parts else parts
