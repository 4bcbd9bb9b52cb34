"""How large a customer is: kept as it was said, 「两百来号人」, and read as one of the organisation's ranges."""

import re
from functools import lru_cache

from config.catalog import Catalog
from config.crm import Crm
from config.lists import Item
from nlu.values.numerals import read_han

_DIGITS = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([万千k])?", re.IGNORECASE)
_TIMES = {"万": 10_000, "千": 1_000, "k": 1_000}
_BOUND = re.compile(r"(\d+)(?:\D+(\d+))?")  # of the code of a size: 50-199, 1000+
_HAN = re.compile("[一二三四五六七八九两十百千万]")


@lru_cache(maxsize=1024)
def heads_in(said: str) -> int | None:
    """The number of people in words such as 「两百来号人」, "about 120 staff"; None where there is none."""
    digits = _DIGITS.search(said)
    if digits is not None:
        return int(float(digits[1].replace(",", "")) * _TIMES.get((digits[2] or "").lower(), 1))
    han = _HAN.search(said)
    read = read_han(said, han.start()) if han is not None else None
    return int(read.value) if read is not None else None


def bounds(item: Item) -> tuple[int, int] | None:
    """The fewest and the most people of a size of the list; None for one whose code is no range."""
    bound = _BOUND.match(item.code)
    return (int(bound[1]), int(bound[2] or 10**9)) if bound else None


def fits(item: Item, how: str, heads: int) -> bool:
    """Does a size of the list lie wholly above ("least") or below ("most") the number, or is the number ("about") in
    it?"""
    low, high = bounds(item) or (0, 0)
    return high > 0 and {"least": low >= heads, "most": high <= heads, "about": low <= heads <= high}[how]


def range_of(crm: Crm, said: str) -> Item | None:
    """The size of the list that is said by its code or label, or that the number of people lies in."""
    for item in crm.items("sizes"):
        if said in (item.code, *item.labels.values()):
            return item
    heads = heads_in(said)
    ranges = ((item, bounds(item)) for item in crm.items("sizes") if heads is not None)
    return next((item for item, bound in ranges if bound and bound[0] <= (heads or 0) <= bound[1]), None)


def shown_size(crm: Crm, said: str, words: Catalog) -> str:
    """ "120 staff (50–199 people)"; a size of the list by its label."""
    item = range_of(crm, said)
    if item is None:
        return said
    label = item.labels[words.language]
    is_listed = said in (item.code, *item.labels.values())
    return label if is_listed else words.say("beside.size", said=said, range=label)
