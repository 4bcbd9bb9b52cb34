"""What a run of digits is by its shape: 1,200.50 · 2026-11-23 · 12/3 · 3:30 · 3:30-6 · 192.168.1.1."""

import re
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from nlu.values.lexicon import CODE, NUMBER

__all__ = ["Piece", "in_groups", "shape"]

# (kind, value, start, end) with places inside the run
Piece: TypeAlias = tuple[str, object, int, int]

MAX_DIGITS: Final = 18
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_SEPARATOR: Final = re.compile(r"[.,:/~-]")


# 42 000 as South Africa and France write it, beside a currency
_BY_BLANKS: Final = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d{2})?(?![\d.,:/-])")
_CURRENCY_BEHIND: Final = re.compile(r" ?(?:[€£$]|(?:rand|euros?|eur|zar|kr|sek|nok|dkk|chf|pln|czk|rub)\b)")
# 2,30 € and 1.234,56 as the continent writes them
_CONTINENTAL: Final = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{2})?|\d+,\d{2}")


def in_groups(text: str, start: int, end: int, *, is_behind_sign: bool) -> Piece | None:
    """An amount whose digits are grouped as they are in no English text: €42 000, R42 000, 42 000 rand; 2,30 €, where
    the sign of the euro stands beside it."""
    blanks = _BY_BLANKS.match(text, start)
    if blanks and (is_behind_sign or _CURRENCY_BEHIND.match(text, blanks.end())):
        return NUMBER, Decimal(blanks.group().replace(" ", "").replace(",", ".")), 0, blanks.end() - start
    run = text[start:end]
    if not ("€" in text[max(0, start - 2) : start] or text[end : end + 4].lstrip().startswith(("€", "eur"))):
        return None
    if not _CONTINENTAL.fullmatch(run):
        return None
    return NUMBER, Decimal(run.replace(".", "").replace(",", ".")), 0, len(run)


def shape(run: str, *, chinese: bool) -> list[Piece]:
    """The pieces of a run of digits with inner ``.,:/-~``. What fits no shape is a code."""
    size = len(run)
    if run.isdigit():
        return [(NUMBER, Decimal(run), 0, size)] if size <= MAX_DIGITS else [(CODE, None, 0, size)]
    if size > 4 * MAX_DIGITS:
        return [(CODE, None, 0, size)]
    if "," in run:
        return _with_commas(run, chinese)
    parts, separators = _SEPARATOR.split(run), [c for c in run if not c.isdigit()]
    if any(len(part) > MAX_DIGITS for part in parts):
        return [(CODE, None, 0, size)]
    if len(parts) == 2:
        pieces = _two(parts[0], separators[0], parts[1])
    elif len(parts) == 3 and separators[0] == separators[1]:
        pieces = _three(parts, separators[0], chinese)
    else:
        pieces = _halves(run, separators, chinese)
    return pieces or [(CODE, None, 0, size)]


def _with_commas(run: str, chinese: bool) -> list[Piece]:
    if _GROUPED.fullmatch(run):
        return [(NUMBER, Decimal(run.replace(",", "")), 0, len(run))]
    left, _, right = run.replace("~", "-").partition("-")
    if right and all(end.isdigit() or _GROUPED.fullmatch(end) for end in (left, right)):  # 14,200-16,000
        return _range(shape(left, chinese=chinese), len(left), shape(right, chinese=chinese))
    pieces: list[Piece] = []
    at = 0
    for part in run.split(","):
        if at:
            pieces.append((",", None, at - 1, at))
        pieces += [(kind, value, start + at, end + at) for kind, value, start, end in shape(part, chinese=chinese)]
        at += len(part) + 1
    return pieces


def _two(left: str, separator: str, right: str) -> list[Piece] | None:
    a, b, size = int(left), int(right), len(left) + len(right) + 1
    if separator == ".":
        return [(NUMBER, Decimal(f"{left}.{right}"), 0, size)]
    if separator == ":":
        good = len(left) <= 2 and len(right) == 2 and a <= 24 and b <= 59
        return [("clock", (a, b, 0), 0, size)] if good else None
    if len(left) == 4 and separator != "~" and len(right) <= 2 and 1 <= b <= 12 and _is_year(a):
        return [("ym", (a, b), 0, size)]
    if len(right) == 4 and separator != "~" and len(left) <= 2 and 1 <= a <= 12 and _is_year(b):
        return [("ym", (b, a), 0, size)]
    if separator == "/":
        return [("md", (a, b), 0, size)] if len(left) <= 2 and len(right) <= 2 else None
    if len(left) > 6 or len(right) > 6:
        return None
    return _range([(NUMBER, Decimal(left), 0, len(left))], len(left), [(NUMBER, Decimal(right), 0, len(right))])


def _three(parts: list[str], separator: str, chinese: bool) -> list[Piece] | None:
    size = sum(map(len, parts)) + 2
    a, b, c = (int(part) for part in parts)
    if separator == ":":
        good = len(parts[0]) <= 2 and a <= 24 and b <= 59 and c <= 59
        return [("clock", (a, b, c), 0, size)] if good else None
    day = _day(parts, separator, chinese)
    return [("ymd", day, 0, size)] if day else None


def _day(parts: list[str], separator: str, chinese: bool) -> date | None:
    """The date of three numbers: year first if it has four digits; else by the habit of the language."""
    a, b, c = (int(part) for part in parts)
    sizes = [len(part) for part in parts]
    if any(size == 3 or size > 4 for size in sizes):
        return None
    if sizes[0] == 4:
        return _valid(a, b, c)
    if sizes == [2, 2, 2] and separator == "." and c < 60:
        return _valid(_century(c), b, a)
    if sizes[2] != 4 and (separator == "." or max(sizes) == 4):
        return None  # 1.2.3 is a version
    year = c if sizes[2] == 4 else _century(c)
    if chinese and sizes[2] != 4 and sizes[0] == 2 and _valid(_century(a), b, c):
        return _valid(_century(a), b, c)
    if sizes[2] == 1:
        return None  # 3-6-1 is how something is paid
    european = separator == "." or (chinese and separator == "-")
    first, second = ((b, a), (a, b)) if european else ((a, b), (b, a))
    return _valid(year, *first) or _valid(year, *second)


def _halves(run: str, separators: list[str], chinese: bool) -> list[Piece] | None:
    """Two shapes with one dash between them: 5/1-5/7/2020, 9.30-4.30, 2018.5.1~2018.10.1."""
    for dash in "~-":
        if separators.count(dash) == 1:
            left, right = run.split(dash)
            first, second = shape(left, chinese=chinese), shape(right, chinese=chinese)
            if first[0][0] != CODE and second[0][0] != CODE:
                return _range(first, len(left), second)
    if separators.count("/") == 1 and len(separators) > 1:  # 17:00:00/2015-03-29
        left, right = run.split("/")
        return _range(shape(left, chinese=chinese), len(left), shape(right, chinese=chinese))
    return None


def _range(first: list[Piece], at: int, second: list[Piece]) -> list[Piece]:
    after = at + 1
    return [*first, ("to", 0, at, after), *((k, v, start + after, end + after) for k, v, start, end in second)]


def _is_year(number: int) -> bool:
    return 1900 <= number <= 2100


def _century(year: int) -> int:
    """Two digits of a year: 26 → 2026, 74 → 1974."""
    return year if year >= 100 else year + (2000 if year < 60 else 1900)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1800 <= year <= 2200 else None
    except ValueError:
        return None
