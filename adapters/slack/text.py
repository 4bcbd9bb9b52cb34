"""Slack's text: read what people typed out of it, and write ours so that nothing in it pings, links or formats."""

import re
from collections.abc import Iterator, Mapping

from adapters import signs

MAX_SECTION = 3000  # characters of one text object
MAX_MESSAGE = 3900  # Slack advises 4,000 and chat.update refuses more
ELLIPSIS = "…"

_ENTITY = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
_FORMATTING = re.compile(r"[*_~`]")
_JOINER = "\u2060"  # takes no room and breaks no line; next to it * _ ~ ` are ordinary characters
_WHOLE = re.compile(r"&(?:amp|lt|gt);|.", re.DOTALL)


def decode(text: str, *, bot_user: str = "", names: Mapping[str, str] | None = None) -> str:
    """The text as its author saw it: mentions by name, links by what they are called, the bot's own mention gone."""
    if bot_user:
        text = re.sub(rf"[ \t]*<@{re.escape(bot_user)}(?:\|[^<>]*)?>[ \t]*[,:，：]?[ \t]*", " ", text)
    text = _ENTITY.sub(lambda found: _shown(found, names or {}), text)
    for sign, entity in reversed(_ESCAPES):
        text = text.replace(entity, sign)
    return text.strip()


def _shown(found: re.Match[str], names: Mapping[str, str]) -> str:
    sign, target, label = found[1], found[2], found[3]
    if sign == "@":
        return "@" + (names.get(target) or label or target)
    if sign == "#":
        return "#" + (label or target)
    if sign == "!":
        return label or "@" + target.partition("^")[0]
    return label or re.sub(r"^(?:mailto|tel):", "", target)


def mentioned(text: str) -> list[str]:
    """The ids of the people whom a text mentions."""
    return [found[2] for found in _ENTITY.finditer(text) if found[1] == "@"]


def escape(text: str) -> str:
    """The text as Slack wants it: its three control characters as entities, all else as it is."""
    for sign, entity in _ESCAPES:
        text = text.replace(sign, entity)
    return text


def text_objects(text: str) -> list[dict[str, object]]:
    """A text as Block Kit's text objects, to be shown as typed.

    Plain text formats nothing and so is the first choice. It is not documented whether entities are read there; where
    some are needed the text is mrkdwn, in which its formatting characters are put out of action.
    """
    escaped = escape(text)
    if escaped == text:
        return [{"type": "plain_text", "text": piece, "emoji": False} for piece in pieces(text, MAX_SECTION)]
    return [{"type": "mrkdwn", "text": piece, "verbatim": True} for piece in pieces(quiet(escaped), MAX_SECTION)]


def bold(line: str) -> list[dict[str, object]]:
    """A line as a text object that stands out."""
    marked = (f"*{piece}*" for piece in pieces(quiet(escape(line.strip())), MAX_SECTION - 2))
    return [{"type": "mrkdwn", "text": piece, "verbatim": True} for piece in marked]


def quiet(escaped: str) -> str:
    """Escaped text for a place where Slack formats: its formatting characters are put out of action."""
    return _FORMATTING.sub(rf"{_JOINER}\g<0>{_JOINER}", escaped)


def length(text: str) -> int:
    """How long Slack may find a text: in UTF-16 units, which is never less than in characters."""
    return len(text) + sum(char > "\uffff" for char in text)


def pieces(escaped: str, limit: int) -> Iterator[str]:
    """Escaped text cut to pieces of at most ``limit``: behind a line, else behind a word, never within an entity."""
    rest = escaped
    while length(rest) > limit:
        cut = _cut(rest, limit)
        piece = rest[:cut].rstrip()
        if piece:
            yield piece
        rest = rest[cut:].lstrip("\n")
    if rest.strip() or rest == escaped:
        yield rest


def _cut(text: str, limit: int) -> int:
    """Where to cut a text that is too long."""
    used = end = 0
    for whole in _WHOLE.finditer(text):
        used += length(whole[0])
        if used > limit:
            break
        end = whole.end()
    for sign in ("\n", " "):
        place = text.rfind(sign, end // 2, end)
        if place > 0:
            return place + 1
    return signs.whole(text, end)


def shorten(text: str, limit: int) -> str:
    """The text, cut with … where it is longer than that."""
    if length(text) <= limit:
        return text
    return text[: _cut_hard(text, limit - 1)].rstrip() + ELLIPSIS


def _cut_hard(text: str, limit: int) -> int:
    used = 0
    for place, char in enumerate(text):
        used += length(char)
        if used > limit:
            return place
    return len(text)
