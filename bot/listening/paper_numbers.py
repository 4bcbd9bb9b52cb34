"""The numbers of papers in a message, each as that of the kind of paper which it is.

Understanding knows no records: beside 「到账」 it takes 「INV-2026-0003」 for an order's. Here a number that a paper
has tells its kind; one that no paper has is of the kind whose numbers look like that.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.world import World
from nlu.goods import read_goods
from nlu.patterns import pattern
from nlu.types import Slot, Understanding

KINDS = ("contract", "order", "invoice", "quote")
_NUMBER = pattern(r"(?<![a-z0-9-])[a-z]{1,6}-\d[a-z0-9]*(?:-[a-z0-9]+)*(?![a-z0-9-])|(?<![\w.,-])\d{6,20}(?![\w.,-])")
_LABELLED = "behind its label"


def told_apart(world: World, heard: Understanding) -> Understanding:
    """What was heard, with the numbers of papers in the slots of their kinds."""
    heard = _without_counts(heard)
    found = {f"{kind}_number": slot for slot in numbers_in(heard.text) if (kind := _kind(world, str(slot.value)))}
    if not found:
        return heard
    places = [(slot.start, slot.end) for slot in found.values()]
    kept = {
        name: slot
        for name, slot in heard.slots.items()
        if not name.endswith("_number") or not any(start < slot.end and slot.start < end for start, end in places)
    }
    labelled = {name for name, slot in heard.slots.items() if name in found and slot.why == _LABELLED}
    return replace(heard, slots={**kept, **found, **{name: heard.slots[name] for name in labelled}})


def _without_counts(heard: Understanding) -> Understanding:
    """ "order 100 gift boxes first": so many, and no number of an order."""
    slot = heard.slots.get("order_number")
    if slot is None or not str(slot.value).isdigit():
        return heard
    is_count = any(item.quantity == int(str(slot.value)) for item in read_goods(heard))
    kept = {name: one for name, one in heard.slots.items() if name != "order_number"}
    return replace(heard, slots=kept) if is_count else heard


def numbers_in(text: str) -> Iterator[Slot]:
    """Whatever looks like the number of a paper: 「FP-2026-0003」, 「0098712」."""
    for match in _NUMBER.finditer(text.lower()):
        yield Slot(text[slice(*match.span())], *match.span(), 0.9, "the number of a paper")


def _kind(world: World, number: str) -> str | None:
    known = next((kind for kind in KINDS if _has(world, kind, number)), None)
    if known is not None or number.isdigit():
        return known
    return next((kind for kind in KINDS if _looks_like(world, kind, number)), None)


def _has(world: World, kind: str, number: str) -> bool:
    return any(match.name.casefold() == number.casefold() for match in world.find(kind, number, {}).matches)


def _looks_like(world: World, kind: str, number: str) -> bool:
    shape = world.crm.sales.number(kind, world.now.date(), 1)
    return number.upper().partition("-")[0] == shape.upper().partition("-")[0]
