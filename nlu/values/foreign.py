"""Absolute dates in other European languages (15 marzo 2027, 3. Dezember), read by dateparser with the language given.

dateparser is loaded at the first foreign month beside a number, never before.
"""

from datetime import date, datetime, time
from typing import Final

from nlu.types import Grain
from nlu.values.cycles import Fixed
from nlu.values.lexicon import NUMBER
from nlu.values.reader import FoundDate, Reader

__all__ = ["foreign_date"]

_AROUND: Final = 24


def foreign_date(r: Reader, at: int) -> FoundDate | None:
    """The date that begins with a day before a foreign month: 15 [de] marzo [de 2027]."""
    place = at + 1
    while place < at + 3 and "foreign" not in r.tokens[place].kinds:
        place += 1
    languages = r.tokens[place].kinds.get("foreign")
    if not isinstance(languages, tuple) or r.tokens[place].start - r.tokens[at].end > 5:
        return None
    year = next((i for i in (place + 1, place + 2) if r.year(i) and r.tokens[i].start - r.tokens[place].end < 6), None)
    end = year if year is not None else place
    found = _parsed(r.text[r.tokens[at].start : r.tokens[end].end][: 2 * _AROUND], languages, r.today)
    return (Fixed(found, found, Grain.DAY), end + 1) if found and NUMBER in r.tokens[at].kinds else None


def _parsed(text: str, languages: tuple[str, ...], today: date) -> date | None:
    import dateparser  # type: ignore[import-untyped]  # heavy, and hardly ever needed

    found = dateparser.parse(
        text,
        languages=list(languages),
        settings={"PREFER_DATES_FROM": "future", "RELATIVE_BASE": datetime.combine(today, time(12))},
    )
    return found.date() if found else None
