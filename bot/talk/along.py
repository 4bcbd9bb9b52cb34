"""What is sent along instead of words, put into words: then it goes the way of every message.

A card of somebody's telephone numbers begins a new contact, a place begins the note of a visit there.
"""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.base import Attachment, Inbound
from bot.lazy import Lazy
from config.catalog import Catalog

if TYPE_CHECKING:
    from nlu.cards import Card

READ_CARDS: "Lazy[[str], list[Card]]" = Lazy("nlu.cards:read_vcards")
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
    """A platform gives a vCard, which says the name as it is written on the card, or a name and a number."""
    card = next(iter(READ_CARDS(item.text)), None)
    phones = (card.phones if card else ()) or tuple(_PHONE.findall(item.text)[:1])
    name = (card.name if card else "") or item.name
    parts = [words.say("along.contact", name=_one_line(name))]
    told = [("company", card.company), ("position", card.position)] if card else []
    told += [("phone", phone) for phone in phones] + [("email", email) for email in (card.emails if card else ())]
    parts += [words.say(f"along.{key}", value=_one_line(value)) for key, value in told if value]
    return words.say("along.separator").join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def coarse(inbound: Inbound) -> Inbound:
    """The message with places no finer than about 100 m: a finer one is not even stored."""
    if all(item.latitude is None for item in inbound.attachments):
        return inbound
    return replace(inbound, attachments=tuple(map(_coarse, inbound.attachments)))


def _coarse(item: Attachment) -> Attachment:
    if item.latitude is None or item.longitude is None:
        return item
    return replace(item, latitude=round(item.latitude, 3), longitude=round(item.longitude, 3))
