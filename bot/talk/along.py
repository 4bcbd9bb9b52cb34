"""What is sent along instead of words, put into words: then it goes the way of every message.

A card of somebody's telephone numbers begins a new contact, a place begins the note of a visit there.
"""

import re
from dataclasses import replace

from adapters.base import Attachment, Inbound
from config.catalog import Catalog

_LINE = re.compile(r"^(?:item\d+\.)?(FN|ORG|TITLE|TEL|EMAIL)[^:\n]*:(.+)$", re.IGNORECASE | re.MULTILINE)
_PHONE = re.compile(r"\+?\d[\d\s().-]{5,}\d")


def in_words(inbound: Inbound, words: Catalog) -> str:
    """What a message without text says by what came with it; "" where it says nothing."""
    for item in inbound.attachments:
        if item.kind == "contact":
            return _contact(item, words)
        if item.kind == "location":
            return words.say("along.place", name=_one_line(item.name)) if item.name else words.say("along.here")
    return ""


def _contact(item: Attachment, words: Catalog) -> str:
    """Telegram gives a vCard, or a name and a number."""
    facts = {key.upper(): _one_line(value) for key, value in reversed(_LINE.findall(item.text))}
    name = _one_line(item.name) or facts.get("FN", "")
    phone = facts.get("TEL") or next(iter(_PHONE.findall(item.text)), "")
    parts = [words.say("along.contact", name=name)]
    for key, value in (
        ("company", facts.get("ORG", "").replace(";", " ").strip()),
        ("position", facts.get("TITLE", "")),
        ("phone", phone.removeprefix("tel:")),
        ("email", facts.get("EMAIL", "")),
    ):
        if value:
            parts.append(words.say(f"along.{key}", value=value))
    return words.say("along.separator").join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\\,", ",").replace("\\;", ";").split())


def coarse(inbound: Inbound) -> Inbound:
    """The message with places no finer than about 100 m: a finer one is not even stored."""
    if all(item.latitude is None for item in inbound.attachments):
        return inbound
    return replace(inbound, attachments=tuple(map(_coarse, inbound.attachments)))


def _coarse(item: Attachment) -> Attachment:
    if item.latitude is None or item.longitude is None:
        return item
    return replace(item, latitude=round(item.latitude, 3), longitude=round(item.longitude, 3))
