"""The numbers around goods, as they count: 「12 人天」, "two deck ovens", 30 kilos of tea."""

import re
from dataclasses import replace
from decimal import Decimal

from nlu.folding import fold
from nlu.goods_words import (
    ARTICLES,
    AT_PRICE,
    COUNT_WORDS,
    MEASURES,
    NO_COUNT,
    NUMBER,
    OF_MEASURE,
    OF_TIME,
    TIMES,
    WORD_COUNT,
)
from nlu.types import Understanding, Value

__all__ = ["counted_values", "measured"]

_TELEPHONE = re.compile(r"(?<![\d.])(?:\+\d|0\d)[\d ()-]{7,}\d")  # 01394 555 020 counts nothing


def counted_values(heard: Understanding, low: str) -> list[Value]:
    """The values of the message; "at 12.50" is a price here and no time of day, and no bare number is left out."""
    values = [v for v in heard.values if not (v.kind == "datetime" and AT_PRICE.fullmatch(fold(v.text).strip()))]
    values = [_of_time(v, low) for v in values if v.kind != "recurrence"]
    values = [_uncrossed(v, low) for v in values if not NO_COUNT.search(low, 0, v.start + low.startswith("-", v.start))]
    phones = [found.span() for found in _TELEPHONE.finditer(low)]
    values = [v for v in values if not any(a <= v.start < b for a, b in phones)]
    taken = [(v.start, v.end) for v in values] + phones
    for match in NUMBER.finditer(low):
        start, end = match.span()
        if not any(a < end and start < b for a, b in taken):
            values.append(Value("number", start, end, match.group(), number=Decimal(match.group().replace(",", ""))))
    if any(NUMBER.search(value.text) for value in values):
        for match in WORD_COUNT.finditer(low):  # "|two| deck ovens at 8,400 each"
            values.append(Value("number", *match.span(), match.group(), number=Decimal(_count(match.group()))))
    return sorted(values, key=lambda value: value.start)


def _count(word: str) -> int:
    return 1 if word in ARTICLES else COUNT_WORDS.index(word)


def _of_time(value: Value, low: str) -> Value:
    """|12 days| of consulting at 850, 「顾问 |12 人天|，每天 850」: a time that is sold is counted like any goods."""
    if value.unit == "人" and low[value.end : value.end + 1] in ("天", "日", "月", "时"):
        return replace(value, unit=low[value.end - 1 : value.end + 1], end=value.end + 1)
    if value.kind != "duration" or value.number is None or not OF_TIME.match(low, value.end):
        return value
    unit = re.sub(r"^[\s\d.,零一二两三四五六七八九十百半]+", "", fold(value.text))
    return replace(value, kind="number", unit=unit or value.unit)


def _uncrossed(value: Value, low: str) -> Value:
    """3 |x-ray units|: a letter before a hyphen is no sign of multiplication."""
    if value.unit not in TIMES or not low.startswith("-", value.end):
        return value
    plain = value.text.rstrip("xX×* ")
    return replace(value, unit=None, text=plain, end=value.start + len(plain))


def measured(low: str, counted: Value | None) -> Value | None:
    """30 |kilos| of loose tea: a measure that no number knows as its unit."""
    word = OF_MEASURE.match(low, counted.end) if counted is not None and not counted.unit else None
    if counted is None or word is None or word["unit"] not in MEASURES:
        return counted
    return replace(counted, unit=word["unit"], end=word.end("unit"))
